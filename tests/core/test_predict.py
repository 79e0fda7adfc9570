"""`python -m gptcore predict`: answers to a file of any layout, with labels or without, and what cannot be read."""

import csv
import io
import json
import sys

import numpy as np
import pytest
import torch

from gptcore.__main__ import main
from gptcore.checkpoints import defaults
from gptcore.checkpoints.checkpoint import Checkpoint, load_text_model, save
from gptcore.familiar import Usual, look_up
from gptcore.measures import Perplexity
from gptcore.tasks.examples import KINDS
from gptcore.tasks.familiarity import familiarity
from gptcore.tasks.files.label_names import match_labels
from gptcore.tasks.formats import task_input
from gptcore.tasks.head import TaskHead
from gptcore.tasks.many import answer_many
from gptcore.tasks.predict import outputs, predict
from gptcore.tasks.task import Task
from gptcore.text.known_words import count_words, write_words
from tests.core.conftest import TEXT, tiny

TASKS = {
    "classification": Task("classification", ("negative", "positive"), temperature=2.0),
    "entailment": Task("entailment", ("contradiction", "entailment", "neutral")),
    "similarity": Task("similarity", None, 2.5, 1.5),
    "multiple_choice": Task("multiple_choice"),
}
ROWS = {
    "classification": ("text,label", ["the fox,positive", "a crow under the hill,negative", "the river,positive"]),
    "entailment": ("premise,hypothesis,label", ["the fox,a fox,neutral", "a crow,the hill was warm,entailment"]),
    "similarity": ("text_a,text_b,score", ["the fox,a fox,4.5", "a crow,the hill was warm,0", "one,two,2"]),
    "multiple_choice": ("context,answer_1,answer_2,label", ["the fox,ran,went far,1", "a crow,sat,flew over,2"]),
}


@pytest.fixture(scope="module")
def models(tokenizer, tmp_path_factory):
    """A folder with a model for each kind, that knows some words and what is usual."""
    folder, tok = tmp_path_factory.mktemp("models"), tokenizer.with_task_tokens()
    known = count_words([TEXT])
    model = tiny(vocab_size=tok.vocab_size, n_positions=48)
    for kind, task in TASKS.items():
        head = TaskHead(task, model.config.d_model)
        with torch.no_grad():
            head.linear.weight *= 40
        bare = Checkpoint(model, tok, model.config, {"name": kind}, head)
        save(bare, folder / kind)
        write_words(folder / kind / "words.txt.xz", known)
        words = load_text_model(folder / kind).words
        texts = [line for line in TEXT.replace(".", ".\n").splitlines() if line.strip()] * 8
        measures = [Perplexity(-5.0 * (i % 5 + 3), i % 5 + 3) for i in range(len(texts))]
        usual = Usual.measured(measures, [look_up([text], words) for text in texts])
        save(Checkpoint(model, tok, model.config, {"name": kind, "familiarity": usual.to_dict()}, head), folder / kind)
    return folder


@pytest.fixture
def ask(models, tmp_path, capsys, monkeypatch):
    """Runs the command on a file's text; returns its exit code, what it said, and its JSON."""
    monkeypatch.chdir(tmp_path)

    def call(kind: str, text: str, name: str = "file.csv", *more: str) -> tuple[int, str, dict]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        capsys.readouterr()
        code = main(["predict", "--model", str(models / kind), "--file", name, "--json", *more])
        said = capsys.readouterr()
        if code:
            assert not said.out
            return code, said.err, {}
        lines = said.out.splitlines()
        return code, "\n".join(lines[:-1]), json.loads(lines[-1])

    return call


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_is_answered_as_one_by_one_with_labels_and_without(ask, models, kind):
    header, rows = ROWS[kind]
    code, _, found = ask(kind, "\n".join([header, *rows]))
    assert code == 0 and [row["row"] for row in found["rows"]] == list(range(2, len(rows) + 2))
    checkpoint = load_text_model(models / kind)
    for row, line in zip(found["rows"], rows, strict=True):
        *texts, label = line.split(",")
        one = predict(checkpoint, texts)
        assert row["answer"] == (one.answer + 1 if kind == "multiple_choice" else pytest.approx(one.answer, abs=1e-4))
        if kind != "similarity":
            shares = outputs(one.task, one.logits)
            np.testing.assert_allclose(list(row["probabilities"].values()), shares, atol=1e-5)
            assert str(row["label"]) == label
        told = familiarity(checkpoint, texts)
        assert row["familiarity"]["perplexity"] == pytest.approx(told.perplexity, rel=1e-4)
        assert row["familiarity"]["is_strange"] == told.is_strange
    right = [row["answer"] == row["label"] for row in found["rows"]]
    measures = found["measures"]
    assert measures["examples"] == len(rows)
    assert -1 <= measures["pearson"] <= 1 if kind == "similarity" else measures["accuracy"] == np.mean(right)
    cut = ["\n".join(line.rsplit(",", 1)[0] for line in (header, *rows))]
    code, _, without = ask(kind, cut[0])
    assert code == 0 and without["measures"] == {}
    assert [row["answer"] for row in without["rows"]] == [row["answer"] for row in found["rows"]]
    assert not any("label" in row for row in without["rows"])


def test_many_at_once_are_as_one_by_one_whatever_their_lengths(models):
    checkpoint = load_text_model(models / "multiple_choice")
    words = TEXT.split()
    asked = [(" ".join(words[: 3 + i % 7]), *words[: 2 + i % 3]) for i in range(40)]
    inputs = [task_input(checkpoint.tokenizer, "multiple_choice", texts, 48) for texts in asked]
    found = {i: logits for i, logits, _ in answer_many(checkpoint, asked, inputs)}
    assert sorted(found) == list(range(40))
    for i, texts in enumerate(asked):
        np.testing.assert_allclose(found[i], predict(checkpoint, texts).logits, atol=1e-5)


def test_rows_that_cannot_be_read_are_told_and_the_others_answered(ask):
    code, text, found = ask("classification", 'text,label\nthe fox,positive\n,negative\na,b,c\n"a crow",positive\n')
    assert code == 0 and [row["row"] for row in found["rows"]] == [2, 5]
    assert {entry["row"]: entry["reason"] for entry in found["unread"]} == {
        3: "column 'text' is empty",
        4: "3 cells, not 2",
    }
    assert "row 3 is not answered: column 'text' is empty" in text
    lines = '{"text": "the fox"}\n{"text": \n[1]\n{"text": ["a"]}\n{"text": "a crow"}\n'
    code, _, found = ask("classification", lines, "file.jsonl")
    assert [row["row"] for row in found["rows"]] == [1, 5] and len(found["unread"]) == 3


def test_a_text_a_line_is_enough_to_classify_from_a_file_and_from_what_comes_in(ask, monkeypatch):
    text = "\ufeffThe fox, the crow and I.\n\nunder the hill\n"
    _, said, found = ask("classification", text, "lines.txt")
    assert [row["row"] for row in found["rows"]] == [1, 3] and "text on each line" in said
    monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": io.BytesIO(text.encode())}))
    code, _, same = ask("classification", "", "x", "--file", "-")
    assert code == 0 and same["rows"] == found["rows"]
    table = "label\ttext\npositive\tthe fox\n"
    assert ask("classification", table, "table.txt")[2]["rows"][0]["label"] == "positive"


@pytest.mark.parametrize(
    ("labels", "matches"),
    [
        (("0", "1"), {"0": "negative", "1": "positive"}),
        (("1",), {"1": "positive"}),
        (("1", "2"), {"1": "negative", "2": "positive"}),
        (("-1", "1"), {"-1": "negative", "1": "positive"}),
        (("Positive", "NEGATIVE"), {"Positive": "positive", "NEGATIVE": "negative"}),
        (("positive", "odd"), {"positive": "positive"}),
        (("good", "bad"), {}),
        (("1", "2", "3"), {}),
    ],
)
def test_labels_are_matched_by_name_else_by_order_and_it_is_said(labels, matches):
    found, notes = match_labels(labels, ("negative", "positive"))
    assert found == matches
    assert bool(notes) == any(found.get(label) != label for label in labels)
    assert all(repr(label) in notes[0] for label in labels if found.get(label) != label)


def test_numbers_of_the_inference_sets_are_theirs_not_the_alphabet():
    found, _ = match_labels(("0", "1", "2"), ("contradiction", "entailment", "neutral"))
    assert found == {"0": "entailment", "1": "neutral", "2": "contradiction"}


def test_numbered_labels_count_in_the_measures_and_others_do_not(ask):
    _, said, found = ask("classification", "text,label\nthe fox,1\na crow,0\nthe hill,1\nthe river,-1\n")
    assert [row.get("label") for row in found["rows"]] == ["positive", "negative", "positive", None]
    assert found["measures"]["examples"] == 3 and "'1' is taken for 'positive'" in said
    assert {name: of["examples"] for name, of in found["measures"]["by_label"].items()} == {
        "negative": 1,
        "positive": 2,
    }
    _, said, found = ask("classification", "text,label\nthe fox,happy\na crow,sad\n")
    assert found["measures"] == {} and len(found["rows"]) == 2 and "none of the model's" in said
    _, said, found = ask("similarity", "text_a,text_b,score\nthe fox,a fox,4\na crow,a hill,much\n")
    assert len(found["rows"]) == 2 and found["measures"]["examples"] == 1 and "'much'" in said


def test_columns_may_have_other_names(ask):
    code, _, found = ask(
        "entailment", "a,b\nthe fox,a crow\n", "x.csv", "--column", "premise=a", "--column", "hypothesis=b"
    )
    assert code == 0 and len(found["rows"]) == 1
    code, _, found = ask(
        "classification", "1\tthe fox\n0\ta crow\n", "x.tsv", "--column", "text=2", "--column", "label=1"
    )
    assert [row["label"] for row in found["rows"]] == ["positive", "negative"]


def test_the_answers_go_into_a_file_that_no_spreadsheet_runs(ask, tmp_path):
    _, said, _ = ask("classification", 'text\n=1+1 the fox\n"a crow, ""so"""\n', "x.csv", "--out", "answers.csv")
    assert "row 2:" not in said and "2 answers" in said
    with (tmp_path / "answers.csv").open(newline="") as file:
        header, first, second = csv.reader(file)
    assert header[:3] == ["row", "text", "answer"] and header[3:5] == [
        "probability of negative",
        "probability of positive",
    ]
    assert first[1] == "'=1+1 the fox" and second[1] == 'a crow, "so"'
    assert float(first[3]) + float(first[4]) == pytest.approx(1)
    code, said, _ = ask("classification", "text\nthe fox\n", "x.csv", "--out", "x.csv")
    assert code == 2 and "is the file that is read" in said
    assert ask("classification", "text\nthe fox\n", "x.csv", "--out", ".")[0] == 2


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        ("", [], "empty"),
        ("text\n", [], "nothing that can be answered"),
        ("text,label\n,\n,x\n", [], "row 3: column 'text' is empty"),
        ("mark,word\n1,2\n", [], "column"),
        ("text\nthe fox\n", ["--model", "nowhere"], "no model"),
        ("text\nthe fox\n", ["--task", "entailment"], "fine-tuned for classification, not for entailment"),
        ("text\nthe fox\n", ["--file", "nowhere.csv"], "does not exist"),
        ("text\nthe fox\n", ["--column", "text"], "OURS=THEIRS"),
        ("text\nthe fox\n", ["--out", ""], "--out"),
    ],
)
def test_what_cannot_be_answered_is_one_clear_line(ask, text, more, says):
    code, said, _ = ask("classification", text, "file.csv", *more)
    assert code == 2 and says in said and "Traceback" not in said


def test_without_a_model_the_default_of_the_task_answers(ask, models, monkeypatch, capsys, run, tmp_path):
    monkeypatch.setattr(defaults, "models", lambda: {"sentiment": models / "classification", "books": run})
    monkeypatch.setattr("gptcore.checkpoints.checkpoint.models", lambda: {"sentiment": models / "classification"})
    (tmp_path / "x.csv").write_text("text\nthe fox\n")
    assert main(["predict", "--task", "classification", "--file", "x.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["model"] == "sentiment"
    assert main(["predict", "--task", "similarity", "--file", "x.csv"]) == 2
    assert main(["predict", "--file", "x.csv"]) == 2
    assert main(["predict", "--model", str(run), "--file", "x.csv"]) == 2
    assert "was not fine-tuned" in capsys.readouterr().err


def test_a_model_that_does_not_tell_what_it_has_read_says_so(ask, models, tmp_path):
    bare = load_text_model(models / "classification")
    save(Checkpoint(bare.model, bare.tokenizer, bare.config, {}, bare.head), tmp_path / "bare")
    _, said, found = ask("classification", "text\nthe fox\n", "x.csv", "--model", str(tmp_path / "bare"))
    assert found["rows"][0]["familiarity"] is None and "does not tell what it has read" in said
