"""GPTs and masked models fine-tuned alike: rows of the runs' own numbers, done once."""

import json

import pytest
import torch

from gptcore.__main__ import main
from gptcore.checkpoints.checkpoint import Checkpoint, save
from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.paper import both_kinds
from gptcore.tasks import storyworld
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.run_folder import RunFolder


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A GPT and a masked model, small as they can be, and few examples."""
    for name, value in (("LABELS", 32), ("TESTS", 12), ("_USUAL", {"epochs": 1, "dropout": 0.0})):
        monkeypatch.setattr(both_kinds, name, value)
    words = Tokenizer.train(storyworld.stories(40, 1), 300)
    shape = {"n_positions": 128, "n_layer": 1, "n_head": 1, "d_model": 16, "dropout": 0.0}
    for name, tokenizer, kind in (("gpt", words, {}), ("bert", words.with_mask_tokens(), {"mask": "none"})):
        segments = {"segments": 2} if kind else {}
        config = ModelConfig(vocab_size=tokenizer.vocab_size, **shape, **kind, **segments)
        save(Checkpoint(GPT(config, torch.Generator().manual_seed(1)), tokenizer, config), tmp_path / name)
    return [str(tmp_path / "gpt"), str(tmp_path / "bert")]


def test_each_model_learns_from_the_same_examples_once(models, tmp_path, capsys):
    out = tmp_path / "both"
    command = [
        "both-kinds",
        "--models",
        *models,
        "--tasks",
        "similarity",
        "span",
        "--seeds",
        "1",
        "2",
        "--out",
        str(out),
    ]
    assert main(command) == 0
    found = json.loads((out / "tasks.json").read_text())
    assert found["command"].endswith("--tasks similarity span --out both --seeds 1 2")
    about = ("task", "model", "is_causal", "lambda", "measure")
    assert [tuple(row[name] for name in about) for row in found["rows"]] == [
        ("similarity", "gpt", True, 0.5, "pearson"),
        ("similarity", "gpt", True, 0.0, "pearson"),
        ("similarity", "bert", False, 0.0, "pearson"),
        ("span", "gpt", True, 0.0, "accuracy"),
        ("span", "bert", False, 0.0, "accuracy"),
    ]
    for row in found["rows"]:
        assert (row["learnt_from"], row["tested_on"]) == (32, 12)
        for seed, value in row["seeds"].items():
            run = RunFolder(out / f"{row['model']}-{row['task']}-lambda{row['lambda']:g}-seed{seed}")
            assert value == pytest.approx(run.result()[row["measure"]], abs=1e-6)
    trained = {path: path.stat().st_mtime_ns for path in out.glob("*-seed*/model.safetensors")}
    assert len(trained) == 10 and main(command) == 0
    assert {path: path.stat().st_mtime_ns for path in trained} == trained
    assert "span, bert, lambda 0: accuracy" in capsys.readouterr().out


def test_what_is_missing_is_said(models, tmp_path):
    with pytest.raises(InputError, match=r"a task is one of entailment.*tokens, not 'dance'"):
        list(both_kinds.train_both(models[0], "dance", 0.0, 1, tmp_path / "both"))
    with pytest.raises(InputError, match="not finished for seed 1, 2"):
        both_kinds.row_of_both(models[0], "span", 0.0, (1, 2), tmp_path / "both")
