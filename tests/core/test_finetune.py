"""Fine-tuning: its losses, what is transferred and frozen, exact resume, and a model that judges in the end."""

import json

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from gptcore.checkpoints.checkpoint import Checkpoint, load, load_text_model, save
from gptcore.errors import GPTCoreError, InputError
from gptcore.tasks.examples import Example
from gptcore.tasks.metrics import metrics
from gptcore.tasks.predict import outputs, predict
from gptcore.tasks.task import Task
from gptcore.train.events import Finished, Updated, Validated
from gptcore.train.finetune import FinetunePlan, finetune
from gptcore.train.loop import train
from gptcore.train.settings import TrainSettings
from gptcore.train.task_learning import Examples, TaskLearning, TaskModel
from gptcore.train.transfer import freeze, starting_point
from tests.core.conftest import fox_or_crow, labelled, tiny

SETTINGS = dict(batch_size=4, learning_rate=3e-3, threads=1, precision="float32", log_every=1, seed=1)
TEXTS = ["the fox had a friend", "the crow", "over the hill and the river", "one day the sun was warm"]
EXAMPLES = {
    "classification": [Example((text,), "yes" if "the" in text[:4] else "no") for text in TEXTS],
    "entailment": [Example((text, "the fox"), label) for text, label in zip(TEXTS, "abca", strict=True)],
    "similarity": [Example((text, "the fox"), value) for text, value in zip(TEXTS, (0.0, 1.5, 4.0, 5.0), strict=True)],
    "multiple_choice": [Example((text, "the fox", "a crow"), i % 2) for i, text in enumerate(TEXTS)],
}
TASKS = {
    "classification": Task("classification", ("no", "yes")),
    "entailment": Task("entailment", ("a", "b", "c")),
    "similarity": Task("similarity", None, 2.5, 2.0),
    "multiple_choice": Task("multiple_choice"),
}
KINDS = list(TASKS)


@pytest.fixture(scope="module")
def base(tokenizer, tmp_path_factory):
    """A folder with a model that nobody trained."""
    folder = tmp_path_factory.mktemp("base")
    model = tiny(vocab_size=tokenizer.vocab_size, n_positions=48)
    save(Checkpoint(model, tokenizer, model.config, {"name": "base"}), folder)
    return folder


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    rows = fox_or_crow("was warm", "had a friend", "went", "found the river")
    return labelled(folder / "train.csv", rows), labelled(folder / "test.csv", rows[::3])


def plan(base, files, **changes) -> FinetunePlan:
    train_settings = {**SETTINGS, **changes.pop("train", {})}
    values = {"model": str(base), "task": "classification", "train_file": files[0], "test_file": files[1], "epochs": 2}
    return FinetunePlan(**{**values, **changes}, train=train_settings)


def start(base, kind, **changes) -> Checkpoint:
    nothing = FinetunePlan(str(base), kind, "", "", **changes)
    return starting_point(nothing, load_text_model(base), TASKS[kind], seed=5)


def job(base, kind, lm_weight=0.5) -> tuple[TaskModel, TaskLearning, Examples]:
    checkpoint = start(base, kind, dropout=0.0)
    examples = Examples(EXAMPLES[kind], TASKS[kind], checkpoint.tokenizer, checkpoint.config.n_positions)
    settings = TrainSettings(steps=3, **{**SETTINGS, "batch_size": 2})
    learning = TaskLearning(examples, examples, TASKS[kind], lm_weight, settings)
    return TaskModel(checkpoint.model, checkpoint.head).eval(), learning, examples


def test_dropout_is_that_of_pre_training_unless_it_is_given(base):
    before = load(base).config.dropout
    left, given = start(base, "classification"), start(base, "classification", dropout=0.3)
    assert (left.config.dropout, left.head.dropout) == (before, 0.1)
    assert (given.config.dropout, given.head.dropout) == (0.3, 0.3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_losses_are_means_over_examples_worked_out_one_by_one(base, kind):
    model, learning, examples = job(base, kind)
    batch = examples.batch([0, 1, 2, 3], torch.device("cpu"))
    found = {name: float(value.detach()) for name, value in learning.losses(model, batch).items()}
    tasks, lms = [], []
    for i in range(4):
        one = examples.batch([i], torch.device("cpu"))
        hidden = model.gpt.hidden_states(one.ids[0])
        states = hidden[torch.arange(len(hidden)), one.extract[0]]
        outputs = states @ model.head.linear.weight.t()
        outputs = outputs[:, 0][None] if kind == "multiple_choice" else outputs.sum(0, keepdim=True)
        regression = kind == "similarity"
        tasks.append(
            (outputs[:, 0] - one.targets).square().mean() if regression else F.cross_entropy(outputs, one.targets)
        )
        text = one.is_text[0, :, 1:]
        lms.append(F.cross_entropy(model.gpt(one.ids[0])[:, :-1][text], one.ids[0, :, 1:][text]))
    assert found["task_loss"] == pytest.approx(float(torch.stack(tasks).mean().detach()), rel=1e-4)
    assert found["lm_loss"] == pytest.approx(float(torch.stack(lms).mean().detach()), rel=1e-4)
    assert found["loss"] == pytest.approx(found["task_loss"] + 0.5 * found["lm_loss"], rel=1e-6)


@pytest.mark.parametrize(("kind", "marks"), [("classification", 2), ("entailment", 3), ("similarity", 3)])
def test_l1_predicts_the_words_and_none_of_the_marks(base, kind, marks):  # OpenAI's code counts [Delim] and [Extract]
    _, _, examples = job(base, kind)
    one = examples.batch([0], torch.device("cpu"))
    n_tokens = int(one.extract[0, 0]) + 1
    assert int(one.is_text[0, 0].sum()) == n_tokens - marks
    assert not one.is_text[0, 0, 0] and not one.is_text[0, 0, n_tokens - 1 :].any()


def test_every_block_learns_from_both_losses_and_the_head_from_the_task_alone(base):
    model, learning, examples = job(base, "entailment")
    found = learning.losses(model, examples.batch([0, 1, 2, 3], torch.device("cpu")))
    for name in ("task_loss", "lm_loss"):
        model.zero_grad(set_to_none=True)
        found[name].backward(retain_graph=True)
        assert all(weight.grad.abs().sum() > 0 for block in model.gpt.blocks for weight in block.parameters())
        assert (model.head.linear.weight.grad is not None) == (name == "task_loss")


def test_without_weight_the_language_model_is_left_alone(base):
    model, learning, examples = job(base, "classification", lm_weight=0.0)
    found = learning.losses(model, examples.batch([0, 1], torch.device("cpu")))
    assert set(found) == {"loss", "task_loss", "accuracy"}


@pytest.mark.parametrize("kind", KINDS)
def test_predictions_do_not_depend_on_company_or_padding(base, kind):
    model, learning, examples = job(base, kind)
    together = learning.predict(model, examples).outputs
    for i, example in enumerate(EXAMPLES[kind]):
        checkpoint = Checkpoint(model.gpt, *_rest(base, kind, model))
        np.testing.assert_allclose(predict(checkpoint, example.texts).logits, together[i], atol=1e-5)


def _rest(base, kind, model):
    checkpoint = start(base, kind)
    return checkpoint.tokenizer, checkpoint.config, {}, model.head


def test_an_epoch_has_every_example_once_and_a_step_always_the_same(base):
    _, learning, _ = job(base, "entailment")
    first = [learning.batch(step) for step in range(2)]
    seen = torch.cat([batch.targets for batch in first])
    assert sorted(seen.tolist()) == [0, 0, 1, 2]
    learning.batch(5)
    assert torch.equal(learning.batch(1).ids, first[1].ids)


@pytest.mark.parametrize("layers", [0, 1, 2])
def test_only_the_lower_layers_are_transferred(base, layers):
    source, model = load(base).model, start(base, "classification", transfer_layers=layers).model
    same = [torch.equal(a.attn.qkv.weight, b.attn.qkv.weight) for a, b in zip(source.blocks, model.blocks, strict=True)]
    assert same == [layer < layers for layer in range(2)]
    assert torch.equal(model.token_embedding.weight[:-3], source.token_embedding.weight)


def test_from_scratch_nothing_is(base):
    source, model = load(base).model.state_dict(), start(base, "classification", from_scratch=True).model.state_dict()
    assert not [n for n in source if source[n].dim() > 1 and torch.equal(source[n], model[n][: len(source[n])])]


@pytest.mark.parametrize("layers", [1, 2])
def test_frozen_layers_do_not_move_but_new_embeddings_do(base, layers):
    model, learning, _ = job(base, "classification")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    n_old = model.gpt.config.vocab_size - 3
    freeze(model.gpt, layers, n_old)
    settings = TrainSettings(steps=6, **{**SETTINGS, "weight_decay": 0.5, "warmup": 0})
    list(train(model, learning, settings))
    table = "gpt.token_embedding.weight"
    moved = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert torch.equal(model.state_dict()[table][:n_old], before[table][:n_old])
    # [Delim] stands in no row of a classification, so only two of the three have a gradient from the task
    assert not torch.equal(model.state_dict()[table][n_old], before[table][n_old])
    assert "gpt.position_embedding.weight" not in moved
    for layer in range(2):
        assert (f"gpt.blocks.{layer}.mlp.fc.weight" in moved) == (layer >= layers)
    assert "head.linear.weight" in moved


def losses(events) -> dict[int, float]:
    return {event.step: event.losses["loss"] for event in events if isinstance(event, Updated)}


def test_a_killed_run_goes_on_exactly(base, files, tmp_path):
    whole = losses(finetune(plan(base, files, freeze=1), tmp_path / "whole"))
    running = finetune(plan(base, files, freeze=1), tmp_path / "killed")
    for event in running:
        if isinstance(event, Updated) and event.step == len(whole) // 2 + 1:
            running.close()
            break
    rest = losses(finetune(plan(base, files, freeze=1), tmp_path / "killed", resume=True))
    assert min(rest) > 1
    assert rest == pytest.approx({step: whole[step] for step in rest}, abs=1e-6)
    a, b = load(tmp_path / "whole"), load(tmp_path / "killed")
    assert all(
        torch.equal(x, y) for x, y in zip(a.model.state_dict().values(), b.model.state_dict().values(), strict=True)
    )


def test_it_learns_and_the_result_opens_as_a_checkpoint_that_judges(base, files, tmp_path):
    quick = plan(base, files, epochs=16, dropout=0.0, train=dict(learning_rate=1e-2))
    events = list(finetune(quick, tmp_path / "run"))
    result = events[-1].result
    assert isinstance(events[-1], Finished)
    assert result["accuracy"] > 0.9
    assert result["lm_loss"] < result["lm_loss_before"]
    assert {"valid_task_loss", "valid_lm_loss", "valid_accuracy"} <= next(
        e for e in events if isinstance(e, Validated)
    ).metrics.keys()
    checkpoint = load(tmp_path / "run")
    assert checkpoint.head.task.labels == ("crow", "fox")
    assert checkpoint.card["parent"] == str(base)
    assert np.sum(checkpoint.card["confusion"]) == 11
    for line in (tmp_path / "run" / "results.jsonl").read_text().splitlines():
        found = json.loads(line)
        predicted = predict(checkpoint, found["texts"])
        assert predicted.answer == found["answer"]
        np.testing.assert_allclose(predicted.logits, found["outputs"], atol=1e-4)
    again = list(finetune(quick, tmp_path / "run", resume=True))
    assert again == [Finished(result)]


def test_the_sum_of_both_orders_knows_no_order_but_one_alone_does(base):
    checkpoint = start(base, "similarity")
    ready = Checkpoint(checkpoint.model.eval(), checkpoint.tokenizer, checkpoint.config, {}, checkpoint.head.eval())
    one, other = predict(ready, ("the fox", "a crow went")), predict(ready, ("a crow went", "the fox"))
    np.testing.assert_allclose(one.logits, other.logits, atol=1e-6)
    np.testing.assert_allclose(one.alone, other.alone[::-1], atol=1e-6)
    np.testing.assert_allclose(one.alone.mean(axis=0), one.logits, atol=1e-6)
    assert abs(one.alone[0] - one.alone[1]).max() > 1e-4
    assert outputs(one.task, one.logits) == pytest.approx([one.answer])


def test_a_plain_model_predicts_no_answer(base):
    with pytest.raises(InputError, match="fine-tune it first"):
        predict(load(base), ("the fox",))


def test_measures_of_scores_and_classes():
    scores = metrics(TASKS["similarity"], [0, 1, 2, 3], [1.0, 3.0, 5.0, 7.0])
    assert scores == pytest.approx({"pearson": 1, "spearman": 1, "rmse": np.sqrt((1 + 4 + 9 + 16) / 4)})
    assert metrics(TASKS["similarity"], [1, 1], [1.0, 2.0])["pearson"] == 0
    found = metrics(TASKS["classification"], ["yes", "no", "no", "no"], ["yes", "no", "no", "yes"])
    assert found == pytest.approx({"accuracy": 0.75, "f1": (0.8 + 2 / 3) / 2, "matthews": 1 / np.sqrt(3)})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (dict(epochs=0), "epochs must be a whole number from 1"),
        (dict(lm_weight=-1), "lm_weight must be a number from 0 to 100"),
        (dict(lm_weight=float("nan")), "lm_weight"),
        (dict(from_scratch=True, transfer_layers=1), "transfers nothing"),
        (dict(from_scratch=True, freeze=1), "nothing worth freezing"),
        (dict(transfer_layers=3), "from 0 to the model's 2 layers, not 3"),
        (dict(freeze=-1), "freeze must be"),
        (dict(dropout=1.0), "dropout must be"),
        (dict(train=dict(learning_rate=float("nan"))), "learning_rate must be"),
        (dict(train=dict(batch_size=0)), "batch_size must be"),
        (dict(train=dict(speed=3)), "'speed' is no setting"),
        (dict(train=dict(device="tpu")), "device must be"),
        (dict(train_file="nowhere.csv"), "nowhere.csv"),
        (dict(model="nobody"), "no model 'nobody'"),
    ],
)
def test_what_cannot_be_run_leaves_nothing_behind(base, files, tmp_path, changes, says):
    with pytest.raises(GPTCoreError, match=says):
        list(finetune(plan(base, files, **changes), tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_a_head_that_does_not_fit_is_refused(base, tmp_path):
    checkpoint = start(base, "entailment")
    save(checkpoint, tmp_path)
    values = json.loads((tmp_path / "task.json").read_text())
    (tmp_path / "task.json").write_text(json.dumps({**values, "labels": ["a", "b"]}))
    with pytest.raises(GPTCoreError, match=r"head.safetensors does not fit"):
        load(tmp_path)
    (tmp_path / "task.json").write_text('{"kind": "entailment", "labels": null, "score_std": 1}')
    with pytest.raises(GPTCoreError, match=r"task.json describes no task"):
        load(tmp_path)


def test_held_out_examples_are_looked_at_and_not_learnt_from(base, files, tmp_path):
    events = list(finetune(plan(base, files, held_out=0.25, lm_weight=0.0), tmp_path / "run"))
    assert 0 <= events[-1].result["held_out_accuracy"] <= 1 and events[-1].result["held_out_loss"] > 0
