"""A run as it happens: a page looks at what it leaves, again and again, and never runs anything itself."""

import streamlit as st

from app.lab import cache, keys
from app.lab import text as content
from app.lab.finetuning import finetuning
from app.lab.pretraining import pretraining
from app.lab.series import draw_series, mates
from app.shared import learner, models, running, state
from app.shared.browser.used import used
from app.shared.models import ModelRef
from app.shared.notice import cannot
from app.shared.pages import link_to_reader, link_to_task
from app.shared.theme import escape
from gptcore.errors import GPTCoreError
from gptcore.lab.store import Kind, Run, State
from gptcore.train.metrics import Metrics
from gptcore.train.run_folder import RunFolder


def live(kind: Kind) -> None:
    """Draws the run that was chosen last, or the newest; looks again and again while it is active."""
    running.settle()
    runs = learner.own_runs(kind)
    run = next((run for run in runs if run.id == state.get(keys.RUN)), runs[0] if runs else None)
    if run is None:
        st.info(content.NO_RUN if kind == "pretrain" else content.NO_FINETUNE)
        return
    together = mates(run, runs)
    active = any(mate.state in running.ACTIVE for mate in together)
    st.fragment(_look, run_every=running.LOOK_EVERY if active else None)([mate.id for mate in together], active)


def _look(ids: list[str], was_active: bool) -> None:
    try:
        _draw(ids, was_active)
    except GPTCoreError as error:
        cannot(content.CANNOT_SHOW, error)
    used("used_live")


def _draw(ids: list[str], was_active: bool) -> None:
    running.settle()
    runs = [learner.STORE.get(run_id) for run_id in ids]
    if was_active != any(run.state in running.ACTIVE for run in runs):
        st.rerun()  # once: the whole page learns of it, and this stops looking, or begins to
    run = draw_series(runs) if len(runs) > 1 else runs[0]
    folder = RunFolder(learner.STORE.folder(run.id))
    metrics = read_metrics(folder)
    is_begun = bool(metrics.updates or metrics.validations)
    _head(run)
    if run.state == State.WAITING or not is_begun:
        st.caption(running.waiting(run))
    if is_begun:
        (pretraining if run.kind == "pretrain" else finetuning)(run, folder, metrics)


def read_metrics(folder: RunFolder) -> Metrics:
    """What a run has written down so far; from the cache, unless it has written more."""
    return cache.metrics(str(folder.path), folder.metrics.stamp())


def _head(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**" + escape(run.name) + "**", width="content")
        running.draw_controls(run, state_key(run, "stop"))
        look_inside(run)
    running.draw_trouble(run)


def look_inside(run: Run) -> None:
    """The way to a run's model, as soon as it has one: to Tasks if it judges, to Explore if it writes."""
    if (learner.STORE.folder(run.id) / "model.safetensors").exists():
        name = models.title(str(ModelRef.of(run)))  # the address knows models and kinds by their labels
        page, query = link_to_task(run.plan["task"], name) if run.kind == "finetune" else link_to_reader(name)
        st.page_link(page, label="Look inside", icon=":material/search:", query_params=query)


def state_key(run: Run, name: str) -> str:
    """The contract's key of a live control: pretrain_stop, finetune_stop."""
    return (keys.PRETRAIN if run.kind == "pretrain" else keys.FINETUNE).format(name)
