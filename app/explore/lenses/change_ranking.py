"""Which parts a text needs: every head, attention and feed-forward network by what the text loses without it."""

import pandas as pd
import streamlit as st

from app.explore import actions, ranked
from app.explore.lenses import change_ranking_text as content
from app.explore.off_panel import draw_by
from app.explore.reading import Reading
from app.shared.browser.ranking import ranking
from app.shared.table import draw_numbers
from app.shared.theme import number
from gptcore.config import ModelConfig
from gptcore.effects.ranking import Ranking


def show(reading: Reading, position: int) -> None:
    """Draws the look."""
    if len(reading.ids) < 2:
        st.info(content.ONE_TOKEN)
        return
    picture = st.container()
    if not reading.off:
        draw_by(reading.key)  # where something is off, it stands in the panel
    with picture:
        _show(reading)


def _show(reading: Reading) -> None:
    config = reading.checkpoint.config
    n_parts = config.n_layer * (config.n_head + 2)
    if not ranked.is_due(reading):
        seconds = max(1.0, ranked.seconds(reading))
        st.info(content.LONG.format(tokens=len(reading.ids), n=n_parts, seconds=seconds))
        st.button(content.COMPUTE, key="rank", type="primary", on_click=ranked.ask, args=(reading,))
        return
    _draw(reading, ranked.rank(reading, content.COMPUTING.format(n=n_parts)))


def _draw(reading: Reading, found: Ranking) -> None:
    ranking(
        ranked.table(found),
        n_predicted=found.n_predicted,
        off=reading.off.switches,
        texts={
            "title": content.TITLE,
            "note": content.NOTE.format(whole=number(found.log_probability, ",.2f")),
            "board_label": content.BOARD_LABEL,
            "list_title": content.LIST_TITLE,
            "most": content.MOST,
            "least": content.LEAST,
            "hint": content.HINT,
        },
        stamp=reading.stamp("ranking", ranked.by_mean(reading)),
        key=actions.RANKING,
        on_switch=actions.switch_from(actions.RANKING),
    )
    st.caption(content.MEANS + (f" {content.WHOLE_MODEL}" if reading.off else ""))
    config = reading.checkpoint.config
    draw_numbers(content.TABLE, lambda: ranking_table(found, config), file_name="ranking.csv", key="ranking_table")


def ranking_table(found: Ranking, config: ModelConfig) -> pd.DataFrame:
    """A row per layer, in nats."""
    columns = [*(f"head {head + 1}" for head in range(config.n_head)), content.ATTENTION, content.NETWORK]
    index = [f"layer {layer + 1}" for layer in range(config.n_layer)]
    return pd.DataFrame(ranked.table(found), index=index, columns=columns).rename_axis("nats lost without")
