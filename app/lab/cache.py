"""What the Lab reads of files and runs, once for all who watch; bounded, read-only, keyed by value."""

import os
from typing import NamedTuple

import numpy as np
import streamlit as st
import torch

from app.lab import text as content
from app.shared.loaded import ModelKey, checkpoint
from app.shared.theme import display_token
from app.shared.turns import in_turn, take_turn
from gptcore.decode.generate import generate
from gptcore.errors import InputError
from gptcore.tasks.examples import Kind
from gptcore.tasks.files.choices import Base
from gptcore.tasks.files.understanding import Look, look
from gptcore.trace.trace import run_trace
from gptcore.train.device import resolve_device
from gptcore.train.estimate import measure_speed
from gptcore.train.metrics import Metrics
from gptcore.train.run_folder import RunFolder


class KeptFile(NamedTuple):
    """A learner's file, kept under a name made from its content."""

    path: str
    name: str
    """What the learner calls it."""
    note: str = ""
    """How it was read, for the learner."""


@st.cache_resource(max_entries=64, show_spinner="Reading the file …")
def labelled(
    kind: Kind,
    train: KeptFile,
    columns: tuple[tuple[str, str], ...],
    labels_from: Base | None,
    test: KeptFile | None = None,
) -> Look:
    """What is understood of a file to learn from, or of the one to test on; read once, however often a page is drawn.

    Raises:
        InputError: the file is gone.
    """
    file = test or train
    if not os.path.exists(file.path):
        raise InputError(f"{file.name} is no longer there; choose it again")
    learnt = labelled(kind, train, columns, labels_from) if test else None
    if learnt and not learnt.data:
        return Look((), problem=content.TRAIN_FIRST)
    return look(file.path, kind, dict(columns) or None, file.name, labels_from, learnt.data if learnt else None)


@st.cache_resource(max_entries=64, show_spinner=False)
def metrics(folder: str, stamp: int) -> Metrics:
    """A run's metrics as they were at a time stamp: read once, however many watch."""
    return RunFolder(folder).metrics.read()


@st.cache_data(max_entries=256, show_spinner=False)
def sample(key: ModelKey, prompt: str, n_tokens: int) -> str:
    """What a checkpoint writes until its text ends, always with the same seed."""
    reader = checkpoint(key)
    ids, stop = list(reader.tokenizer.encode(prompt).ids), reader.tokenizer.stop_ids
    generator = torch.Generator().manual_seed(0)
    steps = generate(reader.model, torch.tensor(ids), n_tokens, 0.8, generator=generator, stop_ids=stop)
    new = [step.id for step in in_turn(steps, len(ids) + n_tokens)]
    return reader.tokenizer.decode([*ids, *(token for token in new if token not in stop)])


@st.cache_data(max_entries=64, show_spinner=False)
def probe(key: ModelKey, text: str) -> tuple[list[str], np.ndarray]:
    """A text's tokens to show, and the attention (L, H, T, T) of a checkpoint on it."""
    reader = checkpoint(key)
    ids = reader.tokenizer.encode(text).ids[: reader.config.n_positions]
    tokens = [display_token(reader.tokenizer.token_text(i)) for i in ids]
    with take_turn(len(ids)) as taken:
        return tokens, run_trace(reader.model, np.array(ids), ("attention",), pause=taken.pause).part("attention")


@st.cache_resource(show_spinner=False)
def speed(device: str) -> float:
    """Floating-point operations per second of a device, measured once; of a CPU, on one core."""
    return measure_speed(resolve_device(device))
