"""Beam search: its tree, what it found, whether that is the best of all, and what comes after any token of it."""

import math

import pandas as pd
import streamlit as st

from app.decoding import beam_text as content
from app.decoding import cache, keys
from app.decoding.beam_after import draw_after
from app.decoding.beam_picture import nodes_of, ways
from app.decoding.beam_verdict import Searched, plain, verdict
from app.decoding.start import Start
from app.shared import outside, state
from app.shared.browser.beam import beam_tree
from app.shared.present import is_presented
from app.shared.samples import sample_pills
from app.shared.stamp import stamp
from app.shared.table import show_table
from app.shared.theme import count_tokens, percent
from gptcore.decode.beam_tree import Ranking, ranking

PICTURE = "beam_tree"
"""Key of the component that reports clicks."""
MOST_WIDTH, MOST_TOKENS, MOST_PENALTY = 8, 20, 2.0
_WIDTH, _TOKENS = 3, 8


def show(start: Start) -> None:
    """Draws the laboratory."""
    searches = content.SEARCHES.get(start.key.name, ())
    if searches and not is_presented():  # in a hall, what is shown needs the room
        _samples(start, searches)
    width, n_new, penalty = _settings()
    ids, n_new = _fitting(start, n_new)
    if len(ids) < len(start.ids) and not start.is_cut:
        st.info(content.ROOM.format(n=len(ids)))
    place = st.container()
    with place, st.spinner(content.SEARCHING, show_time=True):
        tree, greedy = (cache.tree(start.key, ids, n_new, w, start.stop_ids) for w in (width, 1))
    proof = (start.key, ids, n_new, start.stop_ids)
    best = cache.best_of_all(*proof) if state.get(keys.BEAM_PROVEN) == proof else None
    ranked = ranking(tree, n_new, width, penalty)
    told = [] if best is None else verdict(start, Searched(tree, width, greedy, best))
    if told:
        place.markdown(told[0])
    shown = tuple(node for node in tree if node.depth <= ranked.depth)
    nodes = nodes_of(start, shown, best)
    most = max(node["depth"] for node in nodes)
    known = ways(nodes)
    picked = _picked()
    at = known.index(picked) if picked in known else -1
    beam_tree(
        nodes,
        beginning=("… " if len(ids) > 1 else "") + start.plain_name(ids[-1]),
        most=most,
        shown=_shown(most),
        best=ranked.hypotheses[0].node,
        picked=at,
        words=content.TREE,
        stamp=stamp("beam", start.key, ids, n_new, width, penalty, at, best is None),
        key=PICTURE,
        on_node=_pick,
        on_depth=_step,
    )
    if ranked.depth < tree[-1].depth:
        st.caption(content.ENDED.format(depth=ranked.depth, n=n_new))
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        _table(start, ranked)
        lengths = {len(one.ids) for one in ranked.hypotheses}
        if len(lengths) == 1 and len(ranked.hypotheses) > 1:
            st.caption(content.SAME_LENGTH.format(n=count_tokens(*lengths)))
        for line in told[1:]:
            st.caption(line)
        st.caption(content.PURPOSE)
    with right:
        draw_after(start, ids, known[at] if at >= 0 else (), tree)
    if best is None:  # takes a moment, so the tree is there before
        with place, st.spinner(content.PROVING, show_time=True):
            cache.best_of_all(*proof)
        state.put(keys.BEAM_PROVEN, proof)
        st.rerun()


def _samples(start: Start, searches: tuple[content.Search, ...]) -> None:
    with st.container(gap="xsmall"):
        sample_pills("Searches", searches, keys.BEAM_SAMPLE, _use_sample)
        for search in searches:
            if search.text == start.text:
                st.caption(search.look_for)


def _use_sample(search: content.Search) -> None:
    state.put(keys.PROMPT, search.text)
    state.put(keys.BEAM_WIDTH, search.width)
    state.put(keys.BEAM_TOKENS, search.n_new)
    for key in (keys.BEAM_DEPTH, keys.BEAM_NODE):
        st.query_params.pop(key, None)


def _settings() -> tuple[int, int, float]:
    """Width, tokens and length penalty."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        width = st.slider(
            content.WIDTH, 1, MOST_WIDTH, _WIDTH, key=keys.BEAM_WIDTH, help=content.WIDTH_HELP, bind="query-params"
        )
    with middle:
        n_new = st.slider(
            content.TOKENS, 1, MOST_TOKENS, _TOKENS, key=keys.BEAM_TOKENS, help=content.TOKENS_HELP, bind="query-params"
        )
    with right:
        penalty = st.slider(
            content.PENALTY,
            0.0,
            MOST_PENALTY,
            0.0,
            0.1,
            key=keys.BEAM_PENALTY,
            help=content.PENALTY_HELP,
            bind="query-params",
        )
    return width, n_new, penalty


def _fitting(start: Start, n_new: int) -> tuple[tuple[int, ...], int]:
    """As much of the beginning's end as leaves room for the new tokens, and how many these can be."""
    context = start.checkpoint.config.n_positions
    n_new = min(n_new, max(1, context - 1))
    return start.ids[-max(1, context - n_new) :], n_new


def _shown(most: int) -> int:
    """How many tokens of the tree the address asks for."""
    given = st.query_params.get(keys.BEAM_DEPTH, "")
    return min(max(1, int(given[:3])), most) if given.isascii() and given.isdigit() else most


def _picked() -> tuple[int, ...]:
    """The tokens up to the node that the address names; none for the beginning."""
    parts = st.query_params.get(keys.BEAM_NODE, "").split(".")[:MOST_TOKENS]
    return tuple(int(part[:9]) for part in parts) if all(p.isascii() and p.isdigit() for p in parts) else ()


def _pick() -> None:
    """After a click on a node; whether there is one is looked up when it is drawn."""
    sent = st.session_state[PICTURE].node
    ids = outside.indices(sent, 10**9)[:MOST_TOKENS]
    if ids:
        st.query_params[keys.BEAM_NODE] = ".".join(map(str, ids))
    else:
        st.query_params.pop(keys.BEAM_NODE, None)


def _step() -> None:
    """After another number of tokens was chosen to be shown."""
    depth = st.session_state[PICTURE].depth
    if outside.is_index(depth, MOST_TOKENS + 1):
        st.query_params[keys.BEAM_DEPTH] = str(depth)


def _table(start: Start, ranked: Ranking) -> None:
    st.markdown(f"**{content.TABLE}**")
    table = pd.DataFrame(
        [
            (
                rank,
                plain(start, one.ids),
                one.score,
                one.log_probability,
                percent(math.exp(one.log_probability)),
                len(one.ids),
            )
            for rank, one in enumerate(ranked.hypotheses, start=1)
        ],
        columns=list(content.TABLE_COLUMNS),
    )
    numbers = dict.fromkeys(("Score", "Log-probability"), "%.2f")
    show_table(
        content.TABLE,
        table,
        name="hypotheses",
        hide_index=True,
        height="content",
        column_config={
            name: st.column_config.NumberColumn(name, format=numbers[name], help=help, width="small")
            if name in numbers
            else st.column_config.Column(name, help=help or None, width="medium" if name == "Text" else "small")
            for name, help in content.TABLE_COLUMNS.items()
        },
    )


def settings(start: Start) -> dict[str, str]:
    """What is chosen, in words."""
    width, n_new, penalty = _chosen()
    return {content.WIDTH: str(width), content.TOKENS: str(n_new), content.PENALTY: f"{penalty:g}"}


def python_lines(start: Start) -> list[str]:
    """Lines that give the hypotheses, the tree and the best of all."""
    width, n_new, penalty = _chosen()
    ids, n_new = _fitting(start, n_new)
    cut = [] if len(ids) == len(start.ids) else [f"ids = ids[-{len(ids)}:]  # so that the new tokens fit the context"]
    return [
        "from gptcore.decode.exact import proven_best",
        "",
        *cut,
        f"found, tree = gptcore.beam_search(model, ids, {n_new}, {width}, {penalty}, stop_ids, record=True)",
        "for text in found:",
        "    print(round(text.score, 4), round(text.log_probability, 4), repr(tokenizer.decode(text.ids)))",
        "for node in tree:",
        '    print("  " * node.depth, repr(tokenizer.token_text(node.id)), round(node.log_probability, 4), node.kept)',
        f"best = proven_best(model, ids, {min(n_new, cache.MOST_PROVEN)}, stop_ids, {cache.LOOKS})",
        "print(best.proven, round(best.log_probability, 4), repr(tokenizer.decode(best.ids)))",
    ]


def _chosen() -> tuple[int, int, float]:
    """As the widgets have it."""
    width, n_new = state.get(keys.BEAM_WIDTH, _WIDTH), state.get(keys.BEAM_TOKENS, _TOKENS)
    return width, n_new, state.get(keys.BEAM_PENALTY, 0.0)
