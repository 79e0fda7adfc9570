"""How Hugging Face's two GPT layouts, openai-gpt and gpt2, name what a model of ours has: settings and weights.

Their linear layers inside blocks keep weights as (in, out), ours as (out, in): those are transposed on the way.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from gptcore.config import Activation, ModelConfig, Norm
from gptcore.errors import CheckpointError, ConfigError, InputError

_BLOCK = {
    "attn.qkv": "attn.c_attn",
    "attn.proj": "attn.c_proj",
    "ln_1": "ln_1",
    "mlp.fc": "mlp.c_fc",
    "mlp.proj": "mlp.c_proj",
    "ln_2": "ln_2",
}
HEAD = "lm_head.weight"
"""The output layer's own weights, here and there; of a tied model it is the token table, under this name or both."""
_SIZES = {  # ours: theirs, and the other name that transformers takes for it
    "vocab_size": ("vocab_size", "vocab_size"),
    "n_positions": ("n_positions", "max_position_embeddings"),
    "n_layer": ("n_layer", "num_hidden_layers"),
    "n_head": ("n_head", "num_attention_heads"),
    "d_model": ("n_embd", "hidden_size"),
}
_FIXED = {
    "scale_attn_weights": True,
    "scale_attn_by_inverse_layer_idx": False,
    "add_cross_attention": False,
    "quantization_config": False,
    "pruned_heads": False,
}
"""Settings that change what a model computes, and whether ours has them."""


@dataclass(frozen=True)
class Layout:
    """One of the two."""

    model_type: str
    architecture: str
    """The class that transformers opens it with."""
    norm: Norm
    top: dict[str, str]
    """Modules outside of the blocks: our names to theirs."""
    activation_key: str
    activations: dict[str, Activation]
    """Their names to ours; of several for one, the first is written."""
    defaults: dict[str, int]
    """Sizes that transformers takes where config.json is silent."""

    def their_name(self, ours: str) -> str:
        """The name of a weight without the "transformer." before it."""
        if ours == HEAD:
            return HEAD
        if not ours.startswith("blocks."):
            module, kind = ours.rsplit(".", 1)
            return f"{self.top[module]}.{kind}"
        _, layer, rest = ours.split(".", 2)
        part, kind = rest.rsplit(".", 1)
        return f"h.{layer}.{_BLOCK[part]}.{kind}"

    def is_body(self, name: str) -> bool:
        """Whether a weight of theirs belongs to what we compute too, rather than to another head."""
        return name.split(".")[0] in {"h", "lm_head", *self.top.values()}


OPENAI_GPT = Layout(
    "openai-gpt",
    "OpenAIGPTLMHeadModel",
    "post",
    {"token_embedding": "tokens_embed", "position_embedding": "positions_embed"},
    "afn",
    {"gelu": "gelu_tanh", "gelu_new": "gelu_tanh", "relu": "relu", "silu": "silu", "swish": "silu"},
    {"vocab_size": 40_478, "n_positions": 512, "n_layer": 12, "n_head": 12, "n_embd": 768},
)
GPT2 = Layout(
    "gpt2",
    "GPT2LMHeadModel",
    "pre",
    {"token_embedding": "wte", "position_embedding": "wpe", "final_norm": "ln_f"},
    "activation_function",
    {
        "gelu_new": "gelu_tanh",
        "gelu_pytorch_tanh": "gelu_tanh",
        "gelu_fast": "gelu_tanh",
        "gelu": "gelu_erf",
        "relu": "relu",
        "silu": "silu",
        "swish": "silu",
    },
    {"vocab_size": 50_257, "n_positions": 1_024, "n_layer": 12, "n_head": 12, "n_embd": 768},
)
_LAYOUTS = {layout.model_type: layout for layout in (OPENAI_GPT, GPT2)}


def is_hf(values: dict[str, Any]) -> bool:
    """Whether a config.json is transformers' and not ours."""
    return "model_type" in values or "architectures" in values


def layout_of(values: dict[str, Any], path: Path) -> Layout:
    """The layout that a config.json of theirs names.

    Raises:
        InputError: it names another kind of model, or none.
    """
    if not is_hf(values):
        raise InputError(f"{path} is already a checkpoint's of this program, not one that transformers wrote")
    kind = values.get("model_type")
    if kind not in tuple(_LAYOUTS):
        raise InputError(f"{path} has the model_type {kind!r:.60}; only {' and '.join(_LAYOUTS)} can be read")
    return _LAYOUTS[kind]


def transposed(name: str, value: Tensor) -> Tensor:
    """A weight as the other side keeps it, by our name; the same both ways."""
    return value.t() if name.startswith("blocks.") and value.dim() == 2 else value


def config_from_hf(values: dict[str, Any], path: Path) -> ModelConfig:
    """Our settings from a config.json of theirs.

    Raises:
        InputError: it asks for another kind of model, or for something that ours does not compute; the message names
            the setting and its value.
        CheckpointError: a value is out of range.
    """
    layout = layout_of(values, path)
    for name, only in _FIXED.items():
        if name in values and bool(values[name]) != only:
            raise InputError(f"{path} has {name}: {values[name]!r:.60}, which no model here can have")
    activation = values.get(layout.activation_key, next(iter(layout.activations)))
    if activation not in tuple(layout.activations):
        known = ", ".join(layout.activations)
        raise InputError(f"{path} has {layout.activation_key}: {activation!r:.60}; a model here can have {known}")
    sizes: dict[str, Any] = {
        ours: values.get(theirs, values.get(other, layout.defaults[theirs])) for ours, (theirs, other) in _SIZES.items()
    }
    sizes["d_ff"] = values.get("n_inner") if layout is GPT2 else None
    spread = values.get("initializer_range")
    try:
        return ModelConfig(
            **sizes,
            dropout=values.get("resid_pdrop", 0.1),
            norm=layout.norm,
            activation=layout.activations[activation],
            tied=values.get("tie_word_embeddings", True),
            layer_norm_eps=values.get("layer_norm_epsilon", 1e-5),
            # Of new weights only: no reason to refuse a model that has its own.
            init_std=spread if type(spread) is float and 0 < spread <= 1 else 0.02,
        )
    except ConfigError as error:
        raise CheckpointError(f"{path} does not describe a model: {error.problems[0]}") from error


def config_to_hf(config: ModelConfig, end_of_text: int | None) -> dict[str, Any]:
    """A config.json of theirs for a model of ours.

    Args:
        end_of_text: id of the token that ends a text, None if there is none.

    Raises:
        InputError: neither layout has such a model.
    """
    layout = layout_for(config)
    names = {ours: theirs for theirs, ours in reversed(layout.activations.items())}
    problems = [
        problem
        for problem, wrong in {
            "there must be no segments": config.segments > 0,
            "positions must be learned": config.positions != "learned",
            "d_ff must be 4 * d_model": layout is OPENAI_GPT and config.d_ff != 4 * config.d_model,
            f"activation must be one of {', '.join(sorted(names))}": config.activation not in names,
        }.items()
        if wrong
    ]
    if problems:
        raise InputError(f"transformers' {layout.architecture} has no such model: {', '.join(problems)}")
    return {
        "architectures": [layout.architecture],
        "model_type": layout.model_type,
        layout.activation_key: names[config.activation],
        **{theirs: getattr(config, ours) for ours, (theirs, _) in _SIZES.items()},
        **({"n_inner": None if config.d_ff == 4 * config.d_model else config.d_ff} if layout is GPT2 else {}),
        **dict.fromkeys(("embd_pdrop", "attn_pdrop", "resid_pdrop"), config.dropout),
        "layer_norm_epsilon": config.layer_norm_eps,
        "initializer_range": config.init_std,
        "tie_word_embeddings": config.tied,
        "bos_token_id": end_of_text,
        "eos_token_id": end_of_text,
    }


def layout_for(config: ModelConfig) -> Layout:
    """The layout that has a model's order of norms."""
    return OPENAI_GPT if config.norm == "post" else GPT2
