"""A peer: a bigram of counts that reads and writes as a GPT does. Its state is the last token, and its logits are the
logarithms of its probabilities, so that their softmax is the distribution itself."""

from collections.abc import Collection

import numpy as np
import torch
from torch import Tensor

from gptcore.config import ModelConfig
from gptcore.model.capture import Capture
from gptcore.model.intervention import Intervention
from gptcore.model.language_model import LanguageModel, check_pass
from gptcore.model.ngram import Bigram

N_POSITIONS = 512
"""Tokens that are read at once where a caller asks how many; more would change nothing."""
_HAS = "it has counted which token follows which, and that is all"


class BigramMemory:
    """What a bigram keeps of a text: nothing but how long it is, for the last token is always read anew."""

    def __init__(self) -> None:
        self.length = 0

    def branched(self, batch_size: int, length: int) -> "BigramMemory":
        """As gptcore.model.language_model.Memory has it."""
        other = BigramMemory()
        other.length = length
        return other

    def back_to(self, length: int, n_rows: int) -> None:
        """As gptcore.model.language_model.Memory has it."""
        self.length = length

    def select(self, rows: Tensor, since: int = 0) -> None:
        """As gptcore.model.language_model.Memory has it; rows keep nothing that could be moved."""


class BigramModel(LanguageModel):
    """A bigram as a language model; nothing in it is trained, or moves to a GPU.

    Args:
        bigram: its counts.
    """

    records = ("logits",)

    def __init__(self, bigram: Bigram):
        super().__init__()
        self.bigram = bigram
        self.config = bigram_config(bigram.vocab_size)

    def hidden_states(
        self,
        ids: Tensor,
        capture: Capture | None = None,
        cache: BigramMemory | None = None,
        interventions: Collection[Intervention] = (),
    ) -> Tensor:
        """ids (B, T) -> the ids themselves, (B, T, 1) int64: all that the next token is predicted from.

        Raises:
            InputError: no token, an intervention, or a part to record other than the logits.
        """
        check_pass(self, ids, capture, _HAS)
        self.check(interventions)
        if cache is not None:
            cache.length += ids.shape[1]
        return ids[..., None]

    def unembed(self, h: Tensor) -> Tensor:
        """Last tokens (..., 1) -> ln p of every token, (..., V) float32."""
        probabilities = self.bigram.rows(h.cpu().flatten().numpy())
        return torch.from_numpy(np.log(probabilities)).float().view(*h.shape[:-1], self.config.vocab_size)

    def surprisal(self, h: Tensor, targets: Tensor) -> Tensor:
        """-ln p of the tokens that follow, (N,) float32, in nats; h (N, 1), targets (N,)."""
        p = self.bigram.probability(h[:, 0].cpu().numpy(), targets.cpu().numpy())
        return torch.from_numpy(-np.log(p)).float()

    def new_memory(self, batch_size: int = 1, capacity: int | None = None) -> BigramMemory:
        """It has room for any text."""
        return BigramMemory()

    @property
    def device(self) -> torch.device:
        """Counts stay in the processor's memory."""
        return torch.device("cpu")


def bigram_config(vocab_size: int) -> ModelConfig:
    """Of a bigram: one layer of width 1, for its state is one number, the last token."""
    return ModelConfig(vocab_size, N_POSITIONS, n_layer=1, n_head=1, d_model=1, dropout=0.0, architecture="bigram")
