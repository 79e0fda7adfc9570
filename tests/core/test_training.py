"""Batches, schedule and the loop; above all that a run that was killed goes on as if it had not been."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from gptcore.checkpoints.checkpoint import load
from gptcore.config import ModelConfig
from gptcore.errors import ConfigError, InputError, TrainingError
from gptcore.train.batches import Windows, validation_rows
from gptcore.train.device import resolve_precision
from gptcore.train.events import Finished, Started, Updated, Validated
from gptcore.train.language_modelling import LanguageModelling
from gptcore.train.loop import train
from gptcore.train.pretrain import PretrainPlan, pretrain, snapshot_steps
from gptcore.train.schedule import learning_rate
from gptcore.train.settings import TrainSettings
from tests.core.conftest import tiny

SHAPE = dict(vocab_size=300, n_positions=16, n_layer=2, n_head=2, d_model=16, dropout=0.2)
SETTINGS = TrainSettings(
    steps=24,
    batch_size=4,
    learning_rate=3e-3,
    warmup=4,
    seed=3,
    threads=1,
    precision="float32",
    log_every=1,
    validate_every=8,
    save_every=6,
)


def plan(corpus, **changes) -> PretrainPlan:
    return PretrainPlan(corpus=str(corpus), model=SHAPE, train=SETTINGS.with_changes(**changes))


def losses(events) -> dict[int, float]:
    return {event.step: event.losses["loss"] for event in events if isinstance(event, Updated)}


def test_an_epoch_shows_every_window_once_and_the_next_cuts_elsewhere():
    windows = Windows(np.arange(1_001), 10, batch_size=7, seed=1)
    rows = torch.cat([windows.batch(step) for step in range(2 * windows.per_epoch // 7 + 1)])
    first, second = rows[: windows.per_epoch, 0], rows[windows.per_epoch : 2 * windows.per_epoch, 0]
    for starts in (first, second):
        assert len(set(starts.tolist())) == windows.per_epoch
        assert len({start % 10 for start in starts.tolist()}) == 1
    assert not torch.equal(first, second)
    assert (rows[:, 1:] == rows[:, :-1] + 1).all()


def test_a_batch_depends_on_seed_and_step_alone():
    ids = np.arange(500)
    windows = Windows(ids, 8, 4, seed=2)
    later = windows.batch(90)
    assert torch.equal(Windows(ids, 8, 4, seed=2).batch(90), later)
    assert not torch.equal(Windows(ids, 8, 4, seed=3).batch(90), later)


def test_processes_share_a_batch_out():
    windows = Windows(np.arange(500), 8, 6, seed=2)
    parts = [windows.batch(5, rank, 2) for rank in range(2)]
    assert torch.equal(torch.stack(parts, dim=1).flatten(0, 1), windows.batch(5))


def test_validation_rows_are_spread_over_the_text():
    rows = validation_rows(np.arange(1_000), 9, most_tokens=45)
    assert rows.shape == (5, 10) and rows[0, 0] == 0 and rows[-1, 0] >= 980
    with pytest.raises(InputError, match="fewer than two tokens"):
        validation_rows(np.arange(1), 9, 45)


@pytest.mark.parametrize("decay", ["cosine", "linear"])
def test_the_rate_rises_in_a_line_and_falls_to_nothing(decay):
    rates = [learning_rate(step, 0.5, 10, 100, decay) for step in range(101)]
    np.testing.assert_allclose(rates[:10], np.arange(1, 11) * 0.05)
    assert max(rates) == 0.5 and all(a >= b for a, b in pairwise(rates[10:]))
    assert rates[100] == pytest.approx(0, abs=1e-12)
    middle = 0.25
    assert rates[55] == pytest.approx(middle)


def test_settings_out_of_range_are_all_named():
    with pytest.raises(ConfigError) as caught:
        TrainSettings(steps=0, learning_rate=float("nan"), clip=0, precision="half", warmup=-1)
    assert len(caught.value.problems) == 5


def test_the_loss_falls_and_the_model_learns(corpus, tmp_path):
    events = list(pretrain(plan(corpus, steps=60, learning_rate=1e-2), tmp_path / "run"))
    values = losses(events)
    assert np.mean([values[i] for i in range(50, 61)]) < values[1] - 1
    valid = [event.metrics["valid_loss"] for event in events if isinstance(event, Validated)]
    assert valid[-1] < valid[0] - 1
    finished = events[-1]
    assert isinstance(finished, Finished) and finished.result["valid_loss"] == pytest.approx(valid[-1], abs=1e-6)
    assert load(tmp_path / "run").card["result"] == finished.result


@pytest.mark.parametrize("killed_at", [3, 6, 13, 20])
def test_a_killed_run_goes_on_exactly(corpus, tmp_path, killed_at):
    whole = list(pretrain(plan(corpus), tmp_path / "whole"))
    sitting = []
    for event in pretrain(plan(corpus), tmp_path / "killed"):
        sitting.append(event)
        if isinstance(event, Updated) and event.step == killed_at:
            break
    torch.manual_seed(999)  # whatever else the next process did
    rest = list(pretrain(plan(corpus), tmp_path / "killed", resume=True))
    assert (
        next(event.step for event in rest if isinstance(event, Started)) == (killed_at - 1) // 6 * 6
    )  # saved after the update
    joined = losses(sitting) | losses(rest)
    expected = losses(whole)
    assert joined.keys() == expected.keys()
    np.testing.assert_allclose([joined[i] for i in expected], list(expected.values()), atol=1e-6)
    assert {k: v for k, v in rest[-1].result.items() if "loss" in k} == pytest.approx(
        {k: v for k, v in whole[-1].result.items() if "loss" in k}, abs=1e-6
    )
    a, b = load(tmp_path / "whole").model.state_dict(), load(tmp_path / "killed").model.state_dict()
    for name, value in a.items():
        np.testing.assert_allclose(b[name], value, atol=1e-6)


def test_a_finished_run_repeats_its_result(corpus, tmp_path):
    first = list(pretrain(plan(corpus, steps=6), tmp_path / "run"))[-1]
    again = list(pretrain(plan(corpus, steps=6), tmp_path / "run", resume=True))
    assert again == [first]


def test_resuming_with_other_settings_names_what_changed(corpus, tmp_path):
    list(pretrain(plan(corpus, steps=6), tmp_path / "run"))
    with pytest.raises(InputError, match=r"seed was 3 and is now 4$"):
        list(pretrain(plan(corpus, steps=6, seed=4), tmp_path / "run", resume=True))
    with pytest.raises(InputError, match="not empty"):
        list(pretrain(plan(corpus, steps=6), tmp_path / "run"))


def test_snapshots_are_checkpoints_of_their_step(corpus, tmp_path):
    run = PretrainPlan(str(corpus), SHAPE, SETTINGS, snapshots=4)
    list(pretrain(run, tmp_path / "run"))
    folders = sorted((tmp_path / "run" / "snapshots").iterdir())
    assert [load(folder).card["step"] for folder in folders] == sorted(snapshot_steps(24, 4)) == [0, 3, 8, 24]
    last, final = (load(folder).model.token_embedding.weight for folder in (folders[-1], tmp_path / "run"))
    np.testing.assert_allclose(last, final, atol=1e-3)  # float16 on disk


def test_a_loss_that_explodes_stops_the_run_and_keeps_the_weights(tmp_path):
    ids = np.random.default_rng(0).integers(0, 90, 400)
    model = tiny(dropout=0.0)
    settings = SETTINGS.with_changes(clip=1e6, learning_rate=10.0, warmup=0, steps=400)
    job = LanguageModelling(ids, ids, model.config, settings)
    with torch.no_grad():
        model.token_embedding.weight[3, 3] = float("inf")
    before = model.blocks[0].mlp.fc.weight.clone()
    with pytest.raises(TrainingError, match=r"update 1 met a loss of nan.*learning rate below 10"):
        list(train(model, job, settings))
    assert torch.equal(model.blocks[0].mlp.fc.weight, before)


def test_looking_at_the_validation_text_changes_nothing(corpus, tmp_path):
    seldom = losses(pretrain(plan(corpus, validate_every=24), tmp_path / "seldom"))
    often = losses(pretrain(plan(corpus, validate_every=1), tmp_path / "often"))
    assert seldom == often


@pytest.mark.parametrize("used, expected", [("AVX512", torch.bfloat16), ("AVX2", torch.float32)])
def test_the_default_precision_is_float32_where_torch_uses_older_instructions(monkeypatch, used, expected):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: used)
    assert resolve_precision("auto", torch.device("cpu")) == expected


def test_bfloat16_follows_the_float32_curve(corpus, tmp_path):
    shape = {**SHAPE, "dropout": 0.0}
    curves = [
        losses(
            pretrain(PretrainPlan(str(corpus), shape, SETTINGS.with_changes(precision=precision)), tmp_path / precision)
        )
        for precision in ("float32", "bfloat16")
    ]
    assert max(abs(curves[0][i] - curves[1][i]) for i in curves[0]) < 0.05


def test_compiling_is_left_out_on_a_cpu(corpus, tmp_path):
    plain = losses(pretrain(plan(corpus, device="cpu", steps=2), tmp_path / "plain"))
    assert losses(pretrain(plan(corpus, device="cpu", steps=2, compile=True), tmp_path / "compiled")) == plain


def test_a_text_too_short_for_one_window_is_refused_and_leaves_nothing(tmp_path):
    short = tmp_path / "short.txt"
    short.write_text("only a few words here")
    with pytest.raises(InputError, match=r"fewer than one window|only .* tokens"):
        list(pretrain(plan(short), tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_every_preset_is_a_model():
    for name in ("nano", "micro", "small", "medium", "gpt1"):
        assert ModelConfig.preset(name).d_head > 0


def test_a_teacher_of_the_same_vocabulary_is_learnt_from(tmp_path, corpus):
    list(pretrain(plan(corpus), tmp_path / "teacher"))
    taught = replace(plan(corpus), teacher=str(tmp_path / "teacher"), tokenizer=str(tmp_path / "teacher"))
    updates = [event.losses for event in pretrain(taught, tmp_path / "pupil") if isinstance(event, Updated)]
    assert all(row["loss"] == pytest.approx((row["lm_loss"] + row["teacher_kl"]) / 2, abs=1e-4) for row in updates)
    assert 0 <= updates[-1]["teacher_kl"] < updates[0]["teacher_kl"]
    alone = replace(taught, teacher=None)
    others = [event.losses for event in pretrain(alone, tmp_path / "alone") if isinstance(event, Updated)]
    assert others[0]["loss"] == pytest.approx(updates[0]["lm_loss"], abs=1e-4)
    assert load(tmp_path / "pupil").card["result"]["valid_loss"] > 0


def test_several_teachers_teach_their_mean(tmp_path):
    models = [tiny(seed) for seed in (1, 2)]
    ids = np.arange(60) % 20
    job = LanguageModelling(ids, ids, models[0].config, SETTINGS, teachers=models)
    rows = torch.arange(8)[None]
    mean = (models[0](rows).softmax(-1) + models[1](rows).softmax(-1)) / 2
    hidden = models[0].hidden_states(rows[:, :-1])
    log_probs = models[0].unembed(hidden).log_softmax(-1)
    kl = (mean[:, :-1] * (mean[:, :-1].log() - log_probs)).sum(-1).mean()
    assert job.losses(models[0], rows)["teacher_kl"].item() == pytest.approx(kl.item(), abs=1e-5)


@pytest.mark.parametrize("other", ["vocabulary", "context", "nothing"])
def test_a_teacher_that_cannot_teach_is_refused(tmp_path, corpus, other):
    (tmp_path / "teacher").mkdir()
    asked = replace(plan(corpus), teacher=str(tmp_path / "teacher"))
    if other != "nothing":
        shape = {**SHAPE, "vocab_size": 280} if other == "vocabulary" else {**SHAPE, "n_positions": 8}
        list(pretrain(replace(plan(corpus), model=shape), tmp_path / "teacher"))
    if other == "context":
        asked = replace(asked, tokenizer=str(tmp_path / "teacher"))
    with pytest.raises(InputError, match="teacher"):
        list(pretrain(asked, tmp_path / "pupil"))
    assert not (tmp_path / "pupil").exists()
