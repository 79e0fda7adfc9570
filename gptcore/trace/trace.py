"""Everything one forward pass computed, as read-only numpy arrays: what all pictures of a model are drawn from."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.capture import Capture, Part
from gptcore.model.changes import at
from gptcore.model.intervention import HiddenToken, Intervention, LiftedMask
from gptcore.model.kinds import as_masked, as_transformer
from gptcore.model.language_model import LanguageModel
from gptcore.model.marks import Marks

_PER_MODEL = ("token_embedding", "position_embedding", "final", "logits")  # one tensor, not one per layer


@dataclass(frozen=True)
class Trace:
    """A forward pass over T tokens. Parts that were not asked for are None.

    Axes: L layers kept (all, or `layers` in ascending order), H heads, T tokens, D = d_model, V vocabulary. In
    (T, T) arrays the row is the token that looks, the column the token looked at.
    """

    ids: np.ndarray
    """(T,) int64."""
    layers: tuple[int, ...]
    """The blocks that axis L stands for."""
    d_head: int
    interventions: tuple[Intervention, ...] = ()
    """What this pass did otherwise than the model would."""
    token_embedding: np.ndarray | None = None
    """(T, D)."""
    position_embedding: np.ndarray | None = None
    """(T, D); None also for a model without positions."""
    hidden: np.ndarray | None = None
    """(n_layer + 1, T, D): h_0, then each block's output y; always all blocks."""
    attn_in: np.ndarray | None = None
    """(L, T, D): what attention reads, x or ln_1(x)."""
    q: np.ndarray | None = None
    """(L, H, T, d_head); k and v likewise."""
    k: np.ndarray | None = None
    v: np.ndarray | None = None
    scores: np.ndarray | None = None
    """(L, H, T, T): q.k / sqrt(d_head), before the mask."""
    attention: np.ndarray | None = None
    """(L, H, T, T): softmax of the masked scores; rows sum to 1, in a GPT with its mask nothing above the diagonal."""
    head_out: np.ndarray | None = None
    """(L, H, T, d_head): each head's weighted sum of the values."""
    attn_out: np.ndarray | None = None
    """(L, T, D): what attention adds to its input x."""
    mid: np.ndarray | None = None
    """(L, T, D): n, between the two halves of a block."""
    mlp_in: np.ndarray | None = None
    """(L, T, D): what the feed-forward network reads, n or ln_2(n)."""
    mlp_up: np.ndarray | None = None
    """(L, T, d_ff): before the activation."""
    mlp_act: np.ndarray | None = None
    """(L, T, d_ff): after it."""
    mlp_out: np.ndarray | None = None
    """(L, T, D): what the feed-forward network adds to n."""
    final: np.ndarray | None = None
    """(T, D): what the output layer reads."""
    logits: np.ndarray | None = None
    """(T, V)."""
    is_causal: bool = True
    """Whether no token sees a later one: of every GPT, not of a masked model."""

    def part(self, name: Part) -> np.ndarray:
        """A part that the caller has asked for.

        Raises:
            InputError: it was not recorded.
        """
        if (recorded := getattr(self, name)) is None:
            raise InputError(f"this trace has no {name}; ask run_trace for it")
        return recorded

    def row(self, layer: int) -> int:
        """Where on axis L a block stands.

        Raises:
            InputError: its parts were not kept.
        """
        if layer not in self.layers:
            raise InputError(f"this trace has no layer {layer}; ask run_trace for it")
        return self.layers.index(layer)

    def has(self, parts: Iterable[Part]) -> bool:
        """Whether all of these were recorded; a model without positions has no position_embedding to record."""
        return all(getattr(self, name) is not None or name == "position_embedding" for name in parts)

    def raw_scores(self, layer: int, head: int) -> np.ndarray:
        """(T, T): q.k of one head, before it is divided by sqrt(d_head)."""
        return self.part("scores")[self.row(layer), head] * np.float32(self.d_head**0.5)

    @property
    def looks_ahead(self) -> bool:
        """Whether tokens look at later ones: in a masked model, and in a GPT whose mask is lifted."""
        return not self.is_causal or any(isinstance(one, LiftedMask) for one in self.interventions)

    @property
    def seen(self) -> np.ndarray:
        """(T, T) bool: which token (row) may look at which (column): at a later one only where tokens look ahead, never
        at one that is hidden, but itself."""
        T = len(self.ids)
        allowed = np.tri(T, dtype=bool) | self.looks_ahead
        for one in self.interventions:
            if isinstance(one, HiddenToken) and one.position < T:
                allowed[np.arange(T) != one.position, one.position] = False
        return allowed

    @property
    def masked_scores(self) -> np.ndarray:
        """(L, H, T, T): scores with -inf where a token may not look."""
        return np.where(self.seen, self.part("scores"), -np.inf)

    @property
    def block_input(self) -> np.ndarray:
        """(L, T, D): x, what each kept block reads."""
        return self.part("hidden")[list(self.layers)]

    @property
    def attn_sum(self) -> np.ndarray:
        """(L, T, D): x + attn(x), before ln_1 in a post-norm block; n itself in a pre-norm block."""
        return self.block_input + self.part("attn_out")

    @property
    def mlp_sum(self) -> np.ndarray:
        """(L, T, D): n + mlp(n), before ln_2 in a post-norm block; y itself in a pre-norm block."""
        return self.part("mid") + self.part("mlp_out")

    @property
    def block_output(self) -> np.ndarray:
        """(L, T, D): y, what each kept block hands on."""
        return self.part("hidden")[[layer + 1 for layer in self.layers]]


def whole_trace_bytes(config: ModelConfig, n_tokens: int) -> int:
    """What a trace of all parts and all layers takes in memory, in bytes."""
    d, per_layer = config.d_model, 9 * config.d_model + 2 * config.d_inner + 2 * config.n_head * n_tokens
    return 4 * n_tokens * (config.n_layer * per_layer + (config.n_layer + 4) * d + config.vocab_size)


def run_trace(
    model: LanguageModel,
    ids: np.ndarray | torch.Tensor,
    parts: Iterable[str] | None = None,
    layers: Collection[int] | None = None,
    pause: Callable[[], None] | None = None,
    interventions: Collection[Intervention] = (),
    segments: Sequence[int] | None = None,
) -> Trace:
    """One forward pass over a text, recorded.

    Args:
        model: in evaluation mode (dropout would make the trace a random one).
        ids: (T,) token ids, 1 to n_positions of them.
        parts: names from gptcore.model.capture.PARTS; what is not named is neither kept nor, where that saves work,
            computed in visible stages. None: all that the model has; of a peer that is less.
        layers: blocks to keep; None keeps all.
        pause: called after each block; what it raises ends the pass.
        interventions: what the pass does otherwise, by gptcore.zero_head, hide_token, replace and so on.
        segments: (T,) of a masked model: which text of its row each token is of; None: the first.

    Raises:
        InputError: a part is unknown, the text does not fit the context, an intervention does not fit the model, or
            segments are given of one that is not masked.
    """
    ids, asked = torch.as_tensor(ids, dtype=torch.long), tuple(interventions)
    capture = Capture(model.records if parts is None else parts, model.config.n_layer, layers, pause)
    marks = {}
    if segments is not None:
        marks["marks"] = Marks(torch.tensor([segments], device=as_masked(model).device))
    with torch.no_grad():
        read: Callable[..., torch.Tensor] = model if "logits" in capture.parts else model.hidden_states
        read(ids[None].to(model.device), capture, interventions=asked, **marks)
    arrays = {part: _to_numpy(part, rows) for part, rows in capture.recorded.items()}
    layers = tuple(sorted(capture.layers))
    own, causal = _read_only(ids.numpy().copy()), model.config.is_causal
    return Trace(own, layers, model.config.d_head, asked, is_causal=causal, **arrays)


@torch.no_grad()
def block_trace(model: LanguageModel, states: Trace, layer: int, parts: Iterable[Part]) -> Trace:
    """These parts of one block, computed from what it reads: run_trace's but for rounding, for a fraction of a pass.

    Args:
        states: a trace of the same text that has "hidden"; what it holds of no layer is handed on.
        layer: the block, from 0.

    Raises:
        InputError: a part, or the layer, is unknown; the trace has no hidden; or the model is a peer.
    """
    capture = Capture(parts, model.config.n_layer, [layer])
    x = torch.from_numpy(states.part("hidden")[layer].copy())
    changes = as_transformer(model).changes(states.interventions)
    as_transformer(model).blocks[layer](x[None].to(model.device), layer, capture, changes=changes)
    arrays = {part: _to_numpy(part, rows) for part, rows in capture.recorded.items()}
    kept = {part: getattr(states, part) for part in ("hidden", *_PER_MODEL)}
    causal = states.is_causal
    return Trace(states.ids, (layer,), model.config.d_head, states.interventions, is_causal=causal, **kept, **arrays)


@torch.no_grad()
def attention_by_layer(
    model: LanguageModel, ids: np.ndarray | torch.Tensor, interventions: Collection[Intervention] = ()
) -> Iterator[np.ndarray]:
    """The weights (1, H, T, T) of each block in turn, from one pass that goes on when the next is asked for.

    For texts whose weights of all blocks together would fill too much memory. Arguments as in run_trace; a peer has no
    attention (InputError).
    """
    model = as_transformer(model)
    changes = model.changes(interventions)
    h = model.embed(torch.as_tensor(ids, dtype=torch.long)[None].to(model.device), changes=changes)
    for layer, block in enumerate(model.blocks):
        capture = Capture(("attention",), model.config.n_layer, [layer])
        h = at("hidden", layer + 1, block(h, layer, capture, changes=changes), None, changes)
        yield _to_numpy("attention", capture.recorded["attention"])


def _to_numpy(part: str, rows: torch.Tensor) -> np.ndarray:
    rows = rows[:, 0]  # of the one text
    return _read_only((rows[0] if part in _PER_MODEL else rows).cpu().numpy())


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
