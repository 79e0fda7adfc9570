"""Every parameter of a model, counted from its config: where the millions are; and an LSTM with as many as a GPT."""

import math
from dataclasses import dataclass

from gptcore.config import ModelConfig


@dataclass(frozen=True)
class ParameterRow:
    """One kind of weight."""

    part: str
    """What it belongs to: "embedding", "attention", "feed-forward", "norm", "output", "recurrent"."""
    name: str
    shape: tuple[int, ...]
    copies: int
    """How many of it the model has (one per block, say)."""

    @property
    def count(self) -> int:
        """Numbers in all copies together."""
        total = self.copies
        for size in self.shape:
            total *= size
        return total


def parameter_table(config: ModelConfig) -> tuple[ParameterRow, ...]:
    """The model's weights in the order a token meets them; their counts add up to the model's.

    A tied output layer has no row: it is the token embedding once more (paper, equation 2). A bigram has no row at all:
    it learns no weights, and its config does not tell how many pairs it has counted.
    """
    if config.architecture == "bigram":
        return ()
    if config.architecture == "lstm":
        return _of_lstm(config)
    d, f, n = config.d_model, config.d_inner, config.n_layer
    rows = [ParameterRow("embedding", "token embedding", (config.vocab_size, d), 1)]
    if config.positions == "learned":
        rows.append(ParameterRow("embedding", "position embedding", (config.n_positions, d), 1))
    if config.segments:
        rows.append(ParameterRow("embedding", "segment embedding", (config.segments, d), 1))
    rows += [
        ParameterRow("attention", "queries, keys, values", (d, 3 * d), n),
        ParameterRow("attention", "their biases", (3 * d,), n),
        ParameterRow("attention", "output projection", (d, d), n),
        ParameterRow("attention", "its bias", (d,), n),
        ParameterRow("norm", "LayerNorm 1: gain and bias", (2, d), n),
        ParameterRow("feed-forward", "up", (d, f), n),
        ParameterRow("feed-forward", "its bias", (f,), n),
        ParameterRow("feed-forward", "down", (f, d), n),
        ParameterRow("feed-forward", "its bias", (d,), n),
        ParameterRow("norm", "LayerNorm 2: gain and bias", (2, d), n),
    ]
    if config.norm == "pre":
        rows.append(ParameterRow("norm", "final LayerNorm: gain and bias", (2, d), 1))
    if not config.tied:
        rows.append(ParameterRow("output", "output table", (config.vocab_size, d), 1))
    return tuple(rows)


def _of_lstm(config: ModelConfig) -> tuple[ParameterRow, ...]:
    d, n = config.d_model, config.n_layer
    rows = [
        ParameterRow("embedding", "token embedding", (config.vocab_size, d), 1),
        ParameterRow("recurrent", "input to the four gates", (4 * d, d), n),
        ParameterRow("recurrent", "state to the four gates", (4 * d, d), n),
        ParameterRow("recurrent", "biases of both", (2, 4 * d), n),
    ]
    if not config.tied:
        rows.append(ParameterRow("output", "output table", (config.vocab_size, d), 1))
    return tuple(rows)


def equal_lstm(config: ModelConfig, n_layer: int = 1) -> ModelConfig:
    """An LSTM of so many layers that has as many parameters as another model, as nearly as a whole width allows: within
    1 % where the width is some dozens. It reads as many tokens at once in training, and drops as many values.

    Args:
        config: of the other model, a GPT say.
    """
    wanted, tables = parameter_count(config), 1 if config.tied else 2

    def lstm(width: int) -> ModelConfig:
        kept = {name: getattr(config, name) for name in ("vocab_size", "n_positions", "dropout", "tied", "init_std")}
        return ModelConfig(**kept, n_layer=n_layer, n_head=1, d_model=max(1, width), architecture="lstm")

    # 8 n d^2 + (8 n + tables V) d = wanted
    linear = 8 * n_layer + tables * config.vocab_size
    width = (math.sqrt(linear**2 + 32 * n_layer * wanted) - linear) / (16 * n_layer)
    around = [lstm(math.floor(width)), lstm(math.ceil(width))]
    return min(around, key=lambda one: abs(parameter_count(one) - wanted))


def parameter_count(config: ModelConfig) -> int:
    """Numbers the model learns."""
    return sum(row.count for row in parameter_table(config))
