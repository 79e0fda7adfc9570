"""All that a killed run needs to go on exactly: weights, the optimiser's moments and the step, in one file. Random
numbers follow from the seed and the step (gptcore.train.loop), so there is no random state to keep.

One safetensors file, whole or not there: a reader finds the old state or the new one, never half.
"""

from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from gptcore.checkpoints.weights import write_tensors
from gptcore.errors import CheckpointError


def save_state(path: Path, step: int, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Writes the state after `step` updates."""
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    for name, parameter in model.named_parameters():
        for moment, value in optimizer.state.get(parameter, {}).items():
            if moment != "step":  # of all the same, and known
                tensors[f"{moment}.{name}"] = value
    write_tensors(path, tensors, {"step": str(step)})


def load_state(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> int:
    """Puts a saved state into the model and the optimiser; returns the step it was taken at.

    Raises:
        CheckpointError: the file is damaged or was saved by another model.
    """
    try:
        with safe_open(path, framework="pt") as file:
            step = int(file.metadata()["step"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        model.load_state_dict(_under(tensors, "model."))
    except (SafetensorError, OSError, KeyError, TypeError, RuntimeError) as error:
        raise CheckpointError(f"{path} cannot be resumed from: {error}. Start again without --resume") from error
    parameters = dict(model.named_parameters())
    for key, value in tensors.items():
        moment, name = key.split(".", 1)
        if moment != "model":
            where = parameters[name].device
            state = optimizer.state.setdefault(parameters[name], {"step": torch.tensor(float(step), device=where)})
            state[moment] = value.to(where, copy=True)  # none of the file, which the next state is to replace
    return step


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
