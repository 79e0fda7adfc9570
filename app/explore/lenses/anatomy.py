"""The Anatomy lens: the model from its config, what h_0 is made of, and what each block adds."""

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.explore import actions
from app.explore.lenses import anatomy_text as content
from app.explore.lenses.anatomy_figure import norms_by_layer
from app.explore.reading import Reading
from app.shared.browser.diagram import Box, Drawing, diagram
from app.shared.browser.vectors import vectors
from app.shared.table import draw_numbers, show_table
from app.shared.theme import escape
from gptcore.checkpoints.card import Card
from gptcore.config import ACTIVATION_NAMES, ModelConfig
from gptcore.model.capture import Part
from gptcore.model.parameters import ParameterRow, parameter_count, parameter_table
from gptcore.provenance.cells import Cell
from gptcore.trace.trace import Trace

_PARTS: tuple[Part, ...] = ("token_embedding", "position_embedding", "hidden", "attn_out", "mid", "mlp_out")


def show(reading: Reading, position: int, controls: DeltaGenerator) -> None:
    """Draws the lens; it has no controls of its own in the row above."""
    trace = reading.traced(_PARTS)
    name = reading.plain_names[position]
    left, right = st.columns(2, gap="large")
    with left:
        _first_vector(reading, trace, position, name)
    with right:
        st.markdown(content.NORMS_TITLE)
        st.caption(content.NORMS_NOTE)
        table = norm_table(trace, position)
        st.plotly_chart(norms_by_layer(table), key="norms", alt=content.NORMS_ALT, config={"displayModeBar": False})
    draw_numbers("These lengths as a table", lambda: table.set_index("layer"), file_name="norms.csv", key="norm_table")
    config = reading.checkpoint.config
    diagram(
        [_drawing(reading.key.name, config), _drawing("GPT-1", ModelConfig.preset("gpt1"))],
        title=content.DIAGRAM_TITLE,
        subtitle=content.DIAGRAM_NOTE,
        stamp=reading.stamp("diagram"),
        key="diagram",
    )
    _card(reading.checkpoint.card)
    draw_numbers(
        "Every parameter, counted", lambda: parameters(config), file_name="parameters.csv", key="parameter_table"
    )


def _card(card: Card) -> None:
    """How good the model is, beside its peers; nothing if its card, which anybody may write, does not say."""
    try:
        about, measured = card["data"], card["measured_on"]
        sentence = content.CARD.format(
            corpus=escape(str(about["corpus"])),
            train_tokens=about["train_tokens"],
            text=escape(str(measured["text"])),
            tokens=measured["tokens"],
        )
        measures = {name: dict(values) for name, values in card["measures"].items()}
        table = pd.DataFrame(measures).T.rename(index=content.PEERS).rename(columns=content.MEASURES)
    except (AttributeError, KeyError, TypeError, ValueError):
        return
    st.markdown(content.CARD_TITLE)
    st.caption(sentence)
    show_table(content.CARD_TITLE.strip("# "), table, name="card_measures", width="content")


def _first_vector(reading: Reading, trace: Trace, position: int, name: str) -> None:
    rows = [("", f"embedding of “{name}”", trace.part("token_embedding")[position])]
    cells: list[Cell] = [("token_embedding", position)]
    if trace.position_embedding is not None:
        rows.append(("+", f"position {position + 1}", trace.position_embedding[position]))
        cells.append(("position_embedding", position))
    vectors(
        [*rows, ("=", "h₀, what block 1 reads", trace.part("hidden")[0, position])],
        title=content.VECTORS_TITLE,
        subtitle=content.VECTORS_NOTE,
        stamp=reading.stamp("vectors", position),
        key=actions.VECTORS,
        cells=[*cells, ("hidden", 0, position)],
        on_cell=actions.open_from(actions.VECTORS),
    )


def norm_table(trace: Trace, position: int) -> pd.DataFrame:
    """Lengths of a token's vectors in each block: columns layer, input, attention, feed-forward, output."""

    def length(vectors_of_layers: np.ndarray) -> np.ndarray:
        lengths: np.ndarray = np.linalg.norm(vectors_of_layers[:, position], axis=-1)
        return lengths

    return pd.DataFrame(
        {
            "layer": [layer + 1 for layer in trace.layers],
            "input": length(trace.block_input),
            "attention adds": length(trace.part("attn_out")),
            "feed-forward adds": length(trace.part("mlp_out")),
            "output": length(trace.block_output),
        }
    )


def parameters(config: ModelConfig) -> pd.DataFrame:
    """The parameter table with totals and shares."""
    rows = parameter_table(config)
    total = parameter_count(config)
    table = [(r.part, r.name, " × ".join(f"{n:,}" for n in r.shape), r.copies, r.count, r.count / total) for r in rows]
    table.append(("all", "total", "", 1, total, 1.0))
    return pd.DataFrame(table, columns=["part", "name", "shape", "copies", "parameters", "share"]).set_index("part")


def _drawing(name: str, config: ModelConfig) -> Drawing:
    rows = parameter_table(config)
    embeddings = [
        _box(row.name, [row], False, config, row.name.replace(" ", "_")) for row in rows if row.part == "embedding"
    ]
    forward = f"feed-forward, {ACTIVATION_NAMES[config.activation]}"
    first, second = (
        (("attn_sum", "mid"), ("mlp_sum", "hidden")) if config.norm == "post" else (("attn_in",), ("mlp_in",))
    )
    sublayers = [
        _box("masked attention", [r for r in rows if r.part == "attention"], True, config, "attn_out"),
        _box("add, LayerNorm", [r for r in rows if r.name.startswith("LayerNorm 1")], True, config, *first),
        _box(forward, [r for r in rows if r.part == "feed-forward"], True, config, "mlp_out"),
        _box("add, LayerNorm", [r for r in rows if r.name.startswith("LayerNorm 2")], True, config, *second),
    ]
    final = []
    if config.norm == "pre":  # each norm comes before its sub-layer, and one more at the end
        sublayers = [sublayers[1], sublayers[0], sublayers[3], sublayers[2]]
        final = [_box("final LayerNorm", [r for r in rows if r.name.startswith("final")], False, config, "final")]
    own = [row for row in rows if row.part == "output"]
    logits = Box(
        name="logits: token embedding again" if config.tied else "logits: a table of their own",
        shape=f"{config.vocab_size:,}",
        count="tied" if config.tied else f"{own[0].count:,}",
        kind="embedding",
        cells=[["logit"]],
        inside=False,
    )
    softmax = Box(
        name="softmax: the next token",
        shape=f"{config.vocab_size:,}",
        count="",
        kind="plain",
        cells=[["probability"], ["sampled"]],
        inside=False,
    )
    return Drawing(
        name=name,
        total=f"{parameter_count(config):,} parameters",
        repeat=f"× {config.n_layer} blocks, {config.n_head} heads each",
        boxes=[*embeddings, *sublayers, *final, logits, softmax],
    )


def _box(name: str, rows: list[ParameterRow], inside: bool, config: ModelConfig, *kinds: str) -> Box:
    matrices = [row for row in rows if len(row.shape) == 2 and row.part != "norm"]
    shape = ", ".join(" × ".join(f"{n:,}" for n in row.shape) for row in matrices) or f"{config.d_model:,}"
    return Box(
        name=name,
        shape=shape,
        count=f"{sum(row.count for row in rows):,}",
        kind=rows[0].part,
        cells=[[kind] for kind in kinds],
        inside=inside,
    )
