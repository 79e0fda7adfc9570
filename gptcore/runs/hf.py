"""To and from Hugging Face's OpenAIGPT folders, so that the paper's own weights open here and ours in transformers.

Works on files alone (config.json, model.safetensors, tokenizer files) and needs no transformers. Their linear layers
keep weights as (in, out), ours as (out, in): two-dimensional weights of a block are transposed on the way.
"""

from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from gptcore.config import ModelConfig
from gptcore.errors import CheckpointError, InputError
from gptcore.model.gpt import GPT
from gptcore.runs.checkpoint import Checkpoint, read_json, write_json
from gptcore.runs.tensors import write_tensors
from gptcore.text.tokenizer import Tokenizer

_TOP = {"token_embedding.weight": "tokens_embed.weight", "position_embedding.weight": "positions_embed.weight"}
_BLOCK = {
    "attn.qkv": "attn.c_attn",
    "attn.proj": "attn.c_proj",
    "ln_1": "ln_1",
    "mlp.fc": "mlp.c_fc",
    "mlp.proj": "mlp.c_proj",
    "ln_2": "ln_2",
}


def from_hf(folder: str | Path) -> Checkpoint:
    """Reads an OpenAIGPT folder. The tokenizer is None if the folder has no tokenizer files.

    Raises:
        InputError: the folder holds another kind of model, or weights in a format that would have to be unpickled.
        CheckpointError: files are missing or do not fit each other.
    """
    folder = Path(folder)
    config = _config_from_hf(read_json(folder / "config.json"), folder)
    if not (folder / "model.safetensors").exists():
        raise InputError(
            f"{folder} has no model.safetensors; other weight files are not read, because opening them can run code. "
            "Save the model with safe_serialization=True"
        )
    try:
        theirs = load_file(folder / "model.safetensors")
    except SafetensorError as error:
        raise CheckpointError(f"{folder / 'model.safetensors'} cannot be read: {error}") from error
    theirs = {name.removeprefix("transformer."): value for name, value in theirs.items()}
    model = GPT(config)
    ours = model.state_dict()
    for name, expected in ours.items():
        hf_name = _hf_name(name)
        if hf_name not in theirs:
            raise CheckpointError(f"{folder / 'model.safetensors'} has no {hf_name}")
        value = _transposed(name, theirs[hf_name])
        if value.shape != expected.shape:
            raise CheckpointError(
                f"{hf_name} is {tuple(theirs[hf_name].shape)}, but config.json asks for {tuple(expected.shape)}"
            )
        ours[name] = value
    model.load_state_dict(ours)
    tokenizer = Tokenizer.load(folder) if _has_tokenizer(folder) else None
    if tokenizer is not None and tokenizer.vocab_size != config.vocab_size:
        raise CheckpointError(
            f"the tokenizer in {folder} has {tokenizer.vocab_size:,} entries, the model {config.vocab_size:,}"
        )
    return Checkpoint(model.eval().requires_grad_(False), tokenizer, config, {"name": folder.name, "format": "hf"})


def to_hf(checkpoint: Checkpoint, folder: str | Path) -> None:
    """Writes a folder that transformers' OpenAIGPTLMHeadModel.from_pretrained opens, the tokenizer included.

    Raises:
        InputError: the model's shape is none that OpenAIGPT has.
    """
    config = checkpoint.config
    differs = {
        "norm must be post": config.norm != "post",
        "positions must be learned": config.positions != "learned",
        "d_ff must be 4 * d_model": config.d_ff != 4 * config.d_model,
    }
    if any(differs.values()):
        reasons = ", ".join(reason for reason, wrong in differs.items() if wrong)
        raise InputError(f"transformers' OpenAIGPT has no such model: {reasons}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", _config_to_hf(config))
    if checkpoint.tokenizer is not None:
        checkpoint.tokenizer.save(folder)
        write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast"})
    weights = {
        f"transformer.{_hf_name(name)}": _transposed(name, value).float()
        for name, value in checkpoint.model.state_dict().items()
    }
    write_tensors(folder / "model.safetensors", weights, {"format": "pt"})


def _hf_name(name: str) -> str:
    if name in _TOP:
        return _TOP[name]
    _, layer, rest = name.split(".", 2)
    part, kind = rest.rsplit(".", 1)
    return f"h.{layer}.{_BLOCK[part]}.{kind}"


def _transposed(name: str, value: Tensor) -> Tensor:
    return value.t() if name not in _TOP and value.dim() == 2 else value


def _has_tokenizer(folder: Path) -> bool:
    return (folder / "tokenizer.json").exists() or (folder / "vocab.json").exists()


def _config_from_hf(values: dict[str, Any], folder: Path) -> ModelConfig:
    if values.get("model_type") != "openai-gpt":
        raise InputError(f"{folder} holds a {values.get('model_type')!r} model; only openai-gpt can be read")
    if values.get("afn", "gelu") not in ("gelu", "gelu_new"):
        raise InputError(f"{folder} uses the activation {values['afn']!r}; only GPT-1's gelu can be read")
    return ModelConfig.from_dict(
        {
            "vocab_size": values.get("vocab_size", 40_478),
            "n_positions": values.get("n_positions", 512),
            "n_layer": values.get("n_layer", 12),
            "n_head": values.get("n_head", 12),
            "d_model": values.get("n_embd", 768),
            "dropout": values.get("resid_pdrop", 0.1),
            "layer_norm_eps": values.get("layer_norm_epsilon", 1e-5),
            "init_std": values.get("initializer_range", 0.02),
        }
    )


def _config_to_hf(config: ModelConfig) -> dict[str, Any]:
    return {
        "architectures": ["OpenAIGPTLMHeadModel"],
        "model_type": "openai-gpt",
        "afn": "gelu",
        "vocab_size": config.vocab_size,
        "n_positions": config.n_positions,
        "n_layer": config.n_layer,
        "n_head": config.n_head,
        "n_embd": config.d_model,
        "embd_pdrop": config.dropout,
        "attn_pdrop": config.dropout,
        "resid_pdrop": config.dropout,
        "layer_norm_epsilon": config.layer_norm_eps,
        "initializer_range": config.init_std,
        "tie_word_embeddings": True,
    }
