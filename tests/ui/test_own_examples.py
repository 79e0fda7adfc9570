"""A learner's own labelled files in the Lab: what is understood of them is on the page before a run starts."""

from pathlib import Path

import pytest

from app.lab import cache as lab_cache
from app.lab import own_examples
from app.lab import text as content
from app.shared import learner
from gptcore.errors import StorageError
from gptcore.lab.worker import work
from tests.ui.page import Page
from tests.ui.test_lab import lab, small_world  # noqa: F401

TRAIN = "sentence;gold\n**good** film;1\nbad film;0\n;1\nodd film;-\nfine film;1\ndull film;0\n"
TEST = "sentence;gold\ngood tale;1\nodd tale;-1\nbad tale;0\n"
QUIZ = "prompt,A,B,C,D,answer\nWhich is red?,sky,blood,grass,snow,2\nWhich is cold?,ice,sun,fire,tea,1\n"


@pytest.fixture
def page() -> Page:
    """The form, with the choice of own examples made."""
    return lab().choose("segmented_control", "lab", "finetune").choose("selectbox", "finetune_task", "own")


def upload(page: Page, part: str, text: str, name: str = "mine.csv") -> Page:
    page.at.file_uploader(key=f"finetune_{part}").set_value((name, text.encode(), "text/csv"))
    return page.run()


def tables(page: Page) -> list[list[dict]]:
    return [table.value.to_dict("records") for table in page.at.dataframe]


def texts(page: Page) -> str:
    return "\n".join(text.value for text in page.at.text)


def test_what_was_understood_is_shown_before_a_run_starts(page):
    upload(page, "train", TRAIN)
    first, classes = tables(page)
    assert first[0] == {"text": "**good** film", "label": "1"} and len(first) == 3
    assert classes == [{"label": "0", "examples": 2}, {"label": "1", "examples": 2}]
    assert "4 examples are understood" in texts(page) and "label '-' means no label" in texts(page)
    assert page.at.selectbox(key=next(box.key for box in page.at.selectbox if box.label == "Text")).value == "sentence"
    upload(page, "test", TEST, "test.csv")
    assert tables(page)[3] == [{"label": "0", "examples": 1}, {"label": "1", "examples": 1}]
    page.press("Start fine-tuning")
    (run,) = learner.STORE._select("1")
    assert run.plan["columns"] is None and run.plan["labels_from"] is None
    assert run.plan["train_file"].startswith(str(learner.STORE.home / "examples" / "own-"))


def test_what_is_wrong_is_said_beside_the_file(page):
    upload(page, "train", TRAIN)
    upload(page, "test", TEST.replace("good tale;1", "good tale;7"), "test.csv")
    assert content.CANNOT_USE in [error.value for error in page.at.error]
    assert "test.csv, row 2: column 'gold' holds '7', not one of training's labels ('0', '1')" in texts(page)
    page.press("Start fine-tuning")
    assert not learner.STORE._select("1") and "holds" in page.at.toast[0].value
    page.at.button(key="finetune_train_other").click()
    page.run()
    upload(page, "train", "spam\twin [now](http://x), all\nham\tok\nham\tno\n", "plain.tsv")
    assert "plain.tsv has no header" in texts(page) and "[now](http://x)" in texts(page)
    assert tables(page)[0][1] == {"1": "ham", "2": "ok"}  # enough to choose by
    for label, column in (("Text", "2"), ("Label", "1")):
        (box,) = (box for box in page.at.selectbox if box.label == label)
        box.set_value(column)
        page.run()
    assert tables(page)[0][1] == {"text": "ok", "label": "ham"}


def test_a_file_is_parsed_once_and_leaves_the_servers_memory(page, monkeypatch):
    read = []
    look = lab_cache.look
    monkeypatch.setattr(lab_cache, "look", lambda *arguments: read.append(arguments) or look(*arguments))
    upload(page, "train", TRAIN)
    assert len(read) == 1
    for epochs in (3, 4):
        page.choose("number_input", "finetune_epochs", epochs)
    assert len(read) == 1
    assert not page.at.get("file_uploader")[0].value
    page.choose("segmented_control", "lab", "runs").choose("segmented_control", "lab", "finetune")
    assert "4 examples are understood" in texts(page) and len(read) == 1
    other = lab().choose("segmented_control", "lab", "finetune").choose("selectbox", "finetune_task", "own")
    upload(other, "train", TRAIN)
    assert len(read) == 1


def test_choices_say_what_was_assumed_and_can_be_told(page):
    page.choose("selectbox", "finetune_kind", "multiple_choice")
    upload(page, "train", QUIZ)
    assert "taken to count the answers from 1" in texts(page)
    assert page.at.multiselect[0].value == ["A", "B", "C", "D"] and tables(page)[0][0]["label"] == 2
    page.choose("selectbox", "finetune_labels_from", 0)
    assert tables(page)[0][0]["label"] == 3
    page.at.multiselect[0].set_value(["A", "B"])
    page.run()
    assert "answer_1='A', answer_2='B', answer_3='C', answer_4='D'" in texts(page)


def test_other_columns_can_be_chosen_and_reach_the_run(page):
    upload(page, "train", "review,tweet,stars\na,b,1\nc,d,2\n")
    (box,) = (box for box in page.at.selectbox if box.label == "Text")
    assert box.value == "review" and tables(page)[0][1] == {"text": "c", "label": "2"}
    box.set_value("tweet")
    page.run()
    assert tables(page)[0][1] == {"text": "d", "label": "2"}
    upload(page, "test", "review,tweet,stars\ne,f,1\n")
    page.press("Start fine-tuning")
    (run,) = learner.STORE._select("1")
    assert run.plan["columns"] == {"text": "tweet", "label": "stars"}


def test_starting_on_the_story_world_leaves_the_making_to_the_worker(page):
    page.choose("selectbox", "finetune_task", "entailment").choose("number_input", "finetune_examples", 20)
    page.choose("number_input", "finetune_epochs", 1)
    page.press("Start fine-tuning")
    (run,) = learner.STORE._select("1")
    examples = learner.STORE.home / "examples"
    assert not examples.exists()
    work(home=learner.STORE.home, once=True)
    assert learner.STORE.get(run.id).state == "finished", learner.STORE.get(run.id)
    assert {path.name for path in examples.iterdir()} == {"entailment-train-20.csv", "entailment-test-500.csv"}


def test_a_disk_that_cannot_keep_a_file_is_said(page, monkeypatch):
    def full(*_):
        raise StorageError("the disk is full")

    monkeypatch.setattr(own_examples, "keep_labelled", full)
    upload(page, "train", TRAIN)
    assert "the disk is full" in texts(page)


def test_an_own_text_is_kept_on_disk_and_how_it_was_read_is_said():
    page = lab().choose("selectbox", "pretrain_corpus", "own")
    box = page.at.file_uploader(key="pretrain_file")
    box.set_value(("[a](http://x).txt", ("Der Fuchs ging über den Hügel. " * 100).encode("cp1252"), "text/plain"))
    page.run()
    assert not page.at.file_uploader and "[a](http://x).txt" in texts(page)
    assert content.TEXT_GUESSED.format(n=3_100, encoding="cp1252") in [caption.value for caption in page.at.caption]
    page.press("Start pre-training")
    (run,) = learner.STORE._select("1")
    assert Path(run.plan["corpus"]).read_text(encoding="utf-8").startswith("Der Fuchs ging über")


def test_a_duplicate_of_a_run_on_an_own_text_keeps_it():
    page = lab().choose("selectbox", "pretrain_corpus", "own")
    page.at.file_uploader(key="pretrain_file").set_value(("a.txt", b"The fox ran over the hill. " * 100, "text/plain"))
    page.run()
    page.choose("segmented_control", "pretrain_preset", "micro").press("Start pre-training")
    page = lab().choose("segmented_control", "lab", "runs").press("Duplicate and change")
    assert page.at.selectbox(key="pretrain_corpus").value == "own"
    assert page.at.session_state["pretrain_preset"] == "micro"
    page.press("Start pre-training")
    new, old = learner.STORE._select("1 ORDER BY number DESC")
    assert new.id != old.id and new.plan["corpus"] == old.plan["corpus"]


def test_an_own_text_that_cannot_be_used_says_why_in_its_place():
    page = lab().choose("selectbox", "pretrain_corpus", "own")
    page.at.file_uploader(key="pretrain_file").set_value(("a.txt", b"short", "text/plain"))
    page.run()
    assert "at least 2,000" in texts(page) and page.at.file_uploader
