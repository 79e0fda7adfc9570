"""What the Tasks page says of a model: which comes first, what it learnt from, and how familiar a text is to it."""

import json

import pytest
import torch

from app.tasks import text as content
from app.tasks.card_panel import CARD
from app.tasks.course import COURSE
from app.tasks.everyday import EVERYDAY
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import Checkpoint, load, save
from gptcore.familiar import Spread, Usual
from gptcore.model.gpt import GPT
from gptcore.tasks.head import TaskHead
from gptcore.tasks.predict import predict
from gptcore.tasks.task import Task
from gptcore.text.known_words import count_words, write_words
from tests.ui.page import Page

SENTIMENT = Task("classification", ("negative", "positive"))
ENTAILMENT = Task("entailment", ("contradiction", "entailment", "neutral"))
CARD_OF_FILMS = {
    "parent": "books",
    "about": "Reviews ![x](http://evil.example/x.png)",
    "task": SENTIMENT.to_dict(),
    "data": {"train": {"file": "train.csv", "examples": 9_000}, "test": {"examples": 900}},
    "confusion": [[400, 60], [90, 350]],
    "result": {"measure": "accuracy", "accuracy": 0.833},
    "sources": [{"name": "film reviews", "licence": "CC BY"}],
    "peers": {
        "measure": "accuracy",
        "fine_tuned": {"runs": 3, "mean": 0.83, "least": 0.82, "most": 0.84},
        "bag_of_words": 0.72,
    },
    "command": "python -m gptcore finetune --model books",
    "mistakes": {"sentences": ["Mistakes are longer."]},
    "calibration": {
        "temperature": 1.5,
        "before": {"bins": [{"confidence": 0.9, "accuracy": 0.7, "count": 40}]},
        "after": {"bins": [{"confidence": 0.8, "accuracy": 0.75, "count": 40}]},
    },
}
USUAL = Usual(
    texts=50,
    perplexity=dict.fromkeys(("50", "90", "95", "99"), 100.0),
    share_unseen=dict.fromkeys(("50", "90", "95", "99"), 0.1),
    surprisal=Spread(4.0, 0.1, 0.0),
    rarity=Spread(0.0, 0.1, 0.0),
    threshold=1e6,
)


@pytest.fixture
def shelf(stand_in, tmp_path, monkeypatch):
    """Puts a fine-tuned stand-in with a card among the models."""
    base = load(stand_in / "models" / "books")
    tokenizer = base.tokenizer.with_task_tokens()
    config = base.config.with_changes(vocab_size=tokenizer.vocab_size, n_layer=2, n_head=3)
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path)

    def put(name, card, task=SENTIMENT):
        head = TaskHead(task, config.d_model)
        model = GPT(config, torch.Generator().manual_seed(5))
        save(Checkpoint(model, tokenizer, config, card, head), tmp_path / name)
        return tmp_path / name

    return put


def tasks_page(task="classification", **query) -> Page:
    page = Page(task=task, **query)
    page.run()
    page.at.switch_page("tasks/page.py")
    return page.run()


def _share(percent: int) -> str:
    return f"{percent}\N{NO-BREAK SPACE}%"


def models_offered(page: Page) -> list[str]:
    return [label.split(" ")[0] for label in page.at.selectbox(key="task_model").options]


def test_plain_english_comes_first_then_the_story_world_then_others(shelf):
    shelf("another", {})
    shelf("story-sentiment", {"parent": "stories"})
    shelf("acceptable", CARD_OF_FILMS)
    shelf("sentiment", CARD_OF_FILMS)
    page = tasks_page()
    assert models_offered(page) == ["sentiment", "acceptable", "story-sentiment", "another"]
    assert "plain English" in page.at.selectbox(key="task_model").options[0]
    assert content.SMALL_WORLD not in page.words
    assert page.at.text_input(key="text_a").value == EVERYDAY["classification"][0][0].texts[0]
    page.choose("selectbox", "task_model", "story-sentiment")
    assert content.SMALL_WORLD in page.words and content.STORY_FIRST not in page.words


def test_a_model_that_counting_words_equals_comes_last_and_says_so(shelf):
    shelf("sentiment", {**CARD_OF_FILMS, "peers": {"bag_of_words": 0.82}})
    shelf("story-sentiment", {"parent": "stories"})
    page = tasks_page()
    assert models_offered(page) == ["story-sentiment", "sentiment"]
    assert content.STORY_FIRST_NO_BETTER in page.words
    page.choose("selectbox", "task_model", "sentiment")
    assert content.NO_BETTER.format(bag=_share(82), own=_share(83)) in page.words


def test_what_shared_words_alone_come_to_is_said_of_a_better_model_too(shelf):
    shelf("sentiment", {**CARD_OF_FILMS, "peers": {"bag_of_words": 0.7, "shared_words": 0.84}})
    assert content.SHARED_WORDS.format(shared=_share(84)) in tasks_page().words
    shelf("sentiment", {**CARD_OF_FILMS, "peers": {"bag_of_words": 0.7, "shared_words": 0.6}})
    assert content.SHARED_WORDS[:40] not in tasks_page().words


def test_where_no_model_read_plain_english_the_page_says_so(shelf):
    shelf("story-sentiment", {"parent": "stories"})
    assert content.STORY_FIRST in tasks_page().words


@pytest.mark.parametrize("kind", EVERYDAY)
def test_the_answers_of_everyday_examples_are_balanced(kind):
    for examples in EVERYDAY[kind]:
        counts = [[e.target for e in examples].count(target) for target in {e.target for e in examples}]
        assert len(examples) >= 8 and len(counts) > 1 and len(set(counts)) == 1


def test_examples_whose_answers_the_model_does_not_know_are_not_offered(shelf):
    shelf("mood", {"parent": "books"}, Task("classification", ("glad", "sad")))
    page = tasks_page()
    listed = page.at.selectbox(key="example").options
    assert len(listed) == len(EVERYDAY["classification"][0])  # as texts to try, without an answer
    assert content.COURSE not in "".join(listed)
    assert page.data("verdict")["note"] == ""


@pytest.mark.parametrize("index", range(len(COURSE["entailment"])))
def test_whether_the_model_is_right_stands_beside_the_course_texts_answer(shelf, index):
    folder = shelf("entailment", {"parent": "books"}, ENTAILMENT)
    page = tasks_page("entailment")
    first = len(EVERYDAY["entailment"][0])
    assert all(content.COURSE in option for option in page.at.selectbox(key="example").options[first:])
    page.choose("selectbox", "example", first + index)
    shown = COURSE["entailment"][index]
    right = predict(load(folder), shown.example.texts).answer == shown.example.target
    sentence = (content.RIGHT_ANSWER if right else content.WRONG_ANSWER).format(target=shown.example.target)
    assert page.data("verdict")["note"] == sentence
    assert (shown.doubt in page.words) and bool(shown.doubt) == (index != 1)


def test_the_card_stands_behind_a_fold_and_is_quoted_as_plain_text(shelf):
    shelf("sentiment", CARD_OF_FILMS)
    page = tasks_page()
    assert f"Learnt from 9,000 examples of film reviews; right on **{_share(83)}** of 900" in page.words
    assert f"always saying “negative” would be right on {_share(51)}" in page.words
    assert content.MISTAKES not in page.words
    page.unfold(CARD)
    assert content.MISTAKES in page.words and "Mistakes are longer" in page.words and "![x]" not in page.words
    assert page.at.code[0].value == CARD_OF_FILMS["command"]
    table = page.at.table[0].value
    assert list(table.iloc[:, 0]) == [
        _share(83),
        f"{_share(83)} ({_share(82)} to {_share(84)})",
        _share(72),
        _share(51),
    ]
    (chart,) = page.at.get("plotly_chart")
    assert "80% sure, 75% right" in chart.proto.alt


WRONG = [None, 5, "x", [[5]], {"x": 5}, {"bins": 5}, {"sentences": [5, None]}]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_any_value_on_a_card_leaves_the_page_as_it_is(shelf, wrong):
    names = [name for name in CARD_OF_FILMS if name != "task"]
    folder = shelf("sentiment", CARD_OF_FILMS)
    page = tasks_page().unfold(CARD)
    for name in (*names, "familiarity", "examples"):
        (folder / "card.json").write_text(json.dumps({**CARD_OF_FILMS, name: wrong}))
        weights = folder / "model.safetensors"
        weights.touch()  # another model to the page
        assert "verdict" in page.run().drawn
    for name in ("before", "after"):
        calibration = {**CARD_OF_FILMS["calibration"], name: wrong}
        (folder / "card.json").write_text(json.dumps({**CARD_OF_FILMS, "calibration": calibration}))
        weights.touch()
        assert "verdict" in page.run().drawn


@pytest.fixture
def well_read(shelf):
    """A model of films that tells which words it has read, and calls a text strange above a threshold."""

    def put(threshold, **more):
        usual = {**USUAL.to_dict(), "threshold": threshold}
        folder = shelf("sentiment", {**CARD_OF_FILMS, "familiarity": usual, **more})
        write_words(folder / "words.txt.xz", count_words(["The fox sang a song."]))
        write_words(folder / "words-before.txt.xz", count_words(["The fox sang, and the crow wept."]))

    return put


def test_words_that_were_never_seen_are_marked_in_the_row_and_named(well_read):
    well_read(1e6)
    page = tasks_page(text_a="The fox wept: zzyzx!")
    chips = page.data("rows")["rows"][0]["chips"]
    text = {mark: "".join(c["text"] for c in chips if c["mark"] == mark and c["role"] == "text-0") for mark in MARKS}
    assert text["new"].strip("·") == "wept" and "zzyzx" in text["unknown"].replace("·", "")
    assert text[""].replace("·", "") == "Thefox:!"
    assert all(content.MARKED[c["mark"]] in c["detail"] for c in chips if c["mark"])
    assert content.UNSEEN["new"].format(words="“wept”") in page.words
    assert content.UNSEEN["unknown"].format(words="“zzyzx”") in page.words
    assert {"new", "unknown"} <= {entry[0] for entry in page.data("rows")["legend"]}
    assert not page.at.warning


MARKS = ("", "new", "unknown")


def test_an_ordinary_text_has_no_marks_and_no_legend_of_them(well_read):
    well_read(1e6)
    page = tasks_page(text_a="The fox sang.")
    assert {chip["mark"] for chip in page.data("rows")["rows"][0]["chips"]} == {""}
    assert not {"new", "unknown"} & {entry[0] for entry in page.data("rows")["legend"]}


def test_a_strange_text_has_a_warning_before_the_bars_that_names_what_the_model_knows(well_read):
    well_read(-1e6)
    page = tasks_page(text_a="The lessee wept.")
    (warning,) = (element.value for element in page.at.warning)
    assert content.STRANGE_TO.format(source="film reviews") in warning and "Take its answer as a guess" in warning
    well_read(-1e6, sources=None, data=None)
    (warning,) = (element.value for element in tasks_page(text_a="The lessee wept.").at.warning)
    assert content.STRANGE in warning


def test_a_model_that_does_not_tell_what_it_read_calls_nothing_strange(shelf):
    shelf("sentiment", CARD_OF_FILMS)
    page = tasks_page(text_a="The lessee wept.")
    assert not page.at.warning and "as surprising" not in page.words
