"""Worked example: the three rows of a question with three answers, and the softmax over their scores."""

from dataclasses import dataclass

from app.worked import text as content
from app.worked.formats import number, word
from app.worked.pieces import Columns, draw_bars, draw_table, editor, line, named, step
from app.worked.tokens import draw_rows
from gptcore.worked import given
from gptcore.worked.cells import read_all, read_number
from gptcore.worked.checks import Check
from gptcore.worked.rows import Token, choice_rows, letter
from gptcore.worked.scores import Softmax, softmax

NAME = "choices"
DOCUMENT, QUESTION = "worked_choices_document", "worked_choices_question"
DEFAULTS = {DOCUMENT: given.DOCUMENT, QUESTION: given.QUESTION}

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


def checks() -> tuple[Check, ...]:
    """The exercise prints no figure."""
    return ()


@dataclass(frozen=True)
class Inputs:
    """What a learner set, and what follows."""

    answers: tuple[str, ...]
    rows: tuple[tuple[Token, ...], ...]
    found: Softmax


def edit() -> Inputs:
    """Document, question, and the answers with their scores."""
    document = line(DOCUMENT, "Document", given.DOCUMENT)
    question = line(QUESTION, "Question", given.QUESTION)
    cells = editor(NAME, given.ANSWERS, words=("answer",))
    answers = cells["answer"]
    rows = choice_rows(document, question, answers)
    scores = read_all(read_number, cells["score"], [f"The score of answer {letter(i)}" for i in range(len(answers))])
    return Inputs(answers, rows, softmax(scores))


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    best = inputs.found.order[0]
    return {"answer": word(inputs.answers[best]), "P": number(inputs.found.probabilities[best])}


def show(inputs: Inputs) -> None:
    """The rows, and the answers' probabilities."""
    found, steps = inputs.found, content.EXAMPLES[NAME].steps
    draw_bars(NAME, "Which answer?", inputs.answers, found.probabilities)
    step(1, steps["rows"])
    names = (f"Answer {letter(i)}: {len(row)} tokens" for i, row in enumerate(inputs.rows))
    draw_rows(dict(zip(names, inputs.rows, strict=True)), title=content.ROWS_TITLE, note=content.ROW_NOTE)
    step(2, steps["scores"])
    columns: Columns = {
        "answer": named(inputs.answers),
        "score": list(found.logits),
        "e^score": list(found.exponentials),
        "P": list(found.probabilities),
    }
    draw_table(columns, strong=found.order[0])
    sums = f"The exponentials sum to {number(found.total)}, the probabilities to {number(sum(found.probabilities))}."
    step(3, f"{steps['softmax']} {sums}")
