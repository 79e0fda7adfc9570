"""The form that starts fine-tuning: a model, a task, settings; one run, or a fair pair with several seeds."""

import secrets
from dataclasses import replace
from typing import Any

import streamlit as st

from app.lab import control, keys, machine
from app.lab import text as content
from app.lab.own_examples import own_examples, own_files
from app.lab.series import seeded
from app.shared import learner, models, state
from app.shared.notice import toast
from app.shared.theme import EXACT
from gptcore.checkpoints.checkpoint import config_in
from gptcore.errors import GPTCoreError
from gptcore.lab.store import Run
from gptcore.lab.task_files import STORY_TASKS, story_files, story_task
from gptcore.train.finetune import FinetunePlan

_SEEDS = 3
_EPOCHS, _LEARNING_RATE, _EXAMPLES = 12, 1e-3, 4_000
"""Enough for a model of a minute's pre-training to be clearly ahead of one without."""
_MOST_LAYERS = 1_000
_OWN = "own"
_SAME = "same"
"""Those of the run that was duplicated, when they are a learner's own."""


def key(name: str) -> str:
    """The widget's key of a setting."""
    return keys.FINETUNE.format(name)


def finetune_form() -> None:
    """Draws the form."""
    titles = models.bases()
    names = list(titles)
    model = st.selectbox(
        "Start from",
        names,
        format_func=titles.get,
        key=key("model"),
        on_change=_transfer_all,
        persist_state="session",
    )
    _checkpoint(model)
    tasks = {name: task.title for name, task in STORY_TASKS.items()} | {_OWN: "Your own examples"}
    if same := state.get(key("same")):
        tasks[_SAME] = content.SAME_EXAMPLES.format(title=same["title"])
    task = st.selectbox("Task", list(tasks), format_func=tasks.get, key=key("task"), persist_state="session")
    if task == _OWN:
        own_examples()
    left, right = st.columns(2)
    with left:
        st.number_input("Epochs", 1, 100, _EPOCHS, key=key("epochs"), persist_state="session")
        st.number_input(
            "Lambda",
            0.0,
            10.0,
            0.5,
            0.1,
            EXACT,
            key=key("lm_weight"),
            persist_state="session",
            help=content.LAMBDA_HELP,
        )
    with right:
        st.number_input(
            "Learning rate", 0.0, 1.0, _LEARNING_RATE, 0.0001, EXACT, key=key("learning_rate"), persist_state="session"
        )
        st.number_input("Seed", 0, 2**31, 0, key=key("seed"), persist_state="session")
    with st.expander("Layers and batch"):
        n_layer = _n_layer(model)
        for name in ("transfer_layers", "freeze"):
            state.keep_within(key(name), n_layer)
        columns = st.columns(2)
        columns[0].number_input(
            "Layers transferred", 0, n_layer, n_layer, key=key("transfer_layers"), persist_state="session"
        )
        columns[1].number_input("Layers frozen", 0, n_layer, 0, key=key("freeze"), persist_state="session")
        columns[0].number_input("Examples per update", 1, 256, 32, key=key("batch_size"), persist_state="session")
        columns[1].number_input(
            "Training examples", 10, 100_000, _EXAMPLES, 10, key=key("examples"), persist_state="session"
        )
        st.toggle("From nothing: new weights", key=key("from_scratch"), persist_state="session")
    st.selectbox(
        "Compare",
        list(content.FAIR_PAIRS),
        format_func=content.FAIR_PAIRS.get,
        key=key("pair"),
        help=content.FAIR_PAIR_HELP,
        persist_state="session",
    )
    st.button(
        "Start fine-tuning",
        key=key("start"),
        type="primary",
        icon=":material/play_arrow:",
        on_click=_start,
        width="stretch",
    )


def _checkpoint(model: str) -> None:
    """Which of a run's checkpoints; the newest unless the learner asks for another."""
    steps = sorted(models.steps(model), reverse=True)
    if len(steps) > 1:
        if state.get(key("step")) not in steps:
            state.put(key("step"), steps[0])
        st.selectbox(
            "At training step",
            steps,
            format_func="{:,}".format,
            key=key("step"),
            help=content.STEP_HELP,
            persist_state="session",
        )


def _transfer_all() -> None:
    """Another model: all of its layers, however many there are; the form knows."""
    state.put(key("transfer_layers"), _MOST_LAYERS)


def _bases() -> dict[str, tuple[str, int | None]]:
    """All that a run may start from, by folder: a model and the step of its checkpoint, None for its newest state."""
    found = {}
    for name in models.base_names():
        found |= {str(path): (name, step) for step, path in models.steps(name).items()}
        found[str(models.folder(name))] = name, None
    return found


def fill(run: Run) -> None:
    """Puts a run's settings into the form, to change one of them; for callbacks."""
    plan = FinetunePlan(**run.plan)
    if plan.model not in (bases := _bases()):
        toast(content.MODEL_GONE)
        return
    model, step = bases[plan.model]
    values = {name: plan.train[name] for name in ("learning_rate", "batch_size", "seed")}
    values |= {name: getattr(plan, name) for name in ("epochs", "lm_weight", "freeze", "from_scratch")}
    values |= {"model": model, "step": step, "pair": "none", "transfer_layers": plan.transfer_layers}
    if plan.transfer_layers is None:
        values["transfer_layers"] = _n_layer(model)
    if story := story_task(plan.train_file):
        values["task"], values["examples"] = story
    else:
        values["task"] = _SAME
        given = dict(kind=plan.task, train=plan.train_file, test=plan.test_file)
        given |= dict(columns=plan.columns, labels_from=plan.labels_from)
        state.put(key("same"), {**given, "title": run.title.partition(" · ")[0], "long": True})
    for name, value in values.items():
        state.put(key(name), value)
    state.put(key("parent"), run.id)
    state.put(keys.LAB, "finetune")


def variants(plan: FinetunePlan, pair: str, n_layer: int) -> dict[str, FinetunePlan]:
    """The plans of a fair pair by name: they differ in one thing only."""
    k = n_layer if plan.transfer_layers is None else plan.transfer_layers
    one = replace(plan, from_scratch=False, freeze=0)
    return {
        "none": {"": plan},
        "scratch": {"pre-trained": one, "from scratch": replace(one, from_scratch=True, transfer_layers=None)},
        "lambda": {"lambda 0.5": replace(plan, lm_weight=0.5), "lambda 0": replace(plan, lm_weight=0.0)},
        "layers": {
            f"{max(k, 1)} layers": replace(one, transfer_layers=max(k, 1)),
            f"{max(k, 1) - 1} layers": replace(one, transfer_layers=max(k, 1) - 1),
        },
    }[pair]


def _n_layer(model: str) -> int:
    return config_in(models.folder(model)).n_layer


def _start() -> None:
    try:
        _start_runs()
    except GPTCoreError as error:
        toast(error)


def _start_runs() -> None:
    def value(name: str, default: Any) -> Any:
        return state.get(key(name), default)

    model = value("model", models.base_names()[0])
    steps = models.steps(model)
    step = value("step", None)
    if step not in steps or step == max(steps):
        step = None
    n_layer = _n_layer(model)
    files = _files(value("task", next(iter(STORY_TASKS))), value("examples", _EXAMPLES))
    from_scratch = value("from_scratch", False)
    transfer = min(value("transfer_layers", n_layer), n_layer)
    plan = FinetunePlan(
        model=str(models.folder(model, step)),
        task=files["kind"],
        train_file=files["train"],
        test_file=files["test"],
        columns=files["columns"],
        labels_from=files["labels_from"],
        epochs=value("epochs", _EPOCHS),
        lm_weight=value("lm_weight", 0.5),
        from_scratch=from_scratch,
        transfer_layers=None if from_scratch or transfer == n_layer else transfer,
        freeze=0 if from_scratch else min(value("freeze", 0), n_layer),
        train=dict(
            learning_rate=value("learning_rate", _LEARNING_RATE),
            batch_size=value("batch_size", 32),
            seed=value("seed", 0),
            threads=machine.cores() if files["long"] else 1,
            log_every=8,
        ),
    )
    title = files["title"] + (f" from step {step:,}" if step is not None else "")
    pair = value("pair", "none")
    parent = value("parent", None) or (model.removeprefix(models.RUN) if model.startswith(models.RUN) else None)
    if pair == "none":
        run = control.start("finetune", title, plan.to_dict(), "auto", parent)
    else:
        series = secrets.token_hex(8)
        for seed in range(plan.train["seed"], plan.train["seed"] + _SEEDS):
            for name, variant in variants(plan, pair, n_layer).items():
                settings = replace(variant, train={**variant.train, "seed": seed}).to_dict()
                run = control.start("finetune", seeded(title, name, seed), settings, "auto", parent, series)
    state.put(key("parent"), None)
    state.put(keys.RUN, run.id)


def _files(task: str, n_examples: int) -> dict[str, Any]:
    """Where the examples are, their name, and whether texts may be long: short ones keep but one core busy."""
    if task == _SAME:
        return state.get(key("same"))
    if task != _OWN:
        train, test = story_files(learner.STORE.home, task, n_examples)
        return dict(
            kind=STORY_TASKS[task].kind,
            train=str(train),
            test=str(test),
            columns=None,
            labels_from=None,
            title=STORY_TASKS[task].title,
            long=False,
        )
    return own_files()
