"""A look at each page, for `make quick`: it opens, and an edit changes what it shows. The other files look closely."""

from app.shared.pages import PAGES
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.places import ASSETS
from tests.ui.page import LENSES, Page


def _open(path: str) -> Page:
    page = Page().run()
    page.at.switch_page(path)
    return page.run()


def test_every_page_is_looked_at():
    looks = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert {path.split("/")[0] for path in PAGES} <= looks


def test_explore(page):
    assert page.drawn >= {"strip", "flow"}
    assert page.type("The fox went home").chips != page.type("The crow").chips
    for lens in LENSES:
        assert page.lens(lens).drawn >= {"strip"}


def test_tasks(monkeypatch):
    monkeypatch.setattr(checkpoints, "SHIPPED", ASSETS / "models")
    page = _open("tasks/page.py")
    before = page.data("verdict")
    page.at.text_input(key="text_a").set_value("Anna had lost her ball. She wept.")
    (row,) = page.run().data("rows")["rows"]
    assert row["chips"][0]["text"] == "[Start]" and page.data("verdict") != before


def test_decoding():
    page = _open("decoding/page.py")
    before = page.data("written")["texts"][0]["tokens"]
    page.at.text_input(key="start").set_value("The fox and the crow")
    assert page.run().data("written")["texts"][0]["tokens"] != before


def test_lab():
    page = _open("lab/page.py")
    assert page.press("Start pre-training").at.button(key="pretrain_stop")


def test_bert():
    page = _open("bert/page.py")
    before = page.data("bert_both")["rows"]
    page.at.text_input(key="sentence").set_value("The fox and the crow")
    assert page.run().data("bert_both")["rows"] != before


def test_paper():
    page = _open("paper/page.py")
    before = page.words
    assert page.choose("radio", "claim", "drift").words != before
    assert page.choose("segmented_control", "paper", "results").at.get("plotly_chart")


def test_worked():
    page = _open("worked/page.py")
    before = page.words
    page.choose("pills", "worked_example", "norm")
    assert page.words != before and page.at.dataframe


def test_exercise():
    page = _open("exercise/page.py")
    before = page.data("ex_next")["rows"]
    page.choose("number_input", "ex_seed", 1)
    assert page.data("ex_next")["rows"] != before
