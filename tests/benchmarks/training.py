"""A training step against transformers' OpenAIGPT: same shape, batch, dropouts and optimiser; and in bfloat16.

Both under the allocator as a process has it: the setting that a run makes (keep_freed_memory) speeds up the peer, too.
"""

from collections.abc import Iterator

import torch
from transformers import OpenAIGPTConfig, OpenAIGPTLMHeadModel

from gptcore.config import ModelConfig
from gptcore.model.gpt import GPT
from gptcore.model.loss import lm_loss
from gptcore.train.device import autocast, resolve_precision
from gptcore.train.optimizer import build_optimizer
from gptcore.train.settings import TrainSettings
from tests.benchmarks.contest import ratio
from tests.benchmarks.report import Figure, Row

SETTINGS = TrainSettings(steps=1, learning_rate=1e-3)
SHAPES = {
    "4 layers, 128 wide, 4,096 tokens": (ModelConfig(4_096, 128, 4, 4, 128), 16),
    "6 layers, 192 wide, 8,192 tokens": (ModelConfig(8_192, 256, 6, 6, 192), 16),
}


def run() -> Iterator[Row]:
    """Per shape: float32 against the peer, and bfloat16 against float32 where the processor multiplies it."""
    has_bfloat16 = resolve_precision("auto", torch.device("cpu")) == torch.bfloat16
    for name, (config, batch_size) in SHAPES.items():
        ids = torch.randint(0, config.vocab_size, (batch_size, config.n_positions + 1))
        n_tokens = batch_size * config.n_positions
        float32 = our_step(config, ids, torch.float32)
        times, ours, theirs = ratio(float32, _their_step(config, ids), rounds=7)
        note = f"{n_tokens / ours:,.0f} against {n_tokens / theirs:,.0f} tokens/s"
        yield Row(f"training, {name}", Figure(times, "x", at_least=2), note=note)
        if has_bfloat16:
            times, ours, _ = ratio(our_step(config, ids, torch.bfloat16), float32, rounds=7)
            note = f"{n_tokens / ours:,.0f} tokens/s"
            yield Row("  in bfloat16, against our float32", Figure(times, "x", at_least=1.25), note=note)
        else:
            yield Row("  in bfloat16", note="not measured: this processor does not multiply it")


def our_step(config: ModelConfig, ids: torch.Tensor, dtype: torch.dtype):
    """One update of our model on these rows, (B, T + 1) ids, as a function."""
    model = GPT(config).train()
    optimizer = build_optimizer(model, SETTINGS)

    def step() -> None:
        with autocast(torch.device("cpu"), dtype):
            hidden = model.hidden_states(ids[:, :-1])
            loss = lm_loss(hidden.flatten(0, 1), model.token_embedding.weight, ids[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return step


def _their_step(config: ModelConfig, ids: torch.Tensor):
    model = OpenAIGPTLMHeadModel(
        OpenAIGPTConfig(
            vocab_size=config.vocab_size,
            n_positions=config.n_positions,
            n_layer=config.n_layer,
            n_head=config.n_head,
            n_embd=config.d_model,
        )
    ).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    rows = ids[:, :-1].contiguous()

    def step() -> None:
        model(rows, labels=rows).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return step
