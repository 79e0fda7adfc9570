"""Whatever is given on the command line, it ends with exit code 2 and one clear line, and nothing half-made stays."""

import json
import os
import socket
import subprocess
import sys

import pytest

from gptcore.__main__ import main
from gptcore.errors import ConfigError, InputError
from gptcore.train.device import resolve_device
from gptcore.train.finetune import FinetunePlan
from gptcore.train.pretrain import PretrainPlan
from gptcore.train.settings import TrainSettings
from tests.core.conftest import SMALL

NO_FOLDERS = ("/proc/x", "/dev/null/x", "FILE", "FILE/x", "n" * 300, "", "a\0b", "LOOP/x")
NO_NUMBERS = ("-1", "1000000000", "nan", "many", "1e400", "")


@pytest.fixture(scope="module")
def here(tmp_path_factory, corpus, run):
    """Names that stand for paths in the tables below."""
    folder = tmp_path_factory.mktemp("places")
    (folder / "file").write_text("text")
    (folder / "one.txt").write_text("a")
    (folder / "spaces.txt").write_text(" \n" * 5_000)
    (folder / "nul.txt").write_bytes(b"a fox\0and a crow\n" * 50)
    (folder / "few.csv").write_text("text,label\n" + "the fox,yes\nthe crow,no\n" * 8)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "tree").mkdir()
    (folder / "tree" / "again").symlink_to(folder / "tree")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s"))
    names = dict(
        FILE="file",
        ONE="one.txt",
        SPACES="spaces.txt",
        NUL="nul.txt",
        FEW="few.csv",
        LOOP="loop",
        TREE="tree",
        PIPE="pipe",
        SOCKET="s",
    )
    return {name: str(folder / path) for name, path in names.items()} | {"CORPUS": str(corpus), "RUN": str(run)}


def fails(words: list[str], here, tmp_path, capsys, monkeypatch) -> str:
    """The one line that a command which must fail says."""
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    code = main([_filled(word, {**here, "OUT": str(tmp_path / "out")}) for word in words])
    lines = [line for line in capsys.readouterr().err.replace("\r", "\n").split("\n") if line.startswith("gptcore:")]
    assert code == 2 and len(lines) == 1, (code, lines)
    assert sorted(tmp_path.rglob("*")) == before
    return lines[0]


def _filled(word: str, names) -> str:
    name, slash, rest = word.partition("/")
    return names[name] + slash + rest if name in names else word


PRETRAIN = ["pretrain", "--corpus", "CORPUS", "--out", "OUT", *SMALL]
FINETUNE = ["finetune", "--model", "RUN", "--task", "classification", "--train", "FEW", "--test", "FEW", "--out", "OUT"]
FINETUNE += ["--threads", "1"]
WRITES = {
    "pretrain": [*PRETRAIN, "--out"],
    "finetune": [*FINETUNE, "--out"],
    "tokenizer": ["tokenizer", "--corpus", "CORPUS", "--vocab-size", "300", "--out"],
    "export": ["export", "--model", "RUN", "--hf"],
    "publish": ["publish", "--run", "RUN", "--text", "CORPUS", "--out"],
    "storyworld": ["storyworld", "--stories", "5", "--examples", "5", "--out"],
    "download": ["download", "--out"],
}


@pytest.mark.parametrize("folder", NO_FOLDERS)
@pytest.mark.parametrize("command", WRITES)
def test_a_folder_that_cannot_be_made_is_told_before_any_work(command, folder, here, tmp_path, capsys, monkeypatch):
    message = fails([*WRITES[command], folder], here, tmp_path, capsys, monkeypatch)
    assert ("--hf" if command == "export" else "--out") in message or "not empty" in message


NUMBERS = {
    "pretrain": (
        "steps",
        "batch-size",
        "learning-rate",
        "warmup",
        "weight-decay",
        "threads",
        "validate-every",
        "save-every",
        "snapshots",
        "n-layer",
        "n-head",
        "d-model",
        "n-positions",
        "vocab-size",
        "dropout",
        "time-limit",
        "seed",
    ),
    "finetune": (
        "batch-size",
        "learning-rate",
        "warmup",
        "weight-decay",
        "threads",
        "validate-every",
        "epochs",
        "lm-weight",
        "transfer-layers",
        "freeze",
        "dropout",
        "time-limit",
    ),
}
FINE = {("seed", "1000000000"), ("lm-weight", "-0")}


@pytest.mark.parametrize("value", NO_NUMBERS)
@pytest.mark.parametrize(
    "command,option", [(command, option) for command, names in NUMBERS.items() for option in names]
)
def test_numbers_out_of_range(command, option, value, here, tmp_path, capsys, monkeypatch):
    if (option, value) in FINE or (value == "1000000000" and option == "time-limit"):
        return
    words = PRETRAIN if command == "pretrain" else FINETUNE
    message = fails([*words, f"--{option}={value}"], here, tmp_path, capsys, monkeypatch)
    assert option in message or option.replace("-", "_") in message


@pytest.mark.parametrize(
    "words, says",
    [
        ([*PRETRAIN, "--corpus", "/dev/zero"], "neither a file nor a folder"),
        ([*PRETRAIN, "--corpus", "PIPE"], "neither a file nor a folder"),
        ([*PRETRAIN, "--corpus", "SOCKET"], "neither a file nor a folder"),
        ([*PRETRAIN, "--corpus", "LOOP"], "cannot be reached"),
        ([*PRETRAIN, "--corpus", "TREE"], "no .txt files"),
        ([*PRETRAIN, "--corpus", "SPACES"], "no text in it"),
        ([*PRETRAIN, "--corpus", "NUL"], "zero bytes"),
        ([*PRETRAIN, "--valid", "PIPE"], "neither a file nor a folder"),
        ([*PRETRAIN, "--valid", "ONE"], "too few"),
        (["tokenizer", "--corpus", "PIPE", "--out", "OUT"], "neither a file nor a folder"),
        (["evaluate", "--model", "RUN", "--text", "/dev/zero"], "neither a file nor a folder"),
        (["publish", "--run", "RUN", "--text", "PIPE", "--out", "OUT"], "neither a file nor a folder"),
        ([*PRETRAIN, "--device", "cpu:5"], "device"),
        ([*PRETRAIN, "--device", "cuda:99"], "GPUs"),
        ([*PRETRAIN, "--device", ""], "device"),
        ([*PRETRAIN, "--device", "meta"], "device"),
        (["worker", "--device", "cpu:5"], "device"),
        (["worker", "--slot", "0"], "slot"),
        (["worker", "--starter", "-1"], "starter"),
        (["storyworld", "--out", "OUT", "--stories", "0"], "stories"),
        (["tokenizer", "--corpus", "CORPUS", "--out", "OUT", "--vocab-size", "-1"], "vocab_size"),
        (["no-such-command"], "invalid choice"),
        ([], "required"),
        (["pretrain"], "--corpus"),
        (["evaluate", "--text", "\udcff"], "UTF-8"),
    ],
    ids=lambda value: " ".join(value)[-50:] if isinstance(value, list) else "",
)
def test_bad_sources_and_places(words, says, here, tmp_path, capsys, monkeypatch):
    assert says in fails(words, here, tmp_path, capsys, monkeypatch)


@pytest.mark.parametrize(
    "text, says",
    [
        ("[" * 100_000, "nested too deep"),
        ('{"steps": [2]}', "steps must be a number"),
        ('{"learning_rate": true}', "learning_rate must be a number"),
        ('{"steps": 2, "learning_rate": NaN}', "learning_rate must be"),
        ('{"steps": {"a": 1}}', "steps must be a number"),
        ('{"steps": 2.5}', "steps must be a number"),
        ('{"valid": 5}', "valid must be a text"),
        ('{"valid": false}', "valid must be a text"),
        ('{"compile": 1}', "compile must be true or false"),
        ('{"config": "other.json"}', "no setting of pretrain"),
        ('{"run": 1}', "no setting of pretrain"),
        ('{"help": true}', "no setting of pretrain"),
        ('{"nonsense": 1}', "no setting of pretrain"),
        ("[1]", "one JSON object"),
        ("null", "one JSON object"),
        ("\xff{", "JSON"),
    ],
    ids=lambda value: value[:20],
)
def test_settings_files_with_something_else_in_them(text, says, here, tmp_path, capsys, monkeypatch):
    (tmp_path / "settings.json").write_text(text)
    short = [word for word in PRETRAIN if word not in ("--steps", "8")]
    words = [*short, "--config", str(tmp_path / "settings.json")]
    assert says in fails(words, here, tmp_path, capsys, monkeypatch)


def test_null_in_a_settings_file_means_not_given(here, tmp_path, capsys, monkeypatch):
    settings = {"corpus": here["CORPUS"], "valid": None, "tokenizer": None, "steps": 2, "compile": False}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    monkeypatch.chdir(tmp_path)
    rest = [word for word in SMALL if word not in ("--steps", "8")]
    assert main(["pretrain", "--config", "settings.json", "--out", "run", *rest, "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["steps"] == 2
    (tmp_path / "settings.json").write_text('{"out": null}')
    assert "--out" in fails(
        ["pretrain", "--config", "settings.json", "--corpus", "CORPUS", "--steps", "2"],
        here,
        tmp_path,
        capsys,
        monkeypatch,
    )


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: 8 bytes")])
def test_too_little_memory_says_what_to_take_smaller(error, here, tmp_path, capsys, monkeypatch):
    def full(*_, **__):
        raise error

    monkeypatch.setattr("gptcore.text.tokenizer.Tokenizer.train", full)
    assert "take a smaller batch" in fails(PRETRAIN, here, tmp_path, capsys, monkeypatch)


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("closed", [False, True])
def test_stdout_that_cannot_be_written(closed):
    """A full disk, and a reader that has gone (`| head`)."""
    command = [sys.executable, "-m", "gptcore", "generate", "--prompt", "The fox", "--max-new-tokens", "2"]
    if closed:
        reader, target = os.pipe()
        os.close(reader)
    else:
        target = os.open("/dev/full", os.O_WRONLY)
    done = subprocess.run(command, stdout=target, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    os.close(target)
    assert done.returncode == 2
    assert len(done.stderr.strip().split("\n")) == 1 and "stdout" in done.stderr


def test_the_core_checks_what_the_forms_and_options_check():
    settings = TrainSettings(steps=1)
    for wrong in ({"learning_rate": True}, {"device": 3}, {"compile": "yes"}, {"optimizer": ["adam"]}, {"clip": "1"}):
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            TrainSettings(steps=1, **wrong)
    good = dict(corpus="a.txt", model={}, train=settings)
    for wrong in (
        {"snapshots": -1},
        {"snapshots": 10**9},
        {"snapshots": True},
        {"style": "letters"},
        {"corpus": 5},
        {"valid": 5},
        {"train": {}},
        {"model": None},
        {"tokenizer": False},
    ):
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            PretrainPlan(**{**good, **wrong})
    good = dict(model="default", task="entailment", train_file="a.csv", test_file="b.csv")
    for wrong in (
        {"task": "nonsense"},
        {"task": ["entailment"]},
        {"model": 3},
        {"epochs": True},
        {"lm_weight": True},
        {"from_scratch": "no"},
        {"dropout": True},
        {"columns": "a"},
    ):
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            FinetunePlan(**{**good, **wrong})
    for wrong in ({"learning_rate": True}, {"nonsense": 1}, {"time_limit": "soon"}, []):
        with pytest.raises(ConfigError):
            FinetunePlan(**good, train=wrong)
    for name in ("cpu:5", "cuda:99", "nonsense", "", "cuda:-1"):
        with pytest.raises(InputError, match=r"device|GPUs"):
            resolve_device(name)
