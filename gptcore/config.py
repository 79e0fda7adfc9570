"""The shape of a model: one frozen dataclass, its limits, and the named presets.

Knows nothing of torch, so that reading a config costs nothing.
"""

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from gptcore.errors import ConfigError, InputError

Norm = Literal["post", "pre"]
Positions = Literal["learned", "sinusoidal", "none"]
Activation = Literal["gelu_tanh", "gelu_erf", "relu", "silu"]

# Upper limits keep a typo from asking for more memory than a machine has (GPT-3 fits under all of them).
LIMITS = {
    "vocab_size": 1_000_000,
    "n_positions": 65_536,
    "n_layer": 128,
    "n_head": 256,
    "d_model": 16_384,
    "d_ff": 65_536,
}


@dataclass(frozen=True)
class ModelConfig:
    """Shape of a GPT. The defaults of every field but the sizes are the paper's (section 4.1)."""

    vocab_size: int
    """Entries in the vocabulary, special tokens included."""
    n_positions: int
    """Longest context, in tokens."""
    n_layer: int
    """Blocks, one above the other."""
    n_head: int
    """Attention heads per block; each is d_model / n_head wide."""
    d_model: int
    """Width of the vector that represents a token."""
    d_ff: int = None  # type: ignore[assignment]  # given as None, it is filled in below
    """Width inside the feed-forward network; None means 4 * d_model."""
    dropout: float = 0.1
    """Share of values zeroed in training, in four places: embedding, attention weights, two residuals."""
    norm: Norm = "post"
    """LayerNorm after each residual sum (GPT-1), or "pre": before each sub-layer with a final one (GPT-2)."""
    positions: Positions = "learned"
    """Position embeddings: a learned table (GPT-1), fixed sinusoids, or none."""
    activation: Activation = "gelu_tanh"
    """Inside the feed-forward network: GELU in its tanh form (GPT-1, GPT-2) or exact, ReLU or SiLU."""
    tied: bool = True
    """The output layer is the token table again (GPT-1, GPT-2); False gives it weights of its own."""
    layer_norm_eps: float = 1e-5
    """Added to the variance in every LayerNorm."""
    init_std: float = 0.02
    """Standard deviation of the normal distribution that weights start from."""

    def __post_init__(self) -> None:
        if self.d_ff is None and isinstance(self.d_model, int):
            object.__setattr__(self, "d_ff", 4 * self.d_model)
        problems = [
            f"{name} must be a whole number from 1 to {limit:,}, not {value!r:.60}"
            for name, limit in LIMITS.items()
            if not (type(value := getattr(self, name)) is int and 1 <= value <= limit)
        ]
        if not problems and self.d_model % self.n_head:
            problems.append(f"d_model ({self.d_model}) must be a multiple of n_head ({self.n_head})")
        if not is_number(self.dropout) or not 0 <= self.dropout < 1:
            problems.append(f"dropout must be at least 0 and below 1, not {self.dropout!r:.60}")
        for name, kind in (("norm", Norm), ("positions", Positions), ("activation", Activation)):
            if not isinstance(value := getattr(self, name), str) or value not in get_args(kind):
                problems.append(f"{name} must be one of {', '.join(get_args(kind))}, not {value!r:.60}")
        if type(self.tied) is not bool:
            problems.append(f"tied must be true or false, not {self.tied!r:.60}")
        for name in ("layer_norm_eps", "init_std"):
            if not is_number(getattr(self, name)) or not 0 < getattr(self, name) <= 1:
                problems.append(f"{name} must be above 0 and at most 1, not {getattr(self, name)!r:.60}")
        if problems:
            raise ConfigError(problems)

    @property
    def d_head(self) -> int:
        """Width of one head's queries, keys and values."""
        return self.d_model // self.n_head

    @classmethod
    def preset(cls, name: str, **changes: Any) -> "ModelConfig":
        """A named shape, with any field changed.

        Args:
            name: a key of PRESETS; "gpt1" is the paper's model.
            changes: fields that replace the preset's, say vocab_size.

        Raises:
            InputError: there is no such preset or no such field.
        """
        if name not in PRESETS:
            raise InputError(f"there is no preset {name!r}; choose one of {', '.join(PRESETS)}")
        return cls.from_dict({**PRESETS[name], **changes})

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ModelConfig":
        """A config from plain values (a config.json, say).

        Raises:
            ConfigError: a field is unknown, missing or out of range.
        """
        names = {field.name for field in fields(cls)}
        problems = [f"{name!r:.60} is no setting of a model" for name in values if name not in names]
        required = ("vocab_size", "n_positions", "n_layer", "n_head", "d_model")
        problems += [f"{name} is missing" for name in required if name not in values]
        if problems:
            raise ConfigError(problems)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Every field as a plain value, ready for JSON."""
        return asdict(self)

    def with_changes(self, **changes: Any) -> "ModelConfig":
        """A copy with some fields changed, checked again."""
        return replace(self, **changes)


def is_number(value: object) -> bool:
    """Whether a value is a finite number; a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -math.inf < value < math.inf


# `gpt1` is the paper's (section 4.1), with the 40,478 entries of its vocabulary.
PRESETS: dict[str, dict[str, Any]] = {
    "nano": dict(vocab_size=1_024, n_positions=64, n_layer=2, n_head=2, d_model=64),
    "micro": dict(vocab_size=2_048, n_positions=128, n_layer=4, n_head=4, d_model=128),
    "small": dict(vocab_size=8_192, n_positions=256, n_layer=6, n_head=6, d_model=192),
    "medium": dict(vocab_size=8_192, n_positions=512, n_layer=8, n_head=8, d_model=256),
    "gpt1": dict(vocab_size=40_478, n_positions=512, n_layer=12, n_head=12, d_model=768),
}
