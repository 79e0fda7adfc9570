"""Folders that transformers wrote and that cannot be read, or are damaged: one line says why, and nothing blows up."""

import json
import shutil

import pytest
import torch

from gptcore.checkpoints.checkpoint import Checkpoint, load, save
from gptcore.checkpoints.hf import to_hf
from gptcore.config import ModelConfig
from gptcore.errors import CheckpointError, InputError
from tests.core.conftest import tiny
from tests.core.hf_folders import KINDS, edit, rewrite, written


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


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
