"""One weight at many checkpoints, so that a learner sees it move: single rows are read, no model is loaded."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from gptcore.checkpoints.checkpoint import HEAD, parent_of
from gptcore.checkpoints.compact import NEW_IN, SCALE_OF, check_same_parent, sha256_of
from gptcore.checkpoints.rounding import restored
from gptcore.checkpoints.weights import WEIGHTS, read_metadata
from gptcore.errors import CheckpointError

_OF_HEAD = "head."
"""Begins the names of a task head's weights, which have a file of their own."""


def weight_over_steps(folders: Mapping[int, Path], name: str, index: Sequence[int]) -> dict[int, float]:
    """One number of each checkpoint, as `gptcore.load` would read it.

    Args:
        folders: checkpoints in this project's layout by step, as RunFolder.snapshots gives them.
        name: "blocks.2.attn.qkv.weight", or "head.linear.weight" of a task's head.
        index: its place there, from 0.

    Returns:
        the number by step, ascending; without the checkpoints that lack the weight, the place or the file.

    Raises:
        CheckpointError: a file is damaged, or the difference from another model than the one that ships.
    """
    found = {step: _number(folders[step], name, tuple(index)) for step in sorted(folders)}
    return {step: number for step, number in found.items() if number is not None}


def _number(folder: Path, name: str, index: tuple[int, ...]) -> float | None:
    path = folder / (HEAD if name.startswith(_OF_HEAD) else WEIGHTS)
    if not path.is_file() or not 1 <= len(index) <= 2 or min(index) < 0:
        return None
    row = _row(path, name.removeprefix(_OF_HEAD), index[0])
    if row is None or row.dim() != len(index) or (len(index) == 2 and index[1] >= row.shape[1]):
        return None
    return float(row[0, index[1]] if len(index) == 2 else row[0])


def _row(path: Path, name: str, at: int) -> Tensor | None:
    """A row (1, C) of a matrix, or a number (1,) of a vector; None if the file has none."""
    whole = _part(path, name, at)
    metadata = read_metadata(path)
    if metadata.get("bits") == "4" and (whole is None or not whole.is_floating_point()):
        return _changed(path, name, at, whole, metadata)
    if whole is None or whole.is_floating_point():
        return whole
    scale = _part(path, name + SCALE_OF, at)
    return None if scale is None or whole.dtype != torch.int8 else restored(whole, scale, whole.shape[1])


def _changed(path: Path, name: str, at: int, whole: Tensor | None, metadata: Mapping[str, str]) -> Tensor | None:
    """The same of a file that has the difference from a parent, and its own rows where the parent has none."""
    if (parent := parent_of(path.parent)) is None:
        return None
    check_same_parent(path, metadata, parent.name, sha256_of(parent / WEIGHTS))
    theirs, scale = _row(parent / WEIGHTS, name, at), _part(path, name + SCALE_OF, at)
    if whole is None or theirs is None or scale is None:
        return _part(path, name + NEW_IN, at - (_length(path, name) or 0))
    return restored(whole, scale, theirs.shape[1]) + theirs


def _part(path: Path, name: str, at: int) -> Tensor | None:
    """What a tensor of a file has at one place of its first axis, that axis kept; None if there is nothing."""
    length = _length(path, name)
    if length is None or not 0 <= at < length:
        return None
    with safe_open(path, framework="pt") as file:
        part: Tensor = file.get_slice(name)[at : at + 1]
    return part


def _length(path: Path, name: str) -> int | None:
    try:
        with safe_open(path, framework="pt") as file:
            return file.get_slice(name).get_shape()[0] if name in file.keys() else None  # noqa: SIM118, no mapping
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error
