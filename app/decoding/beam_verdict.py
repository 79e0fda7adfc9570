"""Whether the beam has found the best text of all, in words."""

import math
from typing import NamedTuple

from app.decoding import beam_text as content
from app.decoding.start import Start
from app.shared.theme import count_tokens, escape, number, percent
from gptcore.decode.beam_tree import Tree, followed, likeliest, text_of
from gptcore.decode.exact import Best

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Searched(NamedTuple):
    """What is compared, all of the same beginning."""

    tree: Tree
    """Of the beam."""
    width: int
    greedy: Tree
    """Of a beam of width 1."""
    best: Best


def verdict(start: Start, searched: Searched) -> list[str]:
    """Paragraphs in Markdown."""
    tree, best = searched.tree, searched.best
    node = likeliest(tree, best.depth)
    found = text_of(tree, node)
    values = {
        "n": count_tokens(best.depth),
        "best": spelt(start, best.ids),
        "best_sum": number(best.log_probability, ".2f"),
        "best_p": percent(math.exp(best.log_probability)),
        "found": spelt(start, found),
        "found_sum": number(tree[node].log_probability, ".2f"),
        "found_p": percent(math.exp(tree[node].log_probability)),
        "looks": f"{best.looked_at:,}",
    }
    if not best.proven:
        better = best.log_probability > tree[node].log_probability + 1e-6
        told = [content.NOT_PROVEN, *([content.NOT_PROVEN_BETTER] if better else [])]
        return [" ".join(told).format(**values)]
    way = followed(tree, best.ids)
    is_found = found == best.ids
    parts = [content.FOUND if is_found else content.MISSED]
    if not is_found:
        parts.append(_where(start, searched, way, values))
    if searched.width > 1:
        parts.append(_greedy(start, searched, found, values))
    how = content.HOW_EXACT.format(looks=values["looks"], all=_many(start.checkpoint.config.vocab_size, best.depth))
    return [" ".join(parts).format(**values), how]


def _where(start: Start, searched: Searched, way: tuple[int, ...], values: dict[str, str]) -> str:
    """At which token the best text fell out of the beam."""
    tree, best = searched.tree, searched.best
    pruned = way[-1] if way and not tree[way[-1]].kept else None
    at = tree[pruned].depth if pruned is not None else len(way) + 1
    level = [index for index, node in enumerate(tree) if node.depth == at]
    went_on = sum(tree[index].kept for index in level)
    values |= {
        "at": str(at),
        "beginning": spelt(start, best.ids[:at]),
        "looked": str(len(level)),
        "width": str(went_on),
        "rank": "" if pruned is None else str(level.index(pruned) + 1),
    }
    return content.WHERE_OUT if pruned is None else content.WHERE_RANK


def _greedy(start: Start, searched: Searched, found: tuple[int, ...], values: dict[str, str]) -> str:
    node = likeliest(searched.greedy, searched.best.depth)
    greedy = text_of(searched.greedy, node)
    if greedy == found:
        return content.GREEDY_SAME
    values |= {"greedy": spelt(start, greedy), "greedy_sum": number(searched.greedy[node].log_probability, ".2f")}
    return content.GREEDY_LESS


def spelt(start: Start, ids: tuple[int, ...]) -> str:
    """A text for a sentence: on one line, escaped."""
    return escape(plain(start, ids))


def plain(start: Start, ids: tuple[int, ...]) -> str:
    """A text on one line."""
    ended = bool(ids) and ids[-1] in start.stop_ids
    text = start.checkpoint.tokenizer.decode(ids[: len(ids) - ended])
    return (text.replace("\r", "").replace("\n", "⏎") + (" ∎" if ended else "")).strip()


def _many(base: int, power: int) -> str:
    """A power, in tens: some 10¹⁹."""
    exponent = math.floor(power * math.log10(base))
    return f"{base**power:,}" if exponent < 6 else f"some 10{str(exponent).translate(_RAISED)}"
