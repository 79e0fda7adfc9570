"""Worked example: the learning rates of pre-training and of fine-tuning."""

from dataclasses import dataclass

from app.worked import text as content
from app.worked.formats import number, scientific
from app.worked.pieces import draw_table, editor, step
from gptcore.worked import given
from gptcore.worked.cells import read_all, read_count, read_number
from gptcore.worked.checks import Check
from gptcore.worked.schedule import Plan, fine_tuning, milestones, pretraining

NAME = "schedule"
DEFAULTS: dict[str, object] = {}
MOST_UPDATES = 10_000_000

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


def checks() -> tuple[Check, ...]:
    """The remarks hold the few figures there are."""
    return ()


@dataclass(frozen=True)
class Inputs:
    """Both runs."""

    long: Plan
    short: Plan


def edit() -> Inputs:
    """The settings of both runs."""
    long = editor(f"{NAME}_pretraining", given.PRETRAINING, fixed=("setting",), title="Pre-training")
    short = editor(f"{NAME}_fine_tuning", given.FINE_TUNING, fixed=("setting",), title="Fine-tuning")
    peak, warmup, steps = read_all(_read, long["number"], long["setting"])
    lower_peak, examples, batch, epochs, share = read_all(_read, short["number"], short["setting"])
    return Inputs(
        pretraining(peak, int(warmup), int(steps)),
        fine_tuning(int(examples), int(batch), int(epochs), lower_peak, share),
    )


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    long, short = inputs.long, inputs.short
    return {"pre-training peak": scientific(long.peak), "fine-tuning peak": scientific(short.peak)}


def show(inputs: Inputs) -> None:
    """The rates at chosen updates."""
    long, short, steps = inputs.long, inputs.short, content.EXAMPLES[NAME].steps
    step(1, steps["pretraining"].format(warmup=f"{long.warmup:,}", steps=f"{long.steps:,}"))
    _rates(long)
    step(2, steps["fine_tuning"].format(warmup=f"{short.warmup:,}", steps=f"{short.steps:,}"))
    _rates(short)
    step(3, steps["ratio"].format(ratio=f"**{number(long.peak / short.peak, 2)}**"))


def _rates(plan: Plan) -> None:
    marks = milestones(plan)
    rates = [plan.rate(mark) for mark in marks]
    draw_table(
        {
            "update": [f"{mark:,}" for mark in marks],
            "learning rate": [scientific(rate) for rate in rates],
            "of the peak": [f"{100 * rate / plan.peak:.1f} %" for rate in rates],
        }
    )


def _read(text: str | None, name: str) -> float:
    """A setting by its name: rates are numbers above 0, a share is at most 1, the others are counts."""
    if name == "peak rate":
        return read_number(text, f"The {name}", 1e-12, 1)
    if name == "warm-up share":
        return read_number(text, f"The {name}", 0, 0.99)
    return read_count(text, f"“{name}”", MOST_UPDATES)
