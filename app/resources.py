"""The only file that caches: bounded, read-only, keyed by value. Models are shared by all learners; what a model makes
of a text is kept per learner, so that nobody's edits push another's trace out and moving a slider never runs the model.

A model is named by a ModelKey: its name, its file's time stamp and whether its initial weights are meant. So a changed
checkpoint is another key, and no result of one model can be shown for another.
"""

import gc
import os
import sys
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import streamlit as st
import torch

from app import library
from app.content import lab as content
from app.theme import display_token
from app.turns import turn
from gptcore.decode.generate import generate
from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.runs.checkpoint import SHIPPED, Checkpoint, initial_seed, load
from gptcore.runs.folder import RunFolder
from gptcore.runs.weights import weights_file
from gptcore.tasks.choices import Base
from gptcore.tasks.examples import Kind
from gptcore.tasks.judge import Verdict, judge
from gptcore.tasks.understanding import Look, look
from gptcore.text.tokenizer import Tokenizer
from gptcore.trace.board import pool_causal
from gptcore.trace.roles import Role, head_roles
from gptcore.trace.trace import Trace, attention_by_layer, run_trace
from gptcore.train.device import resolve_device
from gptcore.train.estimate import measure_speed

BOARD_CELLS = 32
WHOLE_TRACE_TOKENS = 128
"""Up to here one trace holds all layers; a longer text is traced one layer at a time and its board is pooled."""


Ids = tuple[int, ...]
BASE_PARTS = ("attention", "logits")


class ModelKey(NamedTuple):
    """Names a model by value."""

    name: str
    stamp: int
    """Modification time of its weights, in ns."""
    untrained: bool
    step: int | None = None
    """Of one of its checkpoints; None: the newest."""


def model_key(name: str, untrained: bool = False, step: int | None = None) -> ModelKey:
    """The key of a model as it is on disk now."""
    folder = library.folder(name, step)
    if (weights := weights_file(folder)) is None:
        raise InputError(f"the weights of {name} are gone from {folder}; choose another model")
    return ModelKey(name, weights.stat().st_mtime_ns, untrained, step)


@st.cache_resource(max_entries=24, show_spinner=False)  # some of them checkpoints that somebody drags through
def checkpoint(key: ModelKey) -> Checkpoint:
    """A model with its tokenizer; `untrained` gives the very weights that its training started from."""
    trained = load(library.folder(key.name, key.step))
    if key.untrained:
        generator = torch.Generator().manual_seed(initial_seed(trained.card))
        model = GPT(trained.config, generator).eval().requires_grad_(False)
        trained = replace(trained, model=model, head=None)
    _settle()
    return trained


@st.cache_resource(max_entries=4, show_spinner=False)
def tokenizer(name: str) -> Tokenizer:
    """Another tokenizer to compare with, from assets/tokenizers."""
    return Tokenizer.load(SHIPPED.parent / "tokenizers" / name)


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)  # the page's base trace and a lens's own parts
def trace(key: ModelKey, text: str, _ids: Ids, parts: tuple[str, ...], layer: int | None) -> Trace:
    """One recorded forward pass over the ids that this model reads of a text; all layers, or one.

    The ids follow from the model and the text (which names the ids kept in it, see Reading.source), so they are no
    part of the key: hashing them one by one takes longer than running the model.
    """
    model = checkpoint(key).model
    with turn(len(_ids), edited=layer is None) as taken:
        return run_trace(model, np.array(_ids), parts, None if layer is None else [layer], taken.pause)


@st.cache_resource(max_entries=1, scope="session", show_spinner=False)
def board(key: ModelKey, text: str, _ids: Ids) -> tuple[np.ndarray, list[list[Role | None]]]:
    """(L, H, n, n) pooled weights of all heads, and what each head measurably does on this text."""
    ids = np.array(_ids)
    model, initial = checkpoint(key).model, checkpoint(key._replace(untrained=True)).model
    if len(_ids) <= WHOLE_TRACE_TOKENS:
        weights = trace(key, text, _ids, BASE_PARTS, None).attention
        with turn(len(_ids)):
            untrained = run_trace(initial, ids, ("attention",)).attention
            return pool_causal(weights, BOARD_CELLS), head_roles(weights, untrained, ids)
    pooled, roles = [], []
    with turn(len(_ids)) as taken:  # layer by layer, and none is kept: a long text fills megabytes in each
        for weights, untrained in zip(attention_by_layer(model, ids), attention_by_layer(initial, ids), strict=True):
            pooled.append(pool_causal(weights, BOARD_CELLS))
            roles += head_roles(weights, untrained, ids)
            taken.pause()
    return np.concatenate(pooled), roles


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)  # this example and the one before
def judgement(key: ModelKey, texts: tuple[str, ...]) -> tuple[Verdict, tuple[np.ndarray, ...]]:
    """A fine-tuned model's verdict, and per row the weights (L, H, extract + 1) that [Extract] gives to the tokens."""
    judging = checkpoint(key)
    looks = []
    with turn(judging.config.n_positions, edited=True) as taken:
        verdict = judge(judging, texts)
        for row in verdict.input.rows:
            taken.pause()
            ids = np.array(row.ids[: row.extract + 1])
            looks.append(run_trace(judging.model, ids, ("attention",)).attention[:, :, -1].copy())
    return verdict, tuple(looks)


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
    return look(file.path, kind, dict(columns) or None, file.name, labels_from, learnt and learnt.data)


@st.cache_data(max_entries=64, show_spinner=False)
def metrics(folder: str, stamp: int) -> list[dict]:
    """A run's metrics as they were at a time stamp: read once, however many watch."""
    return RunFolder(folder).metrics()


@st.cache_data(max_entries=256, show_spinner=False)
def sample(key: ModelKey, prompt: str, n_tokens: int) -> str:
    """What a checkpoint writes until its text ends, always with the same seed."""
    reader = checkpoint(key)
    ids, end = list(reader.tokenizer.encode(prompt).ids), reader.tokenizer.end_of_text_id
    stop = () if end is None else (end,)
    generator = torch.Generator().manual_seed(0)
    new = []
    with turn(len(ids) + n_tokens) as taken:
        for step in generate(reader.model, torch.tensor(ids), n_tokens, 0.8, generator=generator, stop_ids=stop):
            new.append(step.id)
            taken.pause()
    return reader.tokenizer.decode([*ids, *(token for token in new if token != end)])


@st.cache_data(max_entries=64, show_spinner=False)
def probe(key: ModelKey, text: str) -> tuple[list[str], np.ndarray]:
    """A text's tokens to show, and the attention (L, H, T, T) of a checkpoint on it."""
    reader = checkpoint(key)
    ids = reader.tokenizer.encode(text).ids[: reader.config.n_positions]
    tokens = [display_token(reader.tokenizer.token_text(i)) for i in ids]
    with turn(len(ids)) as taken:
        return tokens, run_trace(reader.model, np.array(ids), ("attention",), pause=taken.pause).attention


@st.cache_resource(show_spinner=False)
def speed(device: str) -> float:
    """Floating-point operations per second of a device, measured once; of a CPU, on one core."""
    return measure_speed(resolve_device(device))


def cores() -> int:
    """Processor cores that a run on the CPU takes."""
    return min(8, os.cpu_count() or 1)


def devices() -> list[str]:
    """Where a run may be executed."""
    return ["auto", "cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]


def _settle() -> None:
    """Makes the server fit for many learners, once a model is loaded.

    One thread per learner: on a text of a few words a second one only burns time. Who wants Python's lock waits for it
    at most 1 ms, not 5: every operation of a model gives the lock away and has to get it back, and the thread that
    serves the browsers does so for each message. And all that lives long is taken out of the collector's sight:
    Streamlit ends every rerun with a full collection, and walking torch, plotly and pandas each time costs 200 ms.
    """
    torch.set_num_threads(1)
    sys.setswitchinterval(0.001)
    gc.collect()
    gc.freeze()
