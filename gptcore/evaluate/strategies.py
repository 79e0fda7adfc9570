"""Ways to choose the next token, measured over many texts: what `python -m gptcore strategies` writes.

In: a model with its tokenizer, beginnings and a few seeds. Out: per strategy the mean of each measure over all its
texts, and how far texts are from it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from gptcore.checkpoints.checkpoint import TextModel
from gptcore.decode.strategies import STRATEGIES, Choice, Strategy, write
from gptcore.decode.text_measures import measure
from gptcore.errors import InputError
from gptcore.places import ASSETS

BEGINNINGS = ASSETS / "strategies" / "beginnings.txt"
MOST_BEGINNINGS, MOST_TOKENS, MOST_SEEDS = 1_000, 500, 100
MEASURED: dict[str, Strategy] = {
    **STRATEGIES,
    "pure": Strategy(),
    "penalty": Strategy(temperature=0, repetition_penalty=1.2),
    "ngram": Strategy(temperature=0, no_repeat_ngram_size=4),
}
"""Those of the page, the model's own distribution as it is, and greedy with each means against repetition."""
MEASURES = ("per_token", "distinct_words", "repeated", "entropy", "length", "ended", "seconds")


def read_beginnings(path: str | Path) -> list[str]:
    """A beginning per line of a UTF-8 file; empty lines are passed over.

    Raises:
        InputError: it has none, too many, or is no such file.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8; save it as UTF-8, one beginning a line") from error
    beginnings = [line.strip() for line in lines if line.strip()]
    if not 1 <= len(beginnings) <= MOST_BEGINNINGS:
        raise InputError(f"{path} has {len(beginnings):,} beginnings; give 1 to {MOST_BEGINNINGS:,}, one a line")
    return beginnings


def measure_strategies(
    checkpoint: TextModel,
    beginnings: Sequence[str],
    n_tokens: int,
    n_seeds: int,
    done: Callable[[], object] = lambda: None,
) -> list[dict[str, Any]]:
    """A record per strategy: name, settings (without what is off), texts, and of each of MEASURES its mean and its
    spread, the standard deviation over texts (None where no text has the measure).

    Args:
        n_tokens: of each text at most; it may end by itself.
        n_seeds: texts of each beginning, with seeds from 0 on, by a strategy that draws.
        done: called after each strategy.

    Raises:
        InputError: a number out of range, or a beginning of which the tokenizer leaves nothing.
    """
    for name, value, most in (("tokens", n_tokens, MOST_TOKENS), ("seeds", n_seeds, MOST_SEEDS)):
        if type(value) is not int or not 1 <= value <= most:
            raise InputError(f"{name} must be a whole number from 1 to {most}, not {value!r}")
    prompts = [checkpoint.tokenizer.encode(text).ids for text in beginnings]
    if empty := [text for text, ids in zip(beginnings, prompts, strict=True) if not ids]:
        raise InputError(f"of the beginning {empty[0]!r} the tokenizer leaves no token; take it out")
    records = []
    for name, strategy in MEASURED.items():
        seeds = range(n_seeds if strategy.is_random else 1)
        texts = [_measured(checkpoint, ids, n_tokens, strategy, seed) for ids in prompts for seed in seeds]
        measures = {key: _mean_and_spread([text[key] for text in texts]) for key in MEASURES}
        records.append({"name": name, "settings": settings_of(strategy), "texts": len(texts), "measures": measures})
        done()
    return records


def settings_of(strategy: Strategy) -> dict[str, Any]:
    """A strategy's settings that are not off."""
    values, off = asdict(strategy), {one.name: one.default for one in fields(Strategy)}
    return {name: value for name, value in values.items() if value != off[name]}


def _measured(checkpoint: TextModel, ids: Sequence[int], n_tokens: int, how: Strategy, seed: int) -> dict[str, Any]:
    tokenizer = checkpoint.tokenizer
    started = time.process_time()
    choices: list[Choice] = list(write(checkpoint.model, ids, n_tokens, how, seed, tokenizer.stop_ids))
    seconds = time.process_time() - started
    ended = bool(choices) and choices[-1].id in tokenizer.stop_ids
    measures = measure(choices, ids, tokenizer.decode([choice.id for choice in choices[: len(choices) - ended]]))
    return {
        "per_token": measures.per_token,
        "distinct_words": measures.distinct_words,
        "repeated": measures.repeated,
        "entropy": measures.entropy,
        "length": len(choices) - ended,
        "ended": float(ended),
        "seconds": seconds,
    }


def _mean_and_spread(values: Sequence[float | None]) -> dict[str, float | None]:
    known = [value for value in values if value is not None]
    if not known:
        return {"mean": None, "spread": None}
    spread = float(np.std(known, ddof=1)) if len(known) > 1 else 0.0
    return {"mean": round(float(np.mean(known)), 5), "spread": round(spread, 5)}
