"""What we found, in sentences made from the numbers: other numbers make other sentences."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import mean

from gptcore.paper.record import Point, Record

Sentences = list[str]


def found(record: Record) -> Sentences:
    """What the figures of a claim say, a sentence each, plain text; how far seeds differ is always said."""
    return [*_FOUND[record.claim](record), _seeds(record)]


def percent(value: float) -> str:
    """A share from 0 to 1."""
    return f"{100 * value:.1f} %"


def points(value: float) -> str:
    """A difference of shares."""
    return f"{abs(100 * value):.1f} points"


def is_apart(better: Point, worse: Point) -> bool:
    """Whether every seed of one is above every seed of the other."""
    return better.least > worse.most


def _seeds(record: Record) -> str:
    if len(record.seeds) < 2:
        return "One seed only: chance may be behind all of it."
    widest = max((point.most - point.least for point in record.of(_MAIN.get(record.claim, "accuracy"))), default=0.0)
    how = f"{widest:.2f} of the way" if record.claim == "zero-shot" else points(widest)
    return f"Between {len(record.seeds)} seeds of one condition lie at most {how}."


def _pair(record: Record, one: str, other: str, subject: str = "") -> Sentences:
    """Two bars: which is higher, by how much, and whether the seeds bear it out."""
    a, b = record.point("accuracy", one), record.point("accuracy", other)
    values = f"{subject}{one}: {percent(a.mean)} right; {other}: {percent(b.mean)}."
    return [values[0].upper() + values[1:], _verdict(a, b, one, other)]


def _verdict(a: Point, b: Point, one: str, other: str) -> str:
    high, low, better, worse = (a, b, one, other) if a.mean >= b.mean else (b, a, other, one)
    gap = points(high.mean - low.mean)
    if len(high.values) < 2:
        return f"That is {gap} for {better}."
    if is_apart(high, low):
        return f"That is {gap} for {better}, and each of its seeds is above each of {worse}."
    return f"The {gap} between them are no more than chance may do: their seeds overlap."


def _perplexities(record: Record) -> str:
    read = ", ".join(f"{point.mean:.2f} ({point.name})" for point in record.of("perplexity"))
    return f"Perplexity of unseen stories: {read}."


def _no_pretraining(record: Record) -> Sentences:
    return _pair(record, "pre-trained", "from scratch")


def _lstm(record: Record) -> Sentences:
    return [*_pair(record, "Transformer", "LSTM"), _perplexities(record)]


def _auxiliary(record: Record) -> Sentences:
    lines = {line: record.of("accuracy", line) for line in record.lines("accuracy")}
    without, usual = lines["lambda 0"], lines["lambda 0.5"]
    said = []
    for zero, half in zip(without, usual, strict=True):
        gap = half.mean - zero.mean
        word = "better" if gap > 0 else "worse"
        clear = is_apart(half, zero) or is_apart(zero, half)
        sure = "" if clear else ", which chance may do"
        said.append(f"With {zero.x:,.0f} labels lambda 0.5 is {points(gap)} {word} than lambda 0{sure}.")
    gaps = [half.mean - zero.mean for zero, half in zip(without, usual, strict=True)]
    if len(gaps) > 1:
        grows = all(later > earlier for earlier, later in pairwise(gaps))
        said.append(
            "It helps more the more labels there are, as the paper says of its larger tasks."
            if grows and gaps[-1] > 0
            else "That it helps the more, the more labels there are, does not show here."
        )
    return said


def _labels(record: Record) -> Sentences:
    trained, scratch = record.of("accuracy", "pre-trained"), record.of("accuracy", "from scratch")
    gaps = {a.x or 0.0: a.mean - b.mean for a, b in zip(trained, scratch, strict=True)}
    widest = max(gaps, key=lambda x: gaps[x])
    said = [
        f"With {a.x:,.0f} labels {percent(a.mean)} pre-trained, {percent(b.mean)} from scratch."
        for a, b in zip(trained, scratch, strict=True)
    ]
    if gaps[widest] > 0:
        said.append(f"Pre-training is worth most at {widest:,.0f} labels: {points(gaps[widest])}.")
    else:
        said.append("Pre-training is worth nothing at any of these numbers of labels.")
    most = scratch[-1]
    enough = [point for point in trained if point.mean >= most.mean]
    if enough and (enough[0].x or 0) < (most.x or 0):
        said.append(f"{enough[0].x:,.0f} labels after pre-training are as good as {most.x:,.0f} without it.")
    return said


def _along(record: Record, what: str) -> Sentences:
    """Whether a line rises, and from what to what."""
    line = record.of("accuracy")
    first, last = line[0], line[-1]
    said = [f"From {percent(first.mean)} ({what.format(first.x)}) to {percent(last.mean)} ({what.format(last.x)})."]
    steps = [b.mean - a.mean for a, b in pairwise(line)]
    falls = [point.x for point, step in zip(line[1:], steps, strict=True) if step <= 0]
    if not falls:
        said.append("Each step adds something.")
    elif last.mean > first.mean:
        where = ", ".join(what.format(x) for x in falls)
        said.append(f"It rises over all, but not at each step: no more than one before at {where}.")
    else:
        said.append("It does not rise.")
    return said


def _layers(record: Record) -> Sentences:
    return _along(record, "{:g} transferred")


def _top(record: Record) -> Sentences:
    line = record.of("accuracy")
    whole, rest = line[-1], line[:-1]
    best = max(rest, key=lambda point: point.mean)
    said = _along(record, "top {:g}")
    if best.mean >= whole.mean:
        said.append(f"Moving the top {best.x:g} only is as good as moving all: {percent(best.mean)}.")
    else:
        said.append(f"All of them moving is best, by {points(whole.mean - best.mean)} before the top {best.x:g}.")
    return said


def _bars(record: Record) -> Sentences:
    bars = sorted(record.of("accuracy"), key=lambda point: -point.mean)
    read = ", ".join(f"{percent(point.mean)} ({point.name})" for point in bars)
    best, second = bars[:2]
    return [f"Right: {read}.", _verdict(best, second, best.name, second.name), _perplexities(record)]


def _context(record: Record) -> Sentences:
    line = record.of("accuracy")
    best, second = sorted(line, key=lambda point: -point.mean)[:2]
    read = ", ".join(f"{percent(point.mean)} ({point.name})" for point in line)
    said = [f"Right: {read}.", _verdict(best, second, best.name, second.name)]
    lowest = min(record.of("perplexity"), key=lambda point: point.mean)
    return [*said, _perplexities(record), f"The lowest perplexity has {lowest.name}."]


def _zero_shot(record: Record) -> Sentences:
    said = []
    for line in record.lines("normalised"):
        steps = record.of("normalised", line)
        last, right = steps[-1], record.of("accuracy", line)[-1]
        weak = " That is no better than guessing." if last.mean <= 0 else " That is weak." if last.mean < _WEAK else ""
        said.append(f"{line}: {percent(right.mean)} right at the end, {last.mean:.2f} of the way.{weak}")
    pairs = [
        [record.of("normalised", f"{task}, {name}") for name in ("Transformer", "LSTM")] for task in tasks_of(record)
    ]
    both = [(one[-1].mean, other[-1].mean) for one, other in pairs if one and other]
    if both:
        better = sum(one > other for one, other in both)
        said.append(f"The Transformer ends above the LSTM in {better} of {len(both)} tasks.")
    spreads = [
        mean(point.spread for point in record.of("normalised") if point.line.endswith(name) and point.x)
        for name in ("Transformer", "LSTM")
        if any(point.line.endswith(name) for point in record.of("normalised"))
    ]
    if len(spreads) == 2 and len(record.seeds) > 1:
        more = "more" if spreads[1] > spreads[0] else "less"
        said.append(
            f"Between seeds the LSTM varies {more}: {spreads[1]:.2f} on average, the Transformer {spreads[0]:.2f}."
        )
    return said


_WEAK = 0.25
"""Of the way from guessing to the fine-tuned model."""


def tasks_of(record: Record) -> Sequence[str]:
    """Of the zero-shot claim, in the order of its lines."""
    return tuple(dict.fromkeys(line.split(", ")[0] for line in record.lines("normalised")))


def _drift(record: Record) -> Sentences:
    said = []
    for when in ("start", "end"):
        one, other = (_total(record.of("gradients", f"{loss}, {when}")) for loss in ("L2", "0.5 L1"))
        said.append(f"At the {when} L2's gradient is {one:.2g} long over all layers, that of 0.5 L1 {other:.2g}.")
    for chart, what in (("weights", "The weights move"), ("attention", "The attention moves")):
        with_it, without = (mean(p.mean for p in record.of(chart, f"lambda {weight}")) for weight in ("0.5", "0"))
        word = "less" if with_it < without else "more"
        said.append(f"{what} {word} with the auxiliary loss: {percent(with_it)} against {percent(without)} a layer.")
    return said


def _total(line: Sequence[Point]) -> float:
    return float(sum(point.mean**2 for point in line) ** 0.5)


_MAIN = {"zero-shot": "normalised", "drift": "weights"}
"""The chart whose seeds are compared, where it is not the accuracy."""
_FOUND: dict[str, Callable[[Record], Sentences]] = {
    "no-pretraining": _no_pretraining,
    "lstm": _lstm,
    "auxiliary-loss": _auxiliary,
    "labels-needed": _labels,
    "layer-transfer": _layers,
    "top-layers": _top,
    "positions": _bars,
    "activation": _bars,
    "shuffled": _bars,
    "context": _context,
    "zero-shot": _zero_shot,
    "drift": _drift,
}
