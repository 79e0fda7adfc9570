"""Workers in trouble: a disk that is full, a death that somebody has to notice, too little memory, an idle hour."""

import errno
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from gptcore.checkpoints import weights
from gptcore.config import ModelConfig
from gptcore.errors import InputError, StorageError
from gptcore.lab import worker as workers
from gptcore.lab.processes import ended
from gptcore.lab.store import RunStore, State
from gptcore.lab.worker import ensure_worker, work
from gptcore.train import memory
from gptcore.train.memory import available_bytes, require_memory
from tests.core.test_store import add, losses, wait_until
from tests.serving import ROOT

WORK = "import pathlib, sys; from gptcore.lab.worker import work; work(home=pathlib.Path(sys.argv[1]), once=True)"


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


def test_a_full_disk_stops_a_run_at_its_last_state_and_is_recorded_as_soon_as_it_can_be(store, corpus, monkeypatch):
    whole, run = add(store, corpus, steps=24), add(store, corpus, steps=24)
    real_save, real_end, tries = weights.save_file, RunStore.end, []

    def full(*arguments):
        if len(losses(store, run)) > 10:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real_save(*arguments)

    def end(self, *arguments):
        tries.append(arguments)
        if len(tries) in (2, 3):  # the first run's end is written, the second's only at the third try
            raise StorageError("the disk is full")
        return real_end(self, *arguments)

    monkeypatch.setattr(weights, "save_file", full)
    monkeypatch.setattr(RunStore, "end", end)
    monkeypatch.setattr(workers, "_TRY_EVERY", 0.01)
    work(home=store.home, once=True)
    ended = store.get(run.id)
    assert ended.state == State.INTERRUPTED and "disk is full" in ended.message and "resume it" in ended.message
    assert len(tries) == 4
    monkeypatch.setattr(weights, "save_file", real_save)
    store.resume(run.id, "ann")
    work(home=store.home, once=True)
    assert store.get(run.id).state == State.FINISHED
    assert losses(store, run) == losses(store, whole)
    assert not list(store.folder(run.id).rglob("*.tmp"))


def test_a_run_goes_on_by_itself_once_there_is_room(store, corpus, monkeypatch):
    whole, run = add(store, corpus, steps=24), add(store, corpus, steps=24)
    real_save, full, asked = weights.save_file, [], []

    def save(*arguments):
        if len(losses(store, run)) > 10 and not full:
            full.append(True)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real_save(*arguments)

    def has_room(folder):
        asked.append(store.get(run.id).state)
        return len(asked) > 2

    monkeypatch.setattr(weights, "save_file", save)
    monkeypatch.setattr(workers, "has_room", has_room)
    monkeypatch.setattr(workers, "_CHECK_EVERY", 0.0)
    monkeypatch.setattr(workers, "ended", lambda starter: lambda: len(asked) > 2)
    work(home=store.home, starter=os.getpid())
    assert asked == [State.INTERRUPTED] * 3
    assert store.get(run.id).state == State.FINISHED
    assert losses(store, run) == losses(store, whole)


def test_a_run_without_room_goes_on_a_few_times_only(store, corpus):
    run = add(store, corpus)
    times = 0
    while times < 10 and store.claim(run.id, "cpu-1"):
        store.end(run.id, State.INTERRUPTED)
        times += store.go_on(run.id)
    assert times == 3 and store.get(run.id).state == State.INTERRUPTED


@pytest.fixture
def small_disk(tmp_path):
    """A disk of twelve megabytes, where the system lets us have one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "none", place]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount a disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.slow
def test_a_disk_that_fills_up_and_is_cleared_costs_a_run_nothing(small_disk, store, corpus):
    whole = add(store, corpus, steps=100)
    work(home=store.home, once=True)
    full = RunStore(small_disk / "runs")
    run = add(full, corpus, steps=100)
    worker = subprocess.Popen([sys.executable, "-c", WORK, full.home], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(losses(full, run)) > 10)
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        assert full.trouble()
        assert [known.id for known in full.of("ann")] == [run.id]  # it can still be looked at
        time.sleep(1)
        filler.unlink()
        wait_until(lambda: full.get(run.id).state != State.RUNNING)
        assert full.get(run.id).state == State.INTERRUPTED and "disk is full" in full.get(run.id).message
    finally:
        worker.kill()
        worker.wait()
    full.resume(run.id, "ann")
    work(home=full.home, once=True)
    assert losses(full, run) == losses(store, whole)


class _Enough(BaseException):
    """A minute is over."""


def test_an_idle_worker_hardly_looks_and_finds_a_run_within_a_second(store, monkeypatch):
    clock, waits, asked = [1_000.0], [], []

    def sleep(seconds):
        if clock[0] > 1_060.0:
            raise _Enough
        waits.append(seconds)
        clock[0] += seconds

    def connect(*arguments, **options):
        connection = real_connect(*arguments, **options)
        connection.set_trace_callback(asked.append)
        return connection

    real_connect = sqlite3.connect
    work(home=store.home, once=True)  # the files are there
    monkeypatch.setattr(workers, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: clock[0]))
    monkeypatch.setattr(sqlite3, "connect", connect)
    with pytest.raises(_Enough):
        work(home=store.home, starter=os.getpid())
    questions = [line for line in asked if line.startswith("SELECT")]
    assert 0 < len(questions) <= 60  # one a second
    assert len(waits) <= 4 * 60 and max(waits) < 0.5


def test_a_worker_ends_with_its_starter(store):
    starter = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    tell = ended(starter.pid)
    assert not tell()
    starter.communicate(b"\n")
    assert tell() and ended(starter.pid)() and not ended(os.getpid())() and not ended(None)()
    work(home=store.home, starter=starter.pid)  # returns


def test_a_worker_that_died_is_reaped_and_replaced(store, monkeypatch):
    monkeypatch.setattr(workers, "_start", lambda device, home: subprocess.Popen([sys.executable, "-c", ""]))
    ensure_worker(home=store.home)
    (process,) = (process for (home, _), process in workers._started.items() if home == store.home)
    wait_until(lambda: not Path(f"/proc/{process.pid}").exists())  # not even as a zombie
    ensure_worker(home=store.home)
    assert workers._started[store.home, "cpu"].pid == process.pid  # not one after the other, if they end at once
    monkeypatch.setattr(workers, "_AGAIN_AFTER", 0.0)
    ensure_worker(home=store.home)
    assert workers._started[store.home, "cpu"].pid != process.pid


def test_a_folder_that_is_none_is_told_when_a_worker_starts(tmp_path):
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(StorageError, match=r"cannot be (used|written)"):
        ensure_worker(home=tmp_path / "runs")


@pytest.mark.slow
def test_a_worker_gives_way_to_the_server():
    code = "from gptcore.lab.processes import give_way; give_way(); print(open('/proc/self/oom_score_adj').read())"
    if not Path("/proc/self/oom_score_adj").exists():
        pytest.skip("this system ranks no processes")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) == 800


def test_a_run_that_memory_cannot_hold_is_refused_with_what_to_take_smaller(monkeypatch, corpus, store):
    config, cpu = ModelConfig.preset("gpt1"), torch.device("cpu")
    monkeypatch.setattr(memory, "available_bytes", lambda device: 6_000_000_000)
    with pytest.raises(InputError, match=r"GB of memory, and 6\.0 GB are free; take at most \d+ rows") as caught:
        require_memory(config, 64, cpu)
    rows = int(str(caught.value).split("at most ")[1].split()[0])
    require_memory(config, rows, cpu)
    with pytest.raises(InputError):
        require_memory(config, rows + 1, cpu)
    monkeypatch.setattr(memory, "available_bytes", lambda device: 1_000)
    with pytest.raises(InputError, match="take a smaller model"):
        require_memory(config, 1, cpu)
    run = add(store, corpus, steps=2)
    work(home=store.home, once=True)
    assert store.get(run.id).state == State.FAILED and "smaller model" in store.get(run.id).message


def test_memory_that_is_free_is_known():
    assert available_bytes(torch.device("cpu")) > 10_000_000
