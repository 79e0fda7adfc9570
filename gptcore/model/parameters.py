"""Every parameter of a model, counted from its config: where the millions are."""

from dataclasses import dataclass

from gptcore.config import ModelConfig


@dataclass(frozen=True)
class ParameterRow:
    """One kind of weight."""

    part: str
    """What it belongs to: "embedding", "attention", "feed-forward", "norm", "output"."""
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

    A tied output layer has no row: it is the token embedding once more (paper, equation 2).
    """
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


def parameter_count(config: ModelConfig) -> int:
    """Numbers the model learns."""
    return sum(row.count for row in parameter_table(config))
