"""The final exercise: its world, its training, and the numpy files, which must be the same model."""

import json
import math
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from gptcore.__main__ import main
from gptcore.errors import ConfigError, InputError
from gptcore.exercise import handout, world
from gptcore.exercise.learning import Epoch, epochs, language_loss, task_losses, untrained
from gptcore.exercise.looking import look
from gptcore.exercise.measured import MEASURED, VARIANTS, measure
from gptcore.exercise.settings import ExerciseSettings
from gptcore.worked import given
from gptcore.worked.bigram import END, START, bigram, sample

SMALL = ExerciseSettings(d_model=4, pretrain_epochs=3, finetune_epochs=2)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Ten tokens: a second thread only burns time."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


# ---- the world ------------------------------------------------------------------------------------------------------


def test_the_floor_is_the_entropy_of_what_cannot_be_known():
    def entropy(p: float) -> float:
        return -p * math.log(p) - (1 - p) * math.log(1 - p)

    # of 14 predictions: after "the" 5, after "the cat" 3, after "the film was" 2; the others are certain
    expected = (5 * entropy(3 / 5) + 3 * entropy(2 / 3) + 2 * entropy(1 / 2)) / 14
    assert pytest.approx(expected) == world.FLOOR
    assert f"{world.FLOOR:.3f}, {math.exp(world.FLOOR):.2f}" == "0.476, 1.61"
    assert pytest.approx(2 * math.log(2) / 5) == world.LABELLED_FLOOR
    assert world.floor([(1, 2)]) == 0
    with pytest.raises(InputError, match="nothing is predicted"):
        world.floor([(1,)])


def test_shares_are_those_of_the_sentences():
    shares = dict(zip(world.VOCABULARY, world.shares_after(world.PROMPT), strict=True))
    assert {word: share for word, share in shares.items() if share} == {"great": 0.5, "terrible": 0.5}
    assert sum(world.shares_after("the cat sat sat")) == 0
    with pytest.raises(InputError, match="not one of the ten tokens"):
        world.ids_of("the dog sat")


# ---- training -------------------------------------------------------------------------------------------------------


def test_a_training_repeats_and_a_seed_changes_it():
    first, again = (list(epochs(untrained(SMALL), SMALL)) for _ in range(2))
    assert first == again
    assert [(epoch.phase, epoch.number) for epoch in first] == [
        *(("pretrain", i) for i in range(3)),
        *(("finetune", i) for i in range(2)),
    ]
    other = SMALL.with_changes(seed=1)
    assert list(epochs(untrained(other), other)) != first
    given_one = untrained(SMALL, np.random.default_rng(1)).state_dict()
    assert all(torch.equal(given_one[name], value) for name, value in untrained(other).state_dict().items())


def test_adam_comes_near_the_floor_and_never_below_and_learns_the_verdicts():
    settings = ExerciseSettings(optimizer="adam")
    model = untrained(settings)
    log: list[Epoch] = list(epochs(model, settings))
    losses = [epoch.lm_loss for epoch in log if epoch.phase == "pretrain"]
    assert losses[0] > 2 and world.FLOOR < min(losses) < world.FLOOR + 0.05
    seen = look(model)
    assert seen.is_right.all() and seen.of_right_label.min() > 0.99
    assert seen.next_words.sum() == pytest.approx(1) and seen.next_words[[6, 7]].sum() > 0.7
    for weights in seen.attention:
        assert weights.shape == (2, 6, 6) and (np.triu(weights, 1) == 0).all()
        np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "value"),
    [("d_model", 1_000), ("n_head", 3), ("pretrain_epochs", -1), ("finetune_rate", 0), ("optimizer", "rms")],
)
def test_settings_are_limited(name, value):
    with pytest.raises(ConfigError, match=name):
        ExerciseSettings(**{name: value})


# ---- the numpy files ------------------------------------------------------------------------------------------------


def _names(text: str) -> dict:
    names: dict = {"__name__": "the_file"}
    exec(compile(text, "the_file", "exec"), names)
    return names


def _as_numpy(tensors: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """A model's weights, or their gradients, by the names of the numpy file."""
    t = {name.removeprefix("gpt."): value.numpy() for name, value in tensors.items()}
    block = "blocks.0."
    found = {"token": t["token_embedding.weight"], "position": t["position_embedding.weight"]}
    for kind in ("weight", "bias"):
        short = "w_" if kind == "weight" else "b_"
        parts = np.split(t[f"{block}attn.qkv.{kind}"], 3)
        found |= {short + name: part.T for name, part in zip("qkv", parts, strict=True)}
        for name, layer in (("o", "attn.proj"), ("1", "mlp.fc"), ("2", "mlp.proj")):
            found[short + name] = t[f"{block}{layer}.{kind}"].T
        for number in ("1", "2"):
            found[("gain_" if kind == "weight" else "bias_") + number] = t[f"{block}ln_{number}.{kind}"]
    return found | {"w_y": t["head.linear.weight"].T}


@pytest.mark.parametrize("over", ["sum", "mean"])
def test_the_solution_is_gptcores_model_forward_and_backward(over):
    settings = ExerciseSettings(over=over, lm_weight=0.7, n_head=4)
    model, names = untrained(settings), _names(handout.solution(settings))
    with torch.no_grad():
        for weights in model.parameters():  # biases, too, are to matter
            weights += torch.from_numpy(np.random.default_rng(weights.numel()).normal(0, 0.3, weights.shape))
    ours = {name: array.copy() for name, array in _as_numpy(model.state_dict()).items()}
    for ids, target in ((world.ids_of("the cat sat sat"), None), (world.row_of("the film was great"), 1)):
        model.zero_grad()
        hidden = model.gpt.hidden_states(torch.tensor([ids]))
        states, _ = names["forward"](ours, np.array(ids))
        np.testing.assert_allclose(states, hidden[0].detach(), atol=1e-9)
        logits = F.linear(hidden[0], model.gpt.output_table).detach()
        np.testing.assert_allclose(names["word_logits"](ours, states), logits, atol=1e-9)
        answer = model.head(hidden[:, -1:])[0].detach()
        np.testing.assert_allclose(
            names["verdict_logits"](ours, states)[0], answer, atol=1e-5
        )  # the head's are float32
        language = language_loss(model.gpt, hidden[0], torch.tensor(ids))
        scale = len(ids) - 1 if over == "sum" else 1
        if target is None:
            loss = language * scale
        else:
            task_loss, language, _ = task_losses(model, torch.tensor(ids), target)
            loss = task_loss + settings.lm_weight * language * scale
        loss.backward()
        wanted = {name: torch.zeros_like(p) if p.grad is None else p.grad for name, p in model.named_parameters()}
        l1, l2, _, found = names["learn_from"](ours, np.array(ids), target)
        assert l1 == pytest.approx(float(language.detach()), abs=1e-6)
        assert l2 == (None if target is None else pytest.approx(float(task_loss.detach()), abs=1e-6))
        assert set(found) == set(ours)
        for name, gradient in _as_numpy(wanted).items():
            np.testing.assert_allclose(found[name], gradient, atol=1e-6, rtol=1e-6, err_msg=name)


_NUMPY_ALONE = """
import runpy, sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in sys.stdlib_module_names | {"numpy"}:
            raise ImportError(f"{name} is neither numpy nor Python's own")
sys.meta_path.insert(0, Nothing())
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def _run(text: str, folder, name: str) -> subprocess.CompletedProcess:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", "-c", _NUMPY_ALONE, str(path)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_with_numpy_alone_the_solution_prints_what_the_page_shows(tmp_path, optimizer):
    settings = ExerciseSettings(optimizer=optimizer, d_model=8, pretrain_epochs=11, finetune_epochs=6, seed=3)
    done = _run(handout.solution(settings), tmp_path, "solution.py")
    assert (done.returncode, done.stderr) == (0, "")
    model = untrained(settings)
    log = {(epoch.phase, epoch.number): epoch for epoch in epochs(model, settings)}
    read, taught, seen = log["pretrain", 10], log["finetune", 5], look(model)
    assert (
        f"epoch  10  mean log-probability {-read.lm_loss:.3f}  perplexity {math.exp(read.lm_loss):.2f}" in done.stdout
    )
    losses = f"verdict's loss {taught.task_loss:.3f}  words' loss {taught.lm_loss:.3f}  right {taught.accuracy:.0%}"
    assert f"epoch   5  {losses}" in done.stdout
    for (sentence, _), row, right in zip(world.LABELLED, seen.verdicts, seen.is_right, strict=True):
        said = f"{world.LABELS[row.argmax()]} {row.max():.3f}  {'right' if right else 'wrong'}"
        assert f"{sentence:22} {said}" in done.stdout


def test_the_exercise_as_it_is_asks_for_its_first_part(tmp_path):
    done = _run(handout.exercise(), tmp_path, "exercise.py")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("0 of 14 parts are right. Next is TODO 1: still to be written")


def test_each_part_has_a_hint_and_a_check_that_asks_for_it_and_for_no_later_one():
    parts = handout.parts()
    assert [part.number for part in parts if part.hint] == list(_names(handout.solution())["CHECKS"])
    for part in parts:
        later = {other.number for other in parts if other.number >= part.number}
        names = _names(handout.exercise(SMALL, left_out=later))
        assert "still to be written" in names["problem_with"](part.number)
        assert [names["problem_with"](done) for done in range(1, part.number)] == [""] * (part.number - 1)
    text = handout.exercise()
    for part in parts:  # filled in, it is the solution
        text = text.replace(
            f'{part.code[: len(part.code) - len(part.code.lstrip())]}raise NotImplementedError("{part.title}")\n',
            part.code,
        )
    assert text.replace("`python exercise.py`", "`python solution.py`") == handout.solution()


WRONG = [
    (1, " - x.max(axis=-1, keepdims=True)", ""),
    (1, "e.sum(axis=-1, keepdims=True)", "e.sum()"),
    (2, "x**3", "x**2"),
    (2, "return 0.5 * x * (1", "return x * (1"),
    (3, "+ EPS) * gain", ") * gain"),
    (3, " * gain + bias", " * gain"),
    (4, "np.tri(n, dtype=bool)", "np.tri(n, k=-1, dtype=bool)"),
    (5, "[: len(ids)]", "[0]"),
    (6, " / np.sqrt(q.shape[-1])\n    weights", "\n    weights"),
    (6, "scores, -np.inf", "scores, 0.0"),
    (7, " / np.sqrt(q.shape[-1])\n    return", "\n    return"),
    (7, "return d_scores @ k, d_scores.transpose(0, 2, 1) @ q", "return d_scores @ q, d_scores.transpose(0, 2, 1) @ k"),
    (8, "sum_1 = x + a", "sum_1 = a"),
    (8, "sum_2 = n + m", "sum_2 = m"),
    (9, 'states @ w["token"].T', 'states @ w["token"].T + 1'),
    (10, "states[-1:] @", "states[:1] @"),
    (11, "d_n = d_sum + d_up", "d_n = d_up"),
    (11, " * gelu_slope(up)", ""),
    (12, "]).mean()", "]).sum()"),
    (12, "p / len(rows)", "p"),
    (13, "d_words = LAMBDA * d_words", "d_words = d_words"),
    (13, "d_states[-1:] +=", "d_states[:1] +="),
    (14, "w[name] -= rate * g[name]", "w[name] += rate * g[name]"),
]


def test_a_part_that_is_wrong_is_told_by_its_own_check():
    codes = {part.number: part.code for part in handout.parts()}
    for number, right, wrong in WRONG:
        assert codes[number].count(right) == 1, (number, right)
        text = handout.solution(SMALL).replace(codes[number], codes[number].replace(right, wrong))
        assert _names(text)["problem_with"](number), (number, right)


# ---- what was measured ----------------------------------------------------------------------------------------------


def test_what_ships_is_what_a_training_gives_and_says_what_the_page_says():
    kept, again = json.loads(MEASURED.read_text()), measure([0])
    assert kept["seeds"][0] == 0 and set(kept["variants"]) == set(VARIANTS)
    for name, variant in again["variants"].items():
        stored = kept["variants"][name]
        assert stored["settings"] == variant["settings"]
        for epoch, (value,) in variant["pretrain"].items():
            assert stored["pretrain"][epoch][0] == pytest.approx(value, abs=2e-3)
        for epoch, values in variant["finetune"].items():
            assert stored["finetune"][epoch]["task"][0] == pytest.approx(values["task"][0], abs=0.01)
    printed = float(given.TRAINING_LOG["mean log P"][1])
    assert all(min(variant["pretrain"]["10"]) > printed for variant in kept["variants"].values())
    last = float(given.FINETUNING_LOG["classification"][-1])
    assert max(kept["variants"]["sgd"]["finetune"]["25"]["task"]) < last
    adam = kept["variants"]["adam"]["finetune"]["25"]
    assert min(adam["task"]) > last and adam["right"] == [1, 1, 1]
    assert max(kept["variants"]["sgd"]["finetune"]["0"]["lm"]) < float(given.FINETUNING_LOG["language model"][0])
    for name in ("sgd", "adam"):
        following = kept["variants"][name]["next"]
        assert max(following["sat"]) < float(given.EXPECTED_NEXT["P"][2])


def test_the_command_trains_and_writes_files_and_refuses_what_it_cannot(tmp_path, capsys):
    assert main(["exercise", "--pretrain-epochs", "2", "--finetune-epochs", "1", "--d-model", "4", "--json"]) == 0
    values = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert len(values["epochs"]) == 3 and sum(values["next"].values()) == pytest.approx(1)
    assert main(["exercise", "--seed", "7", "--files", str(tmp_path / "made")]) == 0
    settings = ExerciseSettings(seed=7)
    assert (tmp_path / "made" / "exercise.py").read_text() == handout.exercise(settings)
    assert (tmp_path / "made" / "solution.py").read_text() == handout.solution(settings)
    for bad in (
        ["--pretrain-rate", "1"],
        ["--d-model", "9"],
        ["--pretrain-rate", "nan"],
        ["--n-head", "0"],
        ["--measure", ""],
    ):
        assert main(["exercise", *bad]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


# ---- the smaller exercise -------------------------------------------------------------------------------------------


def test_sentences_are_drawn_by_the_bigrams_own_shares():
    sentences = [sentence.split() for sentence in given.BIGRAM_SENTENCES["sentence"]]
    model = bigram(sentences, 1.0)
    assert sample(model, np.random.default_rng(5)) == sample(model, np.random.default_rng(5))
    generator, firsts = np.random.default_rng(0), Counter()
    for _ in range(2_000):
        draws = sample(model, generator)
        firsts[draws[0].word] += 1
        assert [draw.previous for draw in draws] == [START, *(draw.word for draw in draws[:-1])]
        for draw in draws:
            assert draw.low <= draw.uniform <= draw.low + draw.probability + 1e-12
            assert draw.probability == model.probability(draw.previous, draw.word)
    assert firsts["chai"] / 2_000 == pytest.approx(model.probability(START, "chai"), abs=0.04)
    certain = bigram([["chai"]], 0.0)
    assert [draw.word for draw in sample(certain, generator)] == ["chai", END]
