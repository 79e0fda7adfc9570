"""Which parts of a model push one next token against another: the logit difference, taken apart into what each head,
each feed-forward network, the embeddings and the biases add to it along the residual path ("direct logit attribution").

The output layer is linear: a logit difference is the product of the last state with one direction, the difference of
two rows of the output table. A sum's product is the sum of its parts' products, so the direction is walked back through
the blocks. In a post-norm model (paper, section 3.1) two LayerNorms lie in each block's way. Held fixed at the mean and
standard deviation that they measure on this text, they are linear, too, and hand the direction on changed; what a part
does to those two numbers is not counted to it. A pre-norm model has the final norm alone in the way.

What a part does through a later part that reads it is counted to that later part.
"""

from dataclasses import dataclass

import numpy as np
import torch

from gptcore.errors import InputError
from gptcore.lazy import cached_property
from gptcore.model.capture import Part
from gptcore.model.gpt import GPT, Block
from gptcore.model.intervention import Replacement
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel
from gptcore.trace.trace import Trace

PARTS: tuple[Part, ...] = (
    *("token_embedding", "position_embedding", "hidden", "head_out", "attn_out", "mid", "mlp_out", "final"),
)
"""What a trace needs for `contributions`."""


Name = tuple[str | int, ...]
"""Of one part: ("head", layer, head), ("mlp", layer), ("attention_bias", layer), ("norm", layer, half),
("final_norm",), ("token_embedding",), ("position_embedding",) or ("replaced",); all from 0."""


@dataclass(frozen=True)
class Contributions:
    """What adds up to a logit difference, in logits; positive pushes `token`, negative `other`."""

    position: int
    token: int
    other: int | None
    """None: all of it is about the logit of `token` alone."""
    heads: np.ndarray
    """(L, H) float64."""
    attention_bias: np.ndarray
    """(L,): of the output projection's bias; where a layer's attention was replaced, of all that stands there."""
    mlp: np.ndarray
    """(L,): of the feed-forward networks."""
    norms: np.ndarray
    """(L, 2): of the biases of a post-norm block's two LayerNorms; 0 in a pre-norm model."""
    final_norm: float
    """Of the final LayerNorm's bias; 0 in a post-norm model."""
    token_embedding: float
    position_embedding: float
    """0 in a model without positions."""
    replaced: float
    """Of a state that an intervention put on the residual path; what stands before it pushes nothing. Else 0."""

    @cached_property
    def by_name(self) -> dict[Name, float]:
        """Every part's."""
        layers, heads = self.heads.shape
        found: dict[Name, float] = {
            ("token_embedding",): self.token_embedding,
            ("position_embedding",): self.position_embedding,
            ("final_norm",): self.final_norm,
            ("replaced",): self.replaced,
        }
        for layer in range(layers):
            found |= {("head", layer, head): float(self.heads[layer, head]) for head in range(heads)}
            found |= {("norm", layer, half): float(self.norms[layer, half]) for half in range(2)}
            found["attention_bias", layer] = float(self.attention_bias[layer])
            found["mlp", layer] = float(self.mlp[layer])
        return found

    @property
    def biases(self) -> float:
        """Of all biases of attention and of the LayerNorms together."""
        return float(self.attention_bias.sum() + self.norms.sum() + self.final_norm)

    @property
    def total(self) -> float:
        """The logit difference."""
        return sum(self.by_name.values())

    def strongest(self, most: int) -> list[tuple[Name, float]]:
        """The parts that push hardest, either way, the hardest first; none that pushes nothing."""
        pushing = [(name, value) for name, value in self.by_name.items() if value]
        return sorted(pushing, key=lambda part: -abs(part[1]))[:most]


@torch.no_grad()
def contributions(
    model: LanguageModel, trace: Trace, position: int, token: int, other: int | None = None
) -> Contributions:
    """How much each part pushes the logit of one token against another's.

    Args:
        model: the one that was traced.
        trace: of all layers, with PARTS; its interventions count as they were.
        position: the token after which is predicted, from 0; negative from the end.
        token, other: ids of the two; without `other`, the logit of `token` alone.

    Raises:
        InputError: there is no such position or token, the trace lacks a part or a layer, or the model is no GPT: a
            peer or a masked one.
    """
    model = as_gpt(model)
    n_tokens, config = len(trace.ids), model.config
    if not -n_tokens <= position < n_tokens:
        raise InputError(f"there is no position {position}; this text has {n_tokens} tokens, from 0")
    for one in (token, other):
        if one is not None and not 0 <= one < config.vocab_size:
            raise InputError(f"there is no token {one}; the vocabulary has {config.vocab_size}, from 0")
    if trace.layers != tuple(range(config.n_layer)):
        raise InputError("contributions need a trace of all layers; ask run_trace for it without `layers`")
    return _Walk(model, trace, position % n_tokens).to(token, other)


class _Walk:
    """From the output back to the embeddings, at one position; the direction is what a state is multiplied with."""

    def __init__(self, model: GPT, trace: Trace, position: int):
        self._model, self._trace, self._position = model, trace, position
        self._heads = np.zeros((model.config.n_layer, model.config.n_head))
        self._attention_bias, self._mlp = np.zeros(model.config.n_layer), np.zeros(model.config.n_layer)
        self._norms = np.zeros((model.config.n_layer, 2))
        self._final = self._replaced = self._token = self._place = 0.0

    def to(self, token: int, other: int | None) -> Contributions:
        """What pushes one against the other."""
        table = self._model.output_table
        direction = _float64(table[token]) - (0.0 if other is None else _float64(table[other]))
        self._walk(direction)
        return Contributions(
            self._position,
            token,
            other,
            heads=self._heads,
            attention_bias=self._attention_bias,
            mlp=self._mlp,
            norms=self._norms,
            final_norm=self._final,
            token_embedding=self._token,
            position_embedding=self._place,
            replaced=self._replaced,
        )

    def _walk(self, direction: np.ndarray) -> None:
        if self._ends(direction, "final", None, None):
            return
        if (norm := self._model.final_norm) is not None:
            direction, self._final = _through(norm, self._at("hidden", -1), direction)
        for layer in reversed(range(self._model.config.n_layer)):
            block = self._model.blocks[layer]
            assert isinstance(block, Block)
            if self._ends(direction, "hidden", layer + 1, layer + 1):
                return
            if block.post_norm:
                mlp_sum = self._at("mid", layer) + self._at("mlp_out", layer)
                direction, self._norms[layer, 1] = _through(block.ln_2, mlp_sum, direction)
            self._mlp[layer] = direction @ self._at("mlp_out", layer)
            if self._ends(direction, "mid", layer, layer):
                return
            if block.post_norm:
                attn_sum = self._at("hidden", layer) + self._at("attn_out", layer)
                direction, self._norms[layer, 0] = _through(block.ln_1, attn_sum, direction)
            self._attention(block, layer, direction)
        if self._ends(direction, "hidden", 0, 0):
            return
        self._token = float(direction @ self._at("token_embedding"))
        if self._model.position_embedding is not None:
            self._place = float(direction @ self._at("position_embedding"))

    def _attention(self, block: Block, layer: int, direction: np.ndarray) -> None:
        if self._is_replaced("attn_out", layer):  # what the heads say does not matter then
            self._attention_bias[layer] = direction @ self._at("attn_out", layer)
            return
        by_head = (direction @ _float64(block.attn.proj.weight)).reshape(self._heads.shape[1], -1)
        head_out = self._trace.part("head_out")[layer, :, self._position].astype(np.float64)
        self._heads[layer] = (by_head * head_out).sum(-1)
        self._attention_bias[layer] = direction @ _float64(block.attn.proj.bias)

    def _ends(self, direction: np.ndarray, part: Part, layer: int | None, row: int | None) -> bool:
        """Whether an intervention put another state here: it is what counts then, and nothing before it."""
        if self._is_replaced(part, layer):
            self._replaced = float(direction @ self._at(part, row))
            return True
        return False

    def _is_replaced(self, part: Part, layer: int | None) -> bool:
        return any(
            isinstance(one, Replacement)
            and (one.part, one.layer) == (part, layer)
            and (one.positions is None or self._position in one.positions)
            for one in self._trace.interventions
        )

    def _at(self, part: Part, row: int | None = None) -> np.ndarray:
        """(D,): a part's vector at the position."""
        values = self._trace.part(part)
        vector: np.ndarray = (values if row is None else values[row])[self._position].astype(np.float64)
        return vector


def _through(norm: torch.nn.LayerNorm, read: np.ndarray, direction: np.ndarray) -> tuple[np.ndarray, float]:
    """Back through a LayerNorm whose mean and standard deviation stay those of what it read: (what its input is
    multiplied with, what its bias adds)."""
    scaled = direction * _float64(norm.weight) / np.sqrt(read.var() + norm.eps)
    return scaled - scaled.mean(), float(direction @ _float64(norm.bias))


def _float64(weights: torch.Tensor) -> np.ndarray:
    array: np.ndarray = weights.detach().cpu().numpy().astype(np.float64)
    return array
