"""The shape of a model: one frozen dataclass, its limits, and the named presets.

Knows nothing of torch, so that reading a config costs nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from gptcore.errors import InputError
from gptcore.fields import About, Settings

Norm = Literal["post", "pre"]
Positions = Literal["learned", "sinusoidal", "none"]
Activation = Literal["gelu_tanh", "gelu_erf", "relu", "silu"]
Mask = Literal["causal", "none"]

ACTIVATION_NAMES: dict[Activation, str] = {"gelu_tanh": "GELU", "gelu_erf": "GELU", "relu": "ReLU", "silu": "SiLU"}
"""As papers write them."""


@dataclass(frozen=True)
class ModelConfig(Settings):
    """Shape of a GPT, or of a masked language model: the same blocks with the mask off. The defaults of every field
    but the sizes are the paper's (section 4.1); the upper limits keep a typo from asking for more memory than a machine
    has (GPT-3 fits under all of them)."""

    NOUN: ClassVar[str] = "a model"

    vocab_size: Annotated[
        int, About("entries in the vocabulary, special tokens included", ge=1, le=1_000_000, label="Vocabulary")
    ]
    n_positions: Annotated[int, About("longest context, in tokens", ge=1, le=65_536, label="Context")]
    n_layer: Annotated[int, About("blocks, one above the other", ge=1, le=128, label="Layers")]
    n_head: Annotated[int, About("attention heads per block; they share the width", ge=1, le=256, label="Heads")]
    d_model: Annotated[int, About("width of the vector that represents a token", ge=1, le=16_384, label="Width")]
    d_ff: Annotated[
        int | None, About("width inside the feed-forward network; 4 * d_model without it", ge=1, le=65_536)
    ] = None
    dropout: Annotated[
        float,
        About("share of values zeroed in training: embeddings, attention weights and two residuals", ge=0, lt=1),
    ] = 0.1
    norm: Annotated[
        Norm,
        About(
            "LayerNorm after each residual sum (post, GPT-1) or before each sub-layer (pre, GPT-2)", label="LayerNorm"
        ),
    ] = "post"
    positions: Annotated[Positions, About("position embeddings: a learned table (GPT-1), fixed sinusoids, or none")] = (
        "learned"
    )
    activation: Annotated[
        Activation,
        About("inside the feed-forward network: GELU in its tanh form (GPT-1, GPT-2) or exact, ReLU or SiLU"),
    ] = "gelu_tanh"
    tied: Annotated[
        bool, About("the output layer is the token table again (GPT-1, GPT-2), or has weights of its own")
    ] = True
    mask: Annotated[
        Mask,
        About("a token looks at itself and those before it (causal, GPT), or at the whole row (none, BERT)"),
    ] = "causal"
    segments: Annotated[
        int, About("embeddings that tell the texts of one row apart: 2 in BERT, none in GPT", ge=0, le=16)
    ] = 0
    layer_norm_eps: Annotated[float, About("added to the variance in every LayerNorm", gt=0, le=1)] = 1e-5
    init_std: Annotated[
        float, About("standard deviation of the normal distribution that weights start from", gt=0, le=1)
    ] = 0.02

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.d_ff is None:
            object.__setattr__(self, "d_ff", self.d_inner)

    def conflicts(self) -> Iterator[str]:
        """Heads that do not share the width evenly."""
        if self.d_model % self.n_head:
            yield f"d_model ({self.d_model}) must be a multiple of n_head ({self.n_head})"

    @property
    def is_causal(self) -> bool:
        """Whether no token sees a later one, so that the model can write."""
        return self.mask == "causal"

    @property
    def d_inner(self) -> int:
        """Width inside the feed-forward network, which `d_ff` holds too once the config is made."""
        return 4 * self.d_model if self.d_ff is None else self.d_ff

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


# `gpt1` is the paper's (section 4.1), with the 40,478 entries of its vocabulary.
PRESETS: dict[str, dict[str, Any]] = {
    "nano": dict(vocab_size=1_024, n_positions=64, n_layer=2, n_head=2, d_model=64),
    "micro": dict(vocab_size=2_048, n_positions=128, n_layer=4, n_head=4, d_model=128),
    "small": dict(vocab_size=8_192, n_positions=256, n_layer=6, n_head=6, d_model=192),
    "medium": dict(vocab_size=8_192, n_positions=512, n_layer=8, n_head=8, d_model=256),
    "gpt1": dict(vocab_size=40_478, n_positions=512, n_layer=12, n_head=12, d_model=768),
}
