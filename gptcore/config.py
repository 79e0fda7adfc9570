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
Architecture = Literal["transformer", "lstm", "bigram"]

ACTIVATION_NAMES: dict[Activation, str] = {"gelu_tanh": "GELU", "gelu_erf": "GELU", "relu": "ReLU", "silu": "SiLU"}
"""As papers write them."""

ARCHITECTURE_NAMES: dict[Architecture, str] = {"transformer": "transformer", "lstm": "LSTM", "bigram": "bigram"}
"""In a sentence."""


@dataclass(frozen=True)
class ModelConfig(Settings):
    """Shape of a language model: a GPT, a masked model (the same blocks with the mask off), or a peer. The defaults of
    every field but the sizes are the paper's (section 4.1); the upper limits keep a typo from asking for more memory
    than a machine has (GPT-3 fits under all of them).

    An LSTM has layers and a width, and reads n_positions tokens at once in training; a bigram has a vocabulary only.
    What is a transformer's alone keeps its default in theirs.
    """

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
    architecture: Annotated[
        Architecture,
        About("what reads the text: GPT-1's transformer, or a peer to put beside it, an LSTM or a bigram of counts"),
    ] = "transformer"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.d_ff is None:
            object.__setattr__(self, "d_ff", self.d_inner)

    def conflicts(self) -> Iterator[str]:
        """Heads that do not share the width evenly; of a peer, what only a transformer has."""
        if self.d_model % self.n_head:
            yield f"d_model ({self.d_model}) must be a multiple of n_head ({self.n_head})"
        if self.architecture != "transformer":
            foreign = {"n_head": 1, "norm": "post", "positions": "learned", "activation": "gelu_tanh"}
            for name, without in (foreign | {"mask": "causal", "segments": 0}).items():
                if getattr(self, name) != without:
                    yield f"{name} is a transformer's; {self.named} has none, so leave it at {without}"

    @property
    def named(self) -> str:
        """What it is, with its article: "an LSTM"."""
        return ("an " if self.architecture == "lstm" else "a ") + ARCHITECTURE_NAMES[self.architecture]

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


def require_causal(config: ModelConfig, name: str = "this model") -> None:
    """Makes sure that a model, which is called so, can write and be read from left to right.

    Raises:
        InputError: it has no causal mask.
    """
    if not config.is_causal:
        raise InputError(
            f"{name} reads both ways (BERT's kind): it fills in [MASK] and answers tasks, but has no next token to "
            "write or to explain; take a GPT, such as stories, or gptcore.fill_mask"
        )


def require_masked(config: ModelConfig, name: str = "this model") -> None:
    """Makes sure that a model, which is called so, reads both ways.

    Raises:
        InputError: it is a GPT or a peer, which see nothing to the right of a gap.
    """
    if config.is_causal:
        kind = "a GPT" if config.architecture == "transformer" else config.named
        raise InputError(f"{name} is {kind}, which reads from left to right and fills in no gaps: take a masked one")
