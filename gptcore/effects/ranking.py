"""How much each part of a model does for a text: what the text's own tokens lose when that part is switched off.

One part at a time, everything else as it was. What stands below the part is the same without it, so it is taken from
the trace; what stands above is computed for many parts at once, each in a row of one batch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.model.intervention import Intervention, in_row, zero_attention, zero_head, zero_mlp
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel
from gptcore.model.loss import token_losses
from gptcore.trace.means import Means
from gptcore.trace.trace import Trace

_NUMBERS = 1_000_000
"""Of the widest tensor of a pass (the feed-forward network's): more rows at once gain nothing, and fill memory."""


@dataclass(frozen=True)
class Ranking:
    """What a text's log-probability, in nats, loses without each part: positive where the part helped, negative where
    the model would do better without it.

    The log-probability is the sum over the text's own tokens, all but the first, which nothing predicts.
    """

    heads: np.ndarray
    """(L, H)."""
    attention: np.ndarray
    """(L,): all heads of a layer at once, with the bias of their projection."""
    mlp: np.ndarray
    """(L,): the feed-forward network."""
    log_probability: float
    """Of the text with every part in its place, as the trace has it."""
    n_predicted: int
    """Tokens that were predicted, T - 1: what a sum is divided by for a mean. 0 for a text of one token, in which no
    part has anything to lose: all is 0."""

    @property
    def per_token(self) -> "Ranking":
        """The same as means over the predicted tokens, so that texts of different lengths compare."""
        n = max(1, self.n_predicted)
        return Ranking(self.heads / n, self.attention / n, self.mlp / n, self.log_probability / n, self.n_predicted)


@torch.no_grad()
def rank_parts(
    model: LanguageModel, states: Trace, means: Means | None = None, pause: Callable[[], None] = lambda: None
) -> Ranking:
    """Switches off each head, each layer's attention and each feed-forward network, one at a time.

    Args:
        model: the one that made the trace, in evaluation mode.
        states: a trace of the text with "hidden" and "head_out" of all layers. What was done otherwise in it is done
            in every one of these passes, too; a part that is off in it already loses nothing.
        means: off means what the part says on average; None: off means 0.
        pause: called between pieces of the work, after every block of every batch; what it raises ends it.

    Raises:
        InputError: the trace lacks something, or the model is no GPT: a peer or a masked one.
    """
    model = as_gpt(model)
    L, H = model.config.n_layer, model.config.n_head
    hidden, head_out = states.part("hidden"), states.part("head_out")
    if states.layers != tuple(range(L)):
        raise InputError("a ranking needs a trace of all layers; ask run_trace for it without layers=")
    score = _Scorer(model, states.ids, pause)
    always = [in_row(one, None) for one in states.interventions]
    # The last token predicts nothing, and none looks at it.
    base = score(torch.from_numpy(hidden[L, :-1].copy()).to(model.device)[None], L, always)[0]
    lost = np.zeros((L, H + 2))
    for layer in range(L):
        h, y = (torch.from_numpy(part[layer][..., :-1, :].copy()).to(model.device)[None] for part in (hidden, head_out))
        parts = _parts(layer, H, means)
        for start in range(0, len(parts), score.rows):
            piece = parts[start : start + score.rows]
            asked = (*always, *(in_row(part, row) for row, part in enumerate(piece)))
            rows = h.expand(len(piece), -1, -1)
            lost[layer, start : start + len(piece)] = base - score(rows, layer, asked, y.expand(len(piece), -1, -1, -1))
    return Ranking(lost[:, :H], lost[:, H], lost[:, H + 1], float(base), len(states.ids) - 1)


def _parts(layer: int, n_head: int, means: Means | None) -> list[Intervention]:
    """A layer's heads, its attention and its feed-forward network, each switched off."""
    if means is None:
        return [*(zero_head(layer, head) for head in range(n_head)), zero_attention(layer), zero_mlp(layer)]
    heads = [zero_head(layer, head, means.head_out[layer, head]) for head in range(n_head)]
    return [*heads, zero_attention(layer, means.attn_out[layer]), zero_mlp(layer, means.mlp_out[layer])]


class _Scorer:
    """The text's log-probability from any boundary on, for several rows at once."""

    def __init__(self, model: GPT, ids: np.ndarray, pause: Callable[[], None]):
        self._model, self._pause = model, pause
        self._next = torch.from_numpy(ids[1:].copy()).to(model.device)
        self.rows = max(1, _NUMBERS // (len(ids) * max(model.config.d_inner, model.config.d_model)))
        """At once."""

    def __call__(
        self, h: Tensor, layer: int, interventions: Sequence[Intervention], head_out: Tensor | None = None
    ) -> np.ndarray:
        """(B, T - 1, D) at a boundary -> (B,) in nats, added up in float64."""
        B, n, D = h.shape
        if n == 0:
            return np.zeros(B)
        final = self._model.resume(h, layer, interventions, self._pause, head_out)
        nats = token_losses(final.reshape(-1, D), self._model.output_table, self._next.repeat(B))
        return -nats.view(B, n).sum(1, dtype=torch.float64).cpu().numpy()
