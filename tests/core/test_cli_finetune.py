"""`python -m gptcore finetune` with files and settings that cannot be used: exit 2, a clear line, nothing half-made."""

import pytest

from gptcore.__main__ import main

GOOD = "text,label\n" + "".join(
    f"the fox is {word},{label}\n" for word, label in (("glad", "good"), ("sad", "bad")) * 6
)
FILES = {
    "good.csv": GOOD,
    "one-class.csv": "text,label\nthe fox,good\nthe crow,good\n",
    "other-labels.csv": "text,label\nthe fox,good\nthe crow,ugly\n",
    "no-label.csv": "text,mark\nthe fox,good\n",
    "empty.csv": "",
    "header.csv": "text,label\n",
    "hole.csv": "text,label\nthe fox,good\n,bad\n",
    "quote.csv": 'text,label\n"the fox,good\n',
    "lines.jsonl": '{"text": "the fox", "label": "good"}\n{"text": ',
    "pairs.csv": "premise,hypothesis,label\na fox,a fox,yes\na crow,a fox,no\n",
    "scores.csv": "text_a,text_b,score\na fox,a crow,high\n",
    "choices.csv": "context,answer_1,answer_2,label\na fox,runs,flies,3\n",
}
BAD = {
    "no training file": (["--train", "nowhere.csv"], "does not exist"),
    "no test file": (["--test", "nowhere.csv"], "does not exist"),
    "a folder": (["--train", "FOLDER"], "is not a file"),
    "empty": (["--train", "empty.csv"], "is empty"),
    "only a header": (["--train", "header.csv"], "no examples"),
    "one class": (["--train", "one-class.csv"], "at least two labels"),
    "labels unseen in training": (["--test", "other-labels.csv"], "ugly"),
    "no label column": (["--train", "no-label.csv"], "label"),
    "an empty text": (["--train", "hole.csv"], "row 3"),
    "an open quote": (["--train", "quote.csv"], "quote"),
    "JSON cut short": (["--train", "lines.jsonl"], "line 2"),
    "another kind of task": (["--task", "entailment"], "premise"),
    "scores that are words": (["--task", "similarity", "--train", "scores.csv"], "high"),
    "an answer that is not there": (["--task", "multiple_choice", "--train", "choices.csv"], "3"),
    "an unknown task": (["--task", "translation"], "invalid choice"),
    "a column that is not there": (["--column", "text=review"], "review"),
    "a column that is none of ours": (["--column", "words=text"], "words"),
    "a mapping without names": (["--column", "text"], "OURS=THEIRS"),
    "a model that is not there": (["--model", "nowhere"], "no model"),
    "no epochs": (["--epochs", "0"], "epochs"),
    "endless epochs": (["--epochs", "1001"], "epochs"),
    "negative lambda": (["--lm-weight", "-1"], "lm_weight"),
    "lambda of nan": (["--lm-weight", "nan"], "lm_weight"),
    "a layer too many": (["--transfer-layers", "99"], "transfer_layers"),
    "frozen too far": (["--freeze", "99"], "freeze"),
    "frozen and from nothing": (["--freeze", "1", "--from-scratch"], "from_scratch"),
    "transferred and from nothing": (["--transfer-layers", "1", "--from-scratch"], "from_scratch"),
    "a head that is not there": (["--keep-head"], "was not fine-tuned"),
    "kept and from nothing": (["--keep-head", "--from-scratch"], "keep_head"),
    "rehearsed without a head": (["--rehearse", "4"], "keep_head"),
    "replayed without rehearsing": (["--keep-head", "--replay", "good.csv"], "rehearse"),
    "all dropped": (["--dropout", "1"], "dropout"),
    "rate of zero": (["--learning-rate", "0"], "learning_rate"),
    "rate of nan": (["--learning-rate", "nan"], "learning_rate"),
    "no rows": (["--batch-size", "0"], "batch_size"),
    "negative seed": (["--seed", "-1"], "seed"),
    "negative warm-up": (["--warmup", "-1"], "warmup"),
    "negative decay": (["--weight-decay", "-0.1"], "weight_decay"),
    "unknown optimiser": (["--optimizer", "magic"], "invalid choice"),
    "no such device": (["--device", "abacus"], "abacus"),
    "a word for a number": (["--epochs", "many"], "invalid int"),
    "no threads": (["--threads", "0"], "threads"),
    "no settings file": (["--config", "nowhere.json"], "nowhere.json"),
    "a settings file that is none": (["--config", "empty.csv"], "cannot be read as JSON"),
}


@pytest.fixture
def finetune(run, tmp_path, monkeypatch, capsys):
    """Runs the command on good files with some arguments changed; returns its exit code and what it said."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "FOLDER").mkdir()
    monkeypatch.chdir(tmp_path)

    def call(changes: list[str]) -> tuple[int, str]:
        base = ["--model", str(run), "--task", "classification", "--train", "good.csv", "--test", "good.csv"]
        try:
            code = main(["finetune", *base, "--epochs", "1", "--out", "out", *changes])
        except SystemExit as stopped:  # argparse's own way out
            code = stopped.code
        return code, capsys.readouterr().err

    return call


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_used_is_refused_and_leaves_nothing(case, finetune, tmp_path):
    changes, says = BAD[case]
    code, error = finetune(changes)
    assert code == 2 and "Traceback" not in error
    assert says in error.strip().split("\n")[-1]
    assert not (tmp_path / "out").exists()


def test_the_same_call_with_good_input_succeeds(finetune, tmp_path):
    assert finetune([])[0] == 0
    assert (tmp_path / "out" / "task.json").exists()
    assert finetune([])[0] == 2  # the folder is taken now


def test_a_fine_tuned_model_goes_on_with_one_example_of_one_label(finetune, tmp_path):
    assert finetune([])[0] == 0
    on = ["--model", "out", "--keep-head", "--rehearse", "4", "--train", "one.csv"]
    (tmp_path / "one.csv").write_text("text,label\nthe fox is glad,bad\n")
    for name, more in (("written", []), ("replayed", ["--replay", "good.csv"])):
        assert finetune([*on, *more, "--out", name])[0] == 0
        assert (tmp_path / name / "task.json").read_text() == (tmp_path / "out" / "task.json").read_text()
        assert len((tmp_path / name / "learnt.jsonl").read_text().splitlines()) == 1
    assert '"texts": ["the fox is sad"]' in (tmp_path / "replayed" / "rehearsed.jsonl").read_text()
    code, said = finetune([*on, "--replay", "nowhere.csv", "--out", "nothing"])
    assert code == 2 and "does not exist" in said
    code, said = finetune(["--model", "out", "--keep-head", "--train", "other-labels.csv", "--out", "nothing"])
    assert code == 2 and "ugly" in said and not (tmp_path / "nothing").exists()


def test_files_as_people_have_them_are_learnt_from(finetune, tmp_path):
    pairs = "gold_label\tsentence1\tsentence2\n" + 'yes\t"A fox.\tA fox\nno\tA crow.\tA fox.\n' * 4
    (tmp_path / "pairs.tsv").write_text(pairs)
    (tmp_path / "unseen.tsv").write_text(pairs.splitlines()[0] + "\nyes\tA fox\tfoxes\n-\ta\tb\n-1\ta\tb\n")
    code, said = finetune(["--task", "entailment", "--train", "pairs.tsv", "--test", "unseen.tsv"])
    assert code == 0
    assert "pairs.tsv: quotes are read as part of the texts" in said
    assert "unseen.tsv: 1 row skipped, row 3: label '-' means no label" in said
    quiz = "prompt,A,B,C,answer\n" + "a fox,runs,flies,swims,1\na crow,runs,flies,swims,2\n" * 4
    (tmp_path / "quiz.csv").write_text(quiz)
    files = ["--task", "multiple_choice", "--train", "quiz.csv", "--test", "quiz.csv", "--out", "quiz"]
    code, said = finetune([*files, "--labels-from", "0"])
    assert code == 0 and "taken to count" not in said
    answers = (tmp_path / "quiz" / "results.jsonl").read_text()
    assert '"target": 2' in answers and '"target": 0' not in answers
