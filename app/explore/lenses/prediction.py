"""The Prediction lens: the next-token softmax, the funnel of sampling, a seeded draw, writing on, the perplexity."""

import math

import pandas as pd
import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from app.explore import actions, keys
from app.explore.beside import beside
from app.explore.continuation import draw_continuation
from app.explore.lenses import compare_prediction
from app.explore.lenses import prediction_text as content
from app.explore.lenses.prediction_figure import surprisal_by_token
from app.explore.prediction_panel import draw_prediction, draw_sampling_sliders, next_distribution, probability_cell
from app.explore.reading import Reading
from app.shared import models, trail
from app.shared.glossary import GLOSSARY
from app.shared.pages import link_to_decoding
from app.shared.table import draw_numbers, show_table
from app.shared.theme import display_token, percent
from gptcore.decode.sampling import Distribution, draw
from gptcore.provenance.cells import Cell

_FUNNEL_ROWS = 10


def show(reading: Reading, position: int, controls: DeltaGenerator) -> None:
    """Draws the lens; it has no controls of its own in the row above."""
    left, middle, right = st.columns([1.15, 1.25, 1], gap="large")
    with right:  # first of all: what a link says of a slider is only known once the slider is drawn
        draw_sampling_sliders()
        draw_continuation(reading)
        page, query = link_to_decoding(models.title(reading.key.name), reading.text)
        st.page_link(page, label=content.DECODING, query_params=query, icon=":material/alt_route:")
    with left:
        draw_prediction(reading, position, most=10)
    with middle:
        if (other := beside(reading)) is not None:
            compare_prediction.show(reading, position, other)
        stages = next_distribution(reading, position)
        _funnel(reading, stages)
        _draw(reading, position, stages)
    _perplexity(reading)
    draw_numbers(
        "Every token's prediction", lambda: score_table(reading), file_name="predictions.csv", key="score_table"
    )


def _funnel(reading: Reading, stages: Distribution) -> None:
    st.markdown(content.FUNNEL_TITLE, help=content.FUNNEL_HELP)
    show_table(
        content.FUNNEL,
        funnel_table(reading, stages),
        name="funnel",
        hide_index=True,
        height="content",
        column_config={
            name: st.column_config.NumberColumn(name, format="percent", help=content.STAGES[name])
            for name in content.STAGES
        },
    )


def funnel_table(reading: Reading, stages: Distribution) -> pd.DataFrame:
    """The likeliest tokens at each stage: columns token, raw, scaled, after cuts, renormalised."""
    order = (-stages.raw).argsort(kind="stable")[:_FUNNEL_ROWS]
    text = reading.checkpoint.tokenizer.token_text
    kept = stages.kept[order]
    return pd.DataFrame(
        {
            "token": [display_token(text(int(token))) for token in order],
            "raw": stages.raw[order],
            "scaled": stages.scaled[order],
            "after cuts": pd.Series(stages.scaled[order]).where(kept),
            "renormalised": pd.Series(stages.final[order]).where(kept),
        }
    )


def _draw(reading: Reading, position: int, stages: Distribution) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input(
            "Seed", 0, 2**31 - 1, 0, key=keys.SEED, help=GLOSSARY["seed"], bind="query-params", width=120
        )
        drawn = draw(stages, torch.Generator().manual_seed(seed))
        name = display_token(reading.checkpoint.tokenizer.token_text(drawn.id))
        st.button(
            "Append what is drawn", on_click=actions.append_token, args=(drawn.id,), key="append_drawn", type="primary"
        )
    how = content.CERTAIN if drawn.uniform is None else content.DRAWN.format(uniform=drawn.uniform)
    st.text(f"{how} “{name}”, which has {percent(drawn.probability)}.")
    if reading.is_gpt:
        _opens(content.DRAWN_ARITHMETIC, "open_drawn", probability_cell(position, drawn.id))


def _perplexity(reading: Reading) -> None:
    measure = reading.perplexity
    if not measure.count:
        st.info(content.NEEDS_TWO)
        return
    st.markdown(content.PERPLEXITY_TITLE, help=GLOSSARY["perplexity"])
    st.markdown(
        content.PERPLEXITY.format(
            total=measure.log_probability_sum, count=measure.count, mean=measure.mean_surprisal, value=measure.value
        )
    )
    if reading.is_gpt:
        _opens(content.PERPLEXITY_ARITHMETIC, "open_perplexity", ("perplexity",))
    st.plotly_chart(
        surprisal_by_token(reading.plain_names[1:], reading.scores.surprisal / math.log(2), reading.scores.band),
        key="surprisal",
        alt=content.SURPRISAL_ALT,
        config={"displayModeBar": False},
    )


def _opens(label: str, key: str, cell: Cell) -> None:
    """A button that opens the arithmetic of a number in the sentence above it."""
    st.button(label, key=key, icon=":material/calculate:", type="tertiary", on_click=trail.open_cell, args=(cell,))


def score_table(reading: Reading) -> pd.DataFrame:
    """A row per predicted token."""
    scores = reading.scores
    return pd.DataFrame(
        {
            "no.": range(2, len(reading.ids) + 1),
            "token": reading.names[1:],
            "id": reading.ids[1:],
            "probability": scores.probability,
            "log-probability": scores.log_probability,
            "surprisal, bits": scores.surprisal / math.log(2),
            "rank": scores.rank,
        }
    ).set_index("no.")
