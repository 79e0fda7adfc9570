"""Files that lie beside a model and were measured with its weights, which they name."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from gptcore.checkpoints.weights import read_metadata, read_tensors, write_tensors
from gptcore.errors import CheckpointError
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel

HEADER = 4_000
"""Bytes of such a file beside its numbers, at most."""


class Measured(NamedTuple):
    """What such a file holds."""

    tensors: dict[str, Tensor]
    source: str
    """Where it comes from, in words. Whoever wrote the file wrote this."""
    weights: str
    """The fingerprint of those that it was made with."""


def write_beside(path: Path, about: str, model: LanguageModel, tensors: Mapping[str, Tensor], source: str) -> Path:
    """Writes one.

    Args:
        about: under which name the file says what it is.
    """
    # One entry: several would stand in any order.
    write_tensors(path, tensors, {about: json.dumps({"source": source, "weights": fingerprint(model)})})
    return path


def read_beside(path: Path, about: str, most_bytes: int, again: str) -> Measured | None:
    """What is there; None if there is no file.

    Args:
        about: as it was written.
        most_bytes: that it may have.
        again: what to do about a bad one, for the message.

    Raises:
        CheckpointError: it cannot be read, or is too large.
    """
    if not path.is_file():
        return None
    if (size := path.stat().st_size) > most_bytes:
        raise CheckpointError(f"{path} has {size:,} bytes, more than such a file may have; {again}")
    said, tensors = _said(path, about), read_tensors(path)
    return Measured(tensors, str(said.get("source", "")), str(said.get("weights", "")))


def _said(path: Path, about: str) -> dict[str, Any]:
    """What a file says of itself; nothing if that cannot be read."""
    with suppress(ValueError, RecursionError):
        said = json.loads(read_metadata(path).get(about, ""))
        return said if isinstance(said, dict) else {}
    return {}


def fingerprint(model: LanguageModel) -> str:
    """Names weights: of all that was learnt, those that the last block's neurons read with; in half precision, so that
    a small copy of a model is the same model. InputError: it is no GPT."""
    weights = as_gpt(model).state_dict()[f"blocks.{model.config.n_layer - 1}.mlp.fc.weight"]
    return hashlib.sha256(weights.half().cpu().numpy().tobytes()).hexdigest()[:16]
