"""A peer: a language model of LSTM layers (Hochreiter and Schmidhuber 1997, with the forget gate of Gers and others
2000), which the paper puts in the transformer's place (section 5, table 5).

    x_t = token embedding of token t
    i, f, g, o = W x_t + b + U h_{t-1} + c     cut in four; sigmoid of i, f and o, tanh of g
    c_t = f c_{t-1} + i g,   h_t = o tanh(c_t)
    logits = h_t  token_embedding^T            (tied, as GPT-1's)

It carries one state from token to token, so a text of any length costs as much memory as a short one, and there are no
positions. Of its config count vocab_size, n_layer, d_model, dropout, tied, init_std, and n_positions: the tokens that
training reads at once.
"""

from collections.abc import Callable, Collection, Mapping
from copy import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.capture import Capture
from gptcore.model.intervention import Intervention
from gptcore.model.kernels.dropout import dropout
from gptcore.model.language_model import LanguageModel, check_pass
from gptcore.model.loss import token_losses

_HAS = "it carries one state from token to token"

Layers = list[tuple[Tensor, Tensor]]
"""h and c of each layer, (1, B, D)."""


class LSTMMemory:
    """What an LSTM keeps of a text: h and c of each layer, and those after the first call, to go back to."""

    def __init__(self) -> None:
        self.length = 0
        self._now: Layers | None = None
        """None: nothing was read."""
        self._first: tuple[int, Layers | None] = (0, None)

    def read(self, n_tokens: int, layers: Layers) -> None:
        """Takes the state after so many more tokens."""
        self.length += n_tokens
        self._now = layers
        if self._first[1] is None:
            self._first = (self.length, layers)

    @property
    def layers(self) -> Layers | None:
        """The state now."""
        return self._now

    def branched(self, batch_size: int, length: int) -> "LSTMMemory":
        """As gptcore.model.language_model.Memory has it."""
        other = copy(self)
        other.back_to(length, batch_size)
        return other

    def back_to(self, length: int, n_rows: int) -> None:
        """As gptcore.model.language_model.Memory has it.

        Raises:
            InputError: no call has ended at that length.
        """
        known = {0: None, self._first[0]: self._first[1], self.length: self._now}
        if length not in known:
            raise InputError(f"an LSTM keeps no state of {length} tokens; read them again")
        layers = known[length]
        self.length = length
        rows = torch.zeros(n_rows, dtype=torch.long)
        self._now = None if layers is None else [(h[:, rows], c[:, rows]) for h, c in layers]
        if length == 0:
            self._first = (0, None)

    def select(self, rows: Tensor, since: int = 0) -> None:
        """As gptcore.model.language_model.Memory has it."""
        if self._now is not None:
            self._now = [(h[:, rows], c[:, rows]) for h, c in self._now]


class LSTM(LanguageModel):
    """An LSTM language model.

    Args:
        config: its shape.
        generator: source of the initial weights: the token table N(0, init_std), as a GPT's; the layers' uniform within
            1 / sqrt(D), as torch has them, with the forget gate's bias at 1, so that a new layer remembers. None: a new
            one with seed 0.
        device: where the weights are made; "meta" gives their names and shapes alone and waits for `fill`.
    """

    position_embedding = None
    """It has none: the order of the tokens is the order in which they are read."""
    records = ("token_embedding", "hidden", "final", "logits")
    """Of these, "hidden" is h of each layer, after the embeddings."""

    def __init__(self, config: ModelConfig, generator: torch.Generator | None = None, device: str = "cpu"):
        super().__init__()
        self.config = config
        d = config.d_model
        with torch.device("meta"):
            self.token_embedding = nn.Embedding.from_pretrained(torch.empty(config.vocab_size, d), freeze=False)
            self.blocks = nn.ModuleList(nn.LSTM(d, d, batch_first=True) for _ in range(config.n_layer))
            self.lm_head = None if config.tied else nn.Linear(d, config.vocab_size, bias=False)
        if device != "meta":
            empty = {name: torch.empty(like.shape, device=device) for name, like in self.state_dict().items()}
            self.load_state_dict(empty, assign=True)
            self._initialise(generator or torch.Generator().manual_seed(0))

    def hidden_states(
        self,
        ids: Tensor,
        capture: Capture | None = None,
        cache: LSTMMemory | None = None,
        interventions: Collection[Intervention] = (),
    ) -> Tensor:
        """ids (B, T) -> h of the last layer, which the output layer reads, (B, T, D).

        Args:
            capture: may ask for `records`.
            cache: the state that the ids go on from; it is moved on.
            interventions: none can be made.

        Raises:
            InputError: no token, an intervention, or a part that it has not.
        """
        check_pass(self, ids, capture, _HAS)
        self.check(interventions)
        record = _recorder(capture)
        before = None if cache is None else cache.layers
        after: Layers = []
        h = self.token_embedding(ids)
        record("token_embedding", None, h)
        record("hidden", 0, h)
        h = dropout(h, self.config.dropout, self.training)
        for layer, block in enumerate(self.blocks):
            h, state = block(h, None if before is None else before[layer])
            after.append(state)
            record("hidden", layer + 1, h)
            h = dropout(h, self.config.dropout, self.training)
            if capture is not None:
                capture.pause()
        record("final", None, h)
        if cache is not None:
            cache.read(ids.shape[1], after)
        return h

    def unembed(self, h: Tensor) -> Tensor:
        """States (..., D) -> logits (..., V), without bias."""
        return F.linear(h, self.output_table).float()

    def surprisal(self, h: Tensor, targets: Tensor) -> Tensor:
        """-ln p of the tokens that follow, (N,) float32 without gradients, in nats; h (N, D), targets (N,)."""
        return token_losses(h, self.output_table, targets)

    def new_memory(self, batch_size: int = 1, capacity: int | None = None) -> LSTMMemory:
        """The state before the first token; it has room for any text."""
        return LSTMMemory()

    def fill(self, weights: Mapping[str, Tensor]) -> None:
        """Gives memory and these weights, by the names of `state_dict`, to a model that has names and shapes alone."""
        own = {name: value.to(torch.float32, copy=True).contiguous() for name, value in weights.items()}
        self.load_state_dict(own, assign=True)

    @property
    def output_table(self) -> Tensor:
        """(V, D): the token table where the two are tied, otherwise the output layer's own weights."""
        return self.token_embedding.weight if self.lm_head is None else self.lm_head.weight

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.token_embedding.weight.device

    @torch.no_grad()
    def _initialise(self, generator: torch.Generator) -> None:
        d = self.config.d_model
        self.token_embedding.weight.normal_(0, self.config.init_std, generator=generator)
        if self.lm_head is not None:
            self.lm_head.weight.normal_(0, self.config.init_std, generator=generator)
        for block in self.blocks:
            for name, weights in block.named_parameters():
                if name.startswith("weight"):
                    weights.uniform_(-(d**-0.5), d**-0.5, generator=generator)
                else:  # two vectors that are added; torch's order of the gates is input, forget, cell, output
                    weights.zero_()
                    if name.startswith("bias_ih"):
                        weights[d : 2 * d] = 1


def _recorder(capture: Capture | None) -> Callable[[str, int | None, Tensor], Any]:
    return (lambda part, layer, value: None) if capture is None else capture.record
