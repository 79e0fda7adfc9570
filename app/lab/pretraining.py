"""A pre-training run's picture: its loss against simple baselines, and what its checkpoints write."""

import math
from collections.abc import Mapping, Sequence
from operator import attrgetter
from pathlib import Path

import numpy as np
import streamlit as st

from app.lab import cache
from app.lab import text as content
from app.lab.charts import chart, line, progress, rate
from app.shared import loaded
from app.shared.figures import curves, filmstrip
from app.shared.loaded import ModelKey
from app.shared.models import ModelRef
from app.shared.theme import MUTED, duration, escape
from gptcore.errors import GPTCoreError
from gptcore.lab.store import Run
from gptcore.train.events import Updated
from gptcore.train.metrics import Metrics
from gptcore.train.run_folder import RunFolder

_SHOWN_SAMPLES = 6
_SAMPLE_TOKENS = 60
_BEGINNING, _PROMPT_WORDS = 400, 4
_MOST_NATS = 20.0
"""Above it, a perplexity is only a very large number."""


def pretraining(run: Run, folder: RunFolder, metrics: Metrics) -> None:
    """Draws it from what is written down so far."""
    updates = metrics.updates
    looks = [validation for validation in metrics.validations if "valid_loss" in validation.metrics]
    progress(updates)
    with st.container(horizontal=True):
        if looks:
            loss = looks[-1].metrics["valid_loss"]
            st.metric("Validation loss", f"{loss:.3f}")
            st.metric("Perplexity", f"{math.exp(min(_MOST_NATS, loss)):,.1f}")
        if updates:
            tokens = run.plan["train"]["batch_size"] * run.plan["model"]["n_positions"]
            left = (updates[-1].steps - updates[-1].step) / max(1e-9, rate(updates))
            st.metric("Tokens/s", f"{rate(updates) * tokens:,.0f}")
            st.metric("Time left", duration(left))
    lines = [
        line("each batch", updates, lambda update: update.losses["loss"], MUTED, faint=True),
        line("validation", looks, lambda look: look.metrics["valid_loss"]),
    ]
    baselines = folder.baseline_losses()
    named = {content.BASELINES[name]: value for name, value in baselines.items() if name in content.BASELINES}
    chart(curves(lines, "loss, nats per token", named), f"loss_{run.id}", content.LOSS)
    _samples(run, folder)
    _more(run, updates)


def _samples(run: Run, folder: RunFolder) -> None:
    """What the checkpoints write, newest last."""
    steps = list(folder.snapshots())[-_SHOWN_SAMPLES:]
    if not steps:
        return
    st.markdown(f"**{content.SAMPLES}**")
    prompt = _prompt(run)
    st.caption(content.SAMPLES_NOTE.format(prompt=escape(prompt)))
    try:
        keys = {step: loaded.model_key(str(ModelRef.of(run)), step=step) for step in steps}
        for step, key in keys.items():
            text = cache.sample(key, prompt, _SAMPLE_TOKENS)
            st.markdown(f":gray-badge[{step:,}] {escape(' '.join(text.split()))}")
        if run.plan["model"].get("architecture", "transformer") == "transformer":
            _probe(run, keys)
        else:
            st.caption(content.LACKS_ATTENTION)
    except GPTCoreError as error:  # a checkpoint that was just deleted, say
        st.caption(escape(str(error)))


def _prompt(run: Run) -> str:
    """What samples begin with: a story's opening, or the first words of another text."""
    if run.ours == "storyworld":
        return content.PROMPT
    try:
        with Path(run.plan["corpus"]).open(encoding="utf-8", errors="ignore") as text:
            return " ".join(text.read(_BEGINNING).split()[:_PROMPT_WORDS])
    except OSError:  # it is gone
        return content.PROMPT


def _probe(run: Run, keys: Mapping[int, ModelKey]) -> None:
    """One layer's heads on the same sentence, checkpoint by checkpoint."""
    probes = [cache.probe(key, content.PROBE) for key in keys.values()]
    tokens, first = probes[0]
    n_layer = len(first)
    st.markdown(f"**{content.PROBE_TITLE}**")
    st.caption(content.PROBE_NOTE.format(probe=content.PROBE))
    layer = 1
    if n_layer > 1:
        layer = st.segmented_control(
            "Layer",
            range(1, n_layer + 1),
            default=1,
            required=True,
            key=f"probe_{run.id}",
            format_func=lambda i: f"Layer {i}",
            label_visibility="collapsed",
        )
    weights = np.stack([attention[layer - 1] for _, attention in probes])
    chart(
        filmstrip(weights, [f"step {step:,}" for step in keys], tokens),
        f"filmstrip_{run.id}",
        content.PROBE_TITLE,
        titled=True,
    )


def _more(run: Run, updates: Sequence[Updated]) -> None:
    fold = st.expander(content.MORE_CURVES, key=f"more_{run.id}", on_change="rerun")
    if not fold.open:
        return
    with fold:
        for column, name in zip(st.columns(2), ("learning_rate", "grad_norm"), strict=True):
            words = name.replace("_", " ")
            with column:
                chart(curves([line(words, updates, attrgetter(name))], words, height=220), f"{name}_{run.id}", words)
