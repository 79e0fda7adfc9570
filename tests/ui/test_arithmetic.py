"""A number's arithmetic in AppTest: it opens from every picture, leads down to the weights and back, stands in the
address, and survives whatever an address may say."""

import math

import numpy as np
import pytest

from app.explore.text import LENSES
from app.shared import models
from app.shared.arithmetic import text as content
from app.shared.arithmetic.numbers import readable, shared_decimals
from app.shared.arithmetic.panel import HEADING, TERMS
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import load, save
from gptcore.provenance.cells import from_text
from tests.ui.page import Page
from tests.ui.test_components import _unpack

TEXT = "The fox sang to the crow"
ATTENTION = LENSES["attention"]
OPEN = "probability:2:5"


def opened(page: Page) -> str | None:
    """The number that is open, by its name in the address; checked against what is drawn."""
    link = address(page)
    assert {HEADING, TERMS} & page.drawn == ({HEADING, TERMS} if link else set())
    if not link:
        return None
    assert page.data(HEADING)["way"] == page.data(TERMS)["way"] == link
    return link.split("~")[-1]


def address(page: Page) -> str:
    """What the address has of it."""
    link = page.at.query_params.get("open", "")
    return link if isinstance(link, str) else link[0]


def term(page: Page, index: int = 0) -> list:
    """The cell that a click on the n-th number of the terms reports."""
    cells = [cell for row in page.data(TERMS)["rows"] for cell in _cells(row)]
    return cells[index]


def _cells(row: dict) -> list:
    return [row["cell"]] if row["cell"] else [factor["cell"] for factor in row["factors"]]


def value(page: Page) -> str:
    return page.data(HEADING)["shown"]


@pytest.mark.parametrize(
    ("lens", "key", "cell"),
    [
        ("flow", "flow", ["mlp_act", 3, 4, 50]),
        ("flow", "flow", ["masked_score", 3, 2, 4, 1]),
        ("attention", "heads", ["attention", 3, 2, 4, 1]),
        ("attention", "heads", ["raw_score", 3, 2, 4, 1]),
        ("attention", "heads", ["masked_score", 3, 2, 1, 4]),
        ("attention", "bars", ["probability", 4, 7]),
        ("prediction", "bars", ["sampled", 4, 7, 0.8, 5, 0.9]),
        ("prediction", "strip", ["perplexity"]),
        ("tokens", "strip", ["surprisal_bits", 3]),
        ("anatomy", "vectors", ["token_embedding", 4, 11]),
        ("anatomy", "vectors", ["hidden", 0, 4, 11]),
    ],
    ids=lambda value: str(value),
)
def test_a_number_opens_from_every_picture(lens, key, cell):
    page = Page(prompt=TEXT).run().lens(lens).send(key, "cell", cell)
    assert from_text(opened(page)) == tuple(cell)
    assert page.data(HEADING)["crumbs"][0]["text"]
    assert page.data(TERMS)["sources"][0] == cell
    assert page.send(HEADING, "back", -1).drawn.isdisjoint({HEADING, TERMS})
    assert opened(page) is None


def test_what_is_drawn_and_what_is_opened_are_one_number():
    page = Page(lens=ATTENTION, prompt=TEXT, layer="3", head="2").run()
    weights = _unpack(page.data("heads")["map"], "<f4")
    page.send("heads", "cell", ["attention", 2, 1, 4, 1])
    assert value(page) == readable(float(weights[4 * 5 // 2 + 1]))
    bar = page.data("bars")["rows"][2]
    page.send("bars", "cell", bar["cell"])
    assert value(page) == readable(bar["raw"])
    page.lens("anatomy")
    vector = _unpack(page.data("vectors")["rows"][2]["values"], "<f4")
    page.send("vectors", "cell", [*page.data("vectors")["cells"][2], 11])
    assert value(page) == readable(float(vector[11]))
    page.send("strip", "cell", page.data("strip")["summary_cell"])
    assert f"perplexity {float(value(page).replace(',', '')):,.1f}"[:-2] in page.data("strip")["summary"]


def test_a_click_in_the_map_chooses_its_row_too():
    page = Page(lens=ATTENTION, prompt=TEXT).run().send("heads", "cell", ["attention", 0, 0, 2, 1])
    assert page.at.session_state["position"] == 3
    assert page.data("heads")["position"] == 2


def test_bars_open_what_they_show():
    page = Page(lens=ATTENTION, prompt=TEXT).run()
    assert page.data("bars")["rows"][0]["cell"][0] == "probability"
    page.choose("slider", "temperature", 0.5)
    kind, position, token, *settings = page.data("bars")["rows"][0]["cell"]
    assert (kind, settings) == ("sampled", [0.5, 0, 1.0])
    page.send("bars", "cell", [kind, position, token, *settings])
    assert value(page) == readable(page.data("bars")["rows"][0]["probability"])


def test_from_a_probability_down_to_a_weight_and_back():
    page = Page(lens=ATTENTION, prompt=TEXT).run().send("bars", "cell", ["probability", 3, 7])
    kinds = ["probability"]
    while kinds[-1] != "weight" and len(kinds) < 12:
        above = page.data(TERMS)["way"]
        page.send(TERMS, "deeper", term(page, -1 if "product" in kinds[-1] else 1))
        kinds.append(from_text(opened(page))[0])
        assert page.data(HEADING)["way"].startswith(above)
    assert kinds[:2] == ["probability", "logit"] and kinds[-1] == "weight"
    assert "[" in page.data(TERMS)["note"] and page.data(TERMS)["rows"] == []
    assert len(page.data(HEADING)["crumbs"]) == len(kinds)
    page.send(HEADING, "back", 1)
    assert from_text(opened(page))[0] == "logit"
    page.send(TERMS, "back", 0)
    assert opened(page) == "probability:3:7"


def test_terms_and_the_rest_add_up():
    page = Page(prompt=TEXT, open="head_out:2:1:5:3").run()
    data = page.data(TERMS)
    whole = sum(row["value"] for row in data["rows"]) + (data["rest"]["value"] if data["rest"] else 0)
    assert readable(whole) == value(page)
    sizes = [abs(row["value"]) for row in data["rows"]]
    assert sizes == sorted(sizes, reverse=True) and data["title"] == content.LARGEST_FIRST


def test_a_product_shows_both_factors_and_each_opens_its_own():
    page = Page(prompt=TEXT, open="raw_score:2:1:5:3").run()
    row = page.data(TERMS)["rows"][0]
    assert [factor["cell"][0] for factor in row["factors"]] == ["q", "k"] and row["cell"] is None
    first, second = (float(factor["shown"].replace("−", "-")) for factor in row["factors"])
    assert math.isclose(first * second, row["value"], rel_tol=2e-3)
    assert from_text(opened(page.send(TERMS, "deeper", row["factors"][1]["cell"])))[0] == "k"


def test_a_link_opens_the_same():
    page = Page(lens=ATTENTION, prompt=TEXT).run().send("bars", "cell", ["probability", 3, 7])
    page.send(TERMS, "deeper", term(page, 1))
    link = address(page)
    other = Page(lens=ATTENTION, prompt=TEXT, open=link).run()
    for key in (HEADING, TERMS):
        assert other.data(key) == page.data(key)


@pytest.mark.parametrize(
    "link",
    [
        "x",
        "~~~",
        "attention",
        "attention:99:0:1:0",
        "attention:0:0:1",
        "attention:a:b:c:d",
        "weight",
        "weight:blocks.0.attn.qkv.weight",
        "weight:blocks.0.attn.qkv.weight:1:99999",
        "weight:no.such.weight:0",
        "sampled:1:2:nan:0:1",
        "sampled:1:2:-1:0:1",
        "sampled:1:2:1:0.5:7",
        "product:1:2",
        "q:0:0:1:0*",
        "*" * 300,
        "mean:blocks.9.ln_1:0",
        "row:0:attention:0:0:1:0",
        "task_probability:0",
        "surprisal:0",
        "<b>:1",
        "logit:1:99999999999999999999",
        "a" * 5_000,
    ],
)
def test_a_bad_link_opens_nothing_and_says_so(link):
    page = Page(prompt=TEXT, open=link).run()
    assert opened(page) is None
    assert [toast.value for toast in page.at.toast] == [content.GONE]


def test_a_link_falls_back_to_what_exists():
    page = Page(prompt=TEXT, open="probability:2:5~logit:2:99999~logit:2:5~attention:77:0:1:0").run()
    assert address(page) == "probability:2:5~logit:2:5" and opened(page) == "logit:2:5"
    assert [toast.value for toast in page.at.toast] == [content.SHORTER]


@pytest.mark.parametrize(
    "sent", [None, 5, "attention", [], [[]], ["product", ["q"], ["k"]], ["attention", 0, 0, 99, 0], {}]
)
def test_a_click_on_what_is_no_number_does_nothing(sent):
    page = Page(lens=ATTENTION, prompt=TEXT, open=OPEN).run()
    page.send("heads", "cell", sent).send(TERMS, "deeper", sent)
    page.send(HEADING, "back", sent)
    assert opened(page) == OPEN


def test_an_edited_text_shows_its_own_number_and_a_shorter_one_closes_it():
    page = Page(prompt=TEXT, open=OPEN).run()
    before = value(page)
    page.type("The raven wept and sang")
    assert opened(page) == OPEN and value(page) != before
    page.type("The")
    assert opened(page) is None and page.at.toast[0].value == content.GONE


def test_another_model_keeps_what_it_has_too(stand_in, tmp_path, monkeypatch):
    small = load(stand_in / "models" / "books")
    config = small.config.with_changes(n_layer=2)
    save(checkpoints.Checkpoint(type(small.model)(config), small.tokenizer, config, {}), tmp_path / "small")
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path)
    page = Page(prompt=TEXT, open="logit:2:5~hidden:5:2:7").run()
    assert opened(page) == "hidden:5:2:7"
    page.choose("selectbox", "model", "small")
    assert opened(page) == "logit:2:5"


def test_the_sentences_of_the_prediction_lens_open():
    page = Page(prompt=TEXT).run().lens("prediction")
    assert opened(page.press("The arithmetic of the perplexity")) == "perplexity"
    assert opened(page.press("The arithmetic of this probability")).startswith("probability:")
    page.choose("slider", "top_k", 3)
    assert opened(page.press("The arithmetic of this probability")).startswith("sampled:")


def test_a_weight_of_a_model_with_checkpoints_is_shown_at_each(stand_in, tmp_path, monkeypatch):
    name, steps = "blocks.1.attn.qkv.weight", {}
    for step in (0, 50, 100):
        reader = load(stand_in / "models" / "books")
        reader.model.get_parameter(name).data[5, 7] = step / 1000
        steps[step] = tmp_path / "grown" / f"step-{step}"
        save(reader, steps[step])
        save(reader, tmp_path / "models" / "grown")
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path / "models")
    monkeypatch.setattr(models, "steps", lambda model: steps if model == "grown" else {})
    page = Page(prompt=TEXT, open=f"weight:{name}:5:7").run()
    assert page.data(TERMS)["history"] is None
    page.choose("selectbox", "model", "grown")
    history = page.data(TERMS)["history"]
    assert history["steps"] == [0, 50, 100] and history["now"] == 2
    np.testing.assert_allclose(history["values"], [0, 0.05, 0.1], atol=1e-6)
    page.choose("select_slider", "checkpoint", 50)
    assert page.data(TERMS)["history"]["now"] == 1 and value(page) == "0.05000"


def test_a_long_text_is_traced_for_what_is_opened_alone():
    page = Page(prompt="The fox sang. " * 60, open="mlp_act:2:150:7").run()
    assert opened(page) == "mlp_act:2:150:7"
    assert opened(page.send(TERMS, "deeper", term(page))) == "mlp_up:2:150:7"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.21344, "0.2134"),
        (-12.3456, "−12.35"),
        (8129.7, "8,130"),
        (-math.inf, "−∞"),
        (math.nan, "undefined"),
        (-1.2345e-6, "−1.234 × 10⁻⁶"),
        (3.2e12, "3.200 × 10¹²"),
    ],
)
def test_numbers_are_readable_whatever_their_size(number, shown):
    assert readable(number) == shown


def test_numbers_below_each_other_have_as_many_digits_after_the_point():
    assert [readable(n, shared_decimals([1.5, -0.25, 1e-9, 0])) for n in (1.5, -0.25, 1e-9, 0)] == [
        "1.500",
        "−0.250",
        "1.0 × 10⁻⁹",
        "0",
    ]
    assert shared_decimals([-math.inf, 123.0]) == 1 and shared_decimals([]) == 3


def test_no_number_is_shown_as_another():
    for number in np.random.default_rng(3).normal(size=200) * 10.0 ** np.random.default_rng(4).integers(-9, 9, 200):
        mantissa, _, power = readable(float(number)).replace("−", "-").replace(",", "").partition(" × 10")
        back = float(mantissa) * 10.0 ** int((power or "0").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")) or 0)
        assert math.isclose(back, number, rel_tol=6e-4)
