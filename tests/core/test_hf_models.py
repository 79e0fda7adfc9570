"""Folders that transformers wrote: each layout gives the logits that transformers computes, or is refused by name."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    GPT2Config,
    GPT2DoubleHeadsModel,
    GPT2LMHeadModel,
    GPT2Model,
    OpenAIGPTConfig,
    OpenAIGPTDoubleHeadsModel,
    OpenAIGPTLMHeadModel,
    OpenAIGPTModel,
)

from gptcore.config import ModelConfig
from gptcore.errors import CheckpointError, InputError
from gptcore.runs import checkpoint as checkpoints
from gptcore.runs.checkpoint import Checkpoint, config_in, load, models, save
from gptcore.runs.hf import from_hf, to_hf
from gptcore.train.losses import lm_loss
from tests.core.conftest import tiny

SHAPE = dict(vocab_size=60, n_positions=24, n_layer=2, n_head=2, n_embd=16, initializer_range=0.2)
ENDS = dict(bos_token_id=None, eos_token_id=None)
IDS = torch.randint(0, 60, (1, 20), generator=torch.Generator().manual_seed(1))
KINDS = {
    "openai-gpt": (OpenAIGPTConfig, OpenAIGPTLMHeadModel),
    "gpt2": (GPT2Config, GPT2LMHeadModel),
}
TABLES = {"openai-gpt": "transformer.tokens_embed.weight", "gpt2": "transformer.wte.weight"}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


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


@pytest.mark.parametrize(
    "kind, changes, message",
    [
        ("openai-gpt", {"model_type": "bert"}, "model_type 'bert'; only openai-gpt and gpt2"),
        ("openai-gpt", {"model_type": None}, "model_type None"),
        ("openai-gpt", {"model_type": ["gpt2"]}, "only openai-gpt"),
        ("openai-gpt", {"afn": "tanh"}, "afn: 'tanh'"),
        ("openai-gpt", {"afn": {}}, "afn: {}"),
        ("openai-gpt", {"quantization_config": {"bits": 4}}, "quantization_config: {'bits': 4}"),
        ("gpt2", {"activation_function": "quick_gelu"}, "activation_function: 'quick_gelu'"),
        ("gpt2", {"scale_attn_weights": False}, "scale_attn_weights: False"),
        ("gpt2", {"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx: True"),
        ("gpt2", {"add_cross_attention": True}, "add_cross_attention: True"),
        ("gpt2", {"n_inner": -1}, "d_ff must be"),
        ("gpt2", {"tie_word_embeddings": "no"}, "tied must be true or false"),
        ("gpt2", {"tie_word_embeddings": False}, "has no lm_head.weight"),
        ("gpt2", {"vocab_size": 10**12}, "vocab_size must be a whole number from 1 to 1,000,000"),
        ("gpt2", {"vocab_size": 1_000_000, "n_embd": 16_384}, r"wte.weight is \(60, 16\)"),
        ("gpt2", {"n_layer": 10**9}, "n_layer must be"),
        ("gpt2", {"n_layer": -2}, "n_layer must be"),
        ("gpt2", {"n_layer": "2"}, "n_layer must be"),
        ("gpt2", {"n_layer": 3}, "has no h.2.attn"),
        ("gpt2", {"n_layer": 1}, "has h.1.*no place"),
        ("gpt2", {"n_positions": 25}, r"wpe.weight is \(24, 16\).*asks for \(25, 16\)"),
        ("gpt2", {"n_inner": 40}, r"mlp.c_fc.weight is \(16, 64\).*asks for \(16, 40\)"),
        ("gpt2", {"resid_pdrop": 10**400}, "dropout must be"),
        ("gpt2", {"layer_norm_epsilon": [1]}, "layer_norm_eps must be"),
    ],
    ids=str,
)
def test_configs_that_cannot_be_read_say_why_in_a_line(tmp_path, kind, changes, message):
    folder = written(tmp_path / "hf", kind)
    edit(folder, **changes)
    with pytest.raises((InputError, CheckpointError), match=message) as caught:
        load(folder)
    assert len(str(caught.value)) < 300 + len(str(folder))


@pytest.mark.parametrize(
    "content, message",
    [
        (b"{", "cannot be read"),
        (b'{"a":' * 100_000, "cannot be read"),
        (b"[1]", "one JSON object"),
        (b"\xff\xfe", "cannot be read"),
        (json.dumps({f"field_{i}": 1 for i in range(30)}).encode(), "and 32 more"),
    ],
)
def test_damaged_configs_are_one_line(tmp_path, content, message):
    folder = written(tmp_path / "hf", "gpt2")
    (folder / "config.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=message) as caught:
        load(folder)
    assert len(str(caught.value)) < 300 + len(str(folder))


def test_weights_that_would_have_to_be_unpickled_are_refused_with_a_way_on(tmp_path, kind):
    folder = written(tmp_path / "hf", kind)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(InputError, match=r"pytorch_model.bin, which would have to be unpickled.*save_pretrained"):
        load(folder)
    (folder / "pytorch_model.bin").unlink()
    with pytest.raises(InputError, match=r"no model.safetensors"):
        load(folder)


def test_weights_of_no_known_kind_are_refused(tmp_path):
    folder = written(tmp_path / "hf", "gpt2")
    rewrite(folder, lambda weights: {**weights, "transformer.wpe.weight": torch.ones(24, 16, dtype=torch.int8)})
    with pytest.raises(CheckpointError, match=r"torch.int8"):
        load(folder)


@pytest.fixture
def sharded(tmp_path):
    folder = written(tmp_path / "hf", "gpt2", shards="6KB")
    return folder, json.loads((folder / "model.safetensors.index.json").read_text())["weight_map"]


def test_a_missing_shard_is_named(sharded):
    folder, places = sharded
    last = sorted(places.values())[-1]
    (folder / last).unlink()
    with pytest.raises(CheckpointError, match=f"lacks {last}"):
        load(folder)


@pytest.mark.parametrize(
    "place", ["../x", "../hf2/model.safetensors", "/etc/passwd", "..\\x.safetensors", "..", 7, None]
)
def test_an_index_never_leads_out_of_its_folder(sharded, place):
    folder, places = sharded
    shutil.copytree(folder, folder.parent / "hf2")
    shutil.copy(folder / next(iter(places.values())), folder.parent / "hf2" / "model.safetensors")
    edit(folder, "model.safetensors.index.json", weight_map={**places, next(iter(places)): place})
    with pytest.raises(CheckpointError, match=r"own folder|no weight_map"):
        load(folder)


@pytest.mark.parametrize("index", [b"[]", b"{}", b'{"weight_map": 3}', b'{"weight_map": {"a": ["b"]}}', b"{" * 100_000])
def test_a_damaged_index_is_named(sharded, index):
    folder, _ = sharded
    (folder / "model.safetensors.index.json").write_bytes(index)
    with pytest.raises(CheckpointError, match=r"index.json"):
        load(folder)


def test_a_weight_that_is_not_where_the_index_says_is_named(sharded):
    folder, places = sharded
    first, last = sorted(set(places.values()))[0], sorted(set(places.values()))[-1]
    name = next(name for name, place in places.items() if place == last)
    edit(folder, "model.safetensors.index.json", weight_map={**places, name: first})
    with pytest.raises(CheckpointError, match=f"{first} in .* lacks {name}"):
        load(folder)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"norm": "pre", "positions": "none"}, "GPT2LMHeadModel has no such model: positions must be learned"),
        ({"positions": "sinusoidal", "d_ff": 24}, "positions must be learned, d_ff must be 4"),
        ({"activation": "gelu_erf"}, "activation must be one of gelu_tanh, relu, silu"),
    ],
    ids=str,
)
def test_models_that_transformers_does_not_have_are_not_exported(tmp_path, changes, message):
    model = tiny(**changes)
    with pytest.raises(InputError, match=message):
        to_hf(Checkpoint(model, None, model.config), tmp_path / "hf")
    assert not (tmp_path / "hf").exists()


def test_a_config_of_ours_takes_no_memory_before_its_weights_fit(tmp_path):
    model = tiny()
    save(Checkpoint(model, None, model.config), tmp_path / "ours")
    edit(tmp_path / "ours", d_model=16_384, n_head=1, d_ff=65_536, n_layer=128, vocab_size=1_000_000)
    with pytest.raises(CheckpointError, match=r"blocks.2.attn.qkv.weight is missing"):
        load(tmp_path / "ours")
    assert ModelConfig.from_dict(model.config.to_dict()) == model.config
