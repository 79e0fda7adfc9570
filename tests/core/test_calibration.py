"""A temperature and a calibration curve, and that a card, a prediction and a folder agree on them."""

import json

import numpy as np
import pytest
from scipy.special import softmax

from gptcore.checkpoints.checkpoint import load
from gptcore.errors import CheckpointError
from gptcore.tasks.calibration import calibration, cross_entropy, curve, fit_temperature
from gptcore.tasks.predict import outputs, predict
from gptcore.tasks.task import Task
from gptcore.train.finetune import finetune
from gptcore.train.plans import FinetunePlan

THREE = Task("entailment", ("no", "perhaps", "yes"))


def drawn(temperature: float, n: int = 20_000, n_classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and classes drawn from softmax(logits / temperature)."""
    draw = np.random.default_rng(0)
    logits = draw.normal(0, 3, (n, n_classes))
    shares = softmax(logits / temperature, axis=1).cumsum(axis=1)
    return logits, (draw.random((n, 1)) > shares).sum(axis=1).clip(max=n_classes - 1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_labels_were_drawn_with_is_found(temperature):
    assert fit_temperature(*drawn(temperature)) == pytest.approx(temperature, rel=0.04)


def test_answers_that_are_all_right_say_nothing_of_the_temperature():
    logits = np.array([[2.0, 0.0], [0.0, 1.0]])
    assert fit_temperature(logits, np.array([0, 1])) == 1


def test_the_curve_counts_every_example_once_and_its_error_is_worked_out_by_hand():
    logits = np.log(np.array([[0.6, 0.4], [0.62, 0.38], [0.05, 0.95], [1.0, 1e-12]]))
    found = curve(logits, np.array([0, 1, 1, 0]))
    assert [(round(b.confidence, 3), b.accuracy, b.count) for b in found.bins] == [(0.61, 0.5, 2), (0.975, 1.0, 2)]
    assert found.ece == pytest.approx((2 * 0.11 + 2 * 0.025) / 4)
    logits, right = drawn(2.5)
    assert sum(b.count for b in curve(logits, right).bins) == len(right)
    assert curve(logits, right, 2.5).ece < 0.02 < curve(logits, right).ece


def test_the_temperature_is_kept_where_it_helps_and_the_test_examples_tell_the_truth():
    logits, right = drawn(2.5)
    targets = [THREE.labels[i] for i in right]
    held_out, test = (logits[:10_000], targets[:10_000]), (logits[10_000:], targets[10_000:])
    found = calibration(THREE, test, held_out)
    assert (found["temperature"], found["held_out"]) == (pytest.approx(2.5, rel=0.05), 10_000)
    assert found["helps"] and found["after"]["ece"] < found["before"]["ece"]
    assert found["after"]["cross_entropy"] == pytest.approx(cross_entropy(*drawn(2.5), 2.5), abs=0.02)
    json.dumps(found)


def test_a_temperature_that_harms_other_examples_is_told_so():
    logits, right = drawn(2.5, n=1_000)
    nearly = logits.argmax(axis=1)
    nearly[0] = logits[0].argmin()
    found = calibration(THREE, (logits, [THREE.labels[i] for i in right]), (logits, [THREE.labels[i] for i in nearly]))
    assert found["temperature"] < 1 and found["helps"] is False


def test_without_held_out_examples_there_is_a_curve_and_no_temperature():
    found = calibration(Task("multiple_choice"), (np.array([[1.0, 0.0], [0.0, 2.0]]), [0, 0]))
    assert (found["temperature"], found["held_out"], found["helps"]) == (1.0, 0, None)
    assert found["before"] == found["after"] and sum(b["count"] for b in found["after"]["bins"]) == 2
    kept = calibration(Task("multiple_choice", temperature=2.0), (np.array([[1.0, 0.0], [0.0, 2.0]]), [0, 0]))
    assert kept["temperature"] == 2  # of a model that goes on learning


@pytest.mark.parametrize("temperature", [0.3, 4.0])
def test_a_temperature_changes_no_answer_but_every_probability(temperature):
    logits, _ = drawn(1.0, n=50)
    for row in logits:
        cool, warm = (outputs(Task("entailment", THREE.labels, temperature=t), row) for t in (1.0, temperature))
        assert cool.argmax() == warm.argmax() and warm.sum() == pytest.approx(1)
        assert (warm.max() > cool.max()) == (temperature < 1)


def test_a_score_has_no_temperature_to_be_divided_by():
    assert outputs(Task("similarity", None, 2.5, 2.0, temperature=3.0), np.array([0.5])) == pytest.approx([3.5])


def test_a_task_written_before_opens_and_a_temperature_that_is_none_does_not():
    before = {"kind": "classification", "labels": ["no", "yes"], "score_mean": 0.0, "score_std": 1.0}
    assert Task.from_dict(before).temperature == 1
    assert Task.from_dict(Task.from_dict({**before, "temperature": 1.5}).to_dict()).temperature == 1.5
    for wrong in (0, -1, float("nan"), float("inf"), "warm", None):
        with pytest.raises(CheckpointError):
            Task.from_dict({**before, "temperature": wrong})


def finetuned(run, folder, kind: str, lines: list[str], **settings):
    """The checkpoint of a run on a file that is its test, too."""
    (folder / "rows.csv").write_text("\n".join(lines))
    train = dict(batch_size=4, learning_rate=1e-2, threads=1, precision="float32", seed=1)
    plan = FinetunePlan(str(run), kind, *[str(folder / "rows.csv")] * 2, train=train, dropout=0.0, **settings)
    list(finetune(plan, folder / "run"))
    return load(folder / "run")


def test_the_temperature_that_held_out_examples_ask_for_is_kept_with_the_model(run, tmp_path):
    texts = ["the fox", "a crow", "one day the fox", "over the hill", "the river", "the crow had a friend"]
    noisy = [f"{text} {end},{'ab'[(i + j) // 2 % 2]}" for i, text in enumerate(texts) for j, end in enumerate("wxyz")]
    checkpoint = finetuned(run, tmp_path, "classification", ["text,label", *noisy], epochs=12, held_out=0.3)
    found = checkpoint.card["calibration"]
    assert found["temperature"] == checkpoint.head.task.temperature == checkpoint.card["task"]["temperature"] != 1
    assert found["held_out"] == 7 and sum(b["count"] for b in found["after"]["bins"]) == 24
    row = json.loads((tmp_path / "run" / "results.jsonl").read_text().splitlines()[0])
    said = predict(checkpoint, row["texts"])
    shares = softmax(np.array(row["outputs"]) / found["temperature"])
    np.testing.assert_allclose(outputs(said.task, said.logits), shares, atol=1e-4)


def test_without_held_out_examples_a_card_has_the_curve_of_a_choice(run, tmp_path):
    lines = ["context,answer_1,answer_2,label", "the fox,a crow,a hill,1", "a crow,the fox,a river,2"]
    found = finetuned(run, tmp_path, "multiple_choice", lines, epochs=1).card["calibration"]
    assert (found["temperature"], found["held_out"], found["helps"]) == (1.0, 0, None)


def test_a_score_has_no_curve(run, tmp_path):
    lines = ["text_a,text_b,score", "the fox,a crow,1", "a crow,the fox,2"]
    assert "calibration" not in finetuned(run, tmp_path, "similarity", lines, epochs=1).card
