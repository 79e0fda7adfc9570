"""The key-value cache, shown: what this step reads from it and what it computes, counted and measured."""

import math

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.decoding import keys
from app.decoding.hand import actions, cache
from app.decoding.hand import cost_text as words
from app.decoding.hand.words import memory, short_number
from app.decoding.start import Start
from app.shared.browser.costs import Point, costs
from app.shared.browser.kv_cache import kv_cache
from app.shared.choice import draw_choice
from app.shared.table import show_table
from app.shared.theme import count_tokens
from gptcore.decode.by_hand import ByHand
from gptcore.decode.cache_cost import Measured, cache_bytes, lengths_to_measure, step_cost
from gptcore.decode.steps import Passed, Tokenized, inference_steps


def show(start: Start, tree: ByHand, controls: DeltaGenerator) -> None:
    """Draws it for the step that comes next: the text being there, the next token's logits are asked for."""
    with controls:
        mode = draw_choice("Cache", words.MODES, keys.HAND_CACHE, "with")
    ids, config = actions.text_of(start, tree), start.checkpoint.config
    logits = actions.read_written(start, tree).logits
    records = inference_steps(start.checkpoint.model, start.ids, tree, logits=logits)
    (text,) = (record for record in records if isinstance(record, Tokenized))
    (passed,) = (record for record in records if isinstance(record, Passed))
    seen = ids[text.dropped :]
    kv_cache(
        [start.plain_name(token) for token in ids],
        layers=config.n_layer,
        width=config.d_model,
        dropped=text.dropped,
        held=passed.held if mode == "with" else 0,
        title=words.TITLE,
        subtitle=_subtitle(mode, passed, len(seen), is_moved=bool(text.dropped) and not passed.held),
        stamp=f"{start.key} {ids} {mode}",
        key="hand_cache",
    )
    _costs(start, seen, passed)


def _costs(start: Start, seen: tuple[int, ...], passed: Passed) -> None:
    """Counted and measured; last of all, because measuring takes its time."""
    config, n = start.checkpoint.config, len(seen)
    with st.spinner(words.MEASURING):
        measured = list(cache.timed_along(start.key, seen, lengths_to_measure(n)))
    st.markdown(_follows(passed, measured[-1], n))
    lengths = range(1, n + 1)
    costs(
        np.array([step_cost(config, length - 1, 1).multiply_adds for length in lengths]),
        np.array([step_cost(config, 0, length).multiply_adds for length in lengths]),
        [Point(length=each.length, kept=each.with_cache, anew=each.without) for each in measured],
        counts=words.COUNTS,
        times=words.TIMES,
        stamp=f"{start.key} {seen}",
        key="hand_costs",
    )
    show_table(
        words.TABLE, cost_table(start, passed, measured[-1]), name="cache_cost", hide_index=True, height="content"
    )
    same = words.SAME.format(difference=f"{math.ceil(1e5 * measured[-1].difference) / 1e5:.5f}")
    st.caption(f"{words.THIS_MACHINE} {same}")


def cost_table(start: Start, passed: Passed, measured: Measured) -> pd.DataFrame:
    """The same step both ways."""
    kept, anew = passed.cached, passed.anew
    held = cache_bytes(start.checkpoint.config, passed.held + kept.rows)
    rows = [
        (words.ROWS, f"{kept.rows:,}", f"{anew.rows:,}"),
        (words.SCORES, f"{kept.scores:,}", f"{anew.scores:,}"),
        (words.MULTIPLY_ADDS, short_number(kept.multiply_adds), short_number(anew.multiply_adds)),
        (words.BYTES, memory(held), memory(0)),
        (words.MILLISECONDS, f"{measured.with_cache:.2f}", f"{measured.without:.2f}"),
    ]
    return pd.DataFrame(rows, columns=[words.WHAT, *words.MODES.values()])


def _subtitle(mode: str, passed: Passed, n: int, is_moved: bool) -> str:
    if mode == "without":
        return words.WITHOUT_HINT.format(n=count_tokens(n), layers=passed.anew.rows)
    if is_moved:
        return words.MOVED_HINT.format(n=n)
    if not passed.held:
        return words.FIRST_HINT.format(n=count_tokens(n))
    return words.WITH_HINT.format(held=count_tokens(passed.held))


def _follows(passed: Passed, measured: Measured, n: int) -> str:
    """What it comes to, in a sentence or two."""
    if n == 1:
        return words.FOLLOWS_ONE
    quick, slow = f"{measured.with_cache:.1f}", f"{measured.without:.1f}"
    if not passed.held:
        return words.FOLLOWS_AFTER.format(quick=quick, slow=slow)
    counted = passed.anew.multiply_adds / passed.cached.multiply_adds
    times = measured.without / measured.with_cache
    share = f"1/{counted:.0f}" if counted >= 1.95 else f"{100 / counted:.0f} %"
    said = words.FOLLOWS.format(share=share, quick=quick, slow=slow, times=f"{times:.1f}")
    return said + (words.FOLLOWS_LESS if times < counted / 1.5 else "")
