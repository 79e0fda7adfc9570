"""Where a fine-tuned model's answer comes from: logits, probabilities, score and losses, down to weights."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

import gptcore
from gptcore.errors import InputError
from gptcore.model.capture import PARTS
from gptcore.provenance.task import answer_needs, explain_answer
from gptcore.provenance.task_reading import TaskReading, lm_weight_of
from gptcore.tasks.examples import Example
from gptcore.tasks.formats import task_input
from gptcore.tasks.head import TaskHead
from gptcore.tasks.predict import outputs, score
from gptcore.tasks.task import Task
from gptcore.train.settings import TrainSettings
from gptcore.train.task_learning import Examples, TaskLearning, TaskModel
from tests.core.conftest import tiny

CASES = {
    "classification": (Task("classification", ("no", "yes"), temperature=1.7), ("the fox had a friend",), "yes"),
    "entailment": (Task("entailment", ("a", "b", "c")), ("over the hill", "the fox"), "c"),
    "similarity": (Task("similarity", None, 2.5, 2.0), ("the crow", "one day the sun was warm"), 4.0),
    "similar_or_not": (Task("similarity", ("0", "1")), ("the crow", "the sun"), "0"),
    "multiple_choice": (Task("multiple_choice"), ("the fox", "a crow and a friend", "the hill"), 1),
}
LOSSES = ("task_loss", "lm_loss", "weighted_lm_loss", "total_loss")


def case(name, tokenizer, parts=PARTS, **changes):
    task, texts, target = CASES[name]
    tokens = tokenizer.with_task_tokens()
    model = tiny(vocab_size=tokens.vocab_size, n_positions=48, **changes)
    head = TaskHead(task, model.config.d_model).eval()
    torch.nn.init.normal_(head.linear.weight, 0, 0.5, generator=torch.Generator().manual_seed(1))
    given = task_input(tokens, task.kind, texts, 48)
    traces = tuple(gptcore.run_trace(model, np.array(row.ids), parts) for row in given.rows)
    return model, TaskReading(head, given, traces, target, 0.5), tokens


def logits_of(model, reading):
    """By the model itself, all rows at once."""
    ids = torch.tensor([row.ids for row in reading.input.rows])
    at = torch.tensor([row.extract for row in reading.input.rows])
    with torch.no_grad():
        states = model.hidden_states(ids)[torch.arange(len(ids)), at]
        return reading.head(states[None])[0].numpy()


@pytest.mark.parametrize("name", CASES)
def test_logits_and_what_is_made_of_them(name, tokenizer):
    model, reading, _ = case(name, tokenizer)
    task, logits = reading.head.task, logits_of(model, reading)
    for output, logit in enumerate(logits):
        found = explain_answer(model, reading, ("task_logit", output), 4)
        assert found.value == pytest.approx(logit, rel=1e-5, abs=1e-5)
        assert sum(term.value for term in found.terms) + found.rest == pytest.approx(logit, rel=1e-5, abs=1e-5)
        assert len(found.terms) == 4
        assert len(found.parents) == 16 * (3 if task.kind == "similarity" else 2)
    if task.is_regression:
        assert explain_answer(model, reading, ("task_score",)).value == pytest.approx(score(task, logits[0]), rel=1e-5)
        with pytest.raises(InputError, match="no probabilities"):
            explain_answer(model, reading, ("task_probability", 0))
        return
    for output, share in enumerate(outputs(task, logits)):
        found = explain_answer(model, reading, ("task_probability", output))
        assert found.value == pytest.approx(share, rel=1e-5)
        assert len(found.terms) == len(logits)
    with pytest.raises(InputError, match="not a score"):
        explain_answer(model, reading, ("task_score",))


def test_a_predictions_own_logits_are_the_numbers_that_are_explained(tokenizer):
    model, reading, _ = case("multiple_choice", tokenizer)
    given = np.array([1.25, -0.5], dtype=np.float32)
    drawn = replace(reading, logits=given)
    assert explain_answer(model, drawn, ("task_logit", 1)).value == -0.5
    assert explain_answer(model, drawn, ("task_probability", 1)).value == outputs(reading.head.task, given)[1]


@pytest.mark.parametrize("lm_weight", [0.5, 0.0])
@pytest.mark.parametrize("name", CASES)
def test_losses_are_those_of_training_without_dropout(name, lm_weight, tokenizer):
    model, reading, tokens = case(name, tokenizer, dropout=0.0)
    reading = TaskReading(reading.head, reading.input, reading.traces, reading.target, lm_weight)
    task, texts, target = CASES[name]
    examples = Examples([Example(texts, target)], task, tokens, 48)
    settings = TrainSettings(steps=1, batch_size=1, threads=1, precision="float32")
    learning = TaskLearning(examples, examples, task, lm_weight, settings)
    with torch.no_grad():
        trained = learning.losses(TaskModel(model, reading.head).eval(), learning.batch(0))
    found = {kind: explain_answer(model, reading, (kind,)).value for kind in LOSSES}
    assert found["task_loss"] == pytest.approx(float(trained["task_loss"]), rel=1e-5)
    assert found["total_loss"] == pytest.approx(float(trained["loss"]), rel=1e-5)
    if lm_weight:
        assert found["lm_loss"] == pytest.approx(float(trained["lm_loss"]), rel=1e-5)
    assert found["weighted_lm_loss"] == pytest.approx(lm_weight * found["lm_loss"])
    told = explain_answer(model, reading, ("lm_loss",), 3)
    assert len(told.parents) == int(learning.batch(0).is_text.sum())
    whole = sum(term.value for term in told.terms) + told.rest
    assert whole / len(told.parents) == pytest.approx(found["lm_loss"])


@pytest.mark.parametrize("name", CASES)
def test_all_that_an_answer_comes_from_can_be_explained_down_to_weights(name, tokenizer):
    model, reading, _ = case(name, tokenizer)
    draw = np.random.default_rng(0)
    first = ("task_score",) if reading.head.task.is_regression else ("task_probability", 1)
    for start in [first, *((kind,) for kind in LOSSES)] * 4:
        cell = start
        for _ in range(200):
            found = explain_answer(model, reading, cell)
            assert found.cell == cell
            for term in found.terms:
                if term.cell is not None:
                    assert math.isfinite(explain_answer(model, reading, term.cell).value) or term.value == -math.inf
            if not found.parents:
                break
            cell = found.parents[draw.integers(len(found.parents))]
        assert cell[0] == "weight"


@pytest.mark.parametrize("name", ["similarity", "multiple_choice"])
def test_traces_of_what_is_needed_are_enough(name, tokenizer):
    model, reading, _ = case(name, tokenizer)
    extract = reading.input.rows[1].extract
    product = ("product", ("row", 1, "final", extract, 2), ("weight", "head.linear.weight", 0, 2))
    for cell in [("task_logit", 0), ("total_loss",), ("lm_loss",), ("row", 1, "mlp_up", 1, 3, 2), product]:
        parts, layer = answer_needs(model.config, cell)
        rows, layers = reading.input.rows, None if layer is None else [layer]
        traces = tuple(gptcore.run_trace(model, np.array(row.ids), parts, layers) for row in rows)
        part = TaskReading(reading.head, reading.input, traces, reading.target, 0.5)
        found = explain_answer(model, part, cell).value
        assert found == pytest.approx(explain_answer(model, reading, cell).value, rel=1e-5)


def test_a_row_is_named_wherever_it_leads(tokenizer):
    model, reading, _ = case("similarity", tokenizer)
    found = explain_answer(model, reading, ("row", 1, "q", 1, 0, 3, 2), 3)
    assert found.value == float(reading.traces[1].q[1, 0, 3, 2])
    assert found.terms[0].cell[1][:3] == ("row", 1, "attn_in")
    assert found.terms[0].cell[2][:2] == ("weight", "blocks.1.attn.qkv.weight")
    assert found.sources[0] == ("row", 1, "attn_in", 1, 3, None)
    own = explain_answer(model, reading, ("weight", "head.linear.weight", 0, 3))
    assert own.value == float(reading.head.linear.weight[0, 3].detach())
    assert "[Extract]" in own.note


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ((), "an answer has no"),
        (("q", 0, 0, 0, 0), "an answer has no"),
        ((["row"],), "an answer has no"),
        (("row",), "rows 0 to 0"),
        (("row", 1, "final", 0, 0), "rows 0 to 0"),
        (("row", 0), "no cell of kind"),
        (("row", 0, "row", 0, "final", 0, 0), "no cell of kind"),
        (("row", 0, "weight", "token_embedding.weight", 0, 0), "belongs to no row"),
        (("row", 0, "final", 99, 0), "position 0 to"),
        (("task_logit",), "1 numbers"),
        (("task_logit", 2), "outputs 0 to 1"),
        (("task_logit", "a"), "outputs 0 to 1"),
        (("weight", "head.linear.weight", 2, 0), "0 to 1 and 0 to 15"),
        (("weight", "head.linear.bias", 2), "no weight"),
        (("weight",), "no cell of kind"),
        (("product", ("task_logit", 0)), "an answer has no"),
        (("product", ("product", 1, 2), ("task_logit", 0)), "neither is a product"),
    ],
)
def test_bad_cells_are_refused(cell, message, tokenizer):
    model, reading, _ = case("classification", tokenizer)
    with pytest.raises(InputError, match=message):
        explain_answer(model, reading, cell)


def test_what_is_not_known_has_no_loss(tokenizer):
    model, reading, _ = case("classification", tokenizer)
    unknown = TaskReading(reading.head, reading.input, reading.traces)
    with pytest.raises(InputError, match="right answer"):
        explain_answer(model, unknown, ("task_loss",))
    with pytest.raises(InputError, match="lambda"):
        explain_answer(model, unknown, ("weighted_lm_loss",))
    with pytest.raises(InputError, match="none of this example's answers"):
        explain_answer(model, TaskReading(reading.head, reading.input, reading.traces, "perhaps"), ("task_loss",))
    with pytest.raises(InputError, match="one trace for each row"):
        explain_answer(model, TaskReading(reading.head, reading.input, ()), ("task_loss",))
    other = gptcore.run_trace(model, reading.traces[0].ids[::-1].copy())
    with pytest.raises(InputError, match="row's tokens"):
        explain_answer(model, TaskReading(reading.head, reading.input, (other,)), ("task_loss",))


def test_lambda_is_read_from_a_card_that_may_say_anything():
    assert lm_weight_of({"settings": {"lm_weight": 0.5}}) == 0.5
    for settings in (
        None,
        [],
        {},
        {"lm_weight": "0.5"},
        {"lm_weight": True},
        {"lm_weight": -1},
        {"lm_weight": math.nan},
    ):
        assert lm_weight_of({"settings": settings}) is None
    assert lm_weight_of({}) is None
