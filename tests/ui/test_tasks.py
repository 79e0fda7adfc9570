"""The Tasks page in AppTest: rows form, a fine-tuned stand-in judges them, and odd texts break nothing."""

import base64

import numpy as np
import pytest
import torch

from app.shared.arithmetic import text as arithmetic
from app.shared.arithmetic.numbers import readable
from app.tasks import text as content
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import Checkpoint, load, save
from gptcore.model.gpt import GPT
from gptcore.tasks.head import TaskHead
from gptcore.tasks.predict import outputs, predict
from gptcore.tasks.task import Task
from tests.ui.page import Page

TASKS = {
    "classification": Task("classification", ("glad", "sad")),
    "entailment": Task("entailment", ("contradiction", "entailment", "neutral")),
    "similarity": Task("similarity", None, 2.5, 1.5),
    "multiple_choice": Task("multiple_choice"),
}
EXAMPLES = {
    "classification": [("The fox sang.", "glad"), ("The crow wept.", "sad")],
    "entailment": [
        ("The fox met the crow.", "They met.", "entailment"),
        ("The fox sang.", "It wept.", "contradiction"),
    ],
    "similarity": [("The fox sang.", "A fox was singing.", 4.5), ("The crow.", "Rain fell.", 0.0)],
    "multiple_choice": [("The fox sang. The crow", "joined in.", "is a colour.", 0)],
}


@pytest.fixture
def tuned(stand_in, tmp_path, monkeypatch):
    """One fine-tuned stand-in per kind of task, among the learner's own models."""
    base = load(stand_in / "models" / "books")
    tokenizer = base.tokenizer.with_task_tokens()
    config = base.config.with_changes(vocab_size=tokenizer.vocab_size, n_layer=2, n_head=3)
    for kind, task in TASKS.items():
        generator = torch.Generator().manual_seed(5)
        head = TaskHead(task, config.d_model, generator=generator)
        with torch.no_grad():
            head.linear.weight *= 20
        examples = [{"texts": texts, "target": target} for *texts, target in EXAMPLES[kind]]
        model = GPT(config, generator)
        save(Checkpoint(model, tokenizer, config, {"examples": examples}, head), tmp_path / f"my-{kind}")
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path)
    return tmp_path


def tasks_page(**query) -> Page:
    page = Page(**query)
    page.run()
    page.at.switch_page("tasks/page.py")
    return page.run()


def bars(page: Page, key: str = "verdict") -> dict[str, float]:
    return {row["text"]: row["probability"] for row in page.data(key)["rows"]}


@pytest.mark.parametrize("kind", TASKS)
def test_every_kind_opens_on_an_example_with_the_models_own_verdict(tuned, kind):
    page = tasks_page().choose("segmented_control", "task", kind)
    *texts, target = EXAMPLES[kind][0]
    expected = predict(load(tuned / f"my-{kind}"), texts)
    shown = list(bars(page).values())
    if kind == "similarity":
        assert shown == pytest.approx([max(0, expected.answer)])
    else:
        np.testing.assert_allclose(shown, outputs(expected.task, expected.logits), rtol=1e-6)
        assert sum(shown) == pytest.approx(1)
    rows = page.data("rows")["rows"]
    assert len(rows) == len(expected.input.rows)
    for row, wanted in zip(rows, expected.input.rows, strict=True):
        assert len(row["chips"]) == len(wanted.ids)
        assert row["chips"][0]["text"] == "[Start]"
        assert row["chips"][wanted.extract]["text"] == "[Extract]"
    assert str(target if kind != "multiple_choice" else target + 1) in page.data("verdict")["note"]


def test_a_changed_word_moves_the_verdict_and_the_example_stays_as_an_outline(tuned):
    page = tasks_page(task="entailment")
    before = bars(page)
    page.at.text_input(key="text_b").set_value("They sang.")
    page.run()
    rows = page.data("verdict")["rows"]
    assert {row["text"]: row["raw"] for row in rows} == before
    assert bars(page) != before
    assert content.DASHED in page.data("verdict")["note"]
    page.press("Back to the example")
    assert bars(page) == before
    assert not [button for button in page.at.button if button.label == "Back to the example"]


def test_the_sum_of_both_orders_survives_a_swap_and_one_order_does_not(tuned):
    page = tasks_page().choose("segmented_control", "task", "similarity")
    total, alone = bars(page), list(bars(page, "alone").values())
    page.press("Swap the texts")
    assert bars(page)["both orders"] == pytest.approx(total["both orders"], abs=1e-5)
    assert list(bars(page, "alone").values()) == pytest.approx(alone[::-1], abs=1e-5)


def test_another_example_fills_the_boxes(tuned):
    page = tasks_page(task="entailment").choose("selectbox", "example", 1)
    assert page.at.text_input(key="text_a").value == "The fox sang."
    assert "contradiction" in page.data("verdict")["note"]


def test_a_click_chooses_a_head_and_strange_clicks_break_nothing(tuned):
    page = tasks_page()
    page.send("rows", "head", [0, 2])
    assert (page.data("rows")["layer"], page.data("rows")["head"]) == (0, 2)
    for odd in ([7, 99], [-3, 0], "x", None, [1]):
        page.send("rows", "head", odd)
    assert page.data("rows")["layer"] < 2


@pytest.mark.parametrize("kind", TASKS)
def test_without_a_fine_tuned_model_there_are_rows_and_the_way_to_one(kind):
    page = tasks_page().choose("segmented_control", "task", kind)
    assert page.drawn == {"rows"}
    assert content.NO_MODEL in page.words
    assert f"--task {kind}" in page.at.code[0].value


@pytest.mark.parametrize("text", ["", "   ", "<b>x</b> $x$ `y`", "👩‍👩‍👧‍👦", "<|extract|> [Start]", "fox " * 3_000])
@pytest.mark.parametrize("kind", ["classification", "entailment"])
def test_any_text_is_shown_or_asked_for(tuned, kind, text):
    page = tasks_page().choose("segmented_control", "task", kind)
    page.at.text_input(key="text_a").set_value(text)
    page.run()
    if not text.strip():
        assert content.EMPTY in page.words
        return
    roles = [chip["role"] for chip in page.data("rows")["rows"][0]["chips"]]
    assert (roles.count("start"), roles.count("extract")) == (1, 1)
    assert len(page.at.warning) == (len(text) > 10_000)


def test_one_answer_is_no_choice(tuned):
    page = tasks_page().choose("segmented_control", "task", "multiple_choice")
    page.at.text_area(key="answers").set_value("only one\n\n")
    page.run()
    assert content.EMPTY in page.words


def test_a_link_restores_task_and_texts(tuned):
    page = tasks_page(task="similarity", text_a="The fox.", text_b="A crow.")
    assert page.at.segmented_control(key="task").value == "similarity"
    assert [page.at.text_input(key=key).value for key in ("text_a", "text_b")] == ["The fox.", "A crow."]


def test_the_arithmetic_says_what_the_logits_are_divided_by(tuned):
    path = tuned / "my-entailment" / "task.json"
    path.write_text(path.read_text().replace('"temperature": 1.0', '"temperature": 2.5'))
    page = tasks_page(task="entailment").unfold("verdict_table")
    table = page.at.dataframe[0].value
    np.testing.assert_allclose(table["/ 2.5"], table["logit"] / 2.5, rtol=1e-6)
    np.testing.assert_allclose(table["probability"], list(bars(page).values()), rtol=1e-6)
    np.testing.assert_allclose(np.exp(table["- largest"]), table["exp"], rtol=1e-6)
    assert "divided by 2.50" in page.data("verdict")["subtitle"]


def test_the_arithmetic_ends_in_the_verdict(tuned):
    page = tasks_page().unfold("verdict_table")
    table = page.at.dataframe[0].value
    np.testing.assert_allclose(table["probability"], list(bars(page).values()), rtol=1e-6)
    np.testing.assert_allclose(table["exp"] / table["exp"].sum(), table["probability"])


@pytest.mark.parametrize("link", [{"task_model": "sentiment"}, {"task_model": "stories"}, {"model": "sentiment"}])
def test_a_link_that_names_a_model_which_is_gone_opens_on_the_first_one(tuned, link):
    page = tasks_page(task="classification", **link)
    assert bars(page).keys() == {"glad", "sad"}


def tasks_at(link: str, **query) -> Page:
    """The page by an address that opens a number; AppTest itself comes by Explore, which has no such number."""
    page = tasks_page(**query)
    page.at.query_params["open"] = link
    return page.run()


def opened(page: Page) -> dict:
    """What is open, and its terms."""
    return {**page.data("arithmetic_heading"), **page.data("arithmetic_terms")}


@pytest.mark.parametrize("kind", TASKS)
def test_the_verdicts_numbers_open_down_to_the_tasks_own_weights(tuned, kind):
    page = tasks_page(task=kind)
    row = page.data("verdict")["rows"][0]
    page.send("verdict", "cell", row["cell"])
    assert opened(page)["shown"] == readable(row["probability"])
    logit = opened(page)["rows"][0]["cell"]
    assert logit[0] == "task_logit"
    page.send("arithmetic_terms", "deeper", logit)
    factors = opened(page)["rows"][0]["factors"]
    assert [factor["cell"][0] for factor in factors] == ["row", "weight"]
    page.send("arithmetic_terms", "deeper", factors[1]["cell"])
    assert "head.linear.weight[" in opened(page)["note"]
    page.send("arithmetic_heading", "back", 1)
    assert opened(page)["rows"][0]["factors"] == factors
    page.send("arithmetic_heading", "back", -1)
    assert "arithmetic_heading" not in page.drawn


def test_a_weight_above_a_chip_opens(tuned):
    page = tasks_page(task="similarity")
    rows = page.data("rows")
    length = rows["lengths"][1]
    page.send("rows", "cell", ["row", 1, "attention", rows["layer"], rows["head"], length - 1, 2])
    weights = np.frombuffer(base64.b64decode(rows["chosen"][1]), "<f4")
    assert opened(page)["shown"] == readable(float(weights[2]))
    assert "[Extract]" in opened(page)["what"]
    inner = opened(page)["rows"][0]
    assert inner["cell"][:2] == ["row", 1] and inner["word"]


def test_the_losses_of_an_example_open_and_an_edit_takes_them_away(tuned):
    page = tasks_page(task="classification")
    labels = {button.key: button.label for button in page.at.button if button.key and button.key.startswith("open_")}
    assert list(labels) == ["open_task_loss", "open_lm_loss"]  # the card does not tell lambda
    for key, label in reversed(labels.items()):
        page.at.button(key=key).click()
        page.run()
        assert label.endswith(f"= {opened(page)['shown']}")
    page.choose("text_input", "text_a", "The fox wept.")
    assert not [button for button in page.at.button if button.key == "open_task_loss"]
    assert "arithmetic_heading" not in page.drawn  # it has no known answer any more
    assert page.at.toast[0].value == arithmetic.GONE


def test_lambda_is_the_models_own(tuned):
    model = load(tuned / "my-classification")
    model.card["settings"] = {"lm_weight": 0.25}
    save(model, tuned / "my-classification")
    page = tasks_at("total_loss~weighted_lm_loss", task="classification")
    terms = {row["label"]: row["value"] for row in opened(page)["rows"]}
    assert terms["λ"] == 0.25
    page.send("arithmetic_heading", "back", 0)
    assert [row["cell"][0] for row in opened(page)["rows"]] == ["task_loss", "weighted_lm_loss"]


@pytest.mark.parametrize(
    "link", ["probability:1:1", "task_probability:9", "row:7:q:0:0:0:0", "row:0:q", "row:0:row:0", "task_score", "x~y"]
)
def test_a_bad_link_to_a_number_opens_nothing_and_says_so(tuned, link):
    page = tasks_at(link, task="classification")
    assert "arithmetic_heading" not in page.drawn
    assert page.at.toast[0].value == arithmetic.GONE


def test_rows_that_nothing_answers_open_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path)
    page = tasks_at("task_probability:0")
    assert "arithmetic_heading" not in page.drawn and page.at.toast[0].value == arithmetic.GONE
    page.send("rows", "cell", ["row", 0, "attention", 0, 0, 0, 0])
    assert "arithmetic_heading" not in page.drawn
