"""What a feed-forward neuron answers to: the places of a sample of text where it is most active.

A neuron is one number of the d_ff inside a block's feed-forward network, after the activation ("mlp_act").
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from gptcore.errors import InputError
from gptcore.model.capture import Capture
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel

MOST_TOKENS = 65_536
"""Of a sample: a place in it is then a number of two bytes."""
_PASS_BYTES = 64_000_000
"""Of activations that are held at once."""


@dataclass(frozen=True)
class Sample:
    """Texts, one behind the other. Each is read by itself, from its own start."""

    ids: np.ndarray
    """(N,) int64: tokens of all texts."""
    starts: np.ndarray
    """(M,) int64: where each text begins, ascending from 0."""

    @classmethod
    def of(cls, texts: Iterable[Sequence[int]]) -> "Sample":
        """Texts that have a token at least.

        Raises:
            InputError: there is none, or they have more than MOST_TOKENS.
        """
        kept = [list(text) for text in texts if len(text)]
        n_tokens = sum(map(len, kept))
        if not 1 <= n_tokens <= MOST_TOKENS:
            raise InputError(f"a sample of text has 1 to {MOST_TOKENS:,} tokens, not {n_tokens:,}")
        starts = np.cumsum([0, *map(len, kept[:-1])])
        return cls(np.concatenate([np.asarray(text, dtype=np.int64) for text in kept]), starts.astype(np.int64))

    @property
    def stops(self) -> np.ndarray:
        """(M,): where each text ends."""
        return np.append(self.starts[1:], len(self.ids))

    def text_at(self, place: int) -> tuple[int, int]:
        """(start, stop) of the text that holds a place."""
        number = int(np.searchsorted(self.starts, place, side="right")) - 1
        return int(self.starts[number]), int(self.stops[number])

    def batches(self, together: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """All texts, so many in a batch, those of like length side by side.

        Returns:
            (B, T) where in `ids` each token stands, and (B, T) bool whether it is the text's own: what fills a row up
            stands behind its text, which a causal model does not see.
        """
        order = np.argsort(self.stops - self.starts, kind="stable")
        for first in range(0, len(order), together):
            texts = order[first : first + together]
            starts, stops = self.starts[texts], self.stops[texts]
            at = starts[:, None] + np.arange(int((stops - starts).max()))
            real = at < stops[:, None]
            yield np.where(real, at, 0), real

    def first_times(self) -> np.ndarray:
        """(N,) bool: whether no earlier text has the same tokens up to here. What a model computes at a token follows
        from these alone, so that a second time would tell nothing new."""
        first = np.zeros(len(self.ids), dtype=bool)
        known: set[tuple[int, ...]] = set()
        for start, stop in zip(self.starts.tolist(), self.stops.tolist(), strict=True):
            for place in range(start, stop):
                text = tuple(self.ids[start : place + 1].tolist())
                if text not in known:
                    known.add(text)
                    first[place] = True
        return first


@dataclass(frozen=True)
class Contexts:
    """Where each neuron of a model is most active."""

    sample: Sample
    places: np.ndarray
    """(L, F, K): tokens of the sample, the strongest first; L layers, F = d_ff neurons, K places of each."""
    values: np.ndarray
    """(L, F, K): the activations there; rounded to half precision where they come from a file."""

    def of(self, layer: int, neuron: int) -> tuple[np.ndarray, np.ndarray]:
        """(places, activations) of a neuron, the strongest first. Only those above 0: a neuron that is never active
        answers to nothing."""
        active = self.values[layer, neuron] > 0
        return self.places[layer, neuron][active], self.values[layer, neuron][active]


def strongest(model: LanguageModel, sample: Sample, most: int = 10, report: Callable[[int], object] = int) -> Contexts:
    """The `most` places where each neuron is most active; of texts that begin alike, the beginning counts once.

    Args:
        model: in evaluation mode.
        sample: none of its texts longer than the model's context.
        report: told how many tokens have been read.

    Raises:
        InputError: a text is longer, or the model is no GPT.
    """
    config = as_gpt(model).config
    counted = sample.first_times()
    most = min(most, int(counted.sum()))
    values = torch.full((config.n_layer, config.d_inner, most), -torch.inf)
    places = torch.zeros(values.shape, dtype=torch.int64)
    longest = int((sample.stops - sample.starts).max())
    together = max(1, _PASS_BYTES // (4 * config.n_layer * config.d_inner * longest))
    done = 0
    for at, real in sample.batches(together):
        found = _activations(model, sample.ids[at])
        chosen = torch.from_numpy((real & counted[at]).ravel())
        if chosen.any():
            candidates = torch.cat([values, found[:, :, chosen]], dim=-1)
            from_where = torch.from_numpy(at.ravel())[chosen].expand(*found.shape[:2], -1)
            values, index = candidates.topk(most, dim=-1)
            places = torch.cat([places, from_where], dim=-1).gather(-1, index)
        done += int(real.sum())
        report(done)
    return Contexts(sample, places.numpy(), values.numpy())


@torch.no_grad()
def _activations(model: LanguageModel, ids: np.ndarray) -> torch.Tensor:
    """ids (B, T) -> (L, F, B T) on the processor."""
    capture = Capture(("mlp_act",), model.config.n_layer)
    model.hidden_states(torch.from_numpy(ids).to(model.device), capture)
    recorded = capture.recorded["mlp_act"]  # (L, B, T, F)
    return recorded.flatten(1, 2).transpose(1, 2).float().cpu()
