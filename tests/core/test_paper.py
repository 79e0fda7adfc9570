"""The paper's claims: plans that hold, a tiny one from end to end, and what it takes to measure one."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gptcore.__main__ import main
from gptcore.checkpoints.checkpoint import load_text_model
from gptcore.errors import CheckpointError, InputError
from gptcore.lab import corpora, task_files
from gptcore.paper import experiment, zero_shot
from gptcore.paper import record as records
from gptcore.paper.claims import CLAIMS, claim
from gptcore.paper.drift import drift, parts
from gptcore.paper.experiment import FULL, SMALL, USUAL, FineTuned, Scale
from gptcore.paper.found import found
from gptcore.paper.lab_runs import lab_record, lab_runs
from gptcore.paper.running import Bench, trainings_of
from gptcore.tasks import storyworld
from gptcore.train.events import Finished
from gptcore.train.plans import FinetunePlan, PretrainPlan
from gptcore.train.run_folder import RunFolder, differences

TINY = Scale(
    name="tiny",
    model={"vocab_size": 300, "n_positions": 48, "n_layer": 2, "n_head": 2, "d_model": 16, "dropout": 0.0},
    steps=4,
    tokens=96,
    rate=1e-3,
    updates=4,
    tuning_rate=1e-3,
    lstm_rate=4e-3,
    lstm_tuning_rate=3e-3,
    labels=32,
    sizes=(16, 32),
    tests=24,
    seeds=(1, 2),
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """The runs of a claim with two seeds."""
    patch = pytest.MonkeyPatch()
    patch.setattr(corpora, "STORIES", 60)
    patch.setattr(corpora, "_UNSEEN", 20)
    made = Bench(tmp_path_factory.mktemp("claims"), TINY)
    for seed in TINY.seeds:
        for training in trainings_of(CLAIMS["drift"], TINY):
            list(made.start(training, seed))
    yield made
    patch.undo()


def test_each_claim_has_what_a_page_needs_and_three_seeds():
    assert len(FULL.seeds) == len(set(FULL.seeds)) == 3
    for name, one in CLAIMS.items():
        conditions = one.conditions(FULL)
        names = [condition.name for condition in conditions]
        assert one.name == name and len(set(names)) == len(names) >= 2
        assert all((one.title, one.words, one.done, one.said.number, one.said.where, one.charts))
        assert all(chart.x for chart in one.charts if chart.kind == "lines")
        folders = [training.run_name(FULL, 1) for training in trainings_of(one, FULL)]
        assert len(set(folders)) == len(folders)
        assert len(lab_runs(one, Path("home"))) <= 20  # as many as may wait for one learner
    assert [c.x for c in CLAIMS["layer-transfer"].conditions(FULL)] == [0, 1, 2, 3, 4]
    sizes = {c.x for c in CLAIMS["auxiliary-loss"].conditions(FULL)}
    assert sizes == {250, 1_000, 8_000} and len(CLAIMS["auxiliary-loss"].conditions(FULL)) == 12
    with pytest.raises(InputError, match="there is no claim 'x'"):
        claim("x")


@pytest.mark.parametrize("scale", [FULL, SMALL], ids=lambda scale: scale.name)
def test_plans_differ_in_what_the_claim_is_about_alone(tmp_path, scale):
    bench = Bench(tmp_path, scale)
    for name, one in CLAIMS.items():
        first, *rest = [condition.training for condition in one.conditions(scale)]
        if name == "zero-shot":
            continue
        plans = [bench.plan(training, 1) for training in (first, *rest)]
        assert all(plan.train["seed"] == 1 for plan in plans)
        for plan, training in zip(plans[1:], rest, strict=True):
            changed = list(differences(plans[0].to_dict(), plan.to_dict()))
            bases = [bench.plan(one.base, 1).to_dict() for one in (first, training)]
            assert changed or list(differences(*bases))
    assert USUAL.plan(scale, 1, bench.data).train.warmup == 120  # a tenth of few updates is too short to get anywhere
    for n in (32, 64, 256):  # as many tokens an update, whatever the context
        base = next(c.training.base for c in CLAIMS["context"].conditions(FULL) if c.x == n)
        plan = base.plan(scale, 1, bench.data)
        assert plan.train.batch_size * plan.model.n_positions == scale.tokens


def test_few_labels_are_seen_as_often_as_many(tmp_path):
    bench = Bench(tmp_path, FULL)
    for size in FULL.sizes:
        plan = bench.plan(FineTuned(labels=size), 1)
        assert plan.epochs >= 3 and plan.settings(size).steps >= 0.9 * FULL.updates


def test_a_claim_runs_resumes_and_is_read_back(bench):
    trainings = trainings_of(CLAIMS["drift"], TINY)
    assert trainings[0] == USUAL and all(bench.is_finished(training, 1) for training in trainings)
    again = list(bench.start(trainings[1], 1))
    assert len(again) == 1 and isinstance(again[0], Finished)
    measured = bench.record(CLAIMS["drift"], TINY.seeds)
    path = records.write(measured, bench.out)
    assert records.read(path) == measured and path.name == "drift-tiny.json"
    assert {len(point.values) for point in measured.points} == {2}
    weights = measured.of("weights", "lambda 0.5")
    assert [point.name for point in weights] == ["embeddings", "block 1", "block 2"]
    assert weights[0].mean == pytest.approx(np.mean(list(weights[0].values.values())))
    assert all(point.most > 0 for point in measured.of("gradients"))
    assert measured.command.endswith("claim drift --out claims --seeds 1 2 --tiny")
    runs = [bench.folder(training, seed) for training in trainings for seed in TINY.seeds]
    assert measured.seconds == pytest.approx(sum(RunFolder(run).result()["seconds"] for run in runs), abs=0.05)
    assert "auxiliary" in " ".join(found(measured))


def test_runs_of_the_lab_are_measured_as_those_of_the_command(bench):
    runs = lab_runs(CLAIMS["drift"], bench.out / "data", TINY)
    folders = [bench.folder(run.training, run.seed) for run in runs]
    assert lab_record(CLAIMS["drift"], runs, folders) == bench.record(CLAIMS["drift"], TINY.seeds)
    with pytest.raises(InputError, match="not finished"):
        lab_record(CLAIMS["drift"], runs, [bench.out / "nowhere" for _ in runs])


def test_a_stopped_claim_goes_on_and_one_with_other_settings_is_refused(bench):
    training, calls = FineTuned(labels=16), []
    folder = RunFolder(bench.folder(training, 1))
    list(bench.start(training, 1, stop=lambda: bool(calls.append(1)) or folder.state.exists() or len(calls) > 40))
    assert not bench.is_finished(training, 1)
    list(bench.start(training, 1))
    assert bench.is_finished(training, 1) and not folder.state.exists()
    other = Bench(bench.out, replace(TINY, tuning_rate=2e-3))
    with pytest.raises(InputError, match="made with other settings"):
        other.is_finished(training, 1)
    moved = bench.out.with_name("moved")
    bench.out.rename(moved)
    assert Bench(moved, TINY).is_finished(training, 1)
    moved.rename(bench.out)


def test_the_command_reads_what_is_finished_and_lists_what_was_measured(bench, monkeypatch, capsys):
    monkeypatch.setattr(experiment, "SMALL", TINY)
    words = ["claim", "no-pretraining", "--out", str(bench.out), "--small", "--seeds", "2", "--json"]
    assert main(words) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [point["name"] for point in first["points"]] == ["pre-trained", "from scratch"] and first["seeds"] == [2]
    assert main(words) == 0
    out = capsys.readouterr()
    assert json.loads(out.out.splitlines()[-1]) == first and "training" not in out.err
    measured = records.read(records.file_of(bench.out, "no-pretraining", "tiny"))
    records.write(replace(measured, scale="full"), bench.out)
    assert main(["claims", "--runs", str(bench.out), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(listed) == set(CLAIMS) and listed["no-pretraining"]["points"] == first["points"]
    assert listed["positions"] is None


@pytest.mark.parametrize(
    "words",
    [
        ["claim", "x", "--out", "new"],
        ["claim", "drift", "--out", "new", "--seeds", "-1"],
        ["claim", "drift", "--out", ""],
        ["real", "rte", "x", "--out", "new"],
        ["real", "x", "majority", "--out", "new"],
        ["real", "rte", "scratch", "--out", "new", "--data", "nowhere"],
        ["real", "rte", "lstm", "--out", "new"],
    ],
)
def test_bad_values_end_with_one_line_and_leave_nothing(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    err = capsys.readouterr().err.replace("\r", "\n")
    assert len([line for line in err.split("\n") if line.startswith("gptcore:")]) == 1
    assert not list(tmp_path.iterdir())


def test_drift_is_what_gradients_and_weights_say(bench):
    run = RunFolder(bench.folder(FineTuned(), 1))
    measured = drift(run, 0.5)
    doubled = drift(run, 1.0)
    assert doubled.before.language == pytest.approx(2 * measured.before.language, rel=1e-4)
    assert doubled.before.task == pytest.approx(measured.before.task, rel=1e-4)
    before = load_text_model(bench.folder(USUAL, 1)).model
    after = load_text_model(run.path).model
    old, new = (torch.cat([p.flatten() for p in parts(model)[1]]) for model in (before, after))
    assert measured.weights[1] == pytest.approx(float((new - old).norm() / old.norm()), rel=1e-4)
    assert measured.attention.shape == (2,) and ((measured.attention >= 0) & (measured.attention <= 1)).all()
    with pytest.raises(InputError, match="no run of fine-tuning"):
        drift(RunFolder(bench.folder(USUAL, 1)), 0.5)


def test_zero_shot_scores_are_means_over_the_continuation(bench):
    read = load_text_model(bench.folder(USUAL, 1))
    texts = [("Ada was", " happy"), ("", "Ada saw Edith."), ("Ada and Zack met at the well.", " And so Ada was well.")]
    together = zero_shot.mean_log_probabilities(read, texts)
    for (beginning, scored), mean in zip(texts, together, strict=True):
        before = [read.tokenizer.end_of_text_id, *(read.tokenizer.encode(beginning).ids if beginning else ())]
        ids = torch.tensor([*before, *read.tokenizer.encode(scored).ids])
        with torch.no_grad():
            log_p = read.model(ids[None])[0].log_softmax(-1)
        each = [float(log_p[i - 1, ids[i]]) for i in range(len(before), len(ids))]
        assert mean == pytest.approx(np.mean(each), abs=1e-5)
    for task, guessing in zero_shot.GUESSING.items():
        examples = list(storyworld.examples(task, 12, 1, "test"))
        assert 0 <= zero_shot.accuracy(read, task, examples) <= 1 and guessing < 1


def test_zero_shot_is_put_between_guessing_and_the_fine_tuned_model(bench):
    trainings = trainings_of(CLAIMS["zero-shot"], TINY)
    assert {training.task for training in trainings if isinstance(training, FineTuned)} == set(zero_shot.GUESSING)
    for training in trainings:
        if not bench.is_finished(training, 1):
            list(bench.start(training, 1))
    measured = bench.record(CLAIMS["zero-shot"], (1,))
    assert {line.split(", ")[1] for line in measured.lines("accuracy")} == {"Transformer", "LSTM"}
    steps = sorted(RunFolder(bench.folder(USUAL, 1)).snapshots())
    for line in measured.lines("accuracy"):
        assert [point.x for point in measured.of("accuracy", line)] == steps
    for point in measured.of("normalised"):
        task = point.line.split(", ")[0]
        best = RunFolder(bench.folder(FineTuned(task=task), 1)).result()["accuracy"]
        right = next(p for p in measured.of("accuracy", point.line) if p.x == point.x)
        assert point.mean * (best - zero_shot.GUESSING[task]) + zero_shot.GUESSING[task] == pytest.approx(
            right.mean, abs=1e-5
        )
    assert found(measured)


def test_a_lab_queue_names_files_that_its_workers_make(tmp_path):
    for one in CLAIMS.values():
        runs = lab_runs(one, tmp_path)
        for index, run in enumerate(runs):
            if run.starts_from is None:
                plan = PretrainPlan.from_dict(run.plan(None))
                assert plan.corpus == str(corpora.our_text(tmp_path, run.about["ours"])) and plan.valid is None
            else:
                assert run.starts_from < index and runs[run.starts_from].kind == "pretrain"
                plan = FinetunePlan.from_dict(run.plan("base"))
                files = task_files.story_files(tmp_path, run.about["ours"], run.about["examples"])
                assert (plan.train_file, plan.test_file) == tuple(map(str, files)) and plan.model == "base"
        tuned = [run.variant for run in runs if run.kind == "finetune"]
        assert len(set(tuned)) == len(tuned)


def test_shuffled_stories_are_the_same_sentences(monkeypatch):
    monkeypatch.setattr(corpora, "STORIES", 40)
    whole, shuffled = (list(corpora.OURS[name]()) for name in ("storyworld", "shuffled"))
    cut, mixed = ([storyworld.sentences(text) for text in texts] for texts in (whole, shuffled))
    assert [" ".join(sentences) for sentences in cut] == whole != shuffled
    assert [len(sentences) for sentences in cut] == [len(sentences) for sentences in mixed]
    assert sorted(s for story in cut for s in story) == sorted(s for story in mixed for s in story)
    assert not set(corpora.OURS["unseen"]()) & set(whole)


def test_a_damaged_record_is_refused(tmp_path):
    path = tmp_path / "x.json"
    for text in ("[]", "{}", '{"points": []}', '{"points": [{"values": {"1": "x"}}]}'):
        path.write_text(text)
        with pytest.raises(CheckpointError):
            records.read(path)
