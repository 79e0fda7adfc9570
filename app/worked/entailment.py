"""Worked example: the row of an entailment pair, counted."""

from dataclasses import dataclass

from app.worked import text as content
from app.worked.pieces import line, step
from app.worked.tokens import draw_rows
from gptcore.worked import given
from gptcore.worked.checks import entailment as checks
from gptcore.worked.rows import Token, row

NAME = "entailment"
PREMISE, HYPOTHESIS = "worked_entailment_premise", "worked_entailment_hypothesis"
DEFAULTS = {PREMISE: given.PREMISE, HYPOTHESIS: given.HYPOTHESIS}

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


@dataclass(frozen=True)
class Inputs:
    """What follows from a learner's two texts."""

    tokens: tuple[Token, ...]


def edit() -> Inputs:
    """The two sentences."""
    premise = line(PREMISE, "Premise", given.PREMISE)
    hypothesis = line(HYPOTHESIS, "Hypothesis", given.HYPOTHESIS)
    return Inputs(row([premise, hypothesis], ["The premise", "The hypothesis"]))


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    count = len(inputs.tokens)
    return {"tokens": f"{count}", "[Extract] at position": f"{count - 1}"}


def show(inputs: Inputs) -> None:
    """The row and its count."""
    tokens, steps = inputs.tokens, content.EXAMPLES[NAME].steps
    last = len(tokens) - 1
    draw_rows({"": tokens}, title=content.ROW_TITLE, note=content.ROW_NOTE)
    premise, hypothesis = (sum(token.part == part for token in tokens) for part in (0, 1))
    step(1, steps["row"])
    counted = steps["count"].format(premise=premise, hypothesis=hypothesis)
    step(2, counted, rf"1 + {premise} + 1 + {hypothesis} + 1 = \mathbf{{{len(tokens)}}}")
    step(3, steps["extract"].format(extract=f"**{last}**"), rf"{len(tokens)} - 1 = {last}")
