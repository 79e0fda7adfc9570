"""The tree that beam search grows, and what a length penalty makes of it.

In: nodes, each a token that was looked at. Out: hypotheses, best first. No model is needed: which beginnings are kept
follows from log-probabilities only, so one tree serves every length penalty.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gptcore.decode.sampling import is_finite
from gptcore.errors import InputError

MAX_PENALTY = 10.0
"""Length penalties are from minus this to this."""


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
    node: int
    """Index of its last token in the tree."""


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
    """Whether it was gone on from, or ended a text that was taken for a hypothesis; else it was pruned."""
    finished: bool
    """Whether it is a stop id."""


Tree = tuple[Node, ...]
"""Depth by depth, at each the likeliest text first."""


@dataclass(frozen=True)
class BeamStep:
    """What one more token brought."""

    depth: int
    """Of the nodes: 1 for the first token."""
    nodes: Tree
    """Those that were looked at: the `width` times two likeliest (times one more than there are stop ids, if these are
    several). Their parents are indices into the nodes of all steps."""
    hypotheses: tuple[Hypothesis, ...]
    """The best so far of the texts that have ended, best first; those of the last step are the search's."""


@dataclass(frozen=True)
class Ranking:
    """What is made of a tree with one length penalty."""

    hypotheses: tuple[Hypothesis, ...]
    """At most `width` of them, best first."""
    depth: int
    """Tokens after which the search ends."""


def ranking(tree: Tree, max_new_tokens: int, width: int, length_penalty: float) -> Ranking:
    """What beam search would find with this length penalty, without asking the model again.

    Args:
        tree: all that `grow` gave with the same max_new_tokens and width.

    Raises:
        InputError: the penalty is out of range.
    """
    check_penalty(length_penalty)
    levels = (tuple(nodes) for _, nodes in itertools.groupby(tree, key=lambda node: node.depth))
    *_, last = ranked(levels, max_new_tokens, width, length_penalty)
    return Ranking(last.hypotheses, last.depth)


def followed(tree: Tree, ids: Sequence[int]) -> tuple[int, ...]:
    """The nodes of a text, as far as it was gone on with; the last of them may have been pruned."""
    way: list[int] = []
    nodes = {(node.parent, node.id): index for index, node in enumerate(tree)}
    for token in ids:
        index = nodes.get((way[-1] if way else None, token))
        if index is None:
            break
        way.append(index)
    return tuple(way)


def likeliest(tree: Tree, depth: int) -> int:
    """The node that ends the likeliest text of so many tokens, or ended before, that was kept; the first of equals."""
    ends = [
        index
        for index, node in enumerate(tree)
        if node.kept and (node.depth == depth or (node.finished and node.depth < depth))
    ]
    return max(ends, key=lambda index: tree[index].log_probability)


def text_of(tree: Tree, node: int) -> tuple[int, ...]:
    """The tokens that lead to a node, without the prompt."""
    ids, at = [], tree[node]
    while True:
        ids.append(at.id)
        if at.parent is None:
            return tuple(reversed(ids))
        at = tree[at.parent]


def check_penalty(length_penalty: float) -> None:
    """Raises:
    InputError: it is no number from -MAX_PENALTY to MAX_PENALTY.
    """
    if not is_finite(length_penalty) or abs(length_penalty) > MAX_PENALTY:
        rule = f"a number from {-MAX_PENALTY:g} to {MAX_PENALTY:g}"
        raise InputError(f"length_penalty must be {rule}, not {length_penalty!r}")


def divisor(length: int, length_penalty: float) -> float:
    """What the log-probability of a text of so many new tokens is divided by to be its score."""
    return float(length**length_penalty)


def ranked(levels: Iterable[Tree], max_new_tokens: int, width: int, length_penalty: float) -> Iterator[BeamStep]:
    """Hypotheses beside the tree, up to where transformers stops."""
    tree: Tree = ()
    found: list[Hypothesis] = []
    for depth, nodes in enumerate(levels, start=1):
        by = divisor(depth, length_penalty)
        ended = [i for i, node in enumerate(nodes) if node.kept and (node.finished or depth == max_new_tokens)]
        start, tree = len(tree), tree + nodes
        for i in ended:
            total = nodes[i].log_probability
            found.append(Hypothesis(text_of(tree, start + i), total, nodes[i].finished, total / by, start + i))
        found = sorted(found, key=lambda hypothesis: -hypothesis.score)[:width]
        yield BeamStep(depth, nodes, tuple(found))
        likeliest_open = next((node for node in nodes if node.kept and not node.finished), None)
        full = len(found) == width
        if full and likeliest_open is not None and likeliest_open.log_probability / by <= found[-1].score:
            return
