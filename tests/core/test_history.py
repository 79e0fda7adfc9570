"""One weight at many checkpoints: the number that loading the model would give, in every form that weights are kept."""

import pytest
import torch

from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import Checkpoint, load, save, save_difference
from gptcore.checkpoints.history import weight_over_steps
from gptcore.errors import CheckpointError
from gptcore.tasks.head import TaskHead
from gptcore.tasks.task import Task
from tests.core.conftest import tiny

PLACES = [
    ("token_embedding.weight", (311, 5)),
    ("token_embedding.weight", (0, 15)),
    ("blocks.1.attn.qkv.weight", (17, 4)),
    ("blocks.1.attn.qkv.bias", (17,)),
    ("blocks.0.ln_1.weight", (3,)),
    ("head.linear.weight", (1, 3)),
]


@pytest.fixture
def folders(tokenizer, tmp_path, monkeypatch):
    """By step: float32, float16, 8 bits, and 4 bits as the difference from those in 8."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    model = tiny(vocab_size=tokenizer.vocab_size, n_positions=48, dropout=0.0)
    head = TaskHead(Task("classification", ("no", "yes")), 16)
    plain = Checkpoint(model, tokenizer, model.config, {}, head)
    found = {}
    for step, dtype in enumerate((torch.float32, torch.float16, torch.int8)):
        found[step] = tmp_path / str(step)
        save(plain, found[step], dtype)
    tokens = tokenizer.with_task_tokens()
    tuned = tiny(3, vocab_size=tokens.vocab_size, n_positions=48, dropout=0.0)
    save_difference(Checkpoint(tuned, tokens, tuned.config, {}, head), tmp_path / "3", "2")
    return {**found, 3: tmp_path / "3"}


@pytest.mark.parametrize(("name", "index"), PLACES)
def test_numbers_are_those_of_the_loaded_models(folders, name, index):
    found = weight_over_steps(folders, name, index)
    assert list(found) == [0, 1, 2, 3]
    for step, folder in folders.items():
        checkpoint = load(folder)
        of = checkpoint.head if name.startswith("head.") else checkpoint.model
        assert found[step] == float(of.state_dict()[name.removeprefix("head.")][index]), step


def test_what_a_checkpoint_lacks_is_left_out(folders, tokenizer, tmp_path):
    last = tokenizer.vocab_size + 2  # a task token, which the difference alone has
    assert list(weight_over_steps(folders, "token_embedding.weight", (last, 0))) == [3]
    assert weight_over_steps(folders, "token_embedding.weight", (last, 0))[3] == float(
        load(folders[3]).model.token_embedding.weight[last, 0]
    )
    for name, index in (
        ("lm_head.weight", (0, 0)),
        ("token_embedding.weight.scale", (0, 0)),
        ("token_embedding.weight", (last + 1, 0)),
        ("token_embedding.weight", (0, 16)),
        ("token_embedding.weight", (0, -1)),
        ("token_embedding.weight", (0,)),
        ("token_embedding.weight", ()),
        ("token_embedding.weight", (0, 0, 0)),
        ("blocks.0.ln_1.weight", (3, 0)),
        ("head.linear.bias", (0,)),
    ):
        assert weight_over_steps(folders, name, index) == {}, (name, index)
    assert weight_over_steps({7: tmp_path / "nowhere"}, "token_embedding.weight", (0, 0)) == {}


def test_a_damaged_file_is_named(folders):
    weights = folders[1] / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1_000])
    with pytest.raises(CheckpointError, match="cannot be read"):
        weight_over_steps(folders, "blocks.0.ln_1.weight", (3,))


def test_a_difference_from_other_weights_is_refused(folders, tokenizer):
    model = tiny(9, vocab_size=tokenizer.vocab_size, n_positions=48, dropout=0.0)
    save(Checkpoint(model, tokenizer, model.config), folders[2], torch.int8)
    with pytest.raises(CheckpointError, match="other weights"):
        weight_over_steps({3: folders[3]}, "token_embedding.weight", (0, 0))
