"""One share of a softmax: e to a score over the sum of e to each score, the largest taken off all of them first."""

from collections.abc import Sequence

import numpy as np

from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation
from gptcore.provenance.look import Line, Look
from gptcore.provenance.sums import shortened, told


def share(
    look: Look,
    cell: Cell,
    value: float,
    scores: Line,
    own: int,
    *,
    letter: str = "j",
    temperature: float = 1.0,
    kept: np.ndarray | None = None,
    sources: Sequence[Cell] = (),
    whole: str = "",
    note: str = "",
) -> Explanation:
    """How a share comes about. Its terms are the powers of e that are added up below the line.

    Args:
        scores: of one axis.
        own: which of them the share is of.
        letter: that counts them in the formula.
        temperature: that they are divided by.
        kept: places of those that the sum is over, ascending; None for all.
        sources: where else they are drawn.
        whole: how the softmax as a whole is written, to begin the formula with.
    """
    kept = np.arange(scores.values.size) if kept is None else kept
    highest = float(scores.values[kept].max())
    with np.errstate(over="ignore"):  # of a tiny temperature
        powers = np.exp((scores.values[kept] - highest) / temperature)
    place = int(np.searchsorted(kept, own))
    total = shortened(powers, look.most, must=place)
    divided = "" if temperature == 1 else f" / {temperature:g}"
    label = f"e^(({{}} − max){divided})" if divided else "e^({} − max)"
    terms = [look.term(scores.cell(int(kept[i])), powers[i], label) for i in total.listed]
    above, among = look.tex(scores.cell(own)), look.tex(scores.pattern)
    formula = _fraction(_power(f"{above} - max", divided), rf"\sum_{{{letter}}} {_power(f'{among} - max', divided)}")
    filled = _power(f"{latex.number(float(scores.values[own]))} - {latex.signed(highest)}", divided)
    sizes = latex.number(float(powers[place])), latex.number(float(powers.sum()))
    return told(
        look,
        cell,
        value,
        f"{whole} = {formula}" if whole else formula,
        f"{_fraction(filled, total.tex)} = {_fraction(*sizes)}",
        terms,
        parents=list(scores.cells()) if kept.size == scores.values.size else [scores.cell(int(i)) for i in kept],
        sources=(scores.pattern, *sources),
        rest=total.rest,
        n_rest=total.n_rest,
        note=note,
    )


def _power(exponent: str, divided: str) -> str:
    exponent = exponent.replace("max", r"\max")
    return f"e^{{({exponent}){divided}}}" if divided else f"e^{{{exponent}}}"


def _fraction(above: str, below: str) -> str:
    return rf"\dfrac{{{above}}}{{{below}}}"
