"""The form that starts a pre-training run: text, size, settings, and what it will cost."""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from app.lab import cache, keys, machine
from app.lab import text as content
from app.lab.boxes import Box
from app.lab.cache import KeptFile
from app.lab.own_file import own_file
from app.shared import learner, running, state
from app.shared.notice import toast
from app.shared.theme import duration
from gptcore.config import PRESETS, ModelConfig
from gptcore.errors import GPTCoreError
from gptcore.fields import settings_of
from gptcore.lab.corpora import keep_text, our_text
from gptcore.lab.store import Run
from gptcore.model.parameters import equal_lstm, parameter_count
from gptcore.train.device import resolve_device
from gptcore.train.estimate import memory_bytes, seconds
from gptcore.train.memory import require_memory
from gptcore.train.plans import PretrainPlan
from gptcore.train.settings import TrainSettings

_ENDINGS = (".txt", ".md", ".csv")
_SNAPSHOTS = 10
_LOOKS = 20
"""At the validation text during a run."""
_MANY_TOKENS = 4_096
"""In an update: with fewer, threads wait for each other longer than they work."""
_PACE = {  # settings that suit a preset: a minute or two on two cores for the first two
    "nano": {"steps": 3_500, "batch_size": 16, "learning_rate": 5e-3},
    "micro": {"steps": 3_000, "batch_size": 8, "learning_rate": 2e-3},
    "small": {"steps": 2_000, "batch_size": 8, "learning_rate": 6e-4},
}
_PACED = (
    Box(TrainSettings, "steps", 10, 100_000),
    Box(TrainSettings, "learning_rate", high=1, step=0.0001),
    Box(TrainSettings, "batch_size", high=512),
    Box(TrainSettings, "seed", high=2**31),
)
_SHAPE = (
    Box(ModelConfig, "n_layer", high=8),
    Box(ModelConfig, "n_head", high=8),
    Box(ModelConfig, "d_model", 16, 384, 16),
    Box(ModelConfig, "n_positions", 16, 256, 16),
    Box(ModelConfig, "vocab_size", 300, 8_192),
)
_MORE = (
    Box(TrainSettings, "warmup", high=10_000, start=100),
    Box(ModelConfig, "dropout", high=0.9, step=0.05, start=0.0),
    Box(TrainSettings, "weight_decay", high=1),
    Box(TrainSettings, "optimizer", words=content.OPTIMIZERS),
    Box(TrainSettings, "decay", words=content.DECAYS),
    Box(ModelConfig, "norm"),
    Box(ModelConfig, "positions"),
)
"""A run of minutes on two cores, not of days on eight GPUs: hence the Lab's bounds and starts."""
_LSTM_LAYERS = {"lstm1": 1, "lstm2": 2}
_DEVICE = settings_of(TrainSettings)["device"]


def key(name: str) -> str:
    """The widget's key of a setting."""
    return keys.PRETRAIN.format(name)


def pretrain_form() -> None:
    """Draws the form."""
    source = st.selectbox(
        "Text",
        list(content.TEXTS),
        format_func=state.labelled(content.TEXTS),
        key=key("corpus"),
        persist_state="session",
    )
    if source == "own":
        kept = own_file(content.OWN_TEXT, _ENDINGS, key("file"), _keep)
        if kept is None:
            st.text_area(
                "Or paste it", key=key("text"), height=110, placeholder="At least a few pages", persist_state="session"
            )
    preset = st.segmented_control(
        "Size",
        list(content.PRESETS),
        default="nano",
        required=True,
        format_func=state.labelled(content.PRESETS),
        key=key("preset"),
        help=content.PRESET_HELP,
        on_change=_take_preset,
        persist_state="session",
    )
    st.selectbox(
        content.MODEL,
        list(content.MODELS),
        format_func=state.labelled(content.MODELS),
        key=key("model"),
        help=content.MODEL_HELP,
        persist_state="session",
    )
    defaults, columns = _defaults(preset), st.columns(2)
    for index, box in enumerate(_PACED):
        box.draw(columns[index // 2], key(box.name), defaults[box.name])
    with st.expander("Shape and schedule"):
        columns = st.columns(2)
        for index, box in enumerate((*_SHAPE, *_MORE)):
            box.draw(columns[index % 2], key(box.name), defaults[box.name])
        devices = machine.devices()
        st.selectbox(_DEVICE.label, devices, key=key("device"), persist_state="session")
    try:
        plans = _plans(corpus="")
        for name, plan in plans.items():
            st.markdown((f"{name}: " if name else "") + _cost(plan), help=content.COST_HELP)
    except GPTCoreError as error:
        st.warning("These settings do not fit together; the reason:")
        st.text(str(error))
        plans = {}
    st.button(
        "Start pre-training",
        key=key("start"),
        type="primary",
        icon=":material/play_arrow:",
        on_click=_start,
        disabled=not plans,
        width="stretch",
    )


def fill(run: Run) -> None:
    """Puts a run's settings into the form, to change one of them; for callbacks."""
    plan = PretrainPlan.from_dict(run.plan)
    values = {**plan.model.to_dict(), **plan.train.to_dict()}
    values = {name: values[name] for name in _defaults(next(iter(content.PRESETS)))}
    if plan.model.architecture == "lstm":
        values |= {name: state.get(key(name), value) for name, value in _equalled(plan.model).items()}
    alike = [preset for preset in content.PRESETS if PRESETS[preset].items() <= values.items()]
    values["preset"] = next(iter(alike), state.get(key("preset"), next(iter(content.PRESETS))))
    values["model"] = f"lstm{plan.model.n_layer}" if plan.model.architecture == "lstm" else "transformer"
    values |= {"corpus": run.ours or "own", "parent": run.id}
    if run.ours is None:
        values["file_file"] = KeptFile(plan.corpus, content.SAME_TEXT.format(title=run.title))
    for name, value in values.items():
        state.put(key(name), value)
    state.put(keys.LAB, "pretrain")


def _defaults(preset: str) -> dict[str, Any]:
    """What the form's settings are before somebody changes them."""
    fixed = {box.name: box.default for box in (*_PACED, *_MORE)}
    return {**fixed, **PRESETS[preset], **_PACE[preset], "device": _DEVICE.default}


def _take_preset() -> None:
    preset = state.get(key("preset"))
    for name, value in {**PRESETS[preset], **_PACE[preset]}.items():
        state.put(key(name), value)


def _plans(corpus: str) -> dict[str, PretrainPlan]:
    """The plans that the widgets ask for now, by what sets them apart; one without a name, or a fair pair."""
    plan = _plan(corpus)
    model = state.get(key("model"), "transformer")
    if model == "transformer":
        return {"": plan}
    if model in _LSTM_LAYERS:
        return {"": replace(plan, model=equal_lstm(plan.model, _LSTM_LAYERS[model]))}
    return {"Transformer": plan, "LSTM": replace(plan, model=equal_lstm(plan.model))}


def _equalled(lstm: ModelConfig) -> dict[str, int]:
    """The shape of the preset that an LSTM equals; of the smallest where it equals none."""
    for preset in (*content.PRESETS, next(iter(content.PRESETS))):
        shape = PRESETS[preset]
        if equal_lstm(ModelConfig(**shape), lstm.n_layer).d_model == lstm.d_model:
            break
    return {name: shape[name] for name in ("n_layer", "n_head", "d_model")}


def _plan(corpus: str) -> PretrainPlan:
    """The transformer's plan that the widgets describe; works before those behind the fold were drawn."""
    defaults = _defaults(state.get(key("preset"), "nano"))
    values = {name: state.get(key(name), default) for name, default in defaults.items()}
    model, train = (
        {name: value for name, value in values.items() if name in settings_of(part)}
        for part in (ModelConfig, TrainSettings)
    )
    often = max(1, train["steps"] // _LOOKS)
    many = train["batch_size"] * model["n_positions"] >= _MANY_TOKENS
    train |= {"log_every": max(1, often // 8), "validate_every": often, "save_every": often}
    train["threads"] = machine.cores() if many else 1
    return PretrainPlan(corpus, ModelConfig(**model), TrainSettings(**train), snapshots=_SNAPSHOTS)


def _cost(plan: PretrainPlan) -> str:
    config = plan.model
    n_tokens = plan.train.steps * plan.train.batch_size * config.n_positions
    speed = cache.speed(plan.train.device)
    if resolve_device(plan.train.device).type == "cpu":
        speed *= plan.train.threads or machine.cores()
    needed = seconds(config, plan.train.batch_size, plan.train.steps, speed)
    return content.COST.format(
        parameters=f"{parameter_count(config):,}",
        memory=f"{memory_bytes(config, plan.train.batch_size) / 1e6:,.0f} MB",
        time=duration(needed),
        tokens=f"{n_tokens:,}",
    )


def _start() -> None:
    try:
        source = state.get(key("corpus"), "storyworld")
        corpus = _own_text() if source == "own" else our_text(learner.STORE.home, source)
        plans = _plans(str(corpus))
        plan = next(iter(plans.values()))
        for each in plans.values():
            require_memory(each.model, each.train.batch_size, resolve_device(each.train.device))
        name = content.TEXTS[source].split(" (")[0].lower()
        title = f"{name}, {content.PRESETS[state.get(key('preset'), 'nano')].lower()}, {plan.train.steps:,} updates"
        about: dict[str, Any] = {"parent": state.get(key("parent")), "ours": None if source == "own" else source}
        if len(plans) > 1:
            about["series"] = secrets.token_hex(8)
        elif plan.model.architecture == "lstm":
            title += f", {content.MODELS[state.get(key('model'))]}"
        for variant, each in plans.items():
            apart = {"variant": variant, "seed": each.train.seed} if variant else {}
            run = running.start("pretrain", title, each.to_dict(), each.train.device, **about, **apart)
        state.put(key("parent"), None)
        state.put(keys.RUN, run.id)
    except GPTCoreError as error:
        toast(error)


def _own_text() -> Path:
    if kept := state.get(key("file_file")):
        return Path(kept.path)
    return keep_text(learner.STORE.home, (state.get(key("text")) or "").encode(), "your text").path


def _keep(raw: bytes, name: str) -> KeptFile:
    text = keep_text(learner.STORE.home, raw, "your file")
    how = content.TEXT_GUESSED if text.is_guess else content.TEXT_READ
    return KeptFile(str(text.path), name, how.format(n=text.n_characters, encoding=text.encoding))
