"""A table of runs that is damaged, locked, gone or on a disk that refuses: what is said, and what is left."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest

from gptcore.checkpoints.checkpoint import write_json
from gptcore.errors import StorageError
from gptcore.lab import storage, table
from gptcore.lab.queue import RunQueue
from gptcore.lab.store import RunStore, State
from tests.serving import ROOT

PLAN = {"corpus": "x", "train": {"steps": 3}}


@pytest.fixture
def store(tmp_path) -> RunStore:
    """Two runs of ann, the second finished, and one of ben, deleted."""
    store = RunStore(tmp_path / "runs")
    store.add("pretrain", "first", PLAN, "ann")
    done = store.add("finetune", "second", PLAN, "ann", "cuda:0", parent="p", series="s", variant="v", seed=1)
    store.share(done.id, "ann", True)
    write_json(store.folder(done.id) / "card.json", {"result": {"valid_loss": 1.0, "seconds": 2.0}})
    store.delete(store.add("pretrain", "third", PLAN, "ben").id, "ben")
    return store


def file(store):
    return store.home / "runs.sqlite"


def garbage(path):
    path.write_bytes(b"no database at all " * 999)


def cut_short(path):
    os.truncate(path, path.stat().st_size * 2 // 3)


def emptied(path):
    os.truncate(path, 0)


def another_schema(path):
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE runs (id TEXT, what TEXT)")
    connection.close()


def zeros_inside(path):
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\0" * (path.stat().st_size - 4096))


@pytest.mark.parametrize("again", [False, True], ids=["same process", "next process"])
@pytest.mark.parametrize("damage", [garbage, cut_short, emptied, another_schema, zeros_inside, os.unlink])
def test_a_damaged_table_is_set_aside_and_made_anew_from_the_folders(store, damage, again):
    before = {run.id: run for run in store.of("ann")}
    damage(file(store))
    found = RunStore(store.home) if again else store
    after = {run.id: run for run in found.of("ann")}
    for run_id, run in after.items():
        same = ("owner", "kind", "title", "plan", "device", "parent", "series", "shared", "created", "variant", "seed")
        assert [getattr(run, name) for name in same] == [getattr(before[run_id], name) for name in same]
    assert [run.title for run in found.of("ann")] == ["second", "first"]
    assert [run.state for run in found.of("ann")] == [State.FINISHED, State.INTERRUPTED]
    assert found.of("ben") == [run for run in found.of("ben") if run.shared]  # what was deleted stays so
    kept = found.set_aside()
    if damage not in (emptied, os.unlink):
        assert kept is not None and kept.stat().st_size > 0
    found.resume(next(run.id for run in found.of("ann") if run.title == "first"), "ann")
    assert len(found.waiting_for("cpu")) == 1


def test_a_table_of_an_earlier_version_is_taken_over(store):
    with sqlite3.connect(file(store)) as connection:
        for column in table._LATER:
            connection.execute(f"ALTER TABLE runs DROP COLUMN {column}")
    connection.close()
    for path in store.home.glob("*/run.json"):
        path.unlink()
    found = RunStore(store.home)
    assert [run.title for run in found.of("ann")] == ["second", "first"]
    assert found.of("ann")[0].queued == found.of("ann")[0].created
    assert found.set_aside() is None
    assert len(list(store.home.glob("*/run.json"))) == 3  # from now on, its folders tell


@pytest.mark.parametrize("is_lost", [False, True], ids=["its table", "its folders alone"])
def test_what_earlier_versions_kept_in_titles_and_file_names_gets_its_fields(store, is_lost):
    """A pair's variant and seed were in the title, our texts and tasks in their files' names."""
    for run in store.of("ann"):
        store.delete(run.id, "ann")
    store.purge(older_than=-1)
    ours = {"train_file": str(store.home / "examples" / "sentiment-train-40.csv")}
    own = {"train_file": str(store.home / "examples" / "own-train-5.csv")}
    story, kept = ({"corpus": str(store.home / "texts" / name)} for name in ("storyworld.txt", "own-1234.txt"))
    for title, plan, series in (
        ("Sentiment · a · lambda 0.5 · seed 3", ours, "s"),
        ("my · own · seed 3", own, None),
        ("story world", story, None),
        ("your own", kept, None),
    ):
        store.add("finetune" if "train_file" in plan else "pretrain", title, plan, "ann", series=series)
    later = ("variant", "seed", "ours", "examples")
    for path in store.home.glob("*/run.json"):
        values = json.loads(path.read_text())
        path.write_text(json.dumps({name: value for name, value in values.items() if name not in later}))
    with sqlite3.connect(file(store)) as connection:
        for column in later:
            connection.execute(f"ALTER TABLE runs DROP COLUMN {column}")
    connection.close()
    if is_lost:
        file(store).unlink()
    found = [(run.title, run.variant, run.seed, run.ours, run.examples) for run in RunStore(store.home).of("ann")]
    assert sorted(found) == [
        ("Sentiment · a", "lambda 0.5", 3, "sentiment", 40),
        ("my · own · seed 3", None, None, None, None),
        ("story world", None, None, "storyworld", None),
        ("your own", None, None, None, None),
    ]
    assert all("variant" in json.loads(path.read_text()) for path in store.home.glob("*/run.json")) or is_lost


def test_rows_and_folders_that_make_no_sense_are_left_out(store):
    ids = [run.id for run in store.of("ann")]
    store._table.update("plan = '{'", "id = ?", ids[0])
    assert [run.id for run in store.of("ann")] == ids[1:]
    for number, text in enumerate(("", "[]", '{"id": "x"}', '{"id": "bad-3"}', "[" * 99_999)):
        (store.home / f"bad-{number}").mkdir()
        (store.home / f"bad-{number}" / "run.json").write_text(text)
    garbage(file(store))
    assert [run.id for run in store.of("ann")] == ids


def test_a_table_that_somebody_keeps_locked_is_told_soon_and_not_set_aside(store, monkeypatch):
    monkeypatch.setattr(table, "_WRITE_PATIENCE", 0.2)
    holder = sqlite3.connect(file(store), isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StorageError, match="another program"):
            store.add("pretrain", "t", PLAN, "ann")
    finally:
        holder.close()
    assert store.set_aside() is None
    assert not [path for path in store.home.glob("*/run.json") if '"t"' in path.read_text()]  # nothing half-begun
    store.add("pretrain", "t", PLAN, "ann")


def test_a_table_that_is_kept_locked_holds_up_a_reader_once(store, monkeypatch):
    waits, real = [], table._connect
    monkeypatch.setattr(table, "_connect", lambda name, patience: waits.append(patience) or real(name, patience))
    monkeypatch.setattr(table, "_READ_PATIENCE", 0.2)
    holder = sqlite3.connect(file(store), isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        for _ in range(3):
            with pytest.raises(StorageError, match="another program"):
                store.of("ann")
    finally:
        holder.close()
    assert waits == [0.2, 0.0, 0.0]
    assert len(store.of("ann")) == 2


def test_a_full_disk_is_said_at_start(store, monkeypatch):
    monkeypatch.setattr(storage, "LEAST_FREE", 10**18)
    assert "is full" in store.trouble()
    with pytest.raises(StorageError, match=r"is full, .* MB are left; free some space"):
        store.add("pretrain", "t", PLAN, "ann")
    run = store.of("ann")[0]
    store.delete(run.id, "ann")  # what makes room is allowed
    assert len(store.of("ann")) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_a_folder_that_may_not_be_written_can_be_read(store, tmp_path):
    for path in (tmp_path, store.home, *store.home.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    code = (
        "import os, sys, pathlib\n"
        "from gptcore.errors import StorageError\n"
        "from gptcore.lab.store import RunStore\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "store = RunStore(pathlib.Path(sys.argv[1]))\n"
        "print([run.title for run in store.of('ann')])\n"
        "try: store.add('pretrain', 't', {}, 'ann')\n"
        "except StorageError as error: print(error)\n"
    )
    for parent in tmp_path.parents:  # pytest's own folders are root's alone
        if parent.stat().st_mode & 0o077 == 0:
            parent.chmod(0o711)
    done = subprocess.run(
        [sys.executable, "-c", code, str(store.home)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "['second', 'first']" in done.stdout, done.stderr
    assert "cannot be written" in done.stdout


@pytest.mark.parametrize("damage", [garbage, cut_short, emptied, another_schema, os.unlink])
def test_a_damaged_queue_is_begun_anew(tmp_path, damage):
    queue, worker = RunQueue("cpu", tmp_path), RunQueue("cpu", tmp_path)
    queue.put("one")
    assert worker.take() == "one"
    for old in (queue, RunQueue("cpu", tmp_path)):
        damage(tmp_path / "queue.sqlite")
        old.put("two")
        assert worker.take() == "two"


def test_a_queue_that_cannot_be_used_does_no_harm(tmp_path):
    (tmp_path / "queue.sqlite").mkdir()
    queue = RunQueue("cpu", tmp_path)
    queue.put("one")
    assert queue.take() is None


def test_an_idle_queue_asks_sqlite_only_when_something_was_put(tmp_path, monkeypatch):
    queue = RunQueue("cpu", tmp_path)
    queue.put("one")
    assert queue.take() == "one"
    assert queue.take() is None
    asked = []
    monkeypatch.setattr(queue, "_do", lambda work: asked.append(work))
    for _ in range(5):
        assert queue.take() is None
    assert not asked
    RunQueue("cpu", tmp_path).put("two")
    queue.take()
    assert len(asked) == 1
