"""The settings of every strategy: widgets whose values stand in the page's address."""

import streamlit as st

from app.decoding import keys
from app.decoding import strategies_text as content
from app.shared.glossary import GLOSSARY
from app.shared.present import is_presented
from app.shared.sampling import MOST_K, TOP_K_OFF, TOP_P_OFF, as_settings, draw_temperature, draw_top_k, draw_top_p
from gptcore.decode.beam import MAX_WIDTH
from gptcore.decode.repetition import NO_BAN, NO_PENALTY
from gptcore.decode.strategies import STRATEGIES, Strategy

MOST_TOKENS = 100
_MOST_PENALTY, _MOST_NGRAM = 2.0, 8


def draw_length_and_seed() -> tuple[int, int]:
    """Draws them; returns how many tokens are written, and the seed."""
    total = st.number_input(
        content.TOKENS,
        1,
        MOST_TOKENS,
        30,
        key=keys.N_NEW,
        help=content.TOKENS_HELP,
        bind="query-params",
        width=_room(105),
    )
    seed = st.number_input(
        "Seed", 0, 2**31 - 1, 0, key=keys.SEED, help=content.SEED_HELP, bind="query-params", width=_room(105)
    )
    return total, seed


def draw_settings() -> dict[str, Strategy]:
    """Draws what each strategy has to set; returns them by name, in the order in which they are shown."""
    width = STRATEGIES["beam"].width
    beam = _number(content.WIDTH, 1, MAX_WIDTH, width, keys.WIDTH, content.WIDTH_HELP)
    top_k = _number(content.TOP_K, 1, MOST_K, STRATEGIES["top_k"].top_k, keys.TOP_K, GLOSSARY["top_k"])
    top_p = _share(content.TOP_P, STRATEGIES["top_p"].top_p or 1.0, keys.TOP_P)
    temperature = st.number_input(
        content.TEMPERATURE,
        0.0,
        3.0,
        STRATEGIES["temperature"].temperature,
        0.05,
        key=keys.TEMPERATURE,
        help=GLOSSARY["temperature"],
        bind="query-params",
        width=_room(115),
    )
    with st.popover(content.MIXTURE, icon=":material/tune:"):
        mixture = _mixture()
    return {
        "greedy": STRATEGIES["greedy"],
        "beam": Strategy(width=beam),
        "top_k": Strategy(top_k=top_k),
        "top_p": Strategy(top_p=None if top_p >= 1 else top_p),
        "temperature": Strategy(temperature=temperature),
        "mixture": mixture,
    }


def _mixture() -> Strategy:
    own = STRATEGIES["mixture"]
    st.caption(content.MIXTURE_NOTE)
    penalty = st.slider(
        content.PENALTY,
        NO_PENALTY,
        _MOST_PENALTY,
        NO_PENALTY,
        0.05,
        key=keys.MIX_PENALTY,
        help=content.PENALTY_HELP,
        bind="query-params",
    )
    ngram = st.slider(
        content.NGRAM, NO_BAN, _MOST_NGRAM, NO_BAN, key=keys.MIX_NGRAM, help=content.NGRAM_HELP, bind="query-params"
    )
    temperature = draw_temperature(keys.MIX_TEMPERATURE, own.temperature)
    top_k = draw_top_k(keys.MIX_TOP_K, own.top_k or TOP_K_OFF)
    top_p = draw_top_p(keys.MIX_TOP_P, own.top_p or TOP_P_OFF)
    return Strategy(*as_settings(temperature, top_k, top_p), penalty, ngram)


def _room(width: int) -> int:
    """Of a box, in pixels: its label is larger in a hall."""
    return width * 4 // 3 if is_presented() else width


def _number(label: str, least: int, most: int, default: int | None, key: str, help: str) -> int:
    width = _room(115)
    return int(st.number_input(label, least, most, default, key=key, help=help, bind="query-params", width=width) or 1)


def _share(label: str, default: float, key: str) -> float:
    help, width = GLOSSARY["top_p"], _room(105)
    return float(st.number_input(label, 0.05, 1.0, default, 0.01, key=key, help=help, bind="query-params", width=width))


def in_words(strategy: Strategy) -> str:
    """A strategy's settings in a line; empty for greedy, which has none."""
    if strategy.width is not None:
        return f"width {strategy.width}"
    parts = [] if strategy.temperature in (0, 1) else [f"temperature {strategy.temperature:g}"]
    parts += ["temperature 0"] * (strategy.temperature == 0 and strategy != STRATEGIES["greedy"])
    parts += [] if strategy.top_k is None else [f"k = {strategy.top_k}"]
    parts += [] if strategy.top_p is None else [f"p = {strategy.top_p:g}"]
    parts += [] if strategy.repetition_penalty == NO_PENALTY else [f"penalty {strategy.repetition_penalty:g}"]
    parts += [] if strategy.no_repeat_ngram_size == NO_BAN else [f"no repeated {strategy.no_repeat_ngram_size}-gram"]
    return ", ".join(parts) or ("" if strategy == STRATEGIES["greedy"] else "all tokens, temperature 1")
