"""What a model makes of a learner's text. Kept per learner, so that nobody's edits push another's trace out and
moving a slider never runs the model; bounded, read-only, keyed by value.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import streamlit as st
from torch import Tensor

from app.explore.off import Off
from app.shared import models
from app.shared.loaded import ModelKey, checkpoint
from app.shared.theme import plain_token
from app.shared.turns import in_turn, take_turn
from gptcore.checkpoints.contexts import NEURONS, KeptContexts, read_contexts
from gptcore.checkpoints.means import MEANS, read_means
from gptcore.config import ModelConfig
from gptcore.decode.generate import generate
from gptcore.effects.ranking import Ranking, rank_parts
from gptcore.errors import CheckpointError
from gptcore.measures import TokenScores, token_scores
from gptcore.model.capture import PARTS, Part
from gptcore.model.intervention import Intervention
from gptcore.model.tables import sinusoids
from gptcore.places import ASSETS
from gptcore.text.tokenizer import Tokenizer
from gptcore.trace.board import pool_causal
from gptcore.trace.maps import Plane, alikeness, principal_plane
from gptcore.trace.means import Means
from gptcore.trace.neighbours import lengths
from gptcore.trace.neuron_names import Traits
from gptcore.trace.path import TokenPath, token_path_from_states
from gptcore.trace.roles import Role, head_roles
from gptcore.trace.rollout import rollout as rolled_out
from gptcore.trace.trace import Trace, attention_by_layer, block_trace, run_trace, whole_trace_bytes

BOARD_CELLS = 32
WHOLE_TRACE_TOKENS = 128
"""Up to here one trace holds the attention of all layers; a longer text is traced one layer at a time and its board is
pooled."""
Ids = tuple[int, ...]
LONG_PARTS: tuple[Part, ...] = ("token_embedding", "position_embedding", "hidden", "final", "logits")
"""Of a long text: the states between the blocks, from which every block can be computed by itself."""
BASE_PARTS: tuple[Part, ...] = ("attention", *LONG_PARTS)
BLOCK_PARTS = tuple(part for part in PARTS if part not in LONG_PARTS)
WHOLE_TRACE_BYTES = 12_000_000
"""Up to here the page's one trace holds all parts of all layers, so that every picture draws the same arrays; two such
traces are kept for a learner."""


@st.cache_resource(max_entries=4, show_spinner=False)
def tokenizer(name: str) -> Tokenizer:
    """Another tokenizer to compare with, from assets/tokenizers."""
    return Tokenizer.load(ASSETS / "tokenizers" / name)


def interventions(key: ModelKey, off: Off) -> tuple[Intervention, ...]:
    """What is switched off, as a forward pass takes it."""
    return off.interventions(means(key) if off.by_mean else None)


def means_path(key: ModelKey) -> Path | None:
    """The file of what each part of a model says on average; None if there is none."""
    return _beside(key, MEANS)


def means(key: ModelKey) -> Means | None:
    """What each part of a model says on average; None where that is not known, or the file cannot be read: then, too,
    the file has to be made."""
    path = means_path(key)
    return None if path is None else _means(key, str(path.parent), path.stat().st_mtime_ns)


@st.cache_resource(max_entries=8, show_spinner=False)
def _means(key: ModelKey, folder: str, stamp: int) -> Means | None:
    with suppress(CheckpointError):
        return read_means(Path(folder), checkpoint(key).model)
    return None


def base_parts(config: ModelConfig, n_tokens: int) -> tuple[Part, ...]:
    """What the page's own trace of a text records."""
    if whole_trace_bytes(config, n_tokens) <= WHOLE_TRACE_BYTES:
        return PARTS
    return few_parts(n_tokens)


def few_parts(n_tokens: int) -> tuple[Part, ...]:
    """What is recorded where not all of it need be."""
    return BASE_PARTS if n_tokens <= WHOLE_TRACE_TOKENS else LONG_PARTS


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)  # the page's base trace and a lens's own parts
def trace(key: ModelKey, text: str, off: Off, _ids: Ids, parts: tuple[Part, ...] | None) -> Trace:
    """One recorded forward pass over the ids that this model reads of a text.

    The ids follow from the model and the text (which names the ids kept in it, see Reading.source), so they are no
    part of the key: hashing them one by one takes longer than running the model. None: all parts that it has.
    """
    return traced(key, off, _ids, parts)


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)
def reference(key: ModelKey, text: str, off: Off, _ids: Ids, parts: tuple[Part, ...] | None) -> Trace:
    """The same for a reading that stands beside the page's own, which must not push that one's trace out."""
    return traced(key, off, _ids, parts)


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)
def reference_scores(key: ModelKey, text: str, off: Off, _trace: Trace) -> TokenScores:
    """How such a reading predicted its tokens: of a pin, the same while the learner types."""
    return token_scores(_trace.part("logits"), _trace.ids)


def traced(key: ModelKey, off: Off, ids: Ids, parts: tuple[Part, ...] | None) -> Trace:
    """The pass itself, which others keep."""
    with take_turn(len(ids), edited=True) as taken:
        return run_trace(
            checkpoint(key).model, np.array(ids), parts, pause=taken.pause, interventions=interventions(key, off)
        )


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)
def long_path(key: ModelKey, text: str, off: Off, _states: Trace, position: int) -> TokenPath:
    """One token's way through all blocks of a text whose trace does not hold all of it."""
    with take_turn(len(_states.ids), edited=False):
        return token_path_from_states(checkpoint(key).model, _states, position)


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)  # the page's own, and one beside it
def block(key: ModelKey, text: str, off: Off, _states: Trace, layer: int) -> Trace:
    """What one block does with such a text, all of it: pictures and arithmetic then have the same numbers."""
    with take_turn(len(_states.ids), edited=False):
        return block_trace(checkpoint(key).model, _states, layer, BLOCK_PARTS)


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)  # the page's own, and one beside it
def board(
    key: ModelKey, text: str, off: Off, _ids: Ids, _weights: np.ndarray | None
) -> tuple[np.ndarray, list[list[Role | None]]]:
    """(L, H, n, n) pooled weights of all heads, and what each head measurably does on this text.

    Args:
        _weights: (L, H, T, T) where a trace holds them; None for a long text, whose are taken one layer at a time.
    """
    ids = np.array(_ids)
    model, initial = checkpoint(key).model, checkpoint(key._replace(untrained=True)).model
    hidden = off.hidden.interventions(None)  # from the untrained model too, whose heads these are held against
    if _weights is not None:
        with take_turn(len(_ids)):
            untrained = run_trace(initial, ids, ("attention",), interventions=hidden).part("attention")
            return pool_causal(_weights, BOARD_CELLS), head_roles(_weights, untrained, ids)
    pooled, roles = [], []
    layers = attention_by_layer(model, ids, interventions(key, off))
    with take_turn(len(_ids)) as taken:  # layer by layer, and none is kept: a long text fills megabytes in each
        for weights, untrained in zip(layers, attention_by_layer(initial, ids, hidden), strict=True):
            pooled.append(pool_causal(weights, BOARD_CELLS))
            roles += head_roles(weights, untrained, ids)
            taken.pause()
    return np.concatenate(pooled), roles


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)
def rollout(key: ModelKey, text: str, off: Off, _ids: Ids, _weights: np.ndarray | None) -> np.ndarray:
    """(T, T): attention rollout over all layers and heads of a text, see gptcore.trace.rollout; `_weights` as above."""
    if _weights is not None:
        return rolled_out(_weights)
    layers = attention_by_layer(checkpoint(key).model, np.array(_ids), interventions(key, off))
    return rolled_out(in_turn(layers, len(_ids)))


@st.cache_resource(max_entries=6, scope="session", show_spinner=False)
def likeliest(key: ModelKey, text: str, off: Off, _ids: Ids, n_new: int) -> Ids:
    """So many tokens behind a text, always the likeliest; fewer where a text ends."""
    read = checkpoint(key)
    changes = interventions(key, off)
    steps = generate(read.model, _ids, n_new, 0, stop_ids=read.tokenizer.stop_ids, interventions=changes)
    return tuple(step.id for step in in_turn(steps, n_new))


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)
def ranking(key: ModelKey, text: str, off: Off, _states: Callable[[], Trace]) -> Ranking:
    """What a text loses without each part; `off` says what off means. `_states` is only asked if it is not known."""
    states, by = _states(), means(key) if off.by_mean else None
    with take_turn(len(states.ids)) as taken:
        return rank_parts(checkpoint(key).model, states, by, taken.pause)


STATES: tuple[Part, ...] = ("token_embedding", "hidden")
BAND_CELLS = 64


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)
def states(key: ModelKey, text: str, _ids: Ids) -> Trace:
    """The states of another text beside the page's own."""
    with take_turn(len(_ids)) as taken:
        return run_trace(checkpoint(key).model, np.array(_ids), STATES, pause=taken.pause)


def token_table(key: ModelKey) -> np.ndarray:
    """(V, D): the token embeddings themselves, not a copy."""
    return _numbers(checkpoint(key).gpt.token_embedding.weight)


def position_table(key: ModelKey) -> np.ndarray | None:
    """(P, D); None for a model without positions."""
    embedding = checkpoint(key).gpt.position_embedding
    return None if embedding is None else _numbers(embedding.weight)


@st.cache_resource(max_entries=8, show_spinner=False)
def token_lengths(key: ModelKey) -> np.ndarray:
    """(V,): lengths of the token embeddings."""
    return lengths(token_table(key))


@st.cache_resource(max_entries=8, show_spinner=False)
def token_plane(key: ModelKey) -> Plane:
    """The map of the token embeddings; InputError where they are too wide."""
    return principal_plane(token_table(key))


@st.cache_resource(max_entries=8, show_spinner=False)
def token_names(key: ModelKey) -> list[str]:
    """A display text of every token, by its id."""
    model = checkpoint(key)
    return [plain_token(model.tokenizer.token_text(token)) for token in range(model.config.vocab_size)]


@st.cache_resource(max_entries=8, show_spinner=False)
def position_plane(key: ModelKey) -> Plane | None:
    """The map of the position embeddings; None for a model without. InputError as above."""
    table = position_table(key)
    return None if table is None else principal_plane(table)


@st.cache_resource(max_entries=8, show_spinner=False)
def bands(key: ModelKey) -> tuple[np.ndarray, np.ndarray] | None:
    """How alike positions are, (n, n) each: the model's own, and sinusoids of the same size; None for one without."""
    table = position_table(key)
    if table is None:
        return None
    return alikeness(table, BAND_CELLS), alikeness(sinusoids(*table.shape).numpy(), BAND_CELLS)


def neurons(key: ModelKey) -> tuple[KeptContexts, Traits] | None:
    """What lies beside a model about its neurons, and what can be said of its places; None if there is nothing.
    CheckpointError where it is damaged."""
    path = _beside(key, NEURONS)
    return None if path is None else _neurons(key, str(path.parent), path.stat().st_mtime_ns)


@st.cache_resource(max_entries=4, show_spinner=False)
def _neurons(key: ModelKey, folder: str, stamp: int) -> tuple[KeptContexts, Traits] | None:
    model = checkpoint(key)
    if (kept := read_contexts(Path(folder), model.model)) is None:
        return None
    texts = [model.tokenizer.token_text(token) for token in range(model.config.vocab_size)]
    return kept, Traits(kept.contexts.sample, texts)


def _beside(key: ModelKey, name: str) -> Path | None:
    """A file that lies beside a model."""
    folders = [models.folder(key.name, key.step)]
    if key.step is not None and key.step == max(models.steps(key.name), default=None):
        folders.append(models.folder(key.name))  # a run keeps it beside its model, which its last checkpoint is
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _numbers(weights: Tensor) -> np.ndarray:
    array: np.ndarray = weights.detach().cpu().numpy()
    return array
