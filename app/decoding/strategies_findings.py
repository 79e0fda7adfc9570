"""What a learner should look at, in a sentence or two that follow from the texts that were written."""

from collections.abc import Sequence

from app.decoding import strategies_text as content
from app.decoding.start import Start
from app.decoding.writing import Writing
from app.shared.theme import escape, number, percent

_MANY = 0.15
"""A share of repeated 4-grams from which on a text goes in circles."""
_LEAST_SHARED = 2
"""Tokens that all texts begin with, from which on that is worth a word."""


def finding(start: Start, now: Writing) -> str:
    """In Markdown; call it when all texts are written."""
    return " ".join(part for part in (_repeats(now) or _beginnings(start, now), _likely(now)) if part)


def _repeats(now: Writing) -> str:
    shares = {name: share for name, text in now.texts.items() if (share := text.measures.repeated) is not None}
    most, least = max(shares.values(), default=0.0), min(shares.values(), default=0.0)
    if most < _MANY:
        return ""
    circling = [name for name in shares if shares[name] == most]
    others = ""
    if least < most / 2:
        less = content.OTHERS_NONE if least == 0 else content.OTHERS_LESS
        lowest = [name for name in shares if shares[name] == least]
        all_others = len(lowest) > 2 and len(circling) + len(lowest) == len(shares)
        others = less.format(names=content.ALL_OTHERS if all_others else _names(lowest), share=percent(least))
    names = f"{_names(circling, '**')} {content.GOES if len(circling) == 1 else content.GO}"
    return content.REPEATS.format(names=names, share=percent(most), others=others)


def _beginnings(start: Start, now: Writing) -> str:
    texts = [text.ids for text in now.texts.values()]
    shared = 0
    while all(len(ids) > shared for ids in texts) and len({ids[shared] for ids in texts}) == 1:
        shared += 1
    if shared >= _LEAST_SHARED:
        return content.AGREE.format(text=escape(start.checkpoint.tokenizer.decode(texts[0][:shared]).strip()))
    first = [text.choices[0] for text in now.texts.values() if text.choices]
    return "" if shared or not first else content.AGREE_NOT.format(bits=first[0].entropy)


def _likely(now: Writing) -> str:
    likely = {name: value for name, text in now.texts.items() if (value := text.measures.per_token) is not None}
    high, low = max(likely.values(), default=0.0), min(likely.values(), default=0.0)
    if high == low:
        return ""
    most, least = (_names([name for name in likely if likely[name] == value], "**") for value in (high, low))
    return content.LIKELY.format(most=most, least=least, high=number(high, ".2f"), low=number(low, ".2f"))


def _names(names: Sequence[str], mark: str = "") -> str:
    """ "Greedy and Beam search"."""
    shown = [f"{mark}{content.NAMES[name]}{mark}" for name in names]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
