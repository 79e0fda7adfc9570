"""What becomes of a GPT without its causal mask: the same weights read the same texts, and every token looks at all.

Two questions that are easily mixed up. Read whole, each next token stands in plain sight of the state that is to
predict it (`square`). Read only up to there, nothing is given away, but all earlier states still look ahead among
themselves (`square_so_far`). In training no state ever had a later one to look at.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gptcore.checkpoints.checkpoint import TextModel
from gptcore.errors import InputError
from gptcore.measures import TokenScores, token_scores
from gptcore.model.intervention import lift_mask
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel
from gptcore.places import ASSETS
from gptcore.trace.trace import run_trace

SENTENCES = ASSETS / "bert" / "sentences.txt"
"""Sentences of ours, one a line."""
MOST_TOKENS = 20_000
"""Of all texts together: each token costs a pass of its own."""


@dataclass(frozen=True)
class LookAhead:
    """One text read with the mask and without it; arrays are (T - 1,), entry i belongs to token i + 1."""

    triangle: TokenScores
    """As the model was trained."""
    square: TokenScores
    """One pass over the whole text without the mask: each state sees the very token that it is asked for."""
    square_so_far: np.ndarray
    """Log-probabilities where each token is predicted from what stands before it alone, read without the mask."""
    hits: tuple[int, int]
    """How often the likeliest next token is the right one, with the mask and without it."""
    ahead: float
    """The share of attention that goes to later tokens without the mask, over all layers, heads and tokens."""


def look_ahead(
    model: LanguageModel, ids: Sequence[int] | np.ndarray, pause: Callable[[], None] = lambda: None
) -> LookAhead:
    """Reads a text both ways.

    Args:
        ids: (T,), at least two tokens, at most as many as the context holds.
        pause: called between passes; what it raises ends the work.

    Raises:
        InputError: too few or too many tokens, or the model is no GPT: a peer or a masked one.
    """
    model = as_gpt(model)
    text = np.asarray(ids)
    if not 2 <= len(text) <= model.config.n_positions:
        raise InputError(f"{len(text)} tokens, where 2 to {model.config.n_positions} can be read both ways")
    with_mask = run_trace(model, text, ("logits",), pause=pause).part("logits")
    whole = run_trace(model, text, ("logits", "attention"), pause=pause, interventions=[lift_mask()])
    without, so_far = whole.part("logits"), []
    for end in range(1, len(text)):
        pause()
        last = run_trace(model, text[:end], ("logits",), interventions=[lift_mask()]).part("logits")[-1:]
        scores = token_scores(np.concatenate([last, last]), np.array([0, text[end]]))
        so_far.append(scores.log_probability[0])
    right = [int((logits[:-1].argmax(1) == text[1:]).sum()) for logits in (with_mask, without)]
    triangle, square = token_scores(with_mask, text), token_scores(without, text)
    return LookAhead(triangle, square, np.array(so_far), (right[0], right[1]), share_ahead(whole.part("attention")))


def share_ahead(attention: np.ndarray) -> float:
    """How much of weights (..., T, T) goes to later tokens, from 0 to 1."""
    return float(np.triu(attention, 1).sum() / attention.sum())


def share_itself(attention: np.ndarray) -> float:
    """How much of weights (..., T, T) tokens give to themselves, from 0 to 1."""
    return float(np.trace(attention, axis1=-2, axis2=-1).sum() / attention.sum())


def read_sentences(path: str | Path = SENTENCES) -> list[str]:
    """A text per line of a UTF-8 file; empty lines are passed over.

    Raises:
        InputError: it has none, or is not UTF-8.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8; save it as UTF-8, one sentence a line") from error
    sentences = [line.strip() for line in lines if line.strip()]
    if not sentences:
        raise InputError(f"{path} has no sentence; give one a line")
    return sentences


def measure_look_ahead(
    checkpoint: TextModel, texts: Iterable[str], done: Callable[[], object] = lambda: None
) -> dict[str, Any]:
    """Means over all tokens of these texts, each read by itself.

    Returns:
        texts, texts_better (those less surprising without the mask), tokens (those predicted), and per way of reading
        the mean surprise in nats per token and the perplexity;
        for the two whole passes also the share of right first guesses; `ahead` as in LookAhead, weighted by tokens.

    Raises:
        InputError: a text has fewer than two tokens or does not fit the context, there are too many tokens, or the
            model is no GPT.
    """
    rows = [checkpoint.tokenizer.encode(text).ids for text in texts]
    if sum(map(len, rows)) > MOST_TOKENS:
        raise InputError(f"{sum(map(len, rows)):,} tokens; at most {MOST_TOKENS:,} are read, a pass each")
    found = []
    for ids in rows:
        found.append(look_ahead(checkpoint.model, ids))
        done()
    n = sum(len(one.square_so_far) for one in found)
    ways = {
        "triangle": np.concatenate([one.triangle.log_probability for one in found]),
        "square": np.concatenate([one.square.log_probability for one in found]),
        "square_so_far": np.concatenate([one.square_so_far for one in found]),
    }
    measured: dict[str, Any] = {
        name: {"nats": round(float(-values.mean()), 4), "perplexity": round(float(np.exp(-values.mean())), 2)}
        for name, values in ways.items()
    }
    for name, hits in zip(("triangle", "square"), zip(*(one.hits for one in found), strict=True), strict=True):
        measured[name]["first_guess_right"] = round(sum(hits) / n, 4)
    ahead = sum(one.ahead * len(one.square_so_far) for one in found) / n
    better = sum(one.square.log_probability.sum() > one.triangle.log_probability.sum() for one in found)
    return {"texts": len(rows), "texts_better": int(better), "tokens": n, **measured, "ahead": round(ahead, 4)}
