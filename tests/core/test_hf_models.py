"""Folders that transformers wrote: each layout gives the logits that transformers computes, or is refused by name."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    GPT2DoubleHeadsModel,
    GPT2Model,
    OpenAIGPTDoubleHeadsModel,
    OpenAIGPTModel,
)

from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import config_in, load, models, save
from gptcore.checkpoints.hf import from_hf, to_hf
from gptcore.model.loss import lm_loss
from tests.core.hf_folders import IDS, KINDS, TABLES, rewrite, same_logits, written


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tie_word_embeddings": False},
        {"layer_norm_epsilon": 0.01},
        {"shards": "6KB"},
        {"shards": "6KB", "tie_word_embeddings": False},
        {"dtype": torch.float16},
        {"dtype": torch.bfloat16},
    ],
    ids=str,
)
def test_the_logits_are_those_of_transformers(tmp_path, kind, changes):
    ours = same_logits(written(tmp_path / "hf", kind, **changes), kind)
    assert ours.config.tied == changes.get("tie_word_embeddings", True)
    assert ours.model.token_embedding.weight.dtype == torch.float32


@pytest.mark.parametrize(
    "kind, architecture",
    [
        ("openai-gpt", OpenAIGPTModel),
        ("openai-gpt", OpenAIGPTDoubleHeadsModel),
        ("gpt2", GPT2Model),
        ("gpt2", GPT2DoubleHeadsModel),
    ],
)
def test_other_heads_are_left_out_and_the_card_says_so(tmp_path, kind, architecture):
    ours = same_logits(written(tmp_path / "hf", kind, architecture), kind)
    heads = ["multiple_choice_head.summary.bias", "multiple_choice_head.summary.weight"]
    assert sorted(ours.card.get("left_out", [])) == (heads if "Double" in architecture.__name__ else [])


@pytest.mark.parametrize(
    "kind, changes",
    [
        *(("openai-gpt", {"afn": name}) for name in ("gelu", "relu", "silu", "swish")),
        *(("gpt2", {"activation_function": name}) for name in ("gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast")),
        *(("gpt2", {"activation_function": name}) for name in ("relu", "silu", "swish")),
        ("gpt2", {"n_inner": 40}),
        ("gpt2", {"reorder_and_upcast_attn": True}),
    ],
    ids=str,
)
def test_activations_and_widths_are_those_of_transformers(tmp_path, kind, changes):
    folder = written(tmp_path / "hf", kind, **changes)
    ours = same_logits(folder, kind)
    to_hf(ours, tmp_path / "back")
    same_logits(tmp_path / "back", kind)


def test_a_table_under_either_name_or_both_is_read_as_transformers_does(tmp_path, kind):
    table, head = TABLES[kind], "lm_head.weight"
    folder = written(tmp_path / "hf", kind)
    weights = load_file(folder / "model.safetensors")
    value = weights.pop(table, weights.pop(head, None))
    other = value + torch.randn(value.shape)
    for stored, tied in [
        ({table: value}, True),
        ({head: value}, True),
        ({table: value, head: value.clone()}, True),
        ({table: value, head: other}, False),  # two, whatever the config says
    ]:
        save_file(weights | stored, folder / "model.safetensors", {"format": "pt"})
        assert same_logits(folder, kind).config.tied is tied


def test_masks_that_old_versions_saved_are_passed_over(tmp_path):
    folder = written(tmp_path / "hf", "gpt2")
    mask = {"transformer.h.0.attn.bias": torch.ones(1, 1, 24, 24), "h.1.attn.masked_bias": torch.tensor(-1e4)}
    rewrite(folder, lambda weights: {**weights, **mask})
    assert "left_out" not in same_logits(folder, "gpt2").card


@pytest.mark.parametrize("changes", [{}, {"tie_word_embeddings": False}], ids=str)
def test_there_and_back_is_the_same_folder(tmp_path, kind, changes):
    first, second = written(tmp_path / "hf", kind, **changes), tmp_path / "back"
    to_hf(from_hf(first), second)
    before, after = (json.loads((folder / "config.json").read_text()) for folder in (first, second))
    assert {name: before[name] for name in after} == after
    before, after = (load_file(folder / "model.safetensors") for folder in (first, second))
    if not changes:  # they may write the one table under the other name
        before = {TABLES[kind] if name == "lm_head.weight" else name: value for name, value in before.items()}
    assert before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before)


def test_an_untied_model_is_saved_trained_and_counted_with_its_own_output_table(tmp_path, kind):
    ours = from_hf(written(tmp_path / "hf", kind, tie_word_embeddings=False))
    save(ours, tmp_path / "ours")
    again = load(tmp_path / "ours")
    assert again.config == ours.config
    assert torch.equal(again.model.lm_head.weight, ours.model.lm_head.weight)
    model = again.model.requires_grad_(True)
    loss = lm_loss(model.hidden_states(IDS[:, :-1]).flatten(0, 1), model.output_table, IDS[:, 1:].flatten())
    loss.backward()
    with torch.no_grad():
        expected = torch.nn.functional.cross_entropy(model(IDS[:, :-1])[0], IDS[0, 1:])
    torch.testing.assert_close(loss.detach(), expected)
    assert model.lm_head.weight.grad.abs().max() > 0


def test_a_folder_in_models_just_opens_and_is_listed(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path)
    written(tmp_path / "one", kind)
    written(tmp_path / "sharded", kind, shards="6KB")
    assert {"one", "sharded"} <= models().keys()
    for name in ("one", "sharded"):
        assert load(name).card["model_type"] == kind and config_in(models()[name]).n_layer == 2
