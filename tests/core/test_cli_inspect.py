"""`python -m gptcore inspect`: what is understood of a file, said before anything learns from it."""

import json

import pytest

from gptcore.__main__ import main

QUIZ = "prompt,A,B,C,answer\nWhich is red?,sky,blood,snow,2\nWhich is hot?,fire,ice,tea,-\n"


@pytest.fixture
def inspect(tmp_path, capsys):
    """Runs the command on a text; returns its exit code, its JSON (or None) and what it said."""

    def call(text: str, task: str, *options: str):
        (tmp_path / "file.csv").write_text(text)
        code = main(["inspect", "--task", task, "--file", str(tmp_path / "file.csv"), *options, "--json"])
        out, error = capsys.readouterr()
        return code, json.loads(out.splitlines()[-1]) if code == 0 else None, out + error

    return call


def test_it_says_what_finetune_would_learn_from(inspect):
    code, found, said = inspect("sentence;gold\ngood;1\nbad;0\n;1\n\nodd;-\nfine;1\n", "classification")
    assert code == 0
    assert (found["rows"], found["classes"]) == (3, {"0": 1, "1": 2})
    assert found["skipped"] == {"blank row": 1, "column 'sentence' is empty": 1, "label '-' means no label": 1}
    assert found["first"] == [
        {"text": "good", "label": "1"},
        {"text": "bad", "label": "0"},
        {"text": "fine", "label": "1"},
    ]
    assert (found["columns"], found["delimiter"]) == ({"text": "sentence", "label": "gold"}, ";")
    assert found["encoding"] == "utf-8" and all(note in said for note in found["notes"])


def test_choices_scores_and_what_they_count_from(inspect):
    _, found, _ = inspect(QUIZ, "multiple_choice")
    assert found["classes"] == {"1": 0, "2": 1, "3": 0} and found["first"][0]["label"] == 2
    _, found, _ = inspect(QUIZ, "multiple_choice", "--labels-from", "0")
    assert found["classes"] == {"1": 0, "2": 0, "3": 1} and found["first"][0]["label"] == 3
    _, found, _ = inspect("a,b,relatedness\nx,y,2.5\n", "similarity")
    assert found["first"] == [{"text_a": "x", "text_b": "y", "score": 2.5}] and found["classes"] == {}


def test_what_cannot_be_read_ends_with_two_and_one_line(inspect):
    for text, task, options, says in [
        ("", "classification", [], "is empty"),
        ("spam,win now\nham,ok\nham,so\n", "classification", [], "no header"),
        ("text,label\na,b,c\n", "classification", [], "row 2"),
        ("text,label\na,1\n", "classification", ["--column", "text"], "OURS=THEIRS"),
        (QUIZ, "multiple_choice", ["--column", "answer_1=A", "--column", "answer_2=B"], "answer_3='C'"),
    ]:
        code, _, said = inspect(text, task, *options)
        assert code == 2 and says in said and len(said.strip().splitlines()) == 1
    assert (
        inspect("spam,win now\nham,ok\n", "classification", "--column", "text=2", "--column", "label=1")[1]["rows"] == 2
    )
