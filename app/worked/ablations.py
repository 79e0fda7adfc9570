"""Worked example: table 5 of the paper, its means and what each part is worth."""

from dataclasses import dataclass

from app.worked import text as content
from app.worked.formats import number
from app.worked.pieces import draw_table, editor, step
from gptcore.worked import given
from gptcore.worked.ablations import Comparison, compare
from gptcore.worked.cells import read_matrix
from gptcore.worked.checks import ablations as checks

NAME = "ablations"
DEFAULTS: dict[str, object] = {}
VARIANTS = tuple(given.ABLATIONS)[1:]
FULL, AUXILIARY = VARIANTS[0], "no LM loss"

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


@dataclass(frozen=True)
class Inputs:
    """Every variant beside the full model; the full model too."""

    found: dict[str, Comparison]


def edit() -> Inputs:
    """The table's scores."""
    cells = editor(NAME, given.ABLATIONS, fixed=("task",))
    rows = list(zip(*(cells[variant] for variant in VARIANTS), strict=True))
    names = [[f"“{variant}” on {task}" for variant in VARIANTS] for task in given.TASKS]
    columns = dict(zip(VARIANTS, zip(*read_matrix(rows, names), strict=True), strict=True))
    return Inputs({name: compare(columns[FULL], scores) for name, scores in columns.items()})


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    without = inputs.found[AUXILIARY]
    return {"with the auxiliary loss": number(without.full_mean), "without it": number(without.mean)}


def show(inputs: Inputs) -> None:
    """Means, and differences task by task."""
    found, steps = inputs.found, content.EXAMPLES[NAME].steps
    without = found[AUXILIARY]
    step(1, steps["means"])
    draw_table(
        {
            "model": list(found),
            "average": [comparison.mean for comparison in found.values()],
            "lost, points": [comparison.difference for comparison in found.values()],
            "lost, percent": [100 * comparison.relative for comparison in found.values()],
        },
    )
    step(2, steps["tasks"])
    differences = {name: list(found[name].differences) for name in VARIANTS[1:]}
    draw_table({"task": list(given.TASKS), **differences}, digits=1)
    worse = [task for task, value in zip(given.TASKS, without.differences, strict=True) if value > 0]
    step(3, _conclusion(steps["sum"], without.difference, worse))


def _conclusion(sentence: str, difference: float, worse: list[str]) -> str:
    which = "better" if difference < 0 else "worse"
    tasks = ", ".join(worse) if worse else "none"
    return sentence.format(which=which, points=f"**{number(abs(difference))}**", tasks=tasks)
