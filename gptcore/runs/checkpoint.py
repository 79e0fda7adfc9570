"""A model on disk: a folder with model.safetensors, config.json, tokenizer.json and card.json; a fine-tuned one has
task.json and head.safetensors too.

Nothing in it is ever unpickled. Every file is whole or not there, and the weights come last: a folder that has
model.safetensors is complete.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from gptcore.config import ModelConfig
from gptcore.errors import CheckpointError, ConfigError, InputError
from gptcore.files import write_text
from gptcore.model.gpt import GPT
from gptcore.model.heads import TaskHead
from gptcore.runs.tensors import write_tensors
from gptcore.tasks.task import Task
from gptcore.text.tokenizer import Tokenizer

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "models"
"""Models that come with the repository, one folder each."""
LOCAL = SHIPPED.parents[1] / "models"
"""Models of your own, likewise; git ignores them, the app lists them."""
DEFAULT_MODEL = "books"
_WEIGHTS, _CONFIG, _CARD = "model.safetensors", "config.json", "card.json"
_HEAD, _TASK = "head.safetensors", "task.json"


@dataclass(frozen=True)
class Checkpoint:
    """A model with all that is needed to use it."""

    model: GPT
    tokenizer: Tokenizer | None
    """None only for weights that came without one."""
    config: ModelConfig
    card: dict[str, Any] = field(default_factory=dict)
    """Where it comes from and how good it is: data, settings, measures."""
    head: TaskHead | None = None
    """Of a fine-tuned model: what reads the task's answer, and what the answer means."""


def save(checkpoint: Checkpoint, folder: str | Path, dtype: torch.dtype = torch.float32) -> None:
    """Writes a checkpoint; float16 halves its size on disk (it is read back as float32)."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / _CONFIG, checkpoint.config.to_dict())
    write_json(folder / _CARD, checkpoint.card)
    if checkpoint.tokenizer is not None:
        checkpoint.tokenizer.save(folder)
    if checkpoint.head is not None:
        write_json(folder / _TASK, checkpoint.head.task.to_dict())
        _save_weights(checkpoint.head, folder / _HEAD, dtype)
    _save_weights(checkpoint.model, folder / _WEIGHTS, dtype)


def _save_weights(module: nn.Module, path: Path, dtype: torch.dtype) -> None:
    write_tensors(path, {name: value.to(dtype) for name, value in module.state_dict().items()})


def load(path_or_name: str | Path = "default") -> Checkpoint:
    """Reads a checkpoint by folder, or by the name of a model that ships.

    The model comes ready to be shared: in evaluation mode, without gradients.

    Raises:
        InputError: there is no such model.
        CheckpointError: the folder is incomplete, or its parts do not fit each other.
    """
    folder = _find(path_or_name)
    if not (folder / _CONFIG).exists() or not (folder / _WEIGHTS).exists():
        raise CheckpointError(f"{folder} is no checkpoint: it needs {_CONFIG} and {_WEIGHTS}")
    try:
        config = ModelConfig.from_dict(read_json(folder / _CONFIG))
    except (ConfigError, TypeError) as error:
        raise CheckpointError(f"{folder / _CONFIG} does not describe a model: {error}") from error
    tokenizer = Tokenizer.load(folder) if (folder / "tokenizer.json").exists() else None
    if tokenizer is not None and tokenizer.vocab_size != config.vocab_size:
        raise CheckpointError(
            f"the tokenizer in {folder} has {tokenizer.vocab_size:,} entries, the model {config.vocab_size:,}; "
            "they do not belong together"
        )
    model = GPT(config)
    load_weights(model, folder / _WEIGHTS)
    card = read_json(folder / _CARD) if (folder / _CARD).exists() else {}
    if not isinstance(card, dict):
        raise CheckpointError(f"{folder / _CARD} is no card of a model; delete it, or restore it")
    task = task_in(folder)
    head = None if task is None else _load_head(folder, task, config.d_model)
    return Checkpoint(model.eval().requires_grad_(False), tokenizer, config, card, head)


def task_in(folder: Path) -> Task | None:
    """What the model in a folder was fine-tuned for; None if it was not.

    Raises:
        CheckpointError: its task.json describes no task.
    """
    return Task.from_dict(read_json(folder / _TASK)) if (folder / _TASK).exists() else None


def _load_head(folder: Path, task: Task, d_model: int) -> TaskHead:
    head = TaskHead(task, d_model)
    load_weights(head, folder / _HEAD)
    return head.eval().requires_grad_(False)


def load_weights(model: nn.Module, path: Path) -> None:
    """Fills a model or a head from a safetensors file.

    Raises:
        CheckpointError: a tensor is missing, unknown or of another shape; the message names both shapes.
    """
    try:
        weights = load_file(path)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error
    expected = model.state_dict()
    problems = [f"{name} is missing" for name in expected if name not in weights]
    problems += [f"{name} is unknown" for name in weights if name not in expected]
    problems += [
        f"{name} is {tuple(weights[name].shape)}, the config says {tuple(value.shape)}"
        for name, value in expected.items()
        if name in weights and weights[name].shape != value.shape
    ]
    if problems:
        more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
        raise CheckpointError(f"{path} does not fit its config: {'; '.join(problems[:3])}{more}")
    model.load_state_dict(weights)


def initial_seed(card: dict[str, Any]) -> int:
    """The seed that a model's weights started from, by its card; 0 if the card does not say."""
    return int(card.get("settings", {}).get("train", {}).get("seed", 0))


def write_json(path: Path, value: Any) -> None:
    """Readable JSON, whole or not there."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """Raises:
    CheckpointError: the file is missing or no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error


def _find(path_or_name: str | Path) -> Path:
    name = DEFAULT_MODEL if path_or_name == "default" else str(path_or_name)
    known = models()
    if name in known:
        return known[name]
    if not Path(name).is_dir():
        raise InputError(f"there is no model {name!r}: give a folder, or one of {', '.join(known) or 'none shipped'}")
    return Path(name)


def models() -> dict[str, Path]:
    """Folders of all models that have a name: those that ship, then those in LOCAL. A name that ships stays its own."""
    shipped, local = (sorted(place.glob(f"*/{_WEIGHTS}")) for place in (SHIPPED, LOCAL))
    return {weights.parent.name: weights.parent for weights in (*local, *shipped)}
