"""`python -m gptcore import`, and other commands on folders that transformers wrote."""

import json

import pytest
import torch
from safetensors.torch import load_file

from gptcore.__main__ import main
from gptcore.checkpoints.checkpoint import load, save
from gptcore.text.tokenizer import Tokenizer
from tests.core.conftest import TEXT
from tests.core.hf_folders import written


@pytest.fixture(params=["openai-gpt", "gpt2"])
def folder(request, tmp_path):
    """A padded, untied, sharded folder with a tokenizer."""
    tokenizer = Tokenizer.train([TEXT] * 4, 300)
    shape = {"vocab_size": tokenizer.vocab_size + 20, "n_positions": 48}
    written(tmp_path / "hf", request.param, shards="20KB", tie_word_embeddings=False, **shape)
    tokenizer.save(tmp_path / "hf")
    return tmp_path / "hf"


def test_import_is_the_inverse_of_export(folder, tmp_path, capsys):
    out, back = tmp_path / "ours", tmp_path / "back"
    assert main(["import", "--hf", str(folder), "--out", str(out), "--json"]) == 0
    said = capsys.readouterr().out.strip().split("\n")
    assert json.loads(said[-1]) == {"out": str(out), "left_out": []}
    assert sorted(path.name for path in out.iterdir()) == [
        "card.json",
        "config.json",
        "model.safetensors",
        "tokenizer.json",
    ]
    assert main(["export", "--model", str(out), "--hf", str(back)]) == 0
    shards = {name: value for path in folder.glob("*.safetensors") for name, value in load_file(path).items()}
    again = load_file(back / "model.safetensors")
    assert shards.keys() == again.keys() and all(torch.equal(shards[name], again[name]) for name in shards)


def test_import_never_mixes_two_models(folder, tmp_path, capsys):
    save(load(folder), tmp_path / "ours")
    assert main(["import", "--hf", str(folder), "--out", str(tmp_path / "ours")]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert main(["import", "--hf", str(tmp_path / "nowhere"), "--out", str(tmp_path / "other")]) == 2
    assert main(["import", "--hf", str(tmp_path / "ours"), "--out", str(tmp_path / "other")]) == 2
    assert "already a checkpoint" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_what_is_left_out_is_said(tmp_path, capsys):
    from transformers import GPT2DoubleHeadsModel

    written(tmp_path / "hf", "gpt2", GPT2DoubleHeadsModel)
    assert main(["import", "--hf", str(tmp_path / "hf"), "--out", str(tmp_path / "ours")]) == 0
    said = capsys.readouterr().out
    assert "multiple_choice_head.summary.weight" in said and "no tokenizer" in said
    assert "multiple_choice_head.summary.weight" in (tmp_path / "ours" / "card.json").read_text()


def test_other_commands_read_such_a_folder_as_it_is(folder, tmp_path, capsys):
    (tmp_path / "text.txt").write_text(TEXT)
    assert main(["evaluate", "--model", str(folder), "--text", str(tmp_path / "text.txt"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.strip().split("\n")[-1])["perplexity"] > 1
    assert main(["generate", "--model", str(folder), "--prompt", "The fox", "--max-new-tokens", "40"]) == 0
    rows = "text,label\n" + "".join(f"the fox is {word},{word}\n" for word in ("glad", "sad") * 4)
    (tmp_path / "rows.csv").write_text(rows)
    files = ["--train", str(tmp_path / "rows.csv"), "--test", str(tmp_path / "rows.csv")]
    for lm_weight in ("0.5", "0"):
        out = ["--out", str(tmp_path / f"tuned{lm_weight}"), "--lm-weight", lm_weight, "--epochs", "1", "--freeze", "1"]
        assert main(["finetune", "--model", str(folder), "--task", "classification", *files, *out]) == 0
    tuned, base = load(tmp_path / "tuned0.5"), load(folder)
    assert not tuned.config.tied and tuned.config.vocab_size == base.config.vocab_size + 3
    assert not torch.equal(tuned.model.lm_head.weight[:-3], base.model.lm_head.weight)  # L1 trains the output table
    assert torch.equal(tuned.model.token_embedding.weight[:-3], base.model.token_embedding.weight)  # frozen


def test_pickled_weights_end_in_one_line(folder, capsys):
    for path in folder.glob("*.safetensors*"):
        path.unlink()
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x02")
    assert main(["generate", "--model", str(folder), "--prompt", "The fox"]) == 2
    said = capsys.readouterr().err
    assert "unpickled" in said and said.count("\n") == 1


def test_a_nested_config_ends_in_one_line(folder, capsys):
    (folder / "config.json").write_text("[" * 100_000)
    assert main(["generate", "--model", str(folder), "--prompt", "The fox"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    (folder / "config.json").unlink()
    assert main(["import", "--hf", str(folder), "--out", str(folder / "out")]) == 2
    said = capsys.readouterr().err
    assert "config.json" in said and said.count("\n") == 1
