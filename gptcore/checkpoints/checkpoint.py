"""A model on disk: a folder with model.safetensors, config.json, tokenizer.json and card.json; a fine-tuned one has
task.json and head.safetensors too, and beside them may lie the words that it has read (gptcore.checkpoints.words). A
folder that transformers wrote is opened as well.

One that was fine-tuned from a model that ships may be kept as the difference from it (gptcore.checkpoints.compact);
then its tokenizer comes from there, too.

Nothing in it is ever unpickled. Every file is whole or not there, and the weights come last: a folder that has
model.safetensors is complete.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from gptcore.checkpoints.bigram import read_bigram, write_bigram
from gptcore.checkpoints.card import Card
from gptcore.checkpoints.compact import parent_name, read_parent, read_weights, write_8_bits, write_difference
from gptcore.checkpoints.hf_folder import read_hf
from gptcore.checkpoints.hf_layouts import config_from_hf, is_hf
from gptcore.checkpoints.weights import WEIGHTS, first_few, load_weights, model_with, weights_file, write_tensors
from gptcore.checkpoints.words import copy_words, words_of
from gptcore.config import ModelConfig, require_causal
from gptcore.errors import CheckpointError, ConfigError, InputError
from gptcore.familiar import Words
from gptcore.files import read_json, read_object, write_text
from gptcore.lazy import cached_property
from gptcore.model.bigram import BigramModel
from gptcore.model.gpt import GPT
from gptcore.model.kinds import Trained, as_gpt, as_trained
from gptcore.model.language_model import LanguageModel
from gptcore.places import ASSETS, MODELS
from gptcore.tasks.head import TaskHead
from gptcore.tasks.task import Task
from gptcore.text.hf_files import has_tokenizer
from gptcore.text.tokenizer import Tokenizer

SHIPPED = ASSETS / "models"
"""Models that ship, one folder each."""
LOCAL = MODELS
"""Models of your own, likewise."""
DEFAULT_MODEL = "books"
_CONFIG, _CARD, _TOKENIZER = "config.json", "card.json", "tokenizer.json"
HEAD, _TASK = "head.safetensors", "task.json"


@dataclass(frozen=True)
class Checkpoint:
    """A model with all that is needed to use it."""

    model: LanguageModel
    """A GPT, a masked model, or a peer."""
    tokenizer: Tokenizer | None
    """None only for weights that came without one."""
    config: ModelConfig
    card: Card = field(default_factory=Card)
    """Where it comes from and how good it is."""
    head: TaskHead | None = None
    """Of a fine-tuned model: what reads the task's answer, and what the answer means."""
    folder: Path | None = None
    """Where it was read from."""

    @property
    def gpt(self) -> GPT:
        """The model, for what only a GPT has; InputError: it is a peer or a masked model, says what that lacks."""
        return as_gpt(self.model)

    @property
    def trained(self) -> Trained:
        """The model, for what learns by gradients; InputError: it is a bigram."""
        return as_trained(self.model)

    @cached_property
    def words(self) -> Words | None:
        """The words that it has read; None where it does not tell."""
        return None if self.folder is None else words_of(self.folder, self.card, models())


@dataclass(frozen=True)
class TextModel(Checkpoint):
    """A checkpoint that has its tokenizer, so that it can read a text."""

    tokenizer: Tokenizer


def save(checkpoint: Checkpoint, folder: str | Path, dtype: torch.dtype = torch.float32) -> None:
    """Writes a checkpoint; it is read back as float32.

    Args:
        dtype: float16 halves its size on disk, int8 halves it again (gptcore.checkpoints.compact). A bigram's counts
            stay whole.
    """
    folder = Path(folder)
    _save_around(checkpoint, folder, torch.float16 if dtype == torch.int8 else dtype)
    if checkpoint.tokenizer is not None:
        checkpoint.tokenizer.save(folder)
    if isinstance(checkpoint.model, BigramModel):
        write_bigram(checkpoint.model.bigram, folder)
    elif dtype == torch.int8:
        write_8_bits(folder / WEIGHTS, checkpoint.model.state_dict())
    else:
        _save_weights(checkpoint.model, folder / WEIGHTS, dtype)


def save_difference(checkpoint: Checkpoint, folder: str | Path, parent: str) -> None:
    """Writes a fine-tuned model in 4 bits a number, as the difference from a model that ships.

    Args:
        parent: that model's name. What counts are its weights as it ships, whatever the fine-tuning started from.

    Raises:
        InputError: no such model ships, or this one has another shape or other tokens than fine-tuning gives to it.
    """
    folder, theirs = Path(folder), _shipped(parent)
    if theirs is None:
        raise InputError(f"no model {parent!r:.60} ships whole, so that nothing can be kept as the difference from it")
    if folder.resolve() == theirs.resolve():
        raise InputError(f"{folder} is where {parent} lies, which the difference is from; choose another folder")
    tokenizer = Tokenizer.load(theirs).with_task_tokens()
    if checkpoint.tokenizer is None or checkpoint.tokenizer.fingerprint != tokenizer.fingerprint:
        raise InputError(f"this model does not have the tokens of {parent} with the tasks' three")
    _save_around(checkpoint, folder, torch.float16)
    write_difference(folder / WEIGHTS, checkpoint.model.state_dict(), read_parent(theirs / WEIGHTS))
    (folder / _TOKENIZER).unlink(missing_ok=True)  # of what lay there before; a difference has its parent's


def _save_around(checkpoint: Checkpoint, folder: Path, dtype: torch.dtype) -> None:
    """Writes all but tokenizer and weights."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / _CONFIG, checkpoint.config.to_dict())
    write_json(folder / _CARD, checkpoint.card)
    if checkpoint.head is not None:
        write_json(folder / _TASK, checkpoint.head.task.to_dict())
        _save_weights(checkpoint.head, folder / HEAD, dtype)
    if checkpoint.folder is not None:
        copy_words(checkpoint.folder, folder)


def _save_weights(module: nn.Module, path: Path, dtype: torch.dtype) -> None:
    write_tensors(path, {name: value.to(dtype) for name, value in module.state_dict().items()})


def load(path_or_name: str | Path = "default") -> Checkpoint:
    """Reads a checkpoint by folder, or by the name of a model that ships; a folder of Hugging Face's layout, too.

    The model comes ready to be shared: in evaluation mode, without gradients.

    Raises:
        InputError: there is no such model, or one of another kind.
        CheckpointError: the folder is incomplete, or its parts do not fit each other.
    """
    folder = _find(path_or_name)
    if (folder / _CONFIG).exists() and is_hf(read_object(folder / _CONFIG)):
        return Checkpoint(*read_hf(folder))
    if not (folder / _CONFIG).exists() or not (folder / WEIGHTS).exists():
        raise CheckpointError(f"{folder} is no checkpoint: it needs {_CONFIG} and {WEIGHTS}")
    config = config_in(folder)
    parent = parent_of(folder)
    tokenizer = _tokenizer_in(folder, parent)
    if tokenizer is not None and tokenizer.vocab_size != config.vocab_size:
        raise CheckpointError(
            f"the tokenizer in {folder} has {tokenizer.vocab_size:,} entries, the model {config.vocab_size:,}; "
            "they do not belong together"
        )
    model: LanguageModel
    if config.architecture == "bigram":
        model = BigramModel(read_bigram(folder, config.vocab_size))
    else:
        weights = read_weights(folder / WEIGHTS, None if parent is None else read_parent(parent / WEIGHTS))
        model = model_with(config, weights, folder / WEIGHTS)
    card, task = card_in(folder), task_in(folder)
    head = None if task is None else _load_head(folder, task, config.d_model)
    return Checkpoint(model.eval().requires_grad_(False), tokenizer, config, card, head, folder)


def load_text_model(path_or_name: str | Path = "default") -> TextModel:
    """Reads a GPT or a peer as `load` does; a masked model is opened by gptcore.checkpoints.masked.

    Raises:
        InputError: there is no such model, it has no tokenizer, or it is a masked one.
        CheckpointError: as in `load`.
    """
    checkpoint = load(path_or_name)
    require_causal(checkpoint.config, str(path_or_name))
    return with_tokenizer(checkpoint, path_or_name)


def with_tokenizer(checkpoint: Checkpoint, path_or_name: str | Path) -> TextModel:
    """A checkpoint that can read a text.

    Raises:
        InputError: it came without a tokenizer.
    """
    if checkpoint.tokenizer is None:
        raise InputError(f"{path_or_name} has no tokenizer, so it cannot read a text")
    return TextModel(**{**vars(checkpoint), "tokenizer": checkpoint.tokenizer})


def config_in(folder: Path) -> ModelConfig:
    """The shape of the model in a folder of either layout; its weights are not looked at.

    Raises:
        CheckpointError: config.json is damaged, or describes no model.
        InputError: it describes one of another kind.
    """
    path = folder / _CONFIG
    values = read_object(path)
    if is_hf(values):
        return config_from_hf(values, path)
    try:
        return ModelConfig.from_dict(values)
    except ConfigError as error:
        raise CheckpointError(f"{path} does not describe a model: {first_few(error.problems)}") from error


def card_in(folder: Path) -> Card:
    """What the model in a folder says of itself; nothing if it has no card.

    Raises:
        CheckpointError: its card.json is damaged.
    """
    path = folder / _CARD
    card: Card = read_json(path) if path.exists() else {}
    if not isinstance(card, dict):
        raise CheckpointError(f"{path} is no card of a model; delete it, or restore it")
    return card


def task_in(folder: Path) -> Task | None:
    """What the model in a folder was fine-tuned for; None if it was not.

    Raises:
        CheckpointError: its task.json describes no task.
    """
    return Task.from_dict(read_json(folder / _TASK)) if (folder / _TASK).exists() else None


def reads_text(folder: Path) -> bool:
    """Whether the model in a folder of either layout has a tokenizer: its own, or its parent's."""
    with suppress(CheckpointError):
        return has_tokenizer(folder) or parent_name(folder / WEIGHTS) is not None
    return False


def parent_of(folder: Path) -> Path | None:
    """Where the model lies that the one in this folder is a difference from; None for one that stands on its own."""
    name = parent_name(folder / WEIGHTS)
    if name is None:
        return None
    if (parent := _shipped(name)) is None:
        raise CheckpointError(
            f"{folder} is the difference from {name!r:.60}, which is none of the models that ship whole"
        )
    return parent


def _tokenizer_in(folder: Path, parent: Path | None) -> Tokenizer | None:
    if parent is not None:
        return Tokenizer.load(parent).with_task_tokens()
    return Tokenizer.load(folder) if (folder / _TOKENIZER).exists() else None


def _load_head(folder: Path, task: Task, d_model: int) -> TaskHead:
    head = TaskHead(task, d_model)
    load_weights(head, folder / HEAD)
    return head.eval().requires_grad_(False)


def write_json(path: Path, value: Any) -> None:
    """Readable JSON, whole or not there."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


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
    folders = [folder for place in (LOCAL, SHIPPED) if place.is_dir() for folder in sorted(place.iterdir())]
    return {folder.name: folder for folder in folders if weights_file(folder)}


def _shipped(name: str) -> Path | None:
    """The folder of a model that ships and is no difference; None if there is none of this very name, which is never
    taken for a path."""
    folders = [folder for folder in SHIPPED.iterdir() if folder.name == name] if SHIPPED.is_dir() else []
    return next((folder for folder in folders if parent_name(folder / WEIGHTS) is None), None)
