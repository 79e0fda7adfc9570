"""What a learner should look at, in a sentence or two that follow from the texts that were written."""

from app.decoding import strategies_text as content
from app.decoding.start import Start
from app.decoding.writing import Writing
from app.shared.theme import escape, percent

_MANY = 0.15
"""A share of repeated 4-grams from which on a text repeats itself."""
_LEAST_SHARED = 2
"""Tokens that all texts begin with, from which on that is worth a word."""


def finding(start: Start, now: Writing) -> str:
    """In Markdown; call it when all texts are written."""
    return " ".join(part for part in (_repeats(now) or _beginnings(start, now), _likely(now)) if part)


def _repeats(now: Writing) -> str:
    shares = {name: text.measures.repeated for name, text in now.texts.items()}
    known = {name: share for name, share in shares.items() if share is not None}
    if not known or ((most := max(known, key=lambda name: known[name])) and known[most] < _MANY):
        return ""
    least = min(known, key=lambda name: known[name])
    others = ""
    if known[least] < known[most] / 2:
        less = content.OTHERS_NONE if known[least] == 0 else content.OTHERS_LESS
        others = less.format(name=content.NAMES[least], share=percent(known[least]))
    return content.REPEATS.format(name=content.NAMES[most], share=percent(known[most]), others=others)


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
    likely = {name: text.measures.per_token for name, text in now.texts.items()}
    known = {name: value for name, value in likely.items() if value is not None}
    if len(known) < 2:
        return ""
    most, least = max(known, key=lambda name: known[name]), min(known, key=lambda name: known[name])
    return content.LIKELY.format(
        most=content.NAMES[most], least=content.NAMES[least], high=_nats(known[most]), low=_nats(known[least])
    )


def _nats(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
