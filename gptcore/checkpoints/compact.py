"""Weights in 8 bits a number, and a fine-tuned model's in 4: as the difference from the model that it started from.

Either is a safetensors file like any other, whose metadata says `bits`. Vectors (biases, gains) are in float16, under
their names. Of a matrix `name` there are whole numbers, under its name, and `name.scale`, a scale for each row
(gptcore.checkpoints.rounding has the two formats).

In 8 bits a matrix is numbers * scale. In 4 bits that is what fine-tuning has changed: added to the parent's matrix of
the same name it gives the model's own. Rows that the parent has not (task tokens' embeddings) are in `name.new`, in
float16. The metadata names the parent, which must be a model that ships, and has the SHA-256 of its weights file, for
over other weights the difference would be another model.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from gptcore.checkpoints.rounding import SCALE, restored, rounded
from gptcore.checkpoints.weights import read_metadata, read_tensors, write_tensors
from gptcore.errors import CheckpointError, InputError

SCALE_OF, NEW_IN = ".scale", ".new"
"""End the names of what belongs to a matrix."""


@dataclass(frozen=True)
class Parent:
    """The model that another is a difference from."""

    name: str
    weights: Mapping[str, Tensor]
    """As they are read from its file."""
    sha256: str
    """Of its weights file."""


def read_parent(path: Path) -> Parent:
    """The model whose weights file this is; its folder has its name.

    Raises:
        CheckpointError: the file is damaged, or is a difference itself.
    """
    return Parent(path.parent.name, read_weights(path), sha256_of(path))


def sha256_of(path: Path) -> str:
    """Of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def parent_name(path: Path) -> str | None:
    """The name of the model that a weights file is a difference from; None for one that stands on its own.

    Raises:
        CheckpointError: the file is damaged or missing.
    """
    return read_metadata(path).get("parent")


def write_8_bits(path: Path, weights: Mapping[str, Tensor]) -> None:
    """Writes weights in 8 bits.

    Raises:
        CheckpointError: a weight is not finite.
    """
    tensors: dict[str, Tensor] = {}
    for name, value in weights.items():
        tensors |= _rounded(name, value, 8) if value.dim() == 2 else {name: value.to(torch.float16)}
    write_tensors(path, tensors, {"bits": "8"})


def write_difference(path: Path, weights: Mapping[str, Tensor], parent: Parent) -> None:
    """Writes weights as their difference from a parent's, in 4 bits.

    Raises:
        InputError: the parent is a model of another shape.
        CheckpointError: a weight is not finite.
    """
    tensors: dict[str, Tensor] = {}
    for name, value in weights.items():
        value, theirs = value.cpu(), parent.weights.get(name)
        if theirs is None or theirs.shape[1:] != value.shape[1:] or len(theirs) > len(value):
            raise InputError(f"{name} does not come from {parent.name}, whose shape is another: give 8 or 16 bits")
        if value.dim() != 2:
            tensors[name] = value.to(torch.float16)
            continue
        tensors |= _rounded(name, value[: len(theirs)] - theirs, 4)
        if len(value) > len(theirs):
            tensors[name + NEW_IN] = value[len(theirs) :].to(torch.float16)
    write_tensors(path, tensors, {"bits": "4", "parent": parent.name, "parent_sha256": parent.sha256})


def _rounded(name: str, matrix: Tensor, bits: int) -> dict[str, Tensor]:
    whole, scale = rounded(matrix, bits)
    if not scale.isfinite().all():
        raise CheckpointError(f"{name} has numbers that are not finite; this model cannot be kept in {bits} bits")
    return {name: whole, name + SCALE_OF: scale}


def read_weights(path: Path, parent: Parent | None = None) -> dict[str, Tensor]:
    """The weights of a model by name, whatever form their file has; those that were rounded are float32.

    Args:
        parent: the model that the file is a difference from, if it is one (`parent_name`).

    Raises:
        CheckpointError: the file is damaged, or is a difference from another model than this one.
    """
    metadata, tensors = read_metadata(path), read_tensors(path)
    bits = metadata.get("bits")
    if bits is None:
        return tensors
    if bits not in ("4", "8"):
        raise CheckpointError(f"{path} has its weights in {bits!r:.20} bits; only 4 and 8 can be read")
    base: Mapping[str, Tensor] = {}
    if bits == "4":
        if parent is None or metadata.get("parent") != parent.name:
            raise CheckpointError(
                f"{path} is no whole model, but the difference from {metadata.get('parent')!r:.60}; "
                "publish the run that it was made of again, in 8 or 16 bits"
            )
        check_same_parent(path, metadata, parent.name, parent.sha256)
        base = parent.weights
    packed = torch.int8 if bits == "8" else torch.uint8
    for name in [name for name, value in tensors.items() if value.dtype == packed]:
        tensors[name] = _restored(name, tensors, base.get(name), path)
    return tensors


def check_same_parent(path: Path, metadata: Mapping[str, str], name: str, sha256: str) -> None:
    """Raises:
    CheckpointError: the file is the difference from a parent with other weights than these.
    """
    if metadata.get("parent_sha256") != sha256:
        raise CheckpointError(
            f"{path} is the difference from a {name} with other weights than the one that ships now; "
            "publish the fine-tuned run again"
        )


def _restored(name: str, tensors: dict[str, Tensor], theirs: Tensor | None, path: Path) -> Tensor:
    """One matrix; what else belongs to it is taken out of `tensors`."""
    whole, scale = tensors[name], tensors.pop(name + SCALE_OF, None)
    if scale is None:
        raise CheckpointError(f"{path} is damaged: {name}{SCALE_OF} is missing")
    if whole.dim() != 2 or scale.dtype != SCALE or scale.shape != whole.shape[:1]:
        raise CheckpointError(
            f"{path} is damaged: {name}{SCALE_OF} is {scale.dtype} {tuple(scale.shape)}, "
            f"which is no scale for the rows of {tuple(whole.shape)}"
        )
    if not (scale.isfinite() & (scale > 0)).all():
        raise CheckpointError(f"{path} is damaged: {name}{SCALE_OF} has numbers that are no scale")
    if whole.dtype == torch.int8:
        return restored(whole, scale, whole.shape[1])
    if theirs is None or theirs.dim() != 2 or whole.shape != (len(theirs), (theirs.shape[1] + 1) // 2):
        shape = "missing" if theirs is None else tuple(theirs.shape)
        raise CheckpointError(
            f"{path} does not fit its parent: {name} holds {tuple(whole.shape)} bytes, there it is {shape}"
        )
    matrix = restored(whole, scale, theirs.shape[1]).add_(theirs)
    new = tensors.pop(name + NEW_IN, None)
    if new is None:
        return matrix
    if new.dtype != torch.float16 or new.shape[1:] != matrix.shape[1:]:
        raise CheckpointError(
            f"{path} is damaged: {name}{NEW_IN} is {new.dtype} {tuple(new.shape)} below {tuple(matrix.shape)}"
        )
    return torch.cat((matrix, new.float()))
