"""Figures take numbers and give back a go.Figure with those very numbers in it."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from app.explore.lenses.anatomy_figure import norms_by_layer
from app.explore.lenses.prediction_figure import surprisal_by_token
from app.shared.theme import BANDS

NAMES = ["·fox", "<b>", "$x$", "%{y}", "·fox"]
BITS = np.array([0.5, 3.25, 10.0, 0.0, 7.5])
BAND = np.array([0, 1, 3, 0, 2])


def test_surprisal_has_a_bar_per_token_in_its_bands_colour():
    figure = surprisal_by_token(NAMES, BITS, BAND)
    assert isinstance(figure, go.Figure)
    (bars,) = figure.data
    assert list(bars.y) == BITS.tolist()
    assert list(bars.x) == [2, 3, 4, 5, 6]  # the first token is not predicted
    shown = ["·fox", "&lt;b&gt;", "$x$", "&#37;{y}", "·fox"]  # Plotly reads HTML, and names in hover texts
    assert list(bars.customdata) == shown
    assert list(bars.marker.color) == [BANDS[band] for band in BAND]
    assert list(figure.layout.xaxis.ticktext) == shown


@pytest.mark.parametrize("n_tokens", [1, 60, 61, 511])
def test_names_stand_under_the_bars_only_while_there_is_room(n_tokens):
    figure = surprisal_by_token(["x"] * n_tokens, np.ones(n_tokens), np.zeros(n_tokens, dtype=int))
    assert (figure.layout.xaxis.ticktext is not None) == (n_tokens <= 60)
    assert len(figure.data[0].y) == n_tokens


def test_norms_have_a_bar_per_layer_and_part():
    columns = ["input", "attention adds", "feed-forward adds", "output"]
    table = pd.DataFrame(np.arange(12.0).reshape(3, 4), columns=columns).assign(layer=[1, 2, 3])
    figure = norms_by_layer(table)
    assert isinstance(figure, go.Figure)
    drawn = {bars.name: bars for bars in figure.data}
    assert set(drawn) <= set(columns) and {"attention adds", "feed-forward adds"} <= set(drawn)
    for name, bars in drawn.items():
        assert list(bars.x) == [1, 2, 3]
        assert list(bars.y) == table[name].tolist()
    assert len({bars.marker.color for bars in figure.data}) == len(figure.data)
