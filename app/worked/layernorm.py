"""Worked example: LayerNorm of one row, and GELU in both forms."""

from dataclasses import dataclass

from app.worked import text as content
from app.worked.formats import factor, number, tex
from app.worked.pieces import draw_table, editor, step
from gptcore.worked import given
from gptcore.worked.cells import read_matrix
from gptcore.worked.checks import Check
from gptcore.worked.layernorm import LayerNorm, gelu_exact, gelu_tanh, layer_norm

NAME = "norm"
DEFAULTS: dict[str, object] = {}
_COLUMNS = ("x", "gain", "bias")

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


def checks() -> tuple[Check, ...]:
    """The exercise prints no figure."""
    return ()


@dataclass(frozen=True)
class Inputs:
    """What a learner set, and what follows."""

    row: tuple[float, ...]
    found: LayerNorm


def edit() -> Inputs:
    """The row, the gain and the bias."""
    cells = editor(NAME, given.NORM, fixed=("dimension",))
    rows = list(zip(*(cells[column] for column in _COLUMNS), strict=True))
    names = [[f"{column} of dimension {dimension}" for column in _COLUMNS] for dimension in cells["dimension"]]
    row, gain, bias = zip(*read_matrix(rows, names), strict=True)
    return Inputs(row, layer_norm(row, gain, bias, given.NORM_EPS))


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    return {"mean": number(inputs.found.mean), "variance": number(inputs.found.variance)}


def show(inputs: Inputs) -> None:
    """The stages of LayerNorm, and GELU of its output."""
    row, found, steps = inputs.row, inputs.found, content.EXAMPLES[NAME].steps
    count = len(row)
    share = rf"\tfrac{{1}}{{{count}}}"
    step(
        1,
        steps["mean"],
        rf"\mu = {share} ({' + '.join(factor(x) for x in row)}) = {tex(found.mean)}",
        rf"\sigma^2 = {share} \textstyle\sum (x - \mu)^2 = {tex(found.variance)}",
    )
    step(2, steps["scale"])
    dimensions = [str(i + 1) for i in range(count)]
    draw_table(
        {
            "no.": dimensions,
            "x": list(row),
            "x − μ": list(found.deviations),
            "squared": list(found.squares),
            "÷ σ": list(found.normalised),
            "output": list(found.output),
        }
    )
    step(3, steps["gelu"])
    draw_table(
        {
            "no.": dimensions,
            "LayerNorm": list(found.output),
            "GELU, tanh": [gelu_tanh(x) for x in found.output],
            "GELU, exact": [gelu_exact(x) for x in found.output],
        },
        digits=4,
    )
