"""What the components are given to draw: nothing is lost on the way, every number is the model's, and it is little."""

import base64
import math
import re

import numpy as np
import pandas as pd
import pytest
import torch

from app.explore.lenses.anatomy import norm_table, parameters
from app.explore.lenses.prediction import funnel_table, score_table
from app.explore.lenses.prediction_text import STAGES
from app.explore.lenses.tokens import word_around
from app.shared.browser.packing import pack, pack_board, pack_causal
from app.shared.sampling import as_settings, as_values
from app.shared.theme import count_tokens, display_token, number, percent, plain_token
from gptcore.decode.sampling import distribution
from gptcore.trace.board import pool_causal
from tests.ui.page import LENSES, Page

RANDOM = np.random.default_rng(5)
MOST_BYTES = 300_000
ODD_TOKENS = (
    " the",
    "the ",
    "  ",
    "",
    "\n\n",
    "a\tb",
    "\r",
    "\u00a0x",
    "\u200b",
    "\x00",
    "two words",
    "é",
    "🦊",
    " \n ",
)
SAMPLING = ((1.0, None, None), (0.5, 3, None), (2.0, None, 0.3), (0.0, None, None), (1.3, 5, 0.9))


def _unpack(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def _causal(*shape: int) -> np.ndarray:
    return np.tril(RANDOM.random(shape)).astype(np.float32)


def test_packed_numbers_come_back_exactly():
    values = RANDOM.normal(size=(3, 7)).astype(np.float32)
    assert (_unpack(pack(values), "<f4").reshape(3, 7) == values).all()
    assert (_unpack(pack(values.T), "<f4").reshape(7, 3) == values.T).all()
    assert pack(np.empty(0)) == ""


@pytest.mark.parametrize("n", [1, 2, 9])
def test_a_packed_map_has_weight_i_j_at_i_i_plus_1_half_plus_j(n):
    weights = _causal(n, n)
    packed = _unpack(pack_causal(weights), "<f4")
    assert len(packed) == n * (n + 1) // 2
    assert all(packed[i * (i + 1) // 2 + j] == weights[i, j] for i in range(n) for j in range(i + 1))


def test_a_packed_board_is_one_byte_per_weight_and_off_by_half_a_step_at_most():
    weights = _causal(2, 3, 5, 5)
    packed = _unpack(pack_board(weights), "u1").reshape(2, 3, 15)
    rows, columns = np.tril_indices(5)
    assert np.abs(packed / 255 - weights[..., rows, columns]).max() <= 0.5 / 255 + 1e-6
    assert _unpack(pack_board(np.eye(2)[None]), "u1").tolist() == [255, 0, 255]


@pytest.mark.parametrize("text", ODD_TOKENS, ids=repr)
def test_a_token_is_shown_on_one_line_and_never_as_nothing(text):
    for shown in (display_token(text), plain_token(text)):
        assert shown.strip() == shown != ""
        assert shown.isprintable() or "\u200b" in shown


def test_different_tokens_look_different():
    tokens = ["a", " a", "a ", " a ", "\n", "\t", " ", "  ", "\x00", "\x01", "\u00a0", "\u200b", "a b", "a\nb"]
    assert len({display_token(token) for token in tokens}) == len(tokens)
    assert plain_token(" a") == "a"


def test_percentages_never_say_more_or_less_than_is_there():
    assert [percent(p) for p in (1.0, 0.44, 0.1, 0.0073, 0.0001, 1e-9, 0.0)] == [
        "100 %",
        "44 %",
        "10 %",
        "0.73 %",
        "0.01 %",
        "< 0.01 %",
        "0 %",
    ]
    for probability in RANDOM.random(200) ** 4:
        shown = percent(probability)
        decimals = len(shown[:-2].partition(".")[2])
        assert shown == "< 0.01 %" or abs(float(shown[:-2]) - 100 * probability) <= 0.501 / 10**decimals


def test_numbers_in_sentences_have_true_minus_signs_and_tokens_their_plural():
    assert [number(value, "+.2f") for value in (-1.5, 0.25)] == ["−1.50", "+0.25"]
    assert number(-12_345.678, ",.1f") == "−12,345.7"
    assert [count_tokens(n) for n in (0, 1, 2, 1_024)] == ["0 tokens", "1 token", "2 tokens", "1,024 tokens"]


@pytest.mark.parametrize("settings", SAMPLING)
def test_what_the_sampling_sliders_ask_for_is_where_they_stand(settings):
    temperature, top_k, top_p = settings
    assert as_settings(temperature, *as_values(top_k, top_p)) == settings


@pytest.mark.parametrize(
    ("text", "offsets", "word"),
    [
        ("the crow", (4, 6), " crow"),
        ("the crow", (0, 1), "the"),
        ("the crow", (3, 8), " crow"),
        ("a  b", (1, 2), " "),
        ("a\nb", (1, 2), "\n"),
        ("x", (0, 1), "x"),
        ("", (0, 0), ""),
        ("a\tcrow", (3, 4), "crow"),
    ],
)
def test_the_word_around_a_token(text, offsets, word):
    assert word_around(text, offsets) == word


def test_the_word_around_any_token_holds_it(reading):
    for start, end in reading.encoding.offsets:
        word = word_around(reading.text, (start, end))
        assert reading.text[start:end] in word and word in reading.text
        assert not any(letter.isspace() for letter in word.strip())


@pytest.mark.parametrize("settings", SAMPLING)
def test_the_funnel(reading, settings):
    stages = distribution(reading.logits[-1], *settings)
    table = funnel_table(reading, stages)
    assert list(table.columns) == ["token", *STAGES]
    assert table["raw"].is_monotonic_decreasing
    assert table["raw"].sum() <= 1 + 1e-9
    kept = table.dropna()
    if stages.n_kept <= len(table):
        assert len(kept) == stages.n_kept
        assert kept["renormalised"].sum() == pytest.approx(1)
        assert kept["after cuts"].sum() == pytest.approx(stages.scaled[stages.kept].sum())
    np.testing.assert_allclose(kept["after cuts"], kept["scaled"])
    np.testing.assert_allclose(kept["renormalised"], kept["scaled"] / stages.scaled[stages.kept].sum())


def test_norms_are_the_lengths_of_the_vectors(reading):
    trace = reading.traced(("hidden", "attn_out", "mid", "mlp_out"))
    position = 3
    table = norm_table(trace, position)
    for layer, row in table.iterrows():
        assert row["layer"] == layer + 1
        for column, vectors in (
            ("input", trace.hidden[layer]),
            ("attention adds", trace.attn_out[layer]),
            ("feed-forward adds", trace.mlp_out[layer]),
            ("output", trace.hidden[layer + 1]),
        ):
            assert row[column] == pytest.approx(math.sqrt((vectors[position].astype(float) ** 2).sum()), rel=1e-5)


def test_parameters_add_up_to_the_model(reading):
    table = parameters(reading.checkpoint.config)
    total = sum(weights.numel() for weights in reading.checkpoint.model.parameters())
    assert table["parameters"].iloc[-1] == total == table["parameters"].iloc[:-1].sum()
    assert table["share"].iloc[:-1].sum() == pytest.approx(1)


def _model_says(reading) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and ranks of all tokens but the first, straight from the model."""
    ids = torch.tensor(reading.ids)
    with torch.no_grad():
        logits = reading.checkpoint.model(ids[None])[0, :-1].double()
    chosen = logits.gather(1, ids[1:, None])
    return logits.softmax(-1).gather(1, ids[1:, None])[:, 0].numpy(), (logits > chosen).sum(1).numpy() + 1


def test_chips_carry_the_models_own_numbers(page, reading):
    probabilities, ranks = _model_says(reading)
    chips = page.type(reading.text).data("strip")["tokens"]
    assert [chip["id"] for chip in chips] == list(reading.ids)
    assert chips[0]["band"] is None
    for chip, probability, rank in zip(chips[1:], probabilities, ranks, strict=True):
        assert f"probability {percent(probability)}, rank {rank:,}" in chip["detail"]
        assert f"surprisal {-math.log2(probability):.1f} bits" in chip["detail"]
        assert chip["band"] == sum(rank > most for most in (10, 100, 1_000))


def test_the_table_and_the_perplexity_carry_the_models_own_numbers(reading):
    probabilities, ranks = _model_says(reading)
    table = score_table(reading)
    np.testing.assert_allclose(table["probability"], probabilities, rtol=1e-4)
    assert table["rank"].tolist() == ranks.tolist()
    assert reading.perplexity.value == pytest.approx(math.exp(-np.log(probabilities).mean()), rel=1e-4)


def test_bars_and_maps_carry_the_models_own_numbers(page, reading):
    page.type(reading.text).lens("attention")
    bars = page.data("bars")["rows"]
    probabilities = torch.tensor(reading.logits[-1]).double().softmax(-1)
    assert [row["raw"] for row in bars] == pytest.approx([probabilities[row["id"]].item() for row in bars])
    heads = page.data("heads")
    weights = reading.trace.attention[heads["layer"], heads["head"]]
    rows, columns = np.tril_indices(len(weights))
    np.testing.assert_array_equal(_unpack(heads["map"], "<f4"), weights[rows, columns])
    np.testing.assert_array_equal(_unpack(heads["row"], "<f4"), weights[-1])
    board = _unpack(heads["board"], "u1").reshape(6, 6, -1)
    np.testing.assert_allclose(board / 255, pool_causal(reading.trace.attention, 32)[..., rows, columns], atol=0.003)


def test_the_vectors_drawn_are_the_vectors(reading):
    page = Page(lens="Anatomy", prompt=reading.text).run()
    trace = reading.traced(("token_embedding", "position_embedding", "hidden"))
    token, position, total = (_unpack(row["values"], "<f4") for row in page.data("vectors")["rows"])
    np.testing.assert_array_equal(token, trace.token_embedding[-1])
    np.testing.assert_array_equal(position, trace.position_embedding[-1])
    np.testing.assert_array_equal(total, trace.hidden[0, -1])
    np.testing.assert_allclose(token + position, total, atol=1e-5)


def test_tables_hold_what_the_lens_shows(page, reading):
    page.type(reading.text).lens("attention").unfold("attention_table")
    heads = page.data("heads")
    table = page.at.dataframe[0].value
    assert isinstance(table, pd.DataFrame)
    np.testing.assert_allclose(table.to_numpy(), reading.trace.attention[heads["layer"], heads["head"]], rtol=1e-6)
    assert [re.sub(r"^\d+ ", "", name) for name in table.columns] == reading.names


@pytest.mark.parametrize("n_tokens", [32, 128, 256, 512])
def test_a_change_sends_little_whatever_the_length(page, n_tokens):
    page.type("The" + " crow" * (n_tokens - 1))
    assert len(page.chips) == n_tokens
    for lens in LENSES:
        assert page.lens(lens).payload < MOST_BYTES, lens
    assert page.lens("attention").choose("segmented_control", "view", "stages").payload < MOST_BYTES
