"""The Lab and its neighbours when something is broken: what needs no run does not notice, the rest says why."""

import os
import shutil
import time

import pytest

from app.lab import text as content
from app.shared import learner
from app.shared import text as shared
from app.shared import text as shared_content
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import write_json
from gptcore.errors import StorageError
from gptcore.lab import storage
from gptcore.lab.locks import alone
from gptcore.lab.store import RunStore, State
from gptcore.lab.table import Table
from gptcore.train.run_folder import RunFolder
from tests.ui.page import Page
from tests.ui.test_lab import finished, finished_home, lab, small_world, started, the_run  # noqa: F401


def warnings(page: Page) -> str:
    return "\n".join(element.value for element in (*page.at.warning, *page.at.error)).replace("\\", "")


def tasks() -> Page:
    page = Page()
    page.run()
    page.at.switch_page("tasks/page.py")
    return page.run()


@pytest.fixture
def shared_run(finished) -> str:  # noqa: F811
    """A finished run of somebody, which all learners see."""
    learner.STORE.share(finished.id, finished.owner, True)
    return finished.id


def test_a_damaged_table_is_no_matter_of_explore_and_the_lab_says_what_happened(shared_run):
    run_id = shared_run
    (learner.STORE.home / "runs.sqlite").write_bytes(b"garbage " * 4_000)
    page = Page().run()
    assert not page.at.error and not page.at.warning
    page.at.switch_page("lab/page.py")
    page.run()
    assert "made anew" in warnings(page) and "runs.sqlite.broken-" in warnings(page)
    assert the_run().id == run_id and the_run().state == State.FINISHED


def test_runs_that_cannot_be_kept_at_all_leave_explore_and_tasks_alone(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(learner, "STORE", RunStore(tmp_path / "file"))
    for page in (Page().run(), tasks()):
        assert not page.at.error and not page.at.warning
    page = lab()
    assert "cannot be" in warnings(page)
    page.press("Start pre-training")
    assert "cannot be" in page.at.toast[0].value


def test_a_full_disk_is_said_before_and_at_start(monkeypatch):
    monkeypatch.setattr(storage, "LEAST_FREE", 10**18)
    page = lab()
    assert "is full" in warnings(page)
    page.press("Start pre-training")
    assert "is full" in page.at.toast[0].value
    assert learner.STORE._select("1") == []


@pytest.mark.parametrize(
    ("name", "damage"),
    [(name, "[1, 2]") for name in ("card.json", "metrics.jsonl", "references.json", "config.json", "settings.json")]
    + [("card.json", '{"result": 1}')],
)
def test_one_damaged_run_that_is_shared_breaks_nobodys_pages(name, damage, shared_run, monkeypatch):
    run_id = shared_run
    (learner.STORE.folder(run_id) / name).write_text(damage)
    started()
    monkeypatch.setattr(learner, "learner_id", lambda: "b" * 32)
    for page in (Page().run(), tasks()):
        assert not page.at.error
    page = lab()
    page.choose("segmented_control", "lab", "runs")
    rows = page.at.dataframe[0].value
    assert len(rows) == 1 and not page.at.error
    assert (rows["state"][0] == content.DAMAGED) == (name == "card.json")
    page.choose("segmented_control", "lab", "finetune")
    assert page.at.selectbox(key="finetune_task") is not None


@pytest.mark.parametrize("name", ["task.json", "card.json", "config.json", "tokenizer.json", "model.safetensors"])
def test_one_damaged_model_breaks_only_itself(name, stand_in, tmp_path, monkeypatch):
    shutil.copytree(stand_in / "models" / "books", tmp_path / "models" / "mine")
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path / "models")
    (tmp_path / "models" / "mine" / name).write_text("[1")
    assert not tasks().at.error
    page = lab().choose("segmented_control", "lab", "finetune")
    assert not page.at.error
    page = Page().run()
    assert not page.at.error
    page.choose("selectbox", "model", "mine")
    assert page.at.error[0].value == shared_content.CANNOT_SHOW
    assert not page.choose("selectbox", "model", "books").at.error


def test_a_page_sees_a_dead_worker_and_a_silent_one():
    page = started()
    learner.STORE.claim(the_run().id, "cpu-1")
    with alone(learner.STORE.lock("cpu-1")):
        assert shared.READING in page.run().words
        folder = learner.STORE.folder(the_run().id)
        folder.mkdir(exist_ok=True)
        write_json(RunFolder(folder).phase, {"phase": "tokens", "done": 3, "total": 4})
        assert f"{shared.PHASES['tokens']} 75%" in page.run().words
        learner.STORE._update("heartbeat = ?", "1", time.time() - 8)
        assert "No sign of life for 8 s" in warnings(page.run())
    page.run()  # its lock is free now: it has died
    assert the_run().state == State.WAITING and "goes on from its last saved state" in warnings(page)


def test_a_failed_look_at_runs_is_told_where_they_are_shown(monkeypatch):
    page = started()
    monkeypatch.setattr(RunStore, "get", lambda self, run_id: (_ for _ in ()).throw(StorageError("no disk")))
    page.run()
    assert content.CANNOT_SHOW in warnings(page) and "no disk" in page.words
    assert page.at.button(key="pretrain_start") is not None


def test_many_shared_runs_cost_explore_one_question(shared_run, monkeypatch):
    run_id = shared_run
    template = learner.STORE.folder(run_id) / "model.safetensors"
    for _ in range(40):
        run = learner.STORE.add("pretrain", "t", the_run_plan(run_id), os.urandom(8).hex())
        learner.STORE.share(run.id, run.owner, True)
        os.link(template, learner.STORE.folder(run.id) / "model.safetensors")
    page = Page().run()
    assert len(page.at.selectbox(key="model").options) == 42
    asked = []
    real = Table._once
    monkeypatch.setattr(Table, "_once", lambda self, work, write: asked.append(1) or real(self, work, write))
    page.type("Another text")
    assert len(asked) == 1


def the_run_plan(run_id: str) -> dict:
    return learner.STORE.get(run_id).plan
