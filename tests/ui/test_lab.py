"""The Lab in AppTest: forms make plans, runs are executed in the test itself, and pages read what they leave."""

import io
import json
import tomllib
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
import torch

from app.lab import ledger, machine
from app.lab import text as content
from app.lab.figures import confusion
from app.lab.finetuning import wrong_answers
from app.shared import learner, running, theme
from app.shared import text as shared
from gptcore.errors import InputError
from gptcore.lab import corpora as texts
from gptcore.lab.store import State
from gptcore.lab.worker import work
from gptcore.train.finetune import FinetunePlan
from gptcore.train.run_folder import RunFolder
from tests.serving import ROOT
from tests.ui.page import Page

QUICK = {"pretrain_steps": 12, "pretrain_batch_size": 2}


@pytest.fixture(autouse=True)
def small_world(monkeypatch):
    """Few stories, and every page is the same learner's."""
    monkeypatch.setattr(texts, "STORIES", 60)
    monkeypatch.setattr(learner, "learner_id", lambda: "a" * 32)


def execute():
    threads = torch.get_num_threads()
    work(home=learner.STORE.home, once=True)
    torch.set_num_threads(threads)  # a worker's process keeps what its run asked for; the other tests share this one


def lab(**query) -> Page:
    page = Page(**query)
    page.run()
    page.at.switch_page("lab/page.py")
    return page.run()


def started() -> Page:
    """A Lab with one quick pre-training run in its queue."""
    page = lab().choose("segmented_control", "pretrain_preset", "nano")
    for key, value in QUICK.items():
        page.choose("number_input", key, value)
    return page.press("Start pre-training")


def the_run():
    (run,) = learner.STORE._select("1")
    return run


def figures(page) -> int:
    return len(page.at.get("plotly_chart"))


def test_an_empty_lab_says_what_to_do():
    page = lab()
    assert content.NO_RUN in page.words
    assert content.NO_FINETUNE in page.choose("segmented_control", "lab", "finetune").words
    page.choose("segmented_control", "lab", "runs")


def test_a_run_waits_then_runs_then_shows_its_curve_and_samples():
    page = started()
    run = the_run()
    assert (run.state, run.plan["train"]["steps"], run.plan["train"]["batch_size"]) == (State.WAITING, 12, 2)
    assert shared.NEXT in page.words
    execute()
    page.run()
    assert the_run().state == State.FINISHED
    assert figures(page) == 2  # the loss, and the heads at every checkpoint
    assert "12 of 12 updates" in json.dumps([p.proto.text for p in page.at.get("progress")])
    assert content.PROMPT in page.words
    assert len(RunFolder(learner.STORE.folder(run.id)).snapshots()) >= 4


def test_the_cost_follows_the_shape():
    page = lab().choose("segmented_control", "pretrain_preset", "nano")
    small = page.words
    page.choose("number_input", "pretrain_n_layer", 4)
    assert page.words != small
    page.choose("number_input", "pretrain_n_head", 5)
    assert "must be a multiple of n_head" in page.words
    assert page.at.button(key="pretrain_start").disabled


def test_a_stopped_run_can_be_resumed():
    page = started()
    page.at.button(key="pretrain_stop").click()
    page.run()
    assert the_run().state == State.STOPPED
    page.press("Resume")
    assert the_run().state == State.WAITING
    execute()
    assert the_run().state == State.FINISHED


def test_a_duplicate_repeats_the_settings_and_tells_the_difference():
    page = started()
    execute()
    page.choose("segmented_control", "lab", "runs").press("Duplicate and change")
    assert page.at.number_input(key="pretrain_steps").value == 12
    assert page.at.number_input(key="pretrain_d_model").value == 64
    page.choose("number_input", "pretrain_learning_rate", 0.004).press("Start pre-training")
    new, old = learner.STORE._select("1 ORDER BY number DESC")
    assert new.parent == old.id
    changed = {k for k in old.plan["train"] if old.plan["train"][k] != new.plan["train"][k]}
    assert changed == {"learning_rate"}
    page.choose("segmented_control", "lab", "runs")
    assert "learning\\_rate was" in page.words


def test_deleting_asks_nobody_and_can_be_undone():
    page = started()
    page.choose("segmented_control", "lab", "runs").press("Delete")
    assert content.NO_RUN in page.words
    page.press(shared.UNDO_DELETE)
    assert "story world" in page.words


def test_own_text_is_kept_by_its_content_and_bad_text_is_refused(tmp_path):
    text = "The fox went over the hill. " * 100
    path = texts.keep_text(tmp_path, text.encode(), "../../etc/passwd").path
    assert path.parent == tmp_path / "texts"
    assert path == texts.keep_text(tmp_path, text.encode(), "other").path
    for raw, says in ((b"short", "at least 2,000"), (b"PK\x03\x04" + b"x" * 5_000, "zip")):
        with pytest.raises(InputError, match=says):
            texts.keep_text(tmp_path, raw, "mine")


def test_one_learner_does_not_see_anothers_runs(monkeypatch):
    started()
    monkeypatch.setattr(learner, "learner_id", lambda: "b" * 32)
    page = lab()
    assert content.NO_RUN in page.words
    assert "run " + the_run().id not in page.choose("segmented_control", "lab", "runs").words


def test_a_shared_run_is_seen_by_others_who_cannot_touch_it(monkeypatch):
    page = started().choose("segmented_control", "lab", "runs")
    page.at.toggle(key=f"share_{the_run().id}").set_value(True)
    page.run()
    monkeypatch.setattr(learner, "learner_id", lambda: "b" * 32)
    page = lab()
    labels = [button.label for button in page.at.button]
    assert the_run().title in page.words.replace("\\", "") and "Stop" not in labels
    page.choose("segmented_control", "lab", "runs")
    assert not {"Delete", "Stop"} & {button.label for button in page.at.button}


def test_fine_tuning_a_run_shows_losses_results_and_mistakes():
    started()
    execute()
    run = the_run()
    page = lab().choose("segmented_control", "lab", "finetune")
    page.choose("selectbox", "finetune_model", f"run {run.id}").choose("selectbox", "finetune_task", "acceptability")
    page.choose("number_input", "finetune_examples", 40).choose("number_input", "finetune_epochs", 1)
    page.press("Start fine-tuning")
    execute()
    page.run()
    tuned = learner.STORE._select("kind = 'finetune'")[0]
    assert (tuned.state, tuned.parent) == (State.FINISHED, run.id), tuned.message
    assert figures(page) == 3
    folder = RunFolder(learner.STORE.folder(tuned.id))
    wrong = wrong_answers(folder.results_rows(), {"kind": "classification", "labels": ["acceptable", "unacceptable"]})
    assert len(wrong) == round((1 - folder.result()["accuracy"]) * 500)


def finetuning(page: Page, **numbers) -> Page:
    """The fine-tuning form, filled for a run of a second."""
    page.choose("segmented_control", "lab", "finetune")
    page.choose("selectbox", "finetune_model", f"run {the_run().id}")
    page.choose("selectbox", "finetune_task", "acceptability")
    for name, value in {"examples": 40, "epochs": 1, **numbers}.items():
        page.choose("number_input", f"finetune_{name}", value)
    return page


def test_a_fair_pair_is_drawn_with_its_spread_as_its_runs_end():
    started()
    execute()
    page = finetuning(lab())
    page.choose("selectbox", "finetune_pair", "scratch").press("Start fine-tuning")
    runs = learner.STORE._select("kind = 'finetune' ORDER BY number")
    assert len(runs) == 6 and len({run.series for run in runs}) == 1
    sides = {(run.variant, run.seed) for run in runs}
    assert sides == {(side, seed) for side in ("pre-trained", "from scratch") for seed in range(3)}
    assert {run.title for run in runs} == {"Acceptable or not"} and runs[0].plan["train"]["seed"] == runs[0].seed
    assert content.SERIES.format(n=0, total=6) in json.dumps([p.proto.text for p in page.at.get("progress")])
    for run in runs[4:]:
        learner.STORE.stop(run.id, run.owner)
    execute()
    page.run()
    assert content.SERIES.format(n=6, total=6) in json.dumps([p.proto.text for p in page.at.get("progress")])
    assert "on average" in page.words and figures(page) == 4  # the spread, and the last run's own three
    before = page.words
    page.choose("selectbox", f"look_{runs[0].series}", runs[1].id)
    assert page.words != before


def test_counts_are_written_in_the_text_colour_of_the_theme(monkeypatch):
    settings = tomllib.loads((ROOT / "app" / ".streamlit" / "config.toml").read_text())["theme"]
    shown = {}
    for name in ("light", "dark"):
        monkeypatch.setattr(st, "context", SimpleNamespace(theme=SimpleNamespace(type=name)))
        shown[name] = theme.ink()
    assert {name: settings[name]["textColor"] for name in ("light", "dark")} == shown
    assert confusion(np.eye(2), ["a", "b"], "#abcdef").data[0].textfont.color == "#abcdef"


def test_a_whole_series_can_be_stopped():
    started()
    execute()
    page = finetuning(lab())
    page.choose("selectbox", "finetune_pair", "lambda").press("Start fine-tuning").press(content.STOP_ALL)
    assert {run.state for run in learner.STORE._select("kind = 'finetune'")} == {State.STOPPED}


def test_a_duplicated_fine_tuning_repeats_its_settings():
    started()
    execute()
    page = finetuning(lab(), lm_weight=0.25, freeze=1, seed=5).press("Start fine-tuning")
    page.choose("segmented_control", "lab", "runs").press("Duplicate and change")
    page.choose("number_input", "finetune_epochs", 2).press("Start fine-tuning")
    new, old = learner.STORE._select("kind = 'finetune' ORDER BY number DESC")
    assert new.parent == old.id
    assert {k for k, v in old.plan.items() if v != new.plan[k]} == {"epochs"}


def test_fine_tuning_starts_from_any_checkpoint_of_a_run():
    started()
    execute()
    base = learner.STORE.folder(the_run().id)
    page, steps = finetuning(lab()), RunFolder(base).snapshots()
    early = sorted(steps)[1]
    page.choose("selectbox", "finetune_step", early).press("Start fine-tuning")
    page.choose("selectbox", "finetune_step", max(steps)).press("Start fine-tuning")
    newest, first = learner.STORE._select("kind = 'finetune' ORDER BY number DESC")
    assert first.plan["model"] == str(steps[early]) and f"step {early}" in first.title
    assert newest.plan["model"] == str(base)
    learner.STORE.delete(newest.id, newest.owner)
    page.choose("segmented_control", "lab", "runs").press("Duplicate and change")
    assert page.at.selectbox(key="finetune_step").value == early


def test_a_duplicate_of_own_examples_keeps_their_files():
    started()
    execute()
    base = learner.STORE.folder(the_run().id)
    own = {"text": "title", "label": "topic"}
    train = {"learning_rate": 1e-3, "batch_size": 4, "seed": 0, "threads": machine.cores(), "log_every": 8}
    plan = FinetunePlan(str(base), "classification", "/a.csv", "/b.csv", train, columns=own).to_dict()
    running.start("finetune", "own examples", plan, "auto")
    page = lab().choose("segmented_control", "lab", "runs").press("Duplicate and change")
    page.press("Start fine-tuning")
    new, old = learner.STORE._select("kind = 'finetune' ORDER BY number DESC")
    assert new.id != old.id and new.plan == old.plan


def test_a_run_in_the_ledger_is_shown_in_full():
    page = started()
    execute()
    page.choose("segmented_control", "lab", "runs").press("Show in full")
    assert page.at.segmented_control(key="lab").value == "pretrain"
    assert figures(page) == 2


def test_a_download_holds_a_checkpoint_that_opens():
    from gptcore.checkpoints.checkpoint import load

    started()
    execute()
    folder = learner.STORE.folder(the_run().id)
    place = folder.parent / "unpacked"
    zipfile.ZipFile(io.BytesIO(ledger.bundle(folder))).extractall(place)
    assert load(place).config == load(folder).config
    assert "config.json" in zipfile.ZipFile(io.BytesIO(ledger.hugging_face(folder))).namelist()


@pytest.mark.parametrize(("seconds", "says"), [(3, "3 s"), (600, "10 min"), (9_000, "2.5 h")])
def test_durations(seconds, says):
    assert theme.duration(seconds) == says
