"""Beam search: the likeliest texts of a length, as far as a few kept beginnings at a time can find them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, overload

import torch

from gptcore.model.gpt import GPT


@dataclass(frozen=True)
class Hypothesis:
    """A text that was found."""

    ids: tuple[int, ...]
    """What was written, without the prompt."""
    log_probability: float
    """The sum over its tokens, in nats."""
    finished: bool
    """Whether it ends with a stop id."""
    score: float
    """What it is ranked by: log_probability / len(ids) ** length_penalty."""


@dataclass(frozen=True)
class Node:
    """A token that was looked at."""

    id: int
    parent: int | None
    """Index of the node before it in the tree; None after the prompt."""
    depth: int
    """1 for the first token."""
    log_probability: float
    """Of the whole text up to here, in nats."""
    token_probability: float
    """Of this token after the one before."""
    kept: bool
    """Whether it was among the `width` that were gone on from, or is finished; else it was pruned."""
    finished: bool


Tree = tuple[Node, ...]


@overload
def beam_search(
    model: GPT,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    width: int,
    length_penalty: float = 0.0,
    stop_ids: Collection[int] = (),
    *,
    record: Literal[False] = False,
) -> list[Hypothesis]: ...


@overload
def beam_search(
    model: GPT,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    width: int,
    length_penalty: float = 0.0,
    stop_ids: Collection[int] = (),
    *,
    record: Literal[True],
) -> tuple[list[Hypothesis], Tree]: ...


def beam_search(
    model: GPT,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    width: int,
    length_penalty: float = 0.0,
    stop_ids: Collection[int] = (),
    *,
    record: bool = False,
) -> list[Hypothesis] | tuple[list[Hypothesis], Tree]:
    """The best `width` continuations that were found, best first."""
    raise NotImplementedError
