"""What a model's parts say on average, as a file beside it: means.safetensors.

It names the weights that it was made with: another model, or the same one after more training, does not have it.
"""

from pathlib import Path

import torch

from gptcore.checkpoints.beside import HEADER, fingerprint, read_beside, write_beside
from gptcore.config import ModelConfig
from gptcore.errors import CheckpointError
from gptcore.model.language_model import LanguageModel
from gptcore.trace.means import Means

MEANS = "means.safetensors"
_ABOUT = "means"
_AGAIN = "make it again with python -m gptcore means"


def write_means(folder: Path, model: LanguageModel, means: Means) -> Path:
    """Puts a file into a model's folder."""
    arrays = {name: getattr(means, name) for name in _shapes(model.config)}
    tensors = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
    return write_beside(folder / MEANS, _ABOUT, model, tensors, means.source)


def read_means(folder: Path, model: LanguageModel) -> Means | None:
    """What lies beside the model in a folder; None if there is nothing, or of other weights.

    Args:
        model: as it was read from there, or as it was before training.

    Raises:
        CheckpointError: the file is damaged or too large.
    """
    shapes = _shapes(model.config)
    most_bytes = HEADER + 4 * sum(torch.Size(shape).numel() for shape in shapes.values())
    found = read_beside(folder / MEANS, _ABOUT, most_bytes, _AGAIN)
    if found is None or found.weights != fingerprint(model):
        return None
    for name, shape in shapes.items():
        tensor = found.tensors.get(name)
        if tensor is None or tensor.dtype != torch.float32 or tuple(tensor.shape) != shape:
            raise CheckpointError(f"{folder / MEANS} is damaged: its {name} is missing, or of another shape; {_AGAIN}")
        if not tensor.isfinite().all():
            raise CheckpointError(f"{folder / MEANS} is damaged: its {name} has what is no number; {_AGAIN}")
    arrays = {name: found.tensors[name].numpy() for name in shapes}
    of_parts = arrays["head_out"], arrays["attn_out"], arrays["mlp_out"], arrays.get("position_embedding")
    return Means(*of_parts, source=found.source)


def _shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Of what a file holds, by the names of Means."""
    layers, width = config.n_layer, config.d_model
    shapes: dict[str, tuple[int, ...]] = {
        "head_out": (layers, config.n_head, config.d_head),
        "attn_out": (layers, width),
        "mlp_out": (layers, width),
    }
    return shapes if config.positions == "none" else {**shapes, "position_embedding": (width,)}
