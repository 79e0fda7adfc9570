"""A full trace against transformers with attentions and hidden states, cached generation against its GPT-2, and the
ranking of all parts of the model that ships, on one thread, as the app has it."""

import statistics
from collections.abc import Iterator

import torch
from transformers import GPT2Config, GPT2LMHeadModel, OpenAIGPTConfig, OpenAIGPTLMHeadModel

from gptcore.checkpoints.checkpoint import load
from gptcore.config import ModelConfig
from gptcore.decode.generate import generate
from gptcore.effects.ranking import rank_parts
from gptcore.model.gpt import GPT
from gptcore.trace.trace import run_trace
from tests.benchmarks.contest import ratio, seconds
from tests.benchmarks.report import Figure, Row

SHAPE = ModelConfig(8_192, 256, 6, 6, 192)
PARTS = ("scores", "attention", "hidden", "logits")
NEW_TOKENS = 100
RANKED_TOKENS = 64
ROUNDS = 5


def run() -> Iterator[Row]:
    """Traces of three lengths, generation of two kinds, and a ranking."""
    yield from _traces()
    yield from _generations()
    yield _ranking()


def _traces() -> Iterator[Row]:
    ours = GPT(SHAPE).eval()
    theirs = OpenAIGPTLMHeadModel._from_config(
        OpenAIGPTConfig(vocab_size=8_192, n_positions=256, n_layer=6, n_head=6, n_embd=192), attn_implementation="eager"
    ).eval()
    for n_tokens in (32, 128, 256):
        ids = torch.randint(0, 8_192, (n_tokens,))

        def reference(ids=ids) -> None:
            with torch.no_grad():
                theirs(ids[None], output_attentions=True, output_hidden_states=True)

        times, mine, peers = ratio(lambda ids=ids: run_trace(ours, ids, PARTS), reference, rounds=40)
        note = f"{1000 * mine:.1f} against {1000 * peers:.1f} ms"
        yield Row(f"full trace, {n_tokens} tokens", Figure(1 / times, "x its time", at_most=1.0), note=note)


def _generations() -> Iterator[Row]:
    ours = GPT(SHAPE).eval()
    theirs = GPT2LMHeadModel(
        GPT2Config(vocab_size=8_192, n_positions=256, n_layer=6, n_head=6, n_embd=192, eos_token_id=None)
    ).eval()
    ids = torch.randint(0, 8_192, (8,))
    greedy = dict(do_sample=False)
    sampled = dict(do_sample=True, temperature=0.8, top_k=40, top_p=0.95)
    for name, our_settings, their_settings in (
        ("greedy", dict(temperature=0), greedy),
        ("top-k 40, top-p 0.95", dict(temperature=0.8, top_k=40, top_p=0.95), sampled),
    ):

        def reference(settings=their_settings) -> None:
            length = dict(min_new_tokens=NEW_TOKENS, max_new_tokens=NEW_TOKENS, pad_token_id=0)
            theirs.generate(ids[None], attention_mask=torch.ones(1, 8), use_cache=True, **length, **settings)

        def mine(settings=our_settings) -> None:
            for _ in generate(ours, ids, NEW_TOKENS, **settings):
                pass

        times, seconds, peers = ratio(mine, reference, rounds=7)
        note = f"{NEW_TOKENS / seconds:,.0f} against {NEW_TOKENS / peers:,.0f} tokens/s"
        yield Row(f"generation, {name}", Figure(times, "x", at_least=1.3), note=note)


def _ranking() -> Row:
    model = load().model
    ids = torch.randint(0, model.config.vocab_size, (RANKED_TOKENS,))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        times = [
            seconds(lambda: rank_parts(model, run_trace(model, ids, ("hidden", "head_out")))) for _ in range(ROUNDS)
        ]
    finally:
        torch.set_num_threads(threads)
    parts = model.config.n_layer * (model.config.n_head + 2)
    return Row(
        f"ranking of all parts, {RANKED_TOKENS} tokens",
        Figure(statistics.median(times), "s", "median", at_most=1.5),
        note=f"{parts} parts, one thread",
    )
