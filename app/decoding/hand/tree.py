"""The tree of what was tried: a line for each text, compared with what greedy decoding writes."""

import math
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.decoding.hand import actions, cache
from app.decoding.hand import text as content
from app.decoding.hand.words import how
from app.decoding.start import Start
from app.shared.browser.tries import Line, Tried, tries
from app.shared.table import draw_numbers
from app.shared.theme import count_tokens, escape, number, percent
from gptcore.decode.by_hand import MOST_TRIED, ByHand


def show(start: Start, tree: ByHand, controls: DeltaGenerator) -> None:
    """Draws it; it has no controls of its own."""
    if not tree.nodes:
        st.info(content.NOTHING_TRIED)
        return
    with st.spinner(content.READING):  # a tree that came by a link has many texts to read
        log_p = log_probabilities(start, tree)
    lines = []
    for leaf in tree.leaves():
        way = tree.path(leaf)
        total = sum(log_p[node] for node in way)
        words = content.BRANCH.format(total=number(total, ".2f"), mean=number(total / len(way), ".2f"))
        lines.append(Line(leaf=leaf, text=words, detail=start.checkpoint.tokenizer.decode(tree.written(leaf))))
    tries(
        [_tried(start, tree, node, log_p[node]) for node in range(len(tree.nodes))],
        lines,
        at=-1 if tree.at is None else tree.at,
        way=tree.path(tree.at),
        root="…" + start.name(start.ids[-1]),
        title=content.TREE_TITLE,
        subtitle=content.TREE_HINT,
        legend=content.HOW,
        stamp=f"{start.key} {start.ids} {tree}",
        key=actions.TRIES,
        on_node=partial(actions.go_to_node, start),
        on_remove=partial(actions.remove_branch, start),
    )
    if tree.at is not None:
        _compare(start, tree, log_p)
    if len(tree.nodes) > 0.9 * MOST_TRIED:
        st.caption(content.TREE_FULL.format(n=len(tree.nodes), most=MOST_TRIED))
    draw_numbers(content.TABLE, lambda: tried_table(start, tree, log_p), file_name="tried.csv", key="hand_table")


def log_probabilities(start: Start, tree: ByHand) -> list[float]:
    """Of each node, after what stands before it; in nats."""
    found = [0.0] * len(tree.nodes)
    for leaf in tree.leaves():
        way = tree.path(leaf)
        ids = (*start.ids, *tree.written(leaf))
        scores = cache.scored(start.key, cache.packed(ids), len(start.ids))
        for node, value in zip(way, scores.log_probability[-len(way) :].tolist(), strict=True):
            found[node] = value
    return found


def tried_table(start: Start, tree: ByHand, log_p: list[float]) -> pd.DataFrame:
    """A row for each node."""
    return pd.DataFrame(
        {
            "no.": range(1, len(tree.nodes) + 1),
            "after": [0 if node.parent is None else node.parent + 1 for node in tree.nodes],
            "token": [start.name(node.id) for node in tree.nodes],
            "id": [node.id for node in tree.nodes],
            "chosen": [how(node.choice) for node in tree.nodes],
            "log-probability": log_p,
            "of the text up to it": [sum(log_p[step] for step in tree.path(node)) for node in range(len(tree.nodes))],
            "text": [start.checkpoint.tokenizer.decode(tree.written(node)) for node in range(len(tree.nodes))],
        }
    ).set_index("no.")


def _tried(start: Start, tree: ByHand, node: int, log_p: float) -> Tried:
    tried = tree.nodes[node]
    name, p = start.name(tried.id), percent(math.exp(log_p))
    return Tried(
        parent=-1 if tried.parent is None else tried.parent,
        text=name,
        label=p,
        by=tried.choice.by,
        detail=f"{name}, id {tried.id}: {p}, {how(tried.choice)}",
    )


def _compare(start: Start, tree: ByHand, log_p: list[float]) -> None:
    way = tree.path(tree.at)
    n, total = len(way), sum(log_p[node] for node in way)
    ids = cache.greedy(start.key, cache.packed(start.ids), n, start.stop_ids)
    scores = cache.scored(start.key, cache.packed((*start.ids, *ids)), len(start.ids))
    greedy = float(scores.log_probability[-len(ids) :].sum())
    said = (content.COMPARED if len(ids) == n else content.COMPARED_SHORT).format(
        total=number(total, ".2f"),
        n=count_tokens(n),
        mean=number(total / n, ".2f"),
        greedy_n=count_tokens(len(ids)),
        greedy=number(greedy, ".2f"),
        greedy_mean=number(greedy / len(ids), ".2f"),
    )
    text = escape(start.checkpoint.tokenizer.decode(ids).strip())
    st.markdown(f"{said}“{text}”." + (content.AHEAD if len(ids) == n and total > greedy + 1e-6 else ""))
