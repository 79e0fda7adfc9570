"""The tables that a row of ids is looked up in: without values until the model fills them."""

import math

import torch
from torch import Tensor, nn

from gptcore.config import ModelConfig


class Sinusoids(nn.Module):
    """A table of sinusoids; nothing to learn or to save.

    They are `init_std` high. In "Attention is all you need" (section 3.4) both these and new token embeddings are about
    1, for it multiplies the latter by sqrt(d_model). Ours begin at `init_std`, and sinusoids of 1 drown them: such
    a model learnt how often each token comes, and nothing more.
    """

    weight: Tensor

    def __init__(self, config: ModelConfig):
        super().__init__()
        self._height = config.init_std
        self.register_buffer("weight", torch.empty(config.n_positions, config.d_model), persistent=False)

    def fill(self, device: torch.device) -> None:
        """Gives it memory, and its numbers."""
        self.weight = self._height * sinusoids(*self.weight.shape).to(device)


def sinusoids(n_positions: int, d_model: int) -> Tensor:
    """Fixed position vectors (P, D): sines and cosines of the position, at rates that fall geometrically from 1 to
    about 1 / 10,000 ("Attention is all you need", section 3.5)."""
    rate = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10_000.0) / d_model))
    angle = torch.arange(n_positions)[:, None] * rate
    table = torch.empty(n_positions, d_model)
    table[:, 0::2] = angle.sin()
    table[:, 1::2] = angle.cos()[:, : d_model // 2]
    return table


def positions(config: ModelConfig) -> nn.Embedding | Sinusoids | None:
    """What a model adds for a token's place, as its config says: a table to learn, sinusoids, or nothing."""
    if config.positions == "learned":
        return embedding(config.n_positions, config.d_model)
    return Sinusoids(config) if config.positions == "sinusoidal" else None


def embedding(n: int, d_model: int) -> nn.Embedding:
    """A table without values: to draw them on the meta device, torch would load its whole compiler for 1.3 s."""
    return nn.Embedding.from_pretrained(torch.empty(n, d_model), freeze=False)
