"""A learner's own labelled files in a real browser: seen before a run, as plain text, each with boxes of its own."""

from collections.abc import Iterator

import pytest

from tests.browser.explorer import Explorer

TRAIN = b"sentence;gold\n**good** <b>film</b>;1\nbad film;0\nodd film;-\nfine film;1\ndull film;0\n"
TEST = b"sentence;gold\ngood tale;1\nodd tale;-1\nbad tale;7\n"
OTHER = b"title,tweet,mark\na b,c d,yes\ne f,g h,no\n"


@pytest.fixture
def form(browser, server) -> Iterator[Explorer]:
    """The fine-tuning form with own examples chosen."""
    explorer = Explorer(browser, server.url)
    page = explorer.page
    page.goto(f"{explorer.url}lab")
    page.get_by_role("radio", name="Fine-tune").click()
    explorer.widget("finetune_task", "input").click()
    page.get_by_role("option", name="Your own examples").click()
    page.get_by_text("Kind of task").wait_for()
    yield explorer
    explorer.close()


def upload(form: Explorer, part: str, name: str, raw: bytes) -> None:
    """Chooses a file for a part and waits until its name stands there."""
    form.widget(f"finetune_{part}", "input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": raw})
    form.page.get_by_text(name, exact=True).wait_for()


def test_own_files_are_understood_before_a_run(form):
    page = form.page
    upload(form, "train", "**mine**.csv", TRAIN)
    page.get_by_text("4 examples are understood").wait_for()
    page.get_by_text("label '-' means no label").wait_for()
    page.locator("[data-testid=stDataFrame]").nth(1).wait_for()
    upload(form, "test", "test.csv", TEST)
    page.get_by_text("row 4: column 'gold' holds '7', not one of training's labels").wait_for()
    form.widget("finetune_train_other", "button").click()
    upload(form, "train", "other.tsv", OTHER)
    page.get_by_text("other.tsv has no column 'label'").wait_for()
    boxes = page.locator("[class*=st-key-finetune_column_] input")
    assert boxes.count() == 2 and boxes.first.input_value() == "tweet"  # not what stood there for the file before
