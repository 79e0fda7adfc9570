"""Worked example: a bigram model with smoothing, counted from a few sentences, and sentences drawn from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import streamlit as st

from app.worked import text as content
from app.worked.formats import number, tex, word
from app.worked.pieces import draw_table, editor, line, named, step
from gptcore.worked import given
from gptcore.worked.bigram import END, MOST_SAMPLED, START, Bigram, bigram, sample
from gptcore.worked.cells import read_number
from gptcore.worked.checks import Check
from gptcore.worked.likelihood import Likelihood, likelihood

NAME = "bigram"
SMOOTHING, PATH, SEED = "worked_bigram_smoothing", "worked_bigram_path", "worked_bigram_seed"
_TEXTS_SEED = 42
_DRAWN = 8
"""Sentences that are drawn."""
DEFAULTS = {SMOOTHING: given.SMOOTHING, PATH: given.BIGRAM_PATH, SEED: _TEXTS_SEED}

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


def checks() -> tuple[Check, ...]:
    """The snippet prints no figure."""
    return ()


@dataclass(frozen=True)
class Inputs:
    """What a learner set, and what follows."""

    model: Bigram
    sentences: tuple[str, ...]
    path: tuple[str, ...]
    found: Likelihood
    seed: int


def edit() -> Inputs:
    """The corpus, the smoothing and a sentence to score."""
    cells = editor(NAME, given.BIGRAM_SENTENCES, words=("sentence",))
    smoothing = line(SMOOTHING, "Added to every count", given.SMOOTHING)
    path = line(PATH, "A sentence to score", given.BIGRAM_PATH)
    seed = st.number_input(
        content.SEED, 0, 2**31 - 1, _TEXTS_SEED, key=SEED, help=content.SEED_HELP, persist_state="session", width=160
    )
    model = bigram([sentence.split() for sentence in cells["sentence"]], read_number(smoothing, "The smoothing", 0))
    words = tuple(path.split())
    found = likelihood(model.sentence(words))
    return Inputs(model, tuple(filter(None, cells["sentence"])), (START, *words, END), found, seed)


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
    _show_samples(inputs, steps)


def _show_samples(inputs: Inputs, steps: Mapping[str, str]) -> None:
    """How the first sentence is drawn, and some more; then the lines of numpy that draw the same."""
    generator = np.random.default_rng(inputs.seed)
    drawn = [sample(inputs.model, generator) for _ in range(_DRAWN)]
    step(3, steps["sample"])
    draw_table(
        {
            "after": named([draw.previous for draw in drawn[0]]),
            "random number": [draw.uniform for draw in drawn[0]],
            "share": [f"{number(draw.low)} to {number(draw.low + draw.probability)}" for draw in drawn[0]],
            "comes": named([draw.word for draw in drawn[0]]),
        }
    )
    step(4, steps["more"].format(count=_DRAWN))
    draw_table(
        {
            "sentence": named([" ".join(draw.word for draw in draws) for draws in drawn]),
            "P": [likelihood([draw.probability for draw in draws]).probability for draws in drawn],
        },
        digits=4,
    )
    with st.expander(content.NUMPY):
        st.code(numpy_lines(inputs), language="python")


def numpy_lines(inputs: Inputs) -> str:
    """Lines that count, smooth and draw the same sentences with numpy alone."""
    return f"""\
import numpy as np

words = {list(inputs.model.vocabulary)!r}
sentences = {[_words(sentence) for sentence in inputs.sentences]!r}

counts = np.full((len(words), len(words)), {inputs.model.smoothing!r})
for sentence in sentences:
    path = [words.index(word) for word in ["[START]", *sentence, "[END]"]]
    for previous, following in zip(path, path[1:]):
        counts[previous, following] += 1
totals = counts.sum(axis=1, keepdims=True)
P = counts / np.where(totals > 0, totals, 1)

rng = np.random.default_rng({inputs.seed})
for _ in range({_DRAWN}):
    path = ["[START]"]
    while path[-1] != "[END]" and len(path) <= {MOST_SAMPLED}:
        ends = np.cumsum(P[words.index(path[-1])])
        path.append(words[min(np.searchsorted(ends, rng.random(), side="right"), len(words) - 1)])
    print(" ".join(path[1:]))
"""


def _words(sentence: str) -> list[str]:
    """Without marks that somebody typed, which every sentence gets anyway."""
    return [word for word in sentence.split() if word not in (START, END)]
