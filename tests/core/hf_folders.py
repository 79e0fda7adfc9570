"""Folders as transformers writes them, with random weights, for tests that open them."""

import json

import torch
from safetensors.torch import load_file, save_file
from transformers import GPT2Config, GPT2LMHeadModel, OpenAIGPTConfig, OpenAIGPTLMHeadModel

from gptcore.checkpoints.checkpoint import load

SHAPE = dict(vocab_size=60, n_positions=24, n_layer=2, n_head=2, n_embd=16, initializer_range=0.2)
ENDS = dict(bos_token_id=None, eos_token_id=None)
IDS = torch.randint(0, 60, (1, 20), generator=torch.Generator().manual_seed(1))
KINDS = {
    "openai-gpt": (OpenAIGPTConfig, OpenAIGPTLMHeadModel),
    "gpt2": (GPT2Config, GPT2LMHeadModel),
}
TABLES = {"openai-gpt": "transformer.tokens_embed.weight", "gpt2": "transformer.wte.weight"}


def written(folder, kind, architecture=None, shards=None, dtype=torch.float32, **changes):
    """A folder of theirs, with random weights and biases."""
    config_class, language_model = KINDS[kind]
    torch.manual_seed(0)
    model = (architecture or language_model)(config_class(**{**SHAPE, **ENDS, **changes}))
    with torch.no_grad():
        for parameter in model.parameters():  # theirs start with biases of 0 and gains of 1, which hide mistakes
            parameter.add_(torch.randn_like(parameter) * 0.1)
    model.to(dtype).save_pretrained(folder, **({"max_shard_size": shards} if shards else {}))
    return folder


def same_logits(folder, kind, ids=IDS):
    """Whether both programs compute the same from a folder; what ours opened."""
    theirs = KINDS[kind][1].from_pretrained(folder, dtype=torch.float32).eval()
    ours = load(folder)
    with torch.no_grad():
        torch.testing.assert_close(ours.model(ids), theirs(ids).logits, atol=1e-4, rtol=0)
    return ours


def edit(folder, file="config.json", **changes):
    values = json.loads((folder / file).read_text())
    (folder / file).write_text(json.dumps({**values, **changes}))


def rewrite(folder, change):
    """Weights as another version or program would have saved them."""
    weights = load_file(folder / "model.safetensors")
    save_file(change(weights), folder / "model.safetensors", {"format": "pt"})
