"""Weights in 8 bits and differences in 4: what is read back, how small it is, and that nothing damaged is opened."""

import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import gptcore
from gptcore.__main__ import main
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import Checkpoint, load, reads_text, save, save_difference
from gptcore.checkpoints.rounding import restored, rounded
from gptcore.checkpoints.weights import read_metadata
from gptcore.errors import CheckpointError, InputError
from gptcore.tasks.head import TaskHead
from gptcore.tasks.predict import predict
from gptcore.tasks.task import Task
from gptcore.train.run_folder import RunFolder
from tests.core.conftest import TEXT, tiny

WEIGHTS = "model.safetensors"
TABLE = "token_embedding.weight"
TASK = Task("classification", ("no", "yes"))


@pytest.fixture
def home(tokenizer, tmp_path, monkeypatch):
    """Where models ship: one of 8 bits, called books."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "ships")
    model = tiny(vocab_size=tokenizer.vocab_size, n_positions=48)
    save(Checkpoint(model, tokenizer, model.config, {"name": "books"}), tmp_path / "ships" / "books", torch.int8)
    return tmp_path / "ships"


@pytest.fixture
def tuned(home):
    """What fine-tuning may make of books: every weight a little other, three tokens more, a head."""
    base = load("books")
    tokenizer = base.tokenizer.with_task_tokens()
    model = tiny(vocab_size=tokenizer.vocab_size, n_positions=48)
    draw = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, value in base.model.state_dict().items():
            target = model.state_dict()[name]
            target[: len(value)] = value + 0.02 * torch.randn(value.shape, generator=draw)
    head = TaskHead(TASK, model.config.d_model).eval()
    torch.nn.init.normal_(head.linear.weight, 0, 0.5, generator=draw)
    return Checkpoint(model, tokenizer, model.config, {"name": "sentiment", "parent": "books"}, head)


@pytest.fixture
def difference(tuned, home):
    save_difference(tuned, home / "sentiment", "books")
    return home / "sentiment"


def _errors(checkpoint: Checkpoint, folder) -> dict[str, float]:
    """By matrix, how far its numbers are from those read back, at most."""
    again = load(folder).model.state_dict()
    weights = {name: value for name, value in checkpoint.model.state_dict().items() if value.dim() == 2}
    return {name: float((value - again[name]).abs().max()) for name, value in weights.items()}


@pytest.mark.parametrize("bits, largest", [(8, 127), (4, 7)])
def test_no_number_is_off_by_more_than_half_a_step_of_its_row(bits, largest):
    matrix = torch.randn(40, 33, generator=torch.Generator().manual_seed(0)) * torch.logspace(-9, 4, 40)[:, None]
    matrix[7], matrix[8, 1:] = 0, 0
    whole, scale = rounded(matrix, bits)
    again = restored(whole, scale, 33)
    assert again.shape == matrix.shape and not again[7].any()
    torch.testing.assert_close(scale.float(), matrix.abs().amax(1) / largest, rtol=1 / 256, atol=1e-37)
    assert ((again - matrix).abs() <= 0.5001 * scale.float()[:, None]).all()
    assert torch.equal(rounded(again, bits)[0], whole)  # what is on the grid stays


def test_two_numbers_share_a_byte_as_the_docstring_says():
    whole, scale = rounded(torch.tensor([[7.0, -3.0, 0.0, 2.0, -7.0]]), 4)
    assert whole.tolist() == [[15 + 16 * 5, 8 + 16 * 10, 1 + 16 * 8]] and scale.tolist() == [1.0]


def test_8_bits_are_half_of_16_and_read_back_in_float32(tuned, tmp_path):
    save(tuned, tmp_path / "8", torch.int8)
    save(tuned, tmp_path / "16", torch.float16)
    tensors = load_file(tmp_path / "8" / WEIGHTS)
    assert tensors[TABLE].dtype == torch.int8 and tensors["blocks.0.ln_1.weight"].dtype == torch.float16
    matrices = [sum(t.nbytes for t in load_file(tmp_path / n / WEIGHTS).values() if t.dim() == 2) for n in ("8", "16")]
    assert matrices[0] == matrices[1] / 2
    again = load(tmp_path / "8").model.state_dict()
    assert {value.dtype for value in again.values()} == {torch.float32}
    for name, off in _errors(tuned, tmp_path / "8").items():
        assert 0 < off <= 0.5001 * tensors[f"{name}.scale"].float().max()
    save(load(tmp_path / "8"), tmp_path / "again", torch.int8)
    assert (tmp_path / "again" / WEIGHTS).read_bytes() == (tmp_path / "8" / WEIGHTS).read_bytes()


def test_a_difference_is_closer_than_the_weights_alone_in_as_many_bits(tuned, difference):
    for name, off in _errors(tuned, difference).items():
        value = tuned.model.state_dict()[name]
        alone = restored(*rounded(value, 4), value.shape[1])
        assert off < 0.3 * float((value - alone).abs().max()), name
    table = load_file(difference / WEIGHTS)[TABLE]
    assert table.nbytes == table.numel() == len(load("books").tokenizer.vocab) * tuned.config.d_model / 2


def test_a_difference_opens_by_name_with_its_parents_tokenizer(tuned, difference):
    again = gptcore.load("sentiment")
    assert again.tokenizer.fingerprint == tuned.tokenizer.fingerprint and again.head.task == TASK
    assert not (difference / "tokenizer.json").exists() and reads_text(difference)
    new = tuned.model.token_embedding.weight[-3:]
    torch.testing.assert_close(again.model.token_embedding.weight[-3:], new.detach(), atol=1e-3, rtol=1e-3)
    for text in TEXT.splitlines():
        now, before = predict(again, (text,)), predict(tuned, (text,))
        torch.testing.assert_close(torch.tensor(now.logits), torch.tensor(before.logits), atol=0.1, rtol=0)


def test_a_tokenizer_that_lay_there_before_goes(tuned, home):
    save(tuned, home / "sentiment")
    assert (home / "sentiment" / "tokenizer.json").exists()
    save_difference(tuned, home / "sentiment", "books")
    assert not (home / "sentiment" / "tokenizer.json").exists()
    save(load("sentiment"), home / "sentiment", torch.float16)
    assert load("sentiment").tokenizer.fingerprint == tuned.tokenizer.fingerprint


def _change(folder, tensors=None, **metadata):
    """Writes a weights file again with some of it other; None takes it out."""
    path = folder / WEIGHTS
    changed = {**load_file(path), **(tensors or {})}
    said = {**read_metadata(path), **metadata}
    save_file({n: t for n, t in changed.items() if t is not None}, path, {n: v for n, v in said.items() if v})


SCALE = f"{TABLE}.scale"


@pytest.mark.parametrize("name", ["books", "sentiment"])
@pytest.mark.parametrize(
    "change, message",
    [
        (lambda scale: None, "token_embedding.weight.scale is missing"),
        (lambda scale: scale * float("nan"), "numbers that are no scale"),
        (lambda scale: scale * float("inf"), "numbers that are no scale"),
        (lambda scale: -scale, "numbers that are no scale"),
        (lambda scale: scale.float(), r"scale is torch.float32 \(\d+,\), which is no scale"),
        (lambda scale: scale[1:].clone(), r"\(\d+,\), which is no scale for the rows of \(\d+, \d+\)"),
    ],
)
def test_a_damaged_scale_is_refused(difference, home, name, change, message):
    _change(home / name, {SCALE: change(load_file(home / name / WEIGHTS)[SCALE])})
    with pytest.raises(CheckpointError, match=message):
        load(name)


@pytest.mark.parametrize("name", ["books", "sentiment"])
@pytest.mark.parametrize("dtype", [torch.int16, torch.int64, torch.bool])
def test_whole_numbers_of_another_width_are_refused(difference, home, name, dtype):
    _change(home / name, {TABLE: load_file(home / name / WEIGHTS)[TABLE].to(dtype)})
    with pytest.raises(CheckpointError, match=f"{TABLE} holds {dtype}|{TABLE}.* is unknown"):
        load(name)


@pytest.mark.parametrize(
    "tensors, metadata, message",
    [
        ({}, {"bits": "3"}, "in '3' bits; only 4 and 8"),
        ({}, {"bits": None}, "scale is unknown"),
        ({}, {"parent_sha256": "0" * 64}, "books with other weights than the one that ships now"),
        ({}, {"parent_sha256": None}, "books with other weights"),
        ({}, {"parent": None}, "no whole model, but the difference from None"),
        ({}, {"parent": "sentiment"}, "'sentiment', which is none of the models that ship"),
        ({f"{TABLE}.new": None}, {}, r"token_embedding.weight is \(\d+, 16\), the config says"),
        ({f"{TABLE}.new": torch.zeros(3, 5).half()}, {}, "weight.new is torch.float16"),
        ({f"{TABLE}.new": torch.zeros(3, 16)}, {}, "weight.new is torch.float32"),
        ({TABLE: torch.zeros(7, 8, dtype=torch.uint8), SCALE: torch.ones(7).bfloat16()}, {}, "does not fit its parent"),
        ({"a": torch.zeros(7, 8, dtype=torch.uint8), "a.scale": torch.ones(7).bfloat16()}, {}, "there it is missing"),
        ({"a.scale": torch.ones(7).bfloat16()}, {}, "a.scale is unknown"),
    ],
)
def test_a_damaged_difference_is_refused(difference, tensors, metadata, message):
    _change(difference, tensors, **metadata)
    with pytest.raises(CheckpointError, match=message):
        load("sentiment")


def test_a_difference_over_other_weights_is_refused(difference, home):
    books = load("books")
    with torch.no_grad():
        books.model.token_embedding.weight[0, 0] += 1
    save(books, home / "books", torch.int8)
    with pytest.raises(CheckpointError, match="publish the fine-tuned run again"):
        load("sentiment")


@pytest.mark.parametrize("name", ["../elsewhere/books", "..", ".", "", "ABSOLUTE", "nobody", "books/", "books\\"])
def test_a_parent_is_looked_for_by_name_among_the_models_that_ship(difference, home, tmp_path, name):
    elsewhere = tmp_path / "elsewhere" / "books"
    save(load("books"), elsewhere, torch.int8)
    _change(difference, parent=name.replace("ABSOLUTE", str(elsewhere)) or " ")
    with pytest.raises(CheckpointError, match="none of the models that ship"):
        load("sentiment")


def test_only_what_comes_from_a_model_that_ships_is_a_difference(tuned, home, tmp_path):
    with pytest.raises(InputError, match="no model 'nobody' ships"):
        save_difference(tuned, tmp_path / "out", "nobody")
    save_difference(tuned, home / "sentiment", "books")
    with pytest.raises(InputError, match="no model 'sentiment' ships whole"):
        save_difference(tuned, tmp_path / "out", "sentiment")
    with pytest.raises(InputError, match="does not have the tokens of books"):
        save_difference(load("books"), tmp_path / "out", "books")
    with pytest.raises(InputError, match="choose another folder"):
        save_difference(tuned, home / "books", "books")
    other = tiny(vocab_size=tuned.config.vocab_size, n_positions=48, n_layer=3)
    with pytest.raises(InputError, match=r"blocks.2.+ does not come from books"):
        save_difference(Checkpoint(other, tuned.tokenizer, other.config), tmp_path / "out", "books")
    with torch.no_grad():
        tuned.model.token_embedding.weight[0, 0] = float("nan")
    with pytest.raises(CheckpointError, match="not finite"):
        save_difference(tuned, tmp_path / "out", "books")
    with pytest.raises(CheckpointError, match="not finite"):
        save(tuned, tmp_path / "out", torch.int8)
    assert not (tmp_path / "out" / WEIGHTS).exists()


def test_a_damaged_folder_reads_no_text_and_stops_no_list(difference):
    (difference / WEIGHTS).write_bytes(b"x")
    assert not reads_text(difference)


@pytest.fixture
def tuning(tuned, tmp_path):
    """A finished fine-tuning run's folder."""
    measures = {"accuracy": 1.0, "f1": 1.0, "matthews": 1.0}
    (tmp_path / "train.csv").write_text("text,label\nthe fox,yes\nthe crow,no\n")
    files = dict.fromkeys(("train_file", "test_file"), str(tmp_path / "train.csv"))
    settings = {"model": "books", "task": "classification", **files}
    card = {**tuned.card, "settings": settings, "result": {"measure": "accuracy", **measures, "seconds": 1.0}}
    folder = RunFolder(tmp_path / "run")
    save(Checkpoint(tuned.model, tuned.tokenizer, tuned.config, card, tuned.head), folder.path)
    rows = []
    for text, target in zip(TEXT.splitlines(), ("yes", "no", "no"), strict=True):
        logits = predict(tuned, (text,)).logits.tolist()
        rows.append({"texts": [text], "target": target, "answer": "no", "before": logits, "outputs": logits})
    folder.results.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


@pytest.mark.parametrize("bits", [16, 8, 4])
def test_a_fine_tuned_run_is_published_in_so_many_bits_and_measured_as_it_is_kept(tuning, home, bits, capsys):
    out = home / "mine"
    assert main(["publish", "--run", str(tuning.path), "--out", str(out), "--bits", str(bits), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    kept = gptcore.load("mine")
    right = [predict(kept, row["texts"]).answer == row["target"] for row in tuning.results_rows()]
    assert kept.card["bits"] == bits and kept.card["result"].items() <= printed.items()
    wrong = [i for i, is_right in enumerate(right, 1) if not is_right]
    assert sorted(kept.card["mistakes"]["most_confident"]) == wrong if bits < 16 else [1]
    if bits == 16:
        assert printed["accuracy"] == 1.0 and "as_trained" not in kept.card
        return
    assert printed["accuracy"] == sum(right) / len(right) < 1
    assert kept.card["as_trained"]["accuracy"] == 1.0 and sum(map(sum, kept.card["confusion"])) == 3
    with safe_open(out / WEIGHTS, "pt") as file:
        assert file.metadata()["bits"] == str(bits)


@pytest.mark.parametrize("bits", ["16", "4"])
def test_a_run_that_is_not_finished_is_not_published(tuned, tmp_path, bits, capsys):
    save(tuned, tmp_path / "run")
    assert main(["publish", "--run", str(tmp_path / "run"), "--out", str(tmp_path / "out"), "--bits", bits]) == 2
    assert "is not finished" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_language_model_is_published_in_8_bits_but_never_in_4(run, corpus, tmp_path, capsys):
    command = ["publish", "--run", str(run), "--text", str(corpus), "--json", "--out"]
    for bits in ("16", "8"):
        assert main([*command, str(tmp_path / bits), "--bits", bits]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{"))
    assert load(tmp_path / "8").card["measures"] == second and second["bigram"] == first["bigram"]
    assert second["model"]["perplexity"] == pytest.approx(first["model"]["perplexity"], rel=0.01)
    assert main(["evaluate", "--model", str(tmp_path / "8"), "--text", str(corpus), "--json"]) == 0
    measured = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert round(measured["perplexity"], 2) == second["model"]["perplexity"]
    assert main([*command, str(tmp_path / "4"), "--bits", "4"]) == 2
    assert "has a parent" in capsys.readouterr().err and not (tmp_path / "4").exists()
