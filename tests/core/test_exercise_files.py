"""The exercise's numpy files: they need numpy alone, are the model of gptcore, and tell right from wrong."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from gptcore.exercise import handout, world
from gptcore.exercise.learning import epochs, language_loss, task_losses, untrained
from gptcore.exercise.looking import look
from gptcore.exercise.settings import ExerciseSettings

SMALL = ExerciseSettings(d_model=4)


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
