"""Worked example: a bigram model with smoothing, counted from a few sentences."""

from dataclasses import dataclass
from itertools import pairwise

import streamlit as st

from app.worked import text as content
from app.worked.formats import number, tex, word
from app.worked.pieces import draw_table, editor, line, named, step
from gptcore.worked import given
from gptcore.worked.bigram import END, START, Bigram, bigram
from gptcore.worked.cells import read_number
from gptcore.worked.checks import Check
from gptcore.worked.likelihood import Likelihood, likelihood

NAME = "bigram"
SMOOTHING, PATH = "worked_bigram_smoothing", "worked_bigram_path"
DEFAULTS = {SMOOTHING: given.SMOOTHING, PATH: given.BIGRAM_PATH}

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


def checks() -> tuple[Check, ...]:
    """The snippet prints no figure."""
    return ()


@dataclass(frozen=True)
class Inputs:
    """What a learner set, and what follows."""

    model: Bigram
    path: tuple[str, ...]
    found: Likelihood


def edit() -> Inputs:
    """The corpus, the smoothing and a sentence to score."""
    cells = editor(NAME, given.BIGRAM_SENTENCES, words=("sentence",))
    smoothing = line(SMOOTHING, "Added to every count", given.SMOOTHING)
    path = line(PATH, "A sentence to score", given.BIGRAM_PATH)
    model = bigram([sentence.split() for sentence in cells["sentence"]], read_number(smoothing, "The smoothing", 0))
    words = tuple(path.split())
    return Inputs(model, (START, *words, END), likelihood(model.sentence(words)))


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    found = inputs.found
    return {"P(sentence)": number(found.probability, 4), "once in": number(found.one_in, 0)}


def show(inputs: Inputs) -> None:
    """The table of probabilities, and the product along a path."""
    model, found, steps = inputs.model, inputs.found, content.EXAMPLES[NAME].steps
    product = found.probability
    step(1, steps["count"].format(smoothing=f"{model.smoothing:g}"))
    rows = {word(token): [row[i] for row in model.probabilities] for i, token in enumerate(model.vocabulary)}
    draw_table({"after": named(model.vocabulary), **rows}, digits=2)
    step(2, steps["path"])
    pairs = list(pairwise(inputs.path))
    draw_table(
        {
            "after": named([previous for previous, _ in pairs]),
            "comes": named([following for _, following in pairs]),
            "count + smoothing": [model.smoothed(*pair) for pair in pairs],
            "divided by": [model.total(previous) for previous, _ in pairs],
            "P": list(found.probabilities),
        }
    )
    factors = r" \cdot ".join(tex(p) for p in found.probabilities)
    st.latex(rf"{factors} = \mathbf{{{tex(product, 4)}}}")
    if not product:
        st.warning(content.NEVER_SEEN)
