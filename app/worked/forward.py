"""Worked example: the forward pass of "I love cats", from embeddings to the next token."""

from dataclasses import dataclass

import streamlit as st

from app.worked import text as content
from app.worked.formats import number, word
from app.worked.pieces import draw_bars, draw_products, draw_table, editor, named, step
from gptcore.worked import given
from gptcore.worked.cells import read_matrix
from gptcore.worked.checks import forward as checks
from gptcore.worked.given import Table
from gptcore.worked.scores import Softmax, embed, softmax, times_rows

NAME = "forward"
ROW = "worked_forward_row"
DEFAULTS = {ROW: 2}
WORDS = given.VOCABULARY
_SENTENCE: Table = {
    "position": given.POSITION_TABLE["position"],
    "token": tuple(WORDS[row] for row in given.SENTENCE),
    **{column: given.POSITION_TABLE[column] for column in given.DIMENSIONS},
}

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


@dataclass(frozen=True)
class Inputs:
    """What a learner set, and what follows."""

    sentence: tuple[str, ...]
    tokens: tuple[tuple[float, ...], ...]
    positions: tuple[tuple[float, ...], ...]
    start: tuple[tuple[float, ...], ...]
    """h_0."""
    row: int
    """The position whose next token is predicted."""
    state: tuple[float, ...]
    """Its row of h_1."""
    found: Softmax


def edit() -> Inputs:
    """W_e, W_p with the sentence, h_1, and which of its rows is read."""
    tokens = editor(
        f"{NAME}_tokens", given.TOKEN_TABLE, words=("token",), fixed=("token",), title="$W_e$: a row per token"
    )
    sentence = editor(
        f"{NAME}_positions",
        _SENTENCE,
        fixed=("position",),
        choices={"token": WORDS},
        title="The sentence, and $W_p$: a row per position",
    )
    block = editor(f"{NAME}_block", given.AFTER_BLOCK, fixed=("position",), title="$h_1$: what the block gives out")
    row = st.segmented_control(
        "Predict what follows position", [0, 1, 2], default=2, key=ROW, required=True, persist_state="session"
    )
    token_rows = _matrix(tokens, [f"W_e of “{token}”" for token in WORDS])
    position_rows = _matrix(sentence, [f"W_p of position {p}" for p in sentence["position"]])
    block_rows = _matrix(block, [f"h_1 at position {p}" for p in block["position"]])
    ids = [WORDS.index(token) if token in WORDS else 0 for token in sentence["token"]]
    start = embed(ids, token_rows, position_rows)
    found = softmax(times_rows(block_rows[row], token_rows))
    return Inputs(tuple(WORDS[i] for i in ids), token_rows, position_rows, start, row, block_rows[row], found)


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    best = inputs.found.order[0]
    return {"next token": word(WORDS[best]), "P": number(inputs.found.probabilities[best])}


def show(inputs: Inputs) -> None:
    """The steps."""
    found, steps = inputs.found, content.EXAMPLES[NAME].steps
    read = " ".join(inputs.sentence[: inputs.row + 1])
    draw_bars(NAME, f"What comes after “{read}”?", WORDS, found.probabilities)
    step(1, steps["embed"])
    columns = {f"{i + 1}": [row[i] for row in inputs.start] for i in range(len(inputs.state))}
    draw_table({"h₀": named(inputs.sentence), **columns}, digits=2)
    step(2, steps["scores"].format(row=inputs.row))
    draw_products("token", WORDS, inputs.state, inputs.tokens, found.logits)
    step(3, steps["softmax"].format(total=number(found.total), sum=number(sum(found.probabilities))))
    best = found.order[0]
    draw_table(
        {
            "token": named(WORDS),
            "score": list(found.logits),
            "e^score": list(found.exponentials),
            "P": list(found.probabilities),
        },
        strong=best,
    )
    step(4, steps["answer"].format(best=word(WORDS[best]), probability=number(found.probabilities[best])))


def _matrix(cells: Table, names: list[str]) -> tuple[tuple[float, ...], ...]:
    rows = list(zip(*(cells[dimension] for dimension in given.DIMENSIONS), strict=True))
    return read_matrix(rows, [[f"{name}, number {dimension}," for dimension in given.DIMENSIONS] for name in names])
