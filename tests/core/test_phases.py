"""Whatever a run is doing, it says so, it stops when asked, and it goes on as if it had not stopped."""

import threading
import time
from collections import Counter
from concurrent.futures import Future, wait
from dataclasses import replace

import pytest

from gptcore.errors import ConfigError, InputError
from gptcore.train import phases, recording
from gptcore.train.events import Finished, Prepared, Preparing, Stopped, Updated
from gptcore.train.finetune import FinetunePlan, finetune
from gptcore.train.phases import ENDLESS, Halted, Sitting, watched
from gptcore.train.pretrain import PretrainPlan, pretrain
from gptcore.train.run_folder import RunFolder
from gptcore.train.settings import TrainSettings

SHAPE = dict(vocab_size=300, n_positions=16, n_layer=2, n_head=2, d_model=16, dropout=0.0)
SETTINGS = dict(batch_size=4, warmup=2, device="cpu", precision="float32", threads=1, log_every=1)


def plan(corpus, steps=6, every=3, **more) -> PretrainPlan:
    settings = TrainSettings(steps=steps, validate_every=every, save_every=every, **SETTINGS, **more)
    return PretrainPlan(str(corpus), SHAPE, settings)


def labelled(tmp_path, run) -> FinetunePlan:
    file = tmp_path / "few.csv"
    rows = [f"the fox met crow {i},{'yes' if i % 2 else 'no'}" for i in range(24)]
    file.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    train = {"batch_size": 4, "device": "cpu", "precision": "float32", "threads": 1, "log_every": 1}
    return FinetunePlan(str(run), "classification", str(file), str(file), train, epochs=1)


@pytest.fixture
def eager(monkeypatch):
    """Looks at a phase twice before its work begins, and so sees even a short one on a busy machine."""
    looks: Counter[Future] = Counter()
    may_begin = threading.Semaphore(0)

    class Late(threading.Thread):
        def run(self):
            may_begin.acquire(timeout=30)
            super().run()

    def look(outcomes, seconds):
        (outcome,) = outcomes
        looks[outcome] += 1
        if looks[outcome] == 3:
            may_begin.release()
        return wait(outcomes, 0.0 if looks[outcome] < 3 else max(seconds, 0.005))

    monkeypatch.setattr(phases, "Thread", Late)
    monkeypatch.setattr(phases, "wait", look)
    monkeypatch.setattr(phases, "_LOOK_EVERY", 0.0)
    monkeypatch.setattr(recording, "_TELL_EVERY", 0.0)


def _at(seen: list, name: str):
    """True once a phase of this name was seen, or an update or validation."""
    return lambda: any(isinstance(event, Preparing) and event.phase == name for event in seen)


def _drive(events, seen: list) -> list:
    for event in events:
        seen.append(event)
    return seen


def _curve(folder) -> list:
    metrics = RunFolder(folder).metrics.read()
    return [*(replace(update, seconds=0.0) for update in metrics.updates), *metrics.validations]


@pytest.mark.parametrize("phase", ["reading", "tokenizer", "tokens", "bigram", "measuring"])
def test_pretraining_stops_in_each_phase_and_goes_on_exactly(phase, corpus, tmp_path, eager):
    _drive(pretrain(plan(corpus), tmp_path / "whole"), [])
    seen: list = []
    _drive(pretrain(plan(corpus), tmp_path / "run", stop=_at(seen, phase)), seen)
    assert isinstance(seen[-1], Stopped) and seen[-1].reason == ""
    assert any(isinstance(event, Updated) for event in seen) == (phase == "measuring")
    done = _drive(pretrain(plan(corpus), tmp_path / "run", resume=True), [])
    assert isinstance(done[-1], Finished)
    assert _curve(tmp_path / "run") == _curve(tmp_path / "whole")
    assert not list((tmp_path / "run").rglob("*.tmp"))


@pytest.mark.parametrize("phase", ["reading", "tokens", "measuring"])
def test_fine_tuning_stops_in_each_phase_and_goes_on_exactly(phase, run, tmp_path, eager):
    asked = labelled(tmp_path, run)
    _drive(finetune(asked, tmp_path / "whole"), [])
    seen: list = []
    _drive(finetune(asked, tmp_path / "task", stop=_at(seen, phase)), seen)
    assert isinstance(seen[-1], Stopped)
    assert isinstance(_drive(finetune(asked, tmp_path / "task", resume=True), [])[-1], Finished)
    assert _curve(tmp_path / "task") == _curve(tmp_path / "whole")


@pytest.mark.parametrize("looks", range(1, 14, 3))
def test_stopped_at_any_question_a_run_goes_on_exactly(looks, corpus, tmp_path, eager):
    """In the middle of a validation too, which is then done again."""
    _drive(pretrain(plan(corpus), tmp_path / "whole"), [])
    updated: list = []
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += any(isinstance(event, Prepared) for event in updated)
        return asked >= looks

    _drive(pretrain(plan(corpus), tmp_path / "run", stop=stop), updated)
    _drive(pretrain(plan(corpus), tmp_path / "run", resume=True), [])
    assert _curve(tmp_path / "run") == _curve(tmp_path / "whole")


def test_a_time_limit_ends_a_sitting_and_another_goes_on(corpus, tmp_path):
    seen = _drive(pretrain(plan(corpus, steps=100_000, time_limit=0.5), tmp_path / "run"), [])
    assert isinstance(seen[-1], Stopped) and seen[-1].reason == "time"
    further = _drive(pretrain(plan(corpus, steps=100_000, time_limit=0.7), tmp_path / "run", resume=True), [])
    assert further[-1].reason == "time" and further[-1].step > seen[-1].step > 0
    for wrong in (0, -1, float("nan"), True, "soon"):
        with pytest.raises(ConfigError, match="time_limit"):
            plan(corpus, time_limit=wrong)


def test_work_that_cannot_be_interrupted_is_left_behind():
    free = threading.Event()
    asked = iter([False, True])
    began = time.monotonic()
    with pytest.raises(Halted):
        list(watched("tokenizer", lambda report: free.wait(30), Sitting(lambda: next(asked)), 5))
    free.set()
    assert time.monotonic() - began < 15


def test_a_phase_tells_how_far_it_is_and_what_went_wrong(eager):
    go = threading.Event()

    def work(report):
        report(3)
        go.wait(30)
        raise InputError("the text is damaged")

    events = watched("tokens", work, ENDLESS, 10)
    with pytest.raises(InputError, match="damaged"):
        for event in events:
            if event.done == 3:
                assert event == Preparing("tokens", 3, 10)
                go.set()


def test_the_folder_says_what_is_prepared(corpus, tmp_path, eager):
    seen: list = []
    _drive(pretrain(plan(corpus), tmp_path / "run", stop=_at(seen, "tokens")), seen)
    about = RunFolder(tmp_path / "run").preparing()
    assert about["phase"] == "tokens" and about["total"] == corpus.stat().st_size
    assert RunFolder(tmp_path / "elsewhere").preparing() == {}


def test_a_validation_text_of_one_character_is_refused(corpus, tmp_path):
    (tmp_path / "one.txt").write_text("a")
    with pytest.raises(InputError, match="too few to say anything; give at least"):
        list(
            pretrain(
                PretrainPlan(str(corpus), SHAPE, TrainSettings(steps=2, **SETTINGS), str(tmp_path / "one.txt")),
                tmp_path / "run",
            )
        )
    assert not (tmp_path / "run").exists()


def test_decisions_about_a_corpus_are_notes(tmp_path):
    text = "Die Füchsin fraß. " * 60
    (tmp_path / "a.txt").write_bytes((text + "A b c.<|endoftext|>\nD e f.\n").encode("cp1252"))
    seen = _drive(pretrain(plan(tmp_path / "a.txt", steps=1), tmp_path / "run"), [])
    notes = next(event for event in seen if isinstance(event, Prepared)).notes
    assert len(notes) == 2
    assert "a.txt is not UTF-8 and was read as cp1252" in notes[0]
    assert "a.txt (lines: 1), and is text there" in notes[1]
