"""What every language model here can do, whatever it is made of: a GPT, an LSTM, a bigram of counts.

    states = model.hidden_states(ids)         (B, T) -> (B, T, D): what the prediction after each token is made from
    logits = model.unembed(states)            (B, T, D) -> (B, T, V): their softmax is the next token's distribution
    memory = model.new_memory()               what it keeps of a text, so that it reads each token once
    model.hidden_states(next_ids, cache=memory)

Decoding, scores and training ask for these alone. What only a GPT has (blocks and heads below a causal mask) asks for
`as_gpt`, which says what a peer lacks, or a masked model.
"""

from collections.abc import Collection
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.capture import PARTS, Capture
from gptcore.model.intervention import Intervention

_AT_ONCE = 4_000_000
"""Log-probabilities that `next_log_probabilities` computes together."""


class Memory(Protocol):
    """What a model keeps of the tokens it has read, in rows side by side; belongs to one text, never to the model."""

    length: int
    """Tokens read."""

    def branched(self, batch_size: int, length: int) -> Any:
        """A new memory of several rows that begin alike: each holds the first `length` tokens of this one's one row.

        Only a transformer's can be cut anywhere; another model's where a call has ended.
        """

    def back_to(self, length: int, n_rows: int) -> None:
        """Forgets all but the first `length` tokens (those of the first call, or none), which all rows share, and goes
        on with `n_rows` rows."""

    def select(self, rows: Tensor, since: int = 0) -> None:
        """Goes on with other rows: row i holds from now on what row rows[i] held; `since`: the first position at which
        rows differ."""


class LanguageModel(nn.Module):
    """A model of which token comes next."""

    config: ModelConfig
    records: tuple[str, ...] = PARTS
    """The parts that a Capture can have of it."""

    def forward(
        self,
        ids: Tensor,
        capture: Capture | None = None,
        cache: Any = None,
        interventions: Collection[Intervention] = (),
    ) -> Tensor:
        """ids (B, T) int64 -> logits (B, T, V) float32.

        Args:
            capture: records what it asks for on the way.
            cache: the ids continue the text it holds, and are added to it.
            interventions: what this pass does otherwise, see gptcore.model.intervention.

        Raises:
            InputError: more tokens than the model can read, or none; an intervention that does not fit this model.
        """
        return self._predicted(self.hidden_states(ids, capture, cache, interventions), capture)

    def _predicted(self, states: Tensor, capture: Capture | None) -> Tensor:
        """The logits of states, recorded."""
        logits = self.unembed(states)
        if capture is not None:
            capture.record("logits", None, logits)
        return logits

    def hidden_states(
        self,
        ids: Tensor,
        capture: Capture | None = None,
        cache: Any = None,
        interventions: Collection[Intervention] = (),
    ) -> Tensor:
        """ids (B, T) -> what the predictions are made from, (B, T, D); arguments as in forward."""
        raise NotImplementedError

    def unembed(self, h: Tensor) -> Tensor:
        """States (..., D) -> logits (..., V) float32."""
        raise NotImplementedError

    def surprisal(self, h: Tensor, targets: Tensor) -> Tensor:
        """-ln p of the tokens that follow, (N,) float32 without gradients, in nats; h (N, D), targets (N,)."""
        raise NotImplementedError

    def new_memory(self, batch_size: int = 1, capacity: int | None = None) -> Memory:
        """An empty memory.

        Args:
            capacity: tokens that it must hold; as many as the model can read without it.
        """
        raise NotImplementedError

    def check(self, interventions: Collection[Intervention]) -> None:
        """Makes sure that these can be made here.

        Raises:
            InputError: one of them cannot.
        """
        if interventions:
            raise InputError(f"{self.config.named} has no parts that can be switched off or replaced; that takes a GPT")

    @property
    def n_positions(self) -> int | None:
        """The most tokens that a prediction can look back on; None: there is no limit."""
        return None

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        raise NotImplementedError

    @torch.no_grad()
    def next_log_probabilities(self, ids: Tensor) -> Tensor:
        """ln p of every token after each of ids (B, T): (B, T, V) float32, in nats."""
        states = self.hidden_states(ids.to(self.device))
        rows = states.flatten(0, 1).split(max(1, _AT_ONCE // self.config.vocab_size))
        return torch.cat([self.unembed(row).log_softmax(-1) for row in rows]).unflatten(0, ids.shape)


def check_pass(model: LanguageModel, ids: Tensor, capture: Capture | None, has: str) -> None:
    """Makes sure that a peer can do a pass.

    Args:
        has: in words, what it has instead of the parts that it does not record.

    Raises:
        InputError: no ids, or a part is asked for that it has not.
    """
    if ids.dim() != 2 or ids.shape[1] < 1:
        raise InputError(f"ids are rows of at least one token, not of shape {tuple(ids.shape)}")
    if capture is not None and (foreign := sorted(capture.parts - set(model.records))):
        raise InputError(f"{model.config.named} has no {', '.join(foreign)}: {has}")
