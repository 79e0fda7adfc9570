"""The command line: what it prints, and that bad input ends with code 2, one clear line and nothing left behind."""

import json
import shutil

import pytest

import gptcore
from gptcore.__main__ import main
from tests.core.conftest import SMALL


def _json(capsys) -> dict:
    return json.loads(capsys.readouterr().out.strip().split("\n")[-1])


def test_pretrain_resume_evaluate_generate_export(run, corpus, tmp_path, capsys):
    assert main(["pretrain", "--corpus", str(corpus), "--out", str(run), *SMALL, "--resume", "--json"]) == 0
    result = _json(capsys)
    assert 3 < result["valid_loss"] < 7 and 3 < result["train_loss"] < 7
    assert main(["evaluate", "--model", str(run), "--text", str(corpus), "--json"]) == 0
    measures = _json(capsys)
    assert measures["perplexity"] > 1 and measures["bits_per_byte"] > 0
    prompt = ["generate", "--model", str(run), "--prompt", "The fox", "--max-new-tokens", "12", "--json"]
    texts = []
    for seed in ("1", "1", "2"):
        assert main([*prompt, "--seed", seed, "--temperature", "1.5"]) == 0
        texts.append(_json(capsys)["text"])
    assert texts[0] == texts[1] != texts[2] and texts[0].startswith("The fox")
    assert main(["export", "--model", str(run), "--hf", str(tmp_path / "hf"), "--json"]) == 0
    assert (tmp_path / "hf" / "model.safetensors").exists()


def test_publish_measures_beside_peers(run, corpus, tmp_path, capsys):
    assert main(["publish", "--run", str(run), "--text", str(corpus), "--out", str(tmp_path / "fox"), "--json"]) == 0
    measures = _json(capsys)
    assert measures["bigram"]["perplexity"] < measures["unigram"]["perplexity"] < measures["untrained"]["perplexity"]
    assert json.loads((tmp_path / "fox" / "card.json").read_text())["measures"] == measures


def test_publish_needs_the_tokenizer(run, corpus, tmp_path, capsys):
    shutil.copytree(run, tmp_path / "run")
    (tmp_path / "run" / "tokenizer.json").unlink()
    command = ["publish", "--run", str(tmp_path / "run"), "--text", str(corpus), "--out", str(tmp_path / "out")]
    assert "has no tokenizer" in _fails(command, capsys)


def test_settings_from_a_file_give_way_to_the_command_line(corpus, tmp_path, capsys):
    settings = {"corpus": str(corpus), "steps": 50, "preset": "nano", "n-positions": 16, "vocab_size": 300}
    settings |= {"d_model": 16, "batch_size": 2, "warmup": 1}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    command = ["pretrain", "--config", str(tmp_path / "settings.json"), "--out", str(tmp_path / "run"), "--json"]
    assert main([*command, "--corpus", str(corpus), "--steps", "3"]) == 0
    assert _json(capsys)["steps"] == 3


def test_a_tokenizer_can_be_made_and_used(corpus, tmp_path, capsys):
    assert main(["tokenizer", "--corpus", str(corpus), "--vocab-size", "280", "--out", str(tmp_path / "t")]) == 0
    command = ["pretrain", "--corpus", str(corpus), "--out", str(tmp_path / "run"), *SMALL]
    assert main([*command, "--tokenizer", str(tmp_path / "t")]) == 0
    assert json.loads((tmp_path / "run" / "config.json").read_text())["vocab_size"] == 280


BAD_TRAINING = {
    "no such corpus": (["--corpus", "nowhere.txt"], "nowhere.txt does not exist"),
    "empty corpus": (["--corpus", "EMPTY"], "has no text in it"),
    "binary corpus": (["--corpus", "BINARY"], "save it as UTF-8"),
    "folder without text": (["--corpus", "FOLDER"], "has no .txt files"),
    "no such validation text": (["--valid", "nowhere.txt"], "nowhere.txt does not exist"),
    "no such tokenizer": (["--tokenizer", "nowhere"], "nowhere has no tokenizer.json"),
    "rate of nan": (["--learning-rate", "nan"], "learning_rate must be"),
    "rate of zero": (["--learning-rate", "0"], "learning_rate must be"),
    "negative rate": (["--learning-rate", "-1"], "learning_rate must be"),
    "infinite rate": (["--learning-rate", "inf"], "learning_rate must be"),
    "no steps": (["--steps", "0"], "steps must be"),
    "no rows": (["--batch-size", "0"], "batch_size must be"),
    "negative warm-up": (["--warmup", "-3"], "warmup must be"),
    "all dropped": (["--dropout", "1"], "dropout must be"),
    "heads that do not fit": (["--n-head", "3"], "multiple of n_head"),
    "no layers": (["--n-layer", "0"], "n_layer must be"),
    "endless width": (["--d-model", "100000000"], "d_model must be"),
    "one position too many": (["--n-positions", "100000000"], "n_positions must be"),
    "tiny vocabulary": (["--vocab-size", "5"], "vocab_size must be"),
    "no such device": (["--device", "abacus"], "device must be"),
    "a GPU that is not there": (["--device", "cuda:77"], "cuda:77"),
    "negative seed": (["--seed", "-1"], "seed must be"),
    "negative decay": (["--weight-decay", "-1"], "weight_decay must be"),
    "unknown preset": (["--preset", "huge"], "'huge'"),
    "word for a number": (["--steps", "many"], "'many'"),
    "unknown style": (["--style", "letters"], "'letters'"),
    "no such settings file": (["--config", "nowhere.json"], "nowhere.json is no file"),
    "settings file that is none": (["--config", "EMPTY"], "cannot be read as JSON"),
    "no threads": (["--threads", "0"], "threads must be"),
}


@pytest.fixture
def bad_files(tmp_path):
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "folder").mkdir()
    names = {"EMPTY": "empty.txt", "BINARY": "binary.txt", "FOLDER": "folder"}
    return {word: str(tmp_path / name) for word, name in names.items()}


def _fails(arguments: list[str], capsys) -> str:
    """Runs a command that must fail; returns its message."""
    try:
        code = main(arguments)
    except SystemExit as stopped:  # argparse's own way out
        code = stopped.code
    error = capsys.readouterr().err
    assert code == 2 and "Traceback" not in error
    return error.strip().split("\n")[-1]


@pytest.mark.parametrize("case", BAD_TRAINING)
def test_bad_training_settings_leave_nothing(case, corpus, tmp_path, bad_files, capsys):
    words, says = BAD_TRAINING[case]
    changes = [bad_files.get(word, word) for word in words]
    out = tmp_path / "run"
    message = _fails(["pretrain", "--corpus", str(corpus), "--out", str(out), *SMALL, *changes], capsys)
    assert says in message
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["generate", "--prompt", "The fox", "--top-k", "0"], "top_k"),
        (["generate", "--prompt", "The fox", "--top-p", "1.5"], "top_p"),
        (["generate", "--prompt", "The fox", "--temperature", "-1"], "temperature"),
        (["generate", "--prompt", "The fox", "--temperature", "nan"], "temperature"),
        (["generate", "--prompt", ""], "give --prompt"),
        (["generate", "--prompt", "The fox", "--max-new-tokens", "-1"], "max_new_tokens"),
        (["generate", "--prompt", "The fox", "--seed", "-5"], "seed"),
        (["evaluate", "--text", "nowhere.txt"], "does not exist"),
        (["evaluate", "--text", "EMPTY"], "no text"),
        (["evaluate", "--text", "BINARY"], "is no text"),
        (["publish", "--text", "nowhere.txt", "--out", "OUT"], "does not exist"),
        (["publish", "--out", "OUT"], "give --text"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_use_of_a_model_says_why(run, arguments, says, tmp_path, bad_files, capsys):
    words = [{**bad_files, "OUT": str(tmp_path / "out")}.get(word, word) for word in arguments]
    model = ["--run", str(run)] if words[0] == "publish" else ["--model", str(run)]
    assert says in _fails([*words, *model], capsys)
    assert not (tmp_path / "out").exists()


def test_a_model_that_is_not_there(capsys):
    assert "there is no model" in _fails(["generate", "--model", "nowhere", "--prompt", "a"], capsys)


def test_generate_stops_where_its_text_ends_and_says_so(capsys):
    command = ["generate", "--model", "stories", "--prompt", "One day", "--json", "--seed", "0"]
    assert main([*command, "--max-new-tokens", "200"]) == 0
    written = _json(capsys)
    end = gptcore.load("stories").tokenizer.end_of_text_id
    assert written["ended"] is True
    assert written["ids"].index(end) == len(written["ids"]) - 1 < 199
    assert written["text"].startswith("One day") and "endoftext" not in written["text"]
    assert main([*command, "--max-new-tokens", "3"]) == 0
    cut_off = _json(capsys)
    assert cut_off["ended"] is False
    assert cut_off["ids"] == written["ids"][:3]
