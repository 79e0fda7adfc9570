"""Labelled examples beside the runs: several learners may ask for the same ones at once, and a file is kept once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from gptcore.lab.task_files import STORY_TASKS, keep_labelled, make, story_files
from gptcore.tasks.files.datasets import read_examples

LEARNERS = 5


def at_once(work) -> list:
    """What five threads that start together get."""
    start = Barrier(LEARNERS)

    def one(_):
        start.wait()
        return work()

    with ThreadPoolExecutor(LEARNERS) as pool:
        return list(pool.map(one, range(LEARNERS)))


def test_learners_who_start_at_once_read_whole_examples(tmp_path):
    for task in STORY_TASKS:
        train, test = story_files(tmp_path, task, 30)
        assert not train.exists()
        at_once(lambda: make(tmp_path, task, 30))  # noqa: B023
        assert test.exists()
        assert len(read_examples(train, STORY_TASKS[task].kind).examples) == 30
    assert not [path for path in (tmp_path / "examples").iterdir() if path.suffix != ".csv"]


def test_a_file_is_kept_once_and_whole(tmp_path):
    raw = b"text,label\n" + b"a fox,1\n" * 50_000
    kept = set(at_once(lambda: keep_labelled(tmp_path, raw, "../my file.CSV")))
    assert len(kept) == 1 and (path := kept.pop()).read_bytes() == raw
    assert path.parent == tmp_path / "examples" and path.suffix == ".csv"
    for name, ending in (
        ("a.ndjson", ".ndjson"),
        ("a.parquet", ".parquet"),
        ("a.tsv", ".tsv"),
        ("a.exe", ".csv"),
        ("x", ".csv"),
    ):
        assert keep_labelled(tmp_path, raw, name).suffix == ending
