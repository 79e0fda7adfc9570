"""A head for marks on disk, beside its model: marks.json and marks.safetensors."""

from pathlib import Path

from gptcore.checkpoints.checkpoint import TextModel, write_json
from gptcore.checkpoints.masked import load_any_model
from gptcore.checkpoints.weights import load_weights, write_tensors
from gptcore.errors import InputError
from gptcore.files import read_json
from gptcore.tasks.mark_head import MarkHead
from gptcore.tasks.marked import MarkTask

_TASK, _HEAD = "marks.json", "marks.safetensors"


def save_marks(head: MarkHead, folder: Path) -> None:
    """Writes a head beside its model."""
    write_json(folder / _TASK, head.task.to_dict())
    write_tensors(folder / _HEAD, head.state_dict())


def load_marks(path_or_name: str | Path) -> tuple[TextModel, MarkHead]:
    """A model that was fine-tuned on spans or tokens, and its head, ready to be shared.

    Raises:
        InputError: there is no such model, or it has no head for marks.
        CheckpointError: a file is damaged, or they do not fit each other.
    """
    checkpoint = load_any_model(path_or_name)
    folder = checkpoint.folder
    if folder is None or not (folder / _TASK).is_file():
        raise InputError(f"{path_or_name} was not fine-tuned on spans or tokens; finetune --task span does that")
    head = MarkHead(MarkTask.from_dict(read_json(folder / _TASK)), checkpoint.config.d_model)
    load_weights(head, folder / _HEAD)
    return checkpoint, head.eval().requires_grad_(False)
