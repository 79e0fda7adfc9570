"""Writing by hand: a tree of everything that was tried after a prompt, and the place in it where one stands.

Pure values: each act gives a new tree and leaves the old one as it was. Taking another token after a rewind begins a
branch; nothing is lost but what is deleted. It knows no model: whoever draws gives the logits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from gptcore.decode.sampling import Distribution, check_sampling_settings, distribution, draw
from gptcore.errors import InputError

MOST_TRIED = 200
"""Tokens in one tree."""
MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Sampling:
    """How a token is drawn; see gptcore.decode.sampling."""

    seed: int = 0
    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None

    def __post_init__(self) -> None:
        """Raises:
        InputError: a setting is out of range.
        """
        check_sampling_settings(self.temperature, self.top_k, self.top_p)
        if type(self.seed) is not int or not 0 <= self.seed <= MOST_SEED:
            raise InputError(f"a seed must be a whole number from 0 to {MOST_SEED:,}, not {self.seed!r}")

    def of(self, logits: np.ndarray) -> Distribution:
        """What is drawn from, (V,) logits in."""
        return distribution(logits, self.temperature, self.top_k, self.top_p)

    def number(self, nth: int) -> float:
        """The nth random number that the seed gives, counted from 0: what decides the nth draw of a text."""
        generator = torch.Generator().manual_seed(self.seed)
        numbers = [float(torch.rand((), generator=generator, dtype=torch.float64)) for _ in range(nth + 1)]
        return numbers[-1]


@dataclass(frozen=True)
class Choice:
    """How a token came to be chosen."""

    by: str
    """"forced": the writer's own; "likeliest": the largest logit; "drawn": by chance."""
    sampling: Sampling | None = None
    """Of what was drawn."""
    used_number: bool = False
    """Whether a random number decided: not where a single token was left to draw from."""


FORCED, LIKELIEST = Choice("forced"), Choice("likeliest")


@dataclass(frozen=True)
class Node:
    """A token that was tried."""

    id: int
    parent: int | None
    """Index of the node before it; None directly after the prompt."""
    choice: Choice = FORCED


@dataclass(frozen=True)
class ByHand:
    """A tree of tries. Every node stands behind its parent."""

    nodes: tuple[Node, ...] = ()
    at: int | None = None
    """The node that was written last on the line that is read now; None: the prompt alone."""

    def __post_init__(self) -> None:
        """Raises:
        InputError: too many nodes, a parent that does not stand before its node, the same token twice after one
            node, or a place that is none.
        """
        if len(self.nodes) > MOST_TRIED:
            raise InputError(
                f"{MOST_TRIED} tokens have been tried, which is all there is room for: delete a branch or start anew"
            )
        for index, node in enumerate(self.nodes):
            if node.parent is not None and not 0 <= node.parent < index:
                raise InputError(f"token {index} of the tree has no place in it: its parent is {node.parent}")
        if len({(node.parent, node.id) for node in self.nodes}) < len(self.nodes):
            raise InputError("a token is tried twice at one place of the tree")
        if self.at is not None and not 0 <= self.at < len(self.nodes):
            raise InputError(f"there is no token {self.at} in a tree of {len(self.nodes)}")

    # ---- reading -----------------------------------------------------------------------------------------------------

    def path(self, node: int | None) -> tuple[int, ...]:
        """Indices of the nodes from the first written token to this one; none for the prompt."""
        way = []
        while node is not None:
            way.append(node)
            node = self.nodes[node].parent
        return tuple(reversed(way))

    def written(self, node: int | None) -> tuple[int, ...]:
        """The token ids after the prompt, up to a node."""
        return tuple(self.nodes[step].id for step in self.path(node))

    def children(self, node: int | None) -> tuple[int, ...]:
        """What was tried after a node, in the order of trying."""
        return tuple(index for index, other in enumerate(self.nodes) if other.parent == node)

    def leaves(self) -> tuple[int, ...]:
        """The ends of all branches, neighbours in the tree side by side."""
        return tuple(self._leaves_below(None)) if self.nodes else ()

    def draws_before(self, node: int | None) -> int:
        """Random numbers that were used on the way to a node, its own included."""
        return sum(self.nodes[step].choice.used_number for step in self.path(node))

    # ---- acting ------------------------------------------------------------------------------------------------------

    def take(self, token: int, choice: Choice = FORCED) -> "ByHand":
        """Writes a token after the place where one stands, and goes there; one that was tried there keeps its choice.

        Raises:
            InputError: the tree is full.
        """
        for child in self.children(self.at):
            if self.nodes[child].id == token:
                return replace(self, at=child)
        return ByHand((*self.nodes, Node(token, self.at, choice)), len(self.nodes))

    def force(self, tokens: Sequence[int]) -> "ByHand":
        """Takes the writer's own tokens, one after another.

        Raises:
            InputError: the tree is full.
        """
        tree = self
        for token in tokens:
            tree = tree.take(token)
        return tree

    def likeliest(self, logits: np.ndarray) -> "ByHand":
        """Takes the token with the largest logit, (V,)."""
        return self.take(int(logits.argmax()), LIKELIEST)

    def draw(self, logits: np.ndarray, sampling: Sampling) -> "ByHand":
        """Draws a token from the model's logits, (V,).

        The nth draw of a text takes the seed's nth number, as `generate` does: drawing on and on from a prompt writes
        the very text that `generate` writes with the same settings and a generator of that seed.

        Raises:
            InputError: the tree is full.
        """
        generator = torch.Generator().manual_seed(sampling.seed)
        for _ in range(self.draws_before(self.at)):
            torch.rand((), generator=generator, dtype=torch.float64)
        drawn = draw(sampling.of(logits), None if sampling.temperature == 0 else generator)
        return self.take(drawn.id, Choice("drawn", sampling, drawn.uniform is not None))

    def rewind(self, n: int = 1) -> "ByHand":
        """Goes back by so many tokens, at most to the prompt; what was written stays in the tree."""
        way = self.path(self.at)
        return replace(self, at=way[-n - 1] if n < len(way) else None) if n > 0 else self

    def go_to(self, node: int | None) -> "ByHand":
        """Stands at another node; None is the prompt.

        Raises:
            InputError: there is no such node.
        """
        return replace(self, at=node)

    def without(self, node: int) -> "ByHand":
        """The tree without a node and all that was written after it; who stood there stands before it then.

        Raises:
            InputError: there is no such node.
        """
        if not 0 <= node < len(self.nodes):
            raise InputError(f"there is no token {node} in a tree of {len(self.nodes)}")
        gone = {node}
        for index, other in enumerate(self.nodes):
            if other.parent in gone:
                gone.add(index)
        kept = [index for index in range(len(self.nodes)) if index not in gone]
        new: dict[int | None, int | None] = {None: None, **{old: at for at, old in enumerate(kept)}}
        nodes = tuple(replace(self.nodes[old], parent=new[self.nodes[old].parent]) for old in kept)
        return ByHand(nodes, new[self.nodes[node].parent if self.at in gone else self.at])

    def branch_start(self, leaf: int) -> int:
        """The first node that a leaf shares with no other leaf: what to delete, so that this branch alone is gone."""
        start = leaf
        for step in reversed(self.path(leaf)[:-1]):
            if len(self.children(step)) > 1:
                break
            start = step
        return start

    def _leaves_below(self, node: int | None) -> Iterator[int]:
        waiting = [*reversed(self.children(node))]
        while waiting:
            below = self.children(step := waiting.pop())
            if below:
                waiting += reversed(below)
            else:
                yield step
