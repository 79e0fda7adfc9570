"""The lists of models that pages offer."""

from app.shared import models
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import Checkpoint, load, save_difference
from gptcore.model.gpt import GPT
from gptcore.tasks.head import TaskHead
from gptcore.tasks.task import Task


def test_a_model_kept_as_a_difference_is_offered_until_it_is_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path)
    base = load("books")
    tokenizer = base.tokenizer.with_task_tokens()
    config = base.config.with_changes(vocab_size=tokenizer.vocab_size)
    head = TaskHead(Task("classification", ("glad", "sad")), config.d_model)
    save_difference(Checkpoint(GPT(config), tokenizer, config, {}, head), tmp_path / "mine", "books")
    assert list(models.readers()) == ["books", "mine"]
    assert list(models.task_models("classification")) == ["mine"] and list(models.bases()) == ["books"]
    (tmp_path / "mine" / "model.safetensors").write_bytes(b"x")
    assert list(models.readers()) == list(models.bases()) == ["books"]
    assert not models.task_models("classification")
