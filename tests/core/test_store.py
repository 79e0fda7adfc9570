"""The table of runs and the worker: whose a run is, who executes it, and what is left when something dies."""

import os
import signal
import subprocess
import sys
import time

import pytest

from gptcore.checkpoints.checkpoint import load
from gptcore.errors import InputError, TrainingError
from gptcore.lab import store as stores
from gptcore.lab import worker as workers
from gptcore.lab.locks import alone
from gptcore.lab.queue import RunQueue
from gptcore.lab.store import RunStore, State
from gptcore.lab.worker import ensure_worker, explain, work
from gptcore.train.pretrain import PretrainPlan
from gptcore.train.run_folder import RunFolder
from gptcore.train.settings import TrainSettings

SHAPE = dict(vocab_size=300, n_positions=16, n_layer=2, n_head=2, d_model=16, dropout=0.2)


def plan(corpus, steps=24, **changes) -> dict:
    settings = dict(batch_size=4, learning_rate=3e-3, warmup=4, seed=3, threads=1, precision="float32")
    settings |= dict(log_every=1, validate_every=1_000, save_every=6)
    return PretrainPlan(str(corpus), SHAPE, TrainSettings(steps, **{**settings, **changes})).to_dict()


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


def add(store, corpus, owner="ann", **changes):
    run = store.add("pretrain", "a try", plan(corpus, **changes), owner)
    RunQueue("cpu", store.home).put(run.id)
    return run


def losses(store, run) -> dict[int, float]:
    return {update.step: update.losses["loss"] for update in RunFolder(store.folder(run.id)).metrics.read().updates}


def wait_until(condition, seconds=120.0):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)


def test_a_learner_sees_their_own_runs_and_shared_ones(store):
    mine, theirs = (store.add("pretrain", "t", {}, owner) for owner in ("ann", "ben"))
    assert [run.id for run in store.of("ann")] == [mine.id]
    store.share(theirs.id, "ben", True)
    assert [run.id for run in store.of("ann")] == [theirs.id, mine.id]
    assert [run.id for run in store.of("ann", with_shared=False)] == [mine.id]
    assert store.seen(theirs.id, "ann").id == theirs.id
    store.share(theirs.id, "ben", False)
    assert store.seen(theirs.id, "ann") is None and store.seen(mine.id, "ann").id == mine.id
    assert len(store.of("ann")) == 1


@pytest.mark.parametrize("act", ["stop", "resume", "delete", "restore"])
def test_nobody_touches_the_runs_of_others(store, act):
    run = store.add("pretrain", "t", {}, "ann")
    store.share(run.id, "ann", True)
    with pytest.raises(InputError, match="of yours"):
        getattr(store, act)(run.id, "ben")
    with pytest.raises(InputError, match="of yours"):
        store.share(run.id, "ben", False)
    with pytest.raises(InputError, match="there is no run"):
        getattr(store, act)("nothing", "ann")


def test_deleting_can_be_undone_until_the_files_are_purged(store):
    run = store.add("pretrain", "t", {}, "ann")
    store.delete(run.id, "ann")
    assert store.of("ann") == []
    assert store.waiting_for("cpu") == []
    store.purge(older_than=60)
    store.restore(run.id, "ann")
    assert [r.id for r in store.of("ann")] == [run.id]
    store.delete(run.id, "ann")
    store.purge(older_than=-1)
    assert not store.folder(run.id).exists()
    with pytest.raises(InputError):
        store.get(run.id)


def test_a_run_is_claimed_once_and_knows_its_place(store):
    runs = [store.add("pretrain", "t", {}, f"learner {i}") for i in range(3)]
    assert [store.ahead(run) for run in runs] == [0, 1, 2]
    assert store.claim(runs[0].id, "cpu-1")
    assert not store.claim(runs[0].id, "cpu-2")
    assert [store.ahead(run) for run in runs[1:]] == [1, 2]
    assert store.ahead(store.add("pretrain", "t", {}, "x", device="cuda:0")) == 0
    store.stop(runs[1].id, "learner 1")
    assert store.get(runs[1].id).state == State.STOPPED
    assert not store.claim(runs[1].id, "cpu-1")


def test_one_learner_cannot_fill_the_queue(store):
    for _ in range(stores._MOST_WAITING):
        store.add("pretrain", "t", {}, "ann")
    with pytest.raises(InputError, match="are waiting or running"):
        store.add("pretrain", "t", {}, "ann")
    store.add("pretrain", "t", {}, "ben")


def test_a_worker_without_its_lock_is_dead_and_one_that_is_silent_hangs(store, monkeypatch):
    run = store.add("pretrain", "t", {}, "ann")
    store.claim(run.id, "cpu-1")
    with alone(store.lock("cpu-1")):
        assert store.reconcile() == []
        assert store.reconcile(worker="cpu-2") == []
        monkeypatch.setattr(stores, "SILENT_AFTER", -1)
        assert [r.id for r in store.reconcile()] == [run.id]
    assert store.get(run.id).state == State.INTERRUPTED
    assert not store.beat(run.id)
    assert not store.end(run.id, State.FINISHED)
    store.resume(run.id, "ann")
    assert store.get(run.id).state == State.WAITING
    with pytest.raises(InputError, match="is waiting"):
        store.resume(run.id, "ann")


def test_an_interrupted_run_goes_on_by_itself_three_times_and_then_asks(store):
    run = store.add("pretrain", "t", {}, "ann")
    for times in range(1, 4):
        store.claim(run.id, "cpu-1")
        store.reconcile()
        assert (store.get(run.id).state, store.get(run.id).interruptions) == (State.WAITING, times)
    store.claim(run.id, "cpu-1")
    store.got_on(run.id)  # it saved a new state
    store.reconcile()
    assert (store.get(run.id).state, store.get(run.id).interruptions) == (State.WAITING, 1)
    for _ in range(3):
        store.claim(run.id, "cpu-1")
        store.reconcile()
    assert store.get(run.id).state == State.INTERRUPTED and "4 times" in store.get(run.id).message
    store.resume(run.id, "ann")
    assert (store.get(run.id).state, store.get(run.id).interruptions) == (State.WAITING, 0)


def test_a_run_that_was_to_stop_when_its_worker_died_does_not_go_on(store):
    run = store.add("pretrain", "t", {}, "ann")
    store.claim(run.id, "cpu-1")
    store.stop(run.id, "ann")
    store.reconcile()
    assert store.get(run.id).state == State.STOPPED


def test_learners_take_turns(store):
    many = [store.add("pretrain", f"ann {i}", {}, "ann") for i in range(4)]
    assert store.claim(many[0].id, "cpu-1")
    late = [store.add("pretrain", f"ben {i}", {}, "ben") for i in range(2)]
    order = [run.title for run in store.waiting_for("cpu")]
    assert order == ["ben 0", "ann 1", "ben 1", "ann 2", "ann 3"]
    assert [store.ahead(run) for run in (late[0], many[1], late[1])] == [1, 2, 3]
    store.end(many[0].id, State.FINISHED)
    assert store.claim(late[0].id, "cpu-1")
    store.end(late[0].id, State.STOPPED)
    store.resume(late[0].id, "ben")  # goes behind what ben queued meanwhile, and after ann's turn
    assert [run.title for run in store.waiting_for("cpu")] == ["ann 1", "ben 1", "ann 2", "ben 0", "ann 3"]


def test_all_learners_together_cannot_fill_the_queue(store, monkeypatch):
    monkeypatch.setattr(stores, "_MOST_IN_ALL", 3)
    for owner in ("ann", "ben", "cat"):
        store.add("pretrain", "t", {}, owner)
    with pytest.raises(InputError, match="3 runs of all learners"):
        store.add("pretrain", "t", {}, "dan")
    assert [path.name for path in store.home.glob("*/run.json")].count("run.json") == 3


def test_a_run_makes_room_for_others_once_it_has_had_its_time(store, corpus, monkeypatch):
    monkeypatch.setattr(workers, "_BEAT_EVERY", 0.004)
    monkeypatch.setattr(workers, "MINUTES", 0)
    long, short = add(store, corpus, "ann", steps=5_000), add(store, corpus, "ben", steps=2)
    work(home=store.home, once=True)
    assert store.get(long.id).state == State.STOPPED and "others wait; resume it" in store.get(long.id).message
    assert store.get(short.id).state == State.FINISHED
    alone_in_the_queue = add(store, corpus, "ann", steps=40)
    work(home=store.home, once=True)
    assert store.get(alone_in_the_queue.id).state == State.FINISHED


def test_a_worker_executes_what_waits_in_order(store, corpus):
    runs = [store.add("pretrain", "t", plan(corpus, seed=i), f"learner {i}") for i in range(3)]
    for run in reversed(runs):  # as when learners start at once: their messages may pass each other
        RunQueue("cpu", store.home).put(run.id)
    assert work(home=store.home, once=True)
    ended = [store.get(run.id) for run in runs]
    assert [run.state for run in ended] == [State.FINISHED] * 3
    assert ended[0].ended <= ended[1].started <= ended[2].started
    assert load(store.folder(runs[0].id)).card["result"]["steps"] == 24


def test_a_lost_or_double_message_does_no_harm(store, corpus, monkeypatch):
    monkeypatch.setattr(workers, "_CHECK_EVERY", 0.1)
    lost = store.add("pretrain", "t", plan(corpus, steps=2), "ann")
    twice = add(store, corpus, steps=2)
    RunQueue("cpu", store.home).put(twice.id)
    RunQueue("cpu", store.home).put("nobody")
    work(home=store.home, once=True)
    assert {store.get(run.id).state for run in (lost, twice)} == {State.FINISHED}


def test_what_cannot_run_is_marked_and_the_next_one_runs(store, corpus, tmp_path):
    bad = add(store, tmp_path / "nowhere.txt")
    good = add(store, corpus, steps=2)
    work(home=store.home, once=True)
    assert store.get(bad.id).state == State.FAILED
    assert "nowhere.txt" in store.get(bad.id).message
    assert store.get(good.id).state == State.FINISHED


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TrainingError("try a lower rate"), "try a lower rate"),
        (MemoryError(), "smaller batch"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried"), "smaller batch"),
        (OSError(28, "No space left on device"), "No space left"),
        (ZeroDivisionError("x"), "ZeroDivisionError"),
    ],
)
def test_an_end_is_explained(error, says):
    assert says in explain(error)


@pytest.mark.slow
def test_a_stopped_run_goes_on_as_if_it_had_not_been(store, corpus, monkeypatch):
    whole = add(store, corpus, steps=60)
    work(home=store.home, once=True)
    assert store.get(whole.id).state == State.FINISHED
    # The same once more, stopped by its owner somewhere in the middle.
    again = add(store, corpus, steps=60)
    monkeypatch.setattr(workers, "_BEAT_EVERY", 0.004)
    real = store.beat
    monkeypatch.setattr(RunStore, "beat", lambda self, run_id: real(run_id) and len(losses(self, again)) < 8)
    work(home=store.home, once=True)
    assert store.get(again.id).state == State.STOPPED
    done = len(losses(store, again))
    assert 0 < done < 60
    monkeypatch.setattr(RunStore, "beat", lambda self, run_id: real(run_id))
    store.resume(again.id, "ann")
    work(home=store.home, once=True)
    assert losses(store, again) == pytest.approx(losses(store, whole), abs=1e-6)


@pytest.fixture
def process(store):
    """Starts workers as the app does, and ends them."""
    started = []

    def start() -> subprocess.Popen:
        environment = {**os.environ, "GPT_EXPLORER_RUNS": str(store.home)}
        command = [sys.executable, "-m", "gptcore", "worker"]
        started.append(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


@pytest.mark.slow
def test_a_run_whose_worker_was_killed_goes_on_by_itself_exactly(store, corpus, process):
    whole = add(store, corpus, steps=100)
    work(home=store.home, once=True)
    run = add(store, corpus, steps=100)
    first = process()
    wait_until(lambda: len(losses(store, run)) > 10)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert store.get(run.id).state == State.RUNNING  # nobody has noticed yet
    process()
    wait_until(lambda: store.get(run.id).state == State.FINISHED)
    assert losses(store, run) == pytest.approx(losses(store, whole), abs=1e-6)
    # And a second worker of that name does not start.
    assert not work(home=store.home, once=True)
    ensure_worker(home=store.home)
    assert not (store.home / "worker.log").exists()  # where whoever starts would write
