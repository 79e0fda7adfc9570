"""The form that starts a pre-training run: text, size, settings, and what it will cost."""

from pathlib import Path

import streamlit as st

from app.lab import cache, control, keys, machine
from app.lab import text as content
from app.lab.cache import KeptFile
from app.lab.own_file import own_file
from app.shared import learner, state
from app.shared.notice import toast
from app.shared.theme import EXACT
from gptcore.config import PRESETS, ModelConfig
from gptcore.errors import GPTCoreError
from gptcore.lab.corpora import OURS, keep_text, our_text
from gptcore.lab.store import Run
from gptcore.model.parameters import parameter_count
from gptcore.train.device import resolve_device
from gptcore.train.estimate import memory_bytes, seconds
from gptcore.train.memory import require_memory
from gptcore.train.pretrain import PretrainPlan
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
_SHAPE = {  # name -> (label, lowest, highest, step)
    "n_layer": ("Layers", 1, 8, 1),
    "n_head": ("Heads", 1, 8, 1),
    "d_model": ("Width", 16, 384, 16),
    "n_positions": ("Context", 16, 256, 16),
    "vocab_size": ("Vocabulary", 300, 8_192, 1),
}
_TRAIN = {  # name -> default
    **_PACE["nano"],
    "warmup": 100,
    "weight_decay": 0.01,
    "optimizer": "adam",
    "decay": "cosine",
    "seed": 0,
    "device": "auto",
}


def key(name: str) -> str:
    """The widget's key of a setting."""
    return keys.PRETRAIN.format(name)


def pretrain_form() -> None:
    """Draws the form."""
    source = st.selectbox(
        "Text", list(content.TEXTS), format_func=content.TEXTS.get, key=key("corpus"), persist_state="session"
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
        format_func=content.PRESETS.get,
        key=key("preset"),
        help=content.PRESET_HELP,
        on_change=_take_preset,
        persist_state="session",
    )
    left, right = st.columns(2)
    with left:
        st.number_input("Updates", 10, 100_000, _PACE[preset]["steps"], key=key("steps"), persist_state="session")
        st.number_input(
            "Learning rate",
            0.0,
            1.0,
            _PACE[preset]["learning_rate"],
            0.0001,
            EXACT,
            key=key("learning_rate"),
            persist_state="session",
        )
    with right:
        st.number_input(
            "Rows per update", 1, 512, _PACE[preset]["batch_size"], key=key("batch_size"), persist_state="session"
        )
        st.number_input("Seed", 0, 2**31, 0, key=key("seed"), persist_state="session")
    with st.expander("Shape and schedule"):
        _more(preset)
    try:
        plan = _plan(corpus="")
        st.markdown(_cost(plan), help=content.COST_HELP)
    except GPTCoreError as error:
        st.warning("These settings do not fit together; the reason:")
        st.text(str(error))
        plan = None
    st.button(
        "Start pre-training",
        key=key("start"),
        type="primary",
        icon=":material/play_arrow:",
        on_click=_start,
        disabled=plan is None,
        width="stretch",
    )


def fill(run: Run) -> None:
    """Puts a run's settings into the form, to change one of them; for callbacks."""
    plan = PretrainPlan.from_dict(run.plan)
    for name in _SHAPE:
        state.put(key(name), plan.model[name])
    for name in ("norm", "positions", "dropout"):
        state.put(key(name), plan.model.get(name, _DEFAULTS[name]))
    for name in _TRAIN:
        state.put(key(name), getattr(plan.train, name))
    alike = [name for name in content.PRESETS if all(plan.model[part] == PRESETS[name][part] for part in _SHAPE)]
    state.put(key("preset"), next(iter(alike), state.get(key("preset"), next(iter(content.PRESETS)))))
    corpus = Path(plan.corpus)
    is_ours = corpus.stem in OURS and corpus == our_text(learner.STORE.home, corpus.stem)
    state.put(key("corpus"), corpus.stem if is_ours else "own")
    if not is_ours:
        state.put(key("file_file"), KeptFile(plan.corpus, content.SAME_TEXT.format(title=run.title)))
    state.put(key("parent"), run.id)
    state.put(keys.LAB, "pretrain")


_DEFAULTS = {"norm": "post", "positions": "learned", "dropout": 0.0}


def _more(preset: str) -> None:
    shape = PRESETS[preset]
    columns = st.columns(2)
    for index, (name, (label, low, high, step)) in enumerate(_SHAPE.items()):
        columns[index % 2].number_input(label, low, high, shape[name], step, key=key(name), persist_state="session")
    columns[1].number_input("Warm-up updates", 0, 10_000, _TRAIN["warmup"], key=key("warmup"), persist_state="session")
    columns[0].number_input("Dropout", 0.0, 0.9, 0.0, 0.05, EXACT, key=key("dropout"), persist_state="session")
    columns[1].number_input(
        "Weight decay", 0.0, 1.0, _TRAIN["weight_decay"], 0.01, EXACT, key=key("weight_decay"), persist_state="session"
    )
    columns[0].selectbox(
        "Optimiser",
        list(content.OPTIMIZERS),
        format_func=content.OPTIMIZERS.get,
        key=key("optimizer"),
        persist_state="session",
    )
    columns[1].selectbox(
        "Schedule", list(content.DECAYS), format_func=content.DECAYS.get, key=key("decay"), persist_state="session"
    )
    columns[0].selectbox("LayerNorm", ["post", "pre"], key=key("norm"), persist_state="session")
    columns[1].selectbox("Positions", ["learned", "sinusoidal", "none"], key=key("positions"), persist_state="session")
    st.selectbox("Device", machine.devices(), key=key("device"), persist_state="session")


def _take_preset() -> None:
    preset = state.get(key("preset"))
    for name in _SHAPE:
        state.put(key(name), PRESETS[preset][name])
    for name, value in _PACE[preset].items():
        state.put(key(name), value)


def _plan(corpus: str) -> PretrainPlan:
    """The plan that the widgets describe now; works before those behind the fold were drawn."""

    def value(name: str, default: object) -> object:
        return state.get(key(name), default)

    preset = PRESETS[value("preset", "nano")]
    model = {name: value(name, preset[name]) for name in _SHAPE}
    model |= {name: value(name, default) for name, default in _DEFAULTS.items()}
    given = {name: value(name, default) for name, default in _TRAIN.items()}
    often = max(1, given["steps"] // _LOOKS)
    paced = {"log_every": max(1, often // 8), "validate_every": often, "save_every": often}
    many = given["batch_size"] * model["n_positions"] >= _MANY_TOKENS
    settings = TrainSettings(threads=machine.cores() if many else 1, **given, **paced)
    ModelConfig.from_dict(model)
    return PretrainPlan(corpus, model, settings, snapshots=_SNAPSHOTS)


def _cost(plan: PretrainPlan) -> str:
    config = ModelConfig.from_dict(plan.model)
    n_tokens = plan.train.steps * plan.train.batch_size * config.n_positions
    speed = cache.speed(plan.train.device)
    if resolve_device(plan.train.device).type == "cpu":
        speed *= plan.train.threads
    needed = seconds(config, plan.train.batch_size, plan.train.steps, speed)
    return content.COST.format(
        parameters=f"{parameter_count(config):,}",
        memory=f"{memory_bytes(config, plan.train.batch_size) / 1e6:,.0f} MB",
        time=duration(needed),
        tokens=f"{n_tokens:,}",
    )


def duration(needed: float) -> str:
    """Seconds for reading."""
    if needed < 90:
        return f"{needed:.0f} s"
    return f"{needed / 60:.0f} min" if needed < 5_400 else f"{needed / 3_600:.1f} h"


def _start() -> None:
    try:
        source = state.get(key("corpus"), "storyworld")
        corpus = _own_text() if source == "own" else our_text(learner.STORE.home, source)
        plan = _plan(str(corpus))
        require_memory(ModelConfig.from_dict(plan.model), plan.train.batch_size, resolve_device(plan.train.device))
        name = content.TEXTS[source].split(" (")[0].lower()
        title = f"{name}, {content.PRESETS[state.get(key('preset'), 'nano')].lower()}, {plan.train.steps:,} updates"
        run = control.start("pretrain", title, plan.to_dict(), plan.train.device, state.get(key("parent")))
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
