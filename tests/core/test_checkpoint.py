"""Models on disk: what is saved comes back, and what does not fit together is refused with the numbers."""

import json
import pickle

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, OpenAIGPTConfig, OpenAIGPTLMHeadModel, OpenAIGPTTokenizer

from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.card import initial_seed
from gptcore.checkpoints.checkpoint import Checkpoint, load, models, save
from gptcore.checkpoints.hf import from_hf, to_hf
from gptcore.errors import CheckpointError, InputError
from gptcore.text.tokenizer import Tokenizer
from tests.core.conftest import TEXT, tiny


@pytest.fixture
def saved(tokenizer, tmp_path):
    model = tiny(vocab_size=tokenizer.vocab_size)
    checkpoint = Checkpoint(model, tokenizer, model.config, {"name": "fox", "data": "a hill"})
    save(checkpoint, tmp_path / "fox")
    return checkpoint, tmp_path / "fox"


def test_what_is_saved_comes_back_ready_to_be_shared(saved):
    checkpoint, folder = saved
    again = load(folder)
    assert again.config == checkpoint.config and again.card == checkpoint.card
    assert again.tokenizer.fingerprint == checkpoint.tokenizer.fingerprint
    for name, value in checkpoint.model.state_dict().items():
        assert torch.equal(again.model.state_dict()[name], value)
    assert not again.model.training and not any(p.requires_grad for p in again.model.parameters())


def test_half_precision_is_half_the_file_and_nearly_the_same(saved, tmp_path):
    checkpoint, folder = saved
    save(checkpoint, tmp_path / "half", torch.float16)
    sizes = [(place / "model.safetensors").stat().st_size for place in (tmp_path / "half", folder)]
    assert sizes[0] < 0.6 * sizes[1]
    weight = load(tmp_path / "half").model.token_embedding.weight
    assert weight.dtype == torch.float32
    torch.testing.assert_close(weight, checkpoint.model.token_embedding.weight.detach(), atol=1e-3, rtol=1e-2)


def _edit_config(folder, **changes):
    values = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**values, **changes}))


def test_a_config_that_does_not_fit_names_both_shapes(saved):
    _, folder = saved
    _edit_config(folder, n_positions=99)
    with pytest.raises(CheckpointError, match=r"position_embedding.weight is \(24, 16\), the config says \(99, 16\)"):
        load(folder)


def test_a_tokenizer_that_does_not_fit_names_both_sizes(saved):
    checkpoint, folder = saved
    other = Tokenizer.train([TEXT], 280)
    other.save(folder)
    with pytest.raises(CheckpointError, match=f"{other.vocab_size} entries, the model {checkpoint.config.vocab_size}"):
        load(folder)


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("config.json", b"{", "cannot be read"),
        ("config.json", b'{"n_layer": 2}', "vocab_size is missing"),
        ("config.json", b'{"n_layer": 2, "speed": 3}', "'speed' is no setting"),
        ("model.safetensors", b"not tensors", "cannot be read"),
        ("model.safetensors", pickle.dumps({"weight": 1}), "cannot be read"),
        ("tokenizer.json", b"[]", "tokenizer"),
    ],
)
def test_damaged_files_are_named(saved, name, content, message):
    _, folder = saved
    (folder / name).write_bytes(content)
    with pytest.raises(CheckpointError, match=message):
        load(folder)


def test_missing_and_unknown_weights_are_named(saved):
    _, folder = saved
    weights = load_file(folder / "model.safetensors")
    weights["extra"] = weights.pop("blocks.1.ln_2.weight")
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(CheckpointError, match=r"blocks.1.ln_2.weight is missing; extra is unknown"):
        load(folder)


def test_an_unfinished_folder_is_no_checkpoint(saved):
    _, folder = saved
    (folder / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"needs config.json and model.safetensors"):
        load(folder)
    with pytest.raises(InputError, match="there is no model 'nowhere'"):
        load("nowhere")


def test_own_models_are_listed_but_shipped_names_stay(saved, tmp_path, monkeypatch):
    _, folder = saved
    monkeypatch.setattr(checkpoints, "LOCAL", folder.parent)
    assert models()["fox"] == folder
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "elsewhere")
    save(load(folder), tmp_path / "elsewhere" / "fox")
    assert models()["fox"] == tmp_path / "elsewhere" / "fox"


def test_transformers_opens_what_is_exported(saved, tmp_path):
    checkpoint, _ = saved
    to_hf(checkpoint, tmp_path / "hf")
    theirs = OpenAIGPTLMHeadModel.from_pretrained(tmp_path / "hf").eval()
    their_tokenizer = AutoTokenizer.from_pretrained(tmp_path / "hf")
    text = "The fox said to the river: où?\n"
    ids = checkpoint.tokenizer.encode(text).ids
    assert their_tokenizer.encode(text) == list(ids) and their_tokenizer.decode(ids) == text
    with torch.no_grad():
        torch.testing.assert_close(
            theirs(torch.tensor([ids[:20]])).logits, checkpoint.model(torch.tensor([ids[:20]])), atol=1e-4, rtol=0
        )
    assert from_hf(tmp_path / "hf").tokenizer.fingerprint == checkpoint.tokenizer.fingerprint


def _their_folder(folder, vocab_size=40, **changes):
    config = OpenAIGPTConfig(vocab_size=vocab_size, n_positions=8, n_layer=1, n_head=1, n_embd=8, **changes)
    OpenAIGPTLMHeadModel(config).save_pretrained(folder)
    return folder


def test_a_folder_of_theirs_without_a_tokenizer_opens(tmp_path):
    assert from_hf(_their_folder(tmp_path / "hf")).tokenizer is None


def test_a_folder_of_theirs_with_gpt1s_files_opens_and_cuts_alike(tmp_path):
    letters = sorted({*"thefoxsaidriver", *(f"{c}</w>" for c in "thefoxsaidriver")})
    merges = [("t", "h"), ("th", "e</w>"), ("f", "o"), ("fo", "x</w>")]
    vocab = {token: i for i, token in enumerate(["<unk>", *letters, "th", "the</w>", "fo", "fox</w>"])}
    folder = _their_folder(tmp_path / "hf", len(vocab))
    (folder / "vocab.json").write_text(json.dumps(vocab))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    text = "The fox said: the river, Fox!"
    theirs = OpenAIGPTTokenizer.from_pretrained(folder)
    assert list(from_hf(folder).tokenizer.encode(text).ids) == theirs.encode(text)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda folder: _edit_config(folder, n_positions=9), r"positions_embed.weight is \(8, 8\)"),
        (lambda folder: _edit_config(folder, n_layer=2), r"has no h.1"),
        (lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"), "can run code"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"x"), "cannot be read"),
    ],
)
def test_folders_that_cannot_be_read_say_why(tmp_path, change, message):
    folder = _their_folder(tmp_path / "hf")
    change(folder)
    with pytest.raises((InputError, CheckpointError), match=message):
        from_hf(folder)


@pytest.mark.parametrize("seed", [-1, 2**64, "1", None, float("nan"), [1]])
def test_a_seed_that_cannot_be_is_none(seed):
    assert initial_seed({"settings": {"train": {"seed": 7}}}) == 7
    assert initial_seed({"settings": {"train": {"seed": seed}}}) == 0
    assert initial_seed({"settings": seed}) == 0
