"""Whether a claim holds in our figures, in a word and a line, both made from the numbers.

A difference counts where every seed of one side is above every seed of the other (found.is_apart).
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean
from typing import Literal

from gptcore.paper.found import is_apart, points, tasks_of
from gptcore.paper.record import Point, Record

Kind = Literal["holds", "in part", "fails", "unclear", "unmeasured"]


@dataclass(frozen=True)
class Verdict:
    """What our figures make of a claim."""

    kind: Kind
    line: str
    """Why, in a few words; plain text."""


def verdict(record: Record | None) -> Verdict:
    """Of a claim's figures; one seed settles nothing."""
    if record is None:
        return Verdict("unmeasured", "")
    if len(record.seeds) < 2:
        return Verdict("unclear", "one seed only")
    return _VERDICTS[record.claim](record)


def _pair(record: Record, one: str, other: str) -> Verdict:
    return _between(record.point("accuracy", one), record.point("accuracy", other))


def _between(one: Point, other: Point) -> Verdict:
    """Whether one is clearly above the other."""
    gap = points(one.mean - other.mean)
    if is_apart(one, other):
        return Verdict("holds", f"{gap} better")
    if is_apart(other, one):
        return Verdict("fails", f"{gap} worse")
    return Verdict("unclear", f"{gap} apart, seeds overlap")


def _no_pretraining(record: Record) -> Verdict:
    return _pair(record, "pre-trained", "from scratch")


def _lstm(record: Record) -> Verdict:
    return _pair(record, "Transformer", "LSTM")


def _shuffled(record: Record) -> Verdict:
    return _pair(record, "whole stories", "shuffled sentences")


def _auxiliary(record: Record) -> Verdict:
    """Better with the most labels, and not with the fewest."""
    without, usual = record.of("accuracy", "lambda 0"), record.of("accuracy", "lambda 0.5")
    many, few = _between(usual[-1], without[-1]), _between(usual[0], without[0])
    line = f"{many.line} with {usual[-1].x:,.0f} labels"
    if many.kind != "holds":
        return Verdict(many.kind, line)
    return Verdict("in part", "better with few labels, too") if few.kind == "holds" else Verdict("holds", line)


def _labels(record: Record) -> Verdict:
    """Fewer labels after pre-training reach what all reach without."""
    trained, scratch = record.of("accuracy", "pre-trained"), record.of("accuracy", "from scratch")
    enough = [point for point in trained[:-1] if point.mean >= scratch[-1].mean]
    if enough:
        return Verdict("holds", f"{enough[0].x:,.0f} labels as good as {scratch[-1].x:,.0f} without")
    ahead = [one for one, other in zip(trained, scratch, strict=True) if is_apart(one, other)]
    if ahead:
        return Verdict("in part", f"ahead with {len(ahead)} of {len(trained)} numbers of labels")
    return Verdict("fails", "no number of labels shows a clear gap")


def _layers(record: Record) -> Verdict:
    """Each block adds something, and all of them clearly."""
    line = record.of("accuracy")
    whole = _between(line[-1], line[0])
    if whole.kind != "holds":
        return whole
    if all(later.mean > earlier.mean for earlier, later in pairwise(line)):
        return Verdict("holds", f"{whole.line} than the embeddings alone")
    return Verdict("in part", f"{whole.line} with all, but not at each step")


def _top(record: Record) -> Verdict:
    *rest, whole = record.of("accuracy")
    best = max(rest, key=lambda point: point.mean)
    found = _between(whole, best)
    if found.kind == "holds":
        return Verdict("holds", f"all of them {found.line} than the top {best.x:g}")
    if found.kind == "fails":
        return Verdict("fails", f"the top {best.x:g} do better")
    return Verdict("unclear", f"the top {best.x:g} do as well")


def _choice(record: Record) -> Verdict:
    """The paper's choice, which comes first, against the best of the others."""
    chosen, *others = record.of("accuracy")
    best = max(others, key=lambda point: point.mean)
    found = _between(chosen, best)
    return Verdict(found.kind, f"{chosen.name} {found.line}" + (f" than {best.name}" * (found.kind != "unclear")))


def _context(record: Record) -> Verdict:
    line = record.of("accuracy")
    found = _between(line[-1], line[0])
    than = f" with {line[-1].x:g} tokens than with {line[0].x:g}" if found.kind != "unclear" else ""
    return Verdict(found.kind, found.line + than)


def _zero_shot(record: Record) -> Verdict:
    """Answers get better on the way, and the Transformer's more so, in most tasks."""
    tasks = tasks_of(record)
    ends = {
        (task, name): (steps[0], steps[-1])
        for task in tasks
        for name in ("Transformer", "LSTM")
        if (steps := record.of("normalised", f"{task}, {name}"))
    }
    pairs = {task: (ends[task, "Transformer"], ends[task, "LSTM"]) for task in tasks if (task, "LSTM") in ends}
    learnt = sum(last.mean > first.mean and last.least > 0 for (first, last), _ in pairs.values())
    ahead = sum(one.mean > other.mean for (_, one), (_, other) in pairs.values())
    line = f"learns {learnt} of {len(pairs)}, ahead of the LSTM in {ahead}"
    holding = [2 * count > len(pairs) for count in (learnt, ahead)]
    return Verdict("holds" if all(holding) else "in part" if any(holding) else "fails", line)


def _drift(record: Record) -> Verdict:
    """Both weights and attention move less with the auxiliary loss, over all layers."""
    nearer = [
        what
        for chart, what in (("weights", "weights"), ("attention", "attention"))
        if _mean(record, chart, "lambda 0.5") < _mean(record, chart, "lambda 0")
    ]
    line = f"less: {' and '.join(nearer)}" if nearer else "neither weights nor attention move less"
    return Verdict("holds" if len(nearer) == 2 else "in part" if nearer else "fails", line)


def _mean(record: Record, chart: str, line: str) -> float:
    return mean(point.mean for point in record.of(chart, line))


_VERDICTS: dict[str, Callable[[Record], Verdict]] = {
    "no-pretraining": _no_pretraining,
    "lstm": _lstm,
    "auxiliary-loss": _auxiliary,
    "labels-needed": _labels,
    "layer-transfer": _layers,
    "top-layers": _top,
    "positions": _choice,
    "activation": _choice,
    "shuffled": _shuffled,
    "context": _context,
    "zero-shot": _zero_shot,
    "drift": _drift,
}
