"""The text as it is now, as chips: the beginning and what is written after it, up to where the writer stands."""

from functools import partial

from app.decoding.hand import actions
from app.decoding.hand import text as content
from app.decoding.hand.words import how
from app.decoding.start import Start
from app.shared.browser.token_strip import Chip, token_strip
from app.shared.theme import count_tokens, number, percent
from gptcore.decode.by_hand import ByHand
from gptcore.measures import TokenScores


def draw_strip(start: Start, tree: ByHand, scores: TokenScores) -> None:
    """Draws it; a click goes back to that token."""
    ids = actions.text_of(start, tree)
    token_strip(
        _chips(start, tree, ids, scores),
        len(ids) - 1,
        question=content.BAND_QUESTION,
        legend=content.BANDS,
        summary=summary(start, tree, scores),
        stamp=f"{start.key} {ids}",
        key=actions.STRIP,
        on_pick=partial(actions.go_to_chip, start),
    )


def summary(start: Start, tree: ByHand, scores: TokenScores) -> str:
    """How many tokens, and how likely those are that were written."""
    n = len(tree.path(tree.at))
    if not n:
        return content.SUMMARY_EMPTY.format(prompt=count_tokens(len(start.ids)))
    total = float(scores.log_probability[-n:].sum())
    return content.SUMMARY.format(
        prompt=count_tokens(len(start.ids)), written=n, total=number(total, ".2f"), mean=number(total / n, ".2f")
    )


def _chips(start: Start, tree: ByHand, ids: tuple[int, ...], scores: TokenScores) -> list[Chip]:
    ways = [content.OF_BEGINNING] * len(start.ids) + [how(tree.nodes[node].choice) for node in tree.path(tree.at)]
    first = content.FIRST_CHIP.format(name=start.name(ids[0]), id=ids[0])
    chips = [Chip(text=start.name(ids[0]), id=ids[0], band=None, detail=first)]
    rest = zip(ids[1:], scores.probability.tolist(), scores.rank.tolist(), scores.band.tolist(), ways[1:], strict=True)
    for token, p, rank, band, way in rest:
        name = start.name(token)
        detail = content.CHIP.format(name=name, id=token, p=percent(p), rank=rank, how=way)
        chips.append(Chip(text=name, id=token, band=band, detail=detail))
    return chips
