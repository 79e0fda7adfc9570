"""The Explore page as a learner uses it: every lens, every control, and texts that try to break it."""

import pytest

from app.explore import cache as explore_cache
from app.explore import text as content
from app.explore.lenses.attention import VIEWS
from app.explore.samples import DEFAULT_PROMPT, SAMPLES
from tests.ui.page import LENSES, Page

DRAWN = {
    "flow": {"strip", "flow"},
    "tokens": {"strip", "merge_strip", "other_strip"},
    "attention": {"strip", "heads", "bars"},
    "layers": {"strip", "guesses", "rivals"},
    "prediction": {"strip", "bars"},
    "change": {"strip", "ranking"},
    "vectors": {"strip", "nearest", "apart"},
    "anatomy": {"strip", "vectors", "diagram"},
}
CHARTS = {lens: int(lens in ("prediction", "anatomy")) for lens in DRAWN}
TABLES = {
    "flow": (),
    "tokens": ("tokens_table", "merge_table"),
    "attention": ("attention_table",),
    "layers": (),
    "prediction": ("score_table",),
    "change": ("ranking_table",),
    "vectors": ("apart_table",),
    "anatomy": ("norm_table", "parameter_table"),
}
ATTENTION = content.LENSES["attention"]
HOSTILE = {
    "one token": "a",
    "a space": " ",
    "newlines": "\n\n\n",
    "emoji": "I ❤️ 👩‍👩‍👧‍👦 and 🇨🇭!",
    "right to left": "שלום עולם، مرحبا \u202eabc",
    "control characters": "a\x00b\x07c\x1b[31md\u200b\ufeff",
    "tags": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "formulas": "$x$ and $$\\frac{1}{0}$$",
    "markdown": "# **bold** `code` ``` [link](http://x) :material/home: :red[x] ![i](x)",
    "braces": "{count} %s {0} %{y}",
    "one long word": "a" * 700,
}


def test_the_page_opens_on_the_sample_with_everything_drawn(page):
    assert page.prompt == DEFAULT_PROMPT
    assert page.drawn == DRAWN["flow"]
    assert "".join(page.chips).replace("·", " ") == DEFAULT_PROMPT
    assert all(page.data(key)["stamp"] for key in page.drawn)
    assert page.at.query_params == {}


@pytest.mark.parametrize("lens", LENSES)
def test_every_lens(lens):
    page = Page(lens=content.LENSES[lens]).run()
    charts = page.at.get("plotly_chart")
    assert page.drawn == DRAWN[lens]
    assert len(charts) == CHARTS[lens]
    assert all(chart.proto.alt for chart in charts)
    for key in TABLES[lens]:
        page.unfold(key)
        assert len(page.at.dataframe) >= 1
        assert page.at.download_button(key=f"{key}_download").label == "Download as CSV"


@pytest.mark.parametrize("view", ["map", "arcs", "stages"])
def test_every_picture_of_a_head(view):
    page = Page(lens=ATTENTION, view=VIEWS[view]).run()
    assert page.data("heads")["view"] == view
    assert (page.data("heads")["scores"] is not None) == (view == "stages")


@pytest.mark.parametrize("lens", ["flow", "attention"])
def test_an_edit_redraws_all_pieces(lens):
    page = Page(lens=content.LENSES[lens]).run()
    before = {key: page.data(key)["stamp"] for key in page.drawn}
    page.type(DEFAULT_PROMPT + " fox")
    assert all(page.data(key)["stamp"] != stamp for key, stamp in before.items())
    page.type(DEFAULT_PROMPT)
    assert {key: page.data(key)["stamp"] for key in page.drawn} == before


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_text_gives_a_view_in_every_lens(text):
    page = Page()
    page.at.session_state["prompt"] = text
    for lens in LENSES:
        page.at.session_state["lens"] = lens
        page.run()
        assert page.drawn >= {"strip"}
        for key in TABLES[lens]:
            page.at.session_state[key] = True
        page.run()


def test_markup_arrives_as_text(page):
    page.type("<b>x</b>")
    assert "".join(page.chips) == "<b>x</b>"
    assert "<b>x</b>" not in page.words


def test_an_empty_text_asks_for_one_and_the_page_recovers(page):
    page.type("")
    assert page.drawn == set()
    assert content.EMPTY in page.words
    assert page.type("a fox").drawn == DRAWN["flow"]


def test_a_single_token_has_no_perplexity():
    page = Page(lens=content.LENSES["prediction"], prompt="a").run()
    assert len(page.chips) == 1
    assert "one more is needed" in page.data("strip")["summary"]
    assert "no perplexity" in page.words


def test_a_text_past_the_context_says_what_is_left_out(page):
    page.type("fox " * 600)
    assert len(page.chips) == 512
    assert "512 tokens at once" in page.words
    for lens in LENSES:
        page.lens(lens)


def test_a_megabyte_is_cut_with_a_message(page):
    page.type("crow and fox " * 80_000)
    assert "Only the last 20,000 characters" in page.words
    assert "1,020,000 before" in page.words
    assert page.drawn == DRAWN["flow"]


def test_the_board_of_a_long_text_is_pooled_and_says_so(page):
    page.type("the fox said to the crow " * 12)
    board = page.lens("attention").data("heads")
    assert len(board["tokens"]) > board["cells"] == explore_cache.BOARD_CELLS
    assert "Pooled to 32 cells" in board["board_note"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.label)
def test_a_sample_replaces_the_text_and_undo_brings_it_back(page, sample):
    page.type("my own text")
    page.choose("pills", "sample", sample.label)
    assert page.prompt == sample.text
    assert sample.look_for in page.words
    page.press("Undo")
    assert page.prompt == "my own text"


def test_typing_leaves_the_sample(page):
    page.choose("pills", "sample", SAMPLES[1].label).type("my own")
    assert SAMPLES[1].look_for not in page.words


def test_a_longer_text_keeps_its_lines(page):
    page.choose("text_area", "long_text", "one\ntwo\n").press("Read this text")
    assert page.prompt == "one⏎two⏎"
    assert "".join(page.chips).count("⏎") == 2
    assert page.press("Undo").prompt == DEFAULT_PROMPT


def test_two_learners_do_not_meet(page):
    before = page.lens("attention").data("heads")
    other = Page(prompt="something else", lens=ATTENTION).run()
    other.send("heads", "head", [2, 2])
    page.run()
    assert page.prompt == DEFAULT_PROMPT
    assert page.data("heads") == before


def test_present_mode_enlarges_type():
    assert any("font-size" in block.value for block in Page(present="1").run().at.html)
    assert not any("font-size" in block.value for block in Page().run().at.html)
