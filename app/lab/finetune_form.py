"""The form that starts fine-tuning: a model, a task, settings; one run, or a fair pair with several seeds."""

import secrets
from dataclasses import replace
from typing import Any

import streamlit as st

from app.lab import keys, machine
from app.lab import text as content
from app.lab.boxes import Box
from app.lab.own_examples import LabelledFiles, own_examples, own_files
from app.shared import learner, models, running, state
from app.shared.models import ModelRef
from app.shared.notice import toast
from gptcore.checkpoints.checkpoint import config_in
from gptcore.errors import GPTCoreError
from gptcore.lab.store import Run
from gptcore.lab.task_files import STORY_TASKS, story_files
from gptcore.train.plans import PAPER, FinetunePlan
from gptcore.train.settings import TrainSettings

_SEEDS = 3
_EXAMPLES = 4_000
_FIRST = (
    Box(FinetunePlan, "epochs", high=100, start=12),
    Box(FinetunePlan, "lm_weight", high=10, step=0.1, help=content.LAMBDA_HELP),
    Box(TrainSettings, "learning_rate", high=1, step=0.0001, start=1e-3),
    Box(TrainSettings, "seed", high=2**31),
)
"""Enough for a model of a minute's pre-training to be clearly ahead of one without."""
_TRANSFERRED, _FROZEN = Box(FinetunePlan, "transfer_layers"), Box(FinetunePlan, "freeze")
_BATCH = Box(TrainSettings, "batch_size", high=256, start=PAPER["batch_size"], label="Examples per update")
_FROM_SCRATCH = Box(FinetunePlan, "from_scratch")
_BOXES = (*_FIRST, _FROZEN, _BATCH, _FROM_SCRATCH)
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
        format_func=state.labelled(titles),
        key=key("model"),
        on_change=_transfer_all,
        persist_state="session",
    )
    _checkpoint(model)
    tasks = {name: task.title for name, task in STORY_TASKS.items()} | {_OWN: "Your own examples"}
    if same := state.get(key("same")):
        tasks[_SAME] = content.SAME_EXAMPLES.format(title=same.title)
    task = st.selectbox(
        "Task", list(tasks), format_func=state.labelled(tasks), key=key("task"), persist_state="session"
    )
    if task == _OWN:
        own_examples()
    columns = st.columns(2)
    for index, box in enumerate(_FIRST):
        box.draw(columns[index // 2], key(box.name))
    with st.expander("Layers and batch") as fold:
        n_layer = _n_layer(model)
        for name in ("transfer_layers", "freeze"):
            state.keep_within(key(name), n_layer)
        left, right = st.columns(2)
        _TRANSFERRED.draw(left, key("transfer_layers"), n_layer, n_layer)
        _FROZEN.draw(right, key("freeze"), high=n_layer)
        _BATCH.draw(left, key("batch_size"))
        right.number_input(
            "Training examples", 10, 100_000, _EXAMPLES, 10, key=key("examples"), persist_state="session"
        )
        _FROM_SCRATCH.draw(fold, key("from_scratch"))
    st.selectbox(
        "Compare",
        list(content.FAIR_PAIRS),
        format_func=state.labelled(content.FAIR_PAIRS),
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
    bases: dict[str, tuple[str, int | None]] = {}
    for name in models.bases():
        bases.update({str(path): (name, step) for step, path in models.steps(name).items()})
        bases[str(models.folder(name))] = name, None
    return bases


def fill(run: Run) -> None:
    """Puts a run's settings into the form, to change one of them; for callbacks."""
    plan = FinetunePlan.from_dict(run.plan)
    if plan.keep_head:
        toast(content.TAUGHT)
        return
    if plan.model not in (bases := _bases()):
        toast(content.MODEL_GONE)
        return
    known = {**plan.settings(1).to_dict(), **plan.to_dict()}
    values: dict[str, Any] = {box.name: known[box.name] for box in _BOXES}
    values["model"], values["step"] = bases[plan.model]
    layers = plan.transfer_layers
    values["transfer_layers"] = _n_layer(values["model"]) if layers is None else layers
    values |= {"pair": "none", "parent": run.id, "task": run.ours or _SAME}
    if run.examples is not None:
        values["examples"] = run.examples
    if run.ours is None:
        files = plan.train_file, plan.test_file
        values["same"] = LabelledFiles(plan.task, *files, run.title, plan.columns, plan.labels_from)
    for name, value in values.items():
        state.put(key(name), value)
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

    model = value("model", next(iter(models.bases())))
    steps = models.steps(model)
    step = value("step", None)
    if step not in steps or step == max(steps):
        step = None
    n_layer = _n_layer(model)
    files = _files(value("task", next(iter(STORY_TASKS))), value("examples", _EXAMPLES))
    values = {box.name: value(box.name, box.default) for box in _BOXES}
    transfer = min(value("transfer_layers", n_layer), n_layer)
    if values["from_scratch"]:
        values["freeze"], transfer = 0, n_layer
    plan = FinetunePlan(
        model=str(models.folder(model, step)),
        task=files.kind,
        train_file=files.train,
        test_file=files.test,
        columns=files.columns,
        labels_from=files.labels_from,
        epochs=values["epochs"],
        lm_weight=values["lm_weight"],
        from_scratch=values["from_scratch"],
        transfer_layers=None if transfer == n_layer else transfer,
        freeze=min(values["freeze"], n_layer),
        train=dict(
            learning_rate=values["learning_rate"],
            batch_size=values["batch_size"],
            seed=values["seed"],
            threads=machine.cores() if files.is_long else 1,
            log_every=8,
        ),
    )
    title = files.title + (f" from step {step:,}" if step is not None else "")
    ref, pair = ModelRef.parse(model), value("pair", "none")
    about: dict[str, Any] = {"parent": value("parent", None) or (ref.name if ref.is_run else None)}
    about |= {"ours": files.ours, "examples": files.n_examples}
    if pair == "none":
        run = running.start("finetune", title, plan.to_dict(), "auto", **about)
    else:
        about["series"] = secrets.token_hex(8)
        for seed in range(values["seed"], values["seed"] + _SEEDS):
            for name, variant in variants(plan, pair, n_layer).items():
                settings = replace(variant, train={**variant.train, "seed": seed}).to_dict()
                run = running.start("finetune", title, settings, "auto", **about, variant=name, seed=seed)
    state.put(key("parent"), None)
    state.put(keys.RUN, run.id)


def _files(task: str, n_examples: int) -> LabelledFiles:
    if task == _SAME:
        same: LabelledFiles = state.get(key("same"))
        return same
    if task == _OWN:
        return own_files()
    story = STORY_TASKS[task]
    train, test = map(str, story_files(learner.STORE.home, task, n_examples))
    return LabelledFiles(story.kind, train, test, story.title, is_long=False, ours=task, n_examples=n_examples)
