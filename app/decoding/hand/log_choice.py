"""The choice of a token, in words: how it was made, and where the random number fell."""

from app.decoding.hand import log_text as words
from app.decoding.hand.words import settings
from app.decoding.start import Start
from app.shared.browser.steps import Share, Stage
from app.shared.theme import count_tokens, percent
from gptcore.decode.by_hand import Sampling
from gptcore.decode.steps import Chosen


def choice_stage(start: Start, record: Chosen) -> Stage:
    """The stage of the log that says how the token was chosen."""
    p = percent(record.probability)
    stage = Stage(
        name="choose",
        title=words.TITLES["choose"],
        brief=words.CHOOSE_BRIEF[record.choice.by].format(p=p),
        sentence=_sentence(start, record, p),
    )
    if record.number is not None:
        stage["number"] = record.number
        stage["shares"] = [
            Share(text=start.name(token), low=low, high=high, hit=low <= record.number < high)
            for token, low, high in _with_own(record)
        ]
    return stage


def _sentence(start: Start, record: Chosen, p: str) -> str:
    name, sampling = start.plain_name(record.id), record.choice.sampling
    if record.choice.by == "likeliest":
        said = words.CHOOSE_LIKELIEST if record.rank == 1 else words.CHOOSE_NOW_OTHER
        return said.format(name=name, p=p, rank=record.rank)
    if sampling is None:
        return words.CHOOSE_FORCED.format(name=name, p=p, rank=record.rank)
    if record.number is None or record.low is None or record.high is None:
        return words.CHOOSE_CERTAIN.format(settings=settings(sampling), name=name)
    return _drawn(name, sampling, record, record.number, (record.low, record.high))


def _drawn(name: str, sampling: Sampling, record: Chosen, number: float, part: tuple[float, float]) -> str:
    said = words.CHOOSE_DRAWN if part[0] <= number < part[1] else words.CHOOSE_DRAWN_OTHER
    return said.format(
        settings=settings(sampling),
        n=count_tokens(record.n_kept or 0),
        seed=sampling.seed,
        number=f"{number:.4f}",
        name=name,
        low=f"{part[0]:.4f}",
        high=f"{part[1]:.4f}",
    )


def _with_own(record: Chosen) -> list[tuple[int, float, float]]:
    """The largest shares, and the chosen token's own."""
    shares = list(record.shares)
    if record.low is not None and record.high is not None and record.id not in {token for token, _, _ in shares}:
        shares.append((record.id, record.low, record.high))
    return shares
