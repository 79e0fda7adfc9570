"""The model against transformers' own, and the properties that any causal model has."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, OpenAIGPTConfig, OpenAIGPTLMHeadModel

from gptcore.checkpoints.hf import from_hf, to_hf
from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.cache import KVCache
from gptcore.model.gpt import GPT
from gptcore.model.parameters import parameter_count, parameter_table
from gptcore.trace.trace import run_trace
from tests.core.conftest import tiny

SHAPES = [(1, 1, 8, 50), (2, 4, 32, 97), (3, 2, 48, 300), (5, 6, 24, 64)]
VARIANTS = [(norm, positions) for norm in ("post", "pre") for positions in ("learned", "sinusoidal", "none")]


def _ids(n: int, vocab_size: int, seed: int = 1) -> torch.Tensor:
    return torch.randint(0, vocab_size, (n,), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("n_layer, n_head, d_model, vocab_size", SHAPES)
def test_every_number_is_that_of_transformers(tmp_path, n_layer, n_head, d_model, vocab_size):
    torch.manual_seed(n_layer)
    config = OpenAIGPTConfig(
        vocab_size=vocab_size, n_positions=40, n_layer=n_layer, n_head=n_head, n_embd=d_model, initializer_range=0.2
    )
    theirs = OpenAIGPTLMHeadModel._from_config(config, attn_implementation="eager").eval()
    theirs.save_pretrained(tmp_path / "hf")
    ours = from_hf(tmp_path / "hf")
    ids = _ids(33, vocab_size)
    with torch.no_grad():
        expected = theirs(ids[None], output_attentions=True, output_hidden_states=True)
    trace = run_trace(ours.model, ids)
    np.testing.assert_allclose(trace.logits, expected.logits[0], atol=2e-4)
    np.testing.assert_allclose(trace.attention, torch.cat(expected.attentions), atol=2e-4)
    np.testing.assert_allclose(trace.hidden, torch.cat(expected.hidden_states), atol=2e-4)
    to_hf(ours, tmp_path / "back")
    back = OpenAIGPTLMHeadModel.from_pretrained(tmp_path / "back").eval()
    with torch.no_grad():
        np.testing.assert_allclose(back(ids[None]).logits[0], expected.logits[0], atol=2e-5)


def test_pre_norm_is_gpt2s_block():
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=60, n_positions=24, n_layer=2, n_head=2, n_embd=16, initializer_range=0.2)
    theirs = GPT2LMHeadModel(config).eval()
    ours = tiny(vocab_size=60, norm="pre")
    renamed = {
        "attn.c_attn": "attn.qkv",
        "attn.c_proj": "attn.proj",
        "mlp.c_fc": "mlp.fc",
        "mlp.c_proj": "mlp.proj",
        "wte": "token_embedding",
        "wpe": "position_embedding",
        "ln_f": "final_norm",
        "h.": "blocks.",
    }
    weights = {}
    for name, value in theirs.transformer.state_dict().items():
        transposed = value.t() if ".c_" in name and value.dim() == 2 else value
        for old, new in renamed.items():
            name = name.replace(old, new)
        weights[name] = transposed
    ours.load_state_dict(weights)
    ids = _ids(20, 60)[None]
    with torch.no_grad():
        np.testing.assert_allclose(ours(ids), theirs(ids).logits, atol=2e-5)


@pytest.mark.parametrize("norm, positions", VARIANTS)
def test_no_token_sees_a_later_one(norm, positions):
    model = tiny(norm=norm, positions=positions)
    ids = _ids(18, 90)
    changed = ids.clone()
    changed[9] = (ids[9] + 1) % 90
    with torch.no_grad():
        before, after = model(ids[None])[0], model(changed[None])[0]
    np.testing.assert_array_equal(before[:9], after[:9])
    assert (before[9:] - after[9:]).abs().amax(dim=1).min() > 1e-6


@pytest.mark.parametrize("norm, positions", VARIANTS)
def test_three_ways_to_the_same_logits(norm, positions):
    model = tiny(norm=norm, positions=positions)
    ids = _ids(20, 90)
    with torch.no_grad():
        fast = model(ids[None])[0]
        cache = KVCache(model.config)
        pieces = [model(part[None], cache=cache)[0] for part in ids.split([7, 5, 1, 1, 6])]
    np.testing.assert_allclose(run_trace(model, ids).logits, fast, atol=1e-5)
    np.testing.assert_allclose(torch.cat(pieces), fast, atol=1e-5)
    assert cache.length == 20


def test_threads_that_share_a_model_get_their_own_attention():
    model = tiny()
    texts = [_ids(20, 90, seed) for seed in range(3)]
    expected = [run_trace(model, ids).attention for ids in texts]
    with ThreadPoolExecutor(3) as pool:
        jobs = [(which, pool.submit(run_trace, model, texts[which])) for _ in range(40) for which in range(3)]
        for which, job in jobs:
            np.testing.assert_allclose(job.result().attention, expected[which], atol=1e-6)


def test_equal_configs_start_equal_and_move_nobodys_random_state():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, second = GPT(ModelConfig(50, 8, 1, 1, 8)), GPT(ModelConfig(50, 8, 1, 1, 8))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.token_embedding.weight, second.token_embedding.weight)
    assert 0.015 < first.token_embedding.weight.detach().std().item() < 0.025


def test_too_many_tokens_are_refused_with_the_numbers():
    with pytest.raises(InputError, match="25 tokens where this model reads 1 to 24"):
        tiny()(torch.zeros(1, 25, dtype=torch.long))


@pytest.mark.parametrize("changes", [{}, {"norm": "pre"}, {"positions": "none"}, {"d_ff": 40}, {"tied": False}])
def test_the_parameter_table_adds_up_to_the_model(changes):
    model = tiny(**changes)
    assert parameter_count(model.config) == sum(p.numel() for p in model.parameters())


def test_gpt1_has_the_papers_parameters():
    table = parameter_table(ModelConfig.preset("gpt1"))
    counts = {row.name: row.count for row in table if row.part == "embedding"}
    assert counts == {"token embedding": 40_478 * 768, "position embedding": 512 * 768}
    assert sum(row.count for row in table if row.copies == 12) == 12 * 7_087_872
    assert parameter_count(ModelConfig.preset("gpt1")) == 116_534_784
