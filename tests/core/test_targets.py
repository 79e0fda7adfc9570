"""What the cells of a label's column mean: classes, no label at all, and right answers by number, letter or text."""

import json

import pytest

from gptcore.errors import InputError
from gptcore.tasks.files.datasets import read_examples, read_test_examples, require_trainable
from tests.core.test_bad_datasets import refused

QUESTIONS = [("Which is red?", "sky", "blood", "grass", "snow"), ("Which is cold?", "fire", "sun", "ice", "tea")]


def labelled(labels, kind="classification"):
    rows = "".join(f"text {i},{label}\n" for i, label in enumerate(labels))
    return read_examples(f"text,label\n{rows}".encode(), kind)


def choices(labels, header="context,answer_1,answer_2,answer_3,answer_4,label", **settings):
    rows = "".join(",".join((*QUESTIONS[i % 2], str(label))) + "\n" for i, label in enumerate(labels))
    return read_examples(f"{header}\n{rows}".encode(), "multiple_choice", **settings)


def right(dataset):
    return [example.target for example in dataset.examples]


def test_what_is_missing_is_neither_text_nor_class():
    lines = """{"text": "a", "label": "x"}
        {"text": "b", "label": NaN}
        {"text": NaN, "label": "y"}
        {"text": "c", "label": null}
        {"text": "d"}
        {"label": "x"}
        {"text": "nan", "label": "y"}"""
    found = read_examples(lines.encode(), "classification", name="a.jsonl")
    assert [(e.texts[0], e.target) for e in found.examples] == [("a", "x"), ("nan", "y")]
    assert found.skipped == {"column 'label' is empty": 3, "column 'text' is empty": 2}
    assert "3 lines skipped, first line 2: column 'label' is empty" in found.notes
    found = read_examples(b"text,label\na,1\nb,\n,0\nc,nan\nNA,0\n", "classification")
    assert [(e.texts[0], e.target) for e in found.examples] == [("a", "1"), ("NA", "0")]
    assert sum(found.skipped.values()) == 3
    scores = b'{"text_a": "a", "text_b": "b", "score": NaN}\n{"text_a": "a", "text_b": "b", "score": 2}'
    assert right(read_examples(scores, "similarity", name="a.jsonl")) == [2.0]


@pytest.mark.parametrize(
    ("labels", "classes", "n_skipped"),
    [
        (["yes", "no", "-"], {"yes", "no"}, 1),
        (["+", "-", "+"], {"+", "-"}, 0),
        (["0", "1", "2", "-1"], {"0", "1", "2"}, 1),
        (["0", "1", "2", "-1.0"], {"0", "1", "2"}, 1),
        (["yes", "no", "-1"], {"yes", "no"}, 1),
        (["-1", "0", "1", "1"], {"-1", "0", "1"}, 0),
        (["-1", "1", "1"], {"-1", "1"}, 0),
        (["-2", "-1", "0", "1", "2"], {"-2", "-1", "0", "1", "2"}, 0),
        (["0", "1"] * 20 + ["-1"], {"0", "1"}, 1),
        (["x", "nan", "NaN", "null", "y", ""], {"x", "y"}, 4),
        (["None", "x", "NA"], {"None", "x", "NA"}, 0),
    ],
)
def test_labels_that_mean_no_label(labels, classes, n_skipped):
    found = labelled(labels)
    assert set(found.labels) == classes and sum(found.skipped.values()) == n_skipped
    assert len(found.examples) == len(labels) - n_skipped
    if n_skipped == 0:
        assert any("is taken as a class" in note for note in found.notes)


def test_test_files_without_labels_in_places():
    train = labelled(["0", "1", "2"])
    test = read_test_examples(b"text,label\na,1\nb,-1\nc,-\nd,\n", train)
    assert right(test) == ["1"] and sum(test.skipped.values()) == 3
    with pytest.raises(InputError, match=r"no example that can be used: 2 rows skipped, first row 2: label '-1'"):
        read_test_examples(b"text,label\na,-1\nb,-1\n", train)
    signs = labelled(["-1", "1"])
    assert right(read_test_examples(b"text,label\na,-1\n", signs)) == ["-1"]
    refused("2 rows skipped, first row 2: label '-' means no label", b"text,label\na,-\nb,-\n", "classification")
    with pytest.raises(InputError, match=r"one example; .*; 2 rows skipped"):
        require_trainable(labelled(["x", "", ""]))


def test_scores_that_mean_no_score():
    def scores(*written):
        rows = "".join(f"a,b,{score}\n" for score in written)
        return read_examples(f"text_a,text_b,score\n{rows}".encode(), "similarity")

    assert right(scores("0", "4.5", "-1", "-", "nan")) == [0.0, 4.5]
    assert right(scores("-1", "0.5", "1")) == [-1.0, 0.5, 1.0]
    assert right(scores("-2", "-1", "3")) == [-2.0, -1.0, 3.0]
    with pytest.raises(InputError, match=r"2 rows skipped, first row 2: column 'score' holds '-1.0', which means no"):
        scores("-1.0", "-1.0")


@pytest.mark.parametrize(
    ("labels", "places", "says"),
    [
        ([2, 4], [1, 3], None),
        ([0, 3], [0, 3], "from 0: in row 2 '0' is 'sky'"),
        ([1, 2], [0, 1], "taken to count the answers from 1, since neither 0 nor 4 occurs: in row 2 '1' is 'sky'"),
        (["B", "c"], [1, 2], "letters: in row 2 'B' is 'blood'"),
        (["(b)", "C."], [1, 2], "letters"),
        (["blood", "ice"], [1, 2], "texts"),
        (["2.0", "3.0"], [1, 2], "taken to count"),
        ([2, -1], [1], "taken to count"),
    ],
)
def test_the_right_answer_by_number_letter_or_text(labels, places, says):
    found = choices(labels)
    assert right(found) == places
    assert any(says in note for note in found.notes) if says else found.notes == ()


def test_what_numbers_count_from_is_said_by_the_caller_the_columns_or_training():
    assert right(choices([1, 2], labels_from=0)) == [1, 2] and choices([1, 2], labels_from=0).notes == ()
    endings = choices([1, 2], header="ctx,ending0,ending1,ending2,ending3,label")
    assert right(endings) == [1, 2] and any("from 0, as the answers' columns do" in note for note in endings.notes)
    named = choices([1, 2], header="context,answer_0,answer_1,answer_2,answer_3,label")
    assert right(named) == [1, 2] and named.examples[0].texts[1:] == QUESTIONS[0][1:]
    header = "context,answer_1,answer_2,answer_3,answer_4,label\n"
    test = f"{header}{','.join(QUESTIONS[0])},1\n".encode()
    assert right(read_test_examples(test, choices([0, 1]))) == [1]
    assert right(read_test_examples(test, choices([4, 1]))) == [0]
    zero = f"{header}{','.join(QUESTIONS[0])},0\n".encode()
    with pytest.raises(InputError, match=r"row 2: .* '0'; .* from 1 to 4 as in the training file; say labels_from=0"):
        read_test_examples(zero, choices([1, 2]))
    with pytest.raises(InputError, match="row 3: column 'label' holds '4', but there are both 0 and 4"):
        choices([0, 4, 0])
    with pytest.raises(InputError, match="labels_from must be 0 or 1"):
        choices([1], labels_from=2)
    with pytest.raises(InputError, match="classification has none"):
        read_examples(b"text,label\na,1\n", "classification", labels_from=1)


def test_one_odd_label_is_the_one_that_is_named():
    for labels, says in [
        (["A", "B", "E"], "row 4: column 'label' holds 'E'; it must be a letter from A to D"),
        ([1, 4, 9, 2], "row 4: column 'label' holds '9'"),
        (["blood", "milk"], "row 3: column 'label' holds 'milk'; it must be an answer's text"),
    ]:
        with pytest.raises(InputError) as error:
            choices(labels)
        assert says in str(error.value)


def test_numbers_that_are_texts_of_other_answers_are_not_guessed():
    text = b"context,answer_1,answer_2,answer_3,label\n1 + 2?,2,3,4,3\n2 + 2?,3,4,5,3\n"
    refused(
        "row 2: column 'label' holds '3', the number of one answer and the text of answer 2", text, "multiple_choice"
    )
    assert right(read_examples(text, "multiple_choice", labels_from=1)) == [2, 2]
    far = b"context,answer_1,answer_2,label\n5 + 5?,10,20,10\n9 + 9?,18,20,18\n"
    assert right(read_examples(far, "multiple_choice")) == [0, 0]


def test_answers_are_all_taken_or_named():
    header = "question,A,B,C,D,answer"
    found = choices([1, 4], header)
    assert found.n_answers == 4
    assert found.columns == {"context": "question", "label": "answer"} | {
        f"answer_{i}": x for i, x in enumerate("ABCD", 1)
    }
    some = {"context": "question", "answer_1": "A", "answer_2": "B", "label": "answer"}
    with pytest.raises(InputError, match="answer_1='A', answer_2='B', answer_3='C', answer_4='D'"):
        choices([1, 2], header, columns=some)
    with pytest.raises(
        InputError, match=r"'question', 'A', 'B'.*answer_1='A', answer_2='B', answer_3='C', answer_4='D'"
    ):
        choices([1, 2], "question,A,B,C,D,rightly")
    by_column = choices(["opt_b", "opt_d"], "question,opt_a,opt_b,opt_c,opt_d,answer")
    assert right(by_column) == [1, 3] and any(
        "columns: in row 2 'opt_b' is 'blood'" in note for note in by_column.notes
    )
    unknown = {"context": "q", "answer_1": "one", "answer_2": "two", "label": "key"}
    assert (
        "columns that are not used: 'three', 'four'"
        in choices([1, 2], "q,one,two,three,four,key", columns=unknown).notes
    )
    two = choices([1, 2], columns=None).examples
    with pytest.raises(InputError, match="has 4 answers, but"):
        rows = [{"context": "a", "answer_1": "b", "answer_2": "c", "label": i} for i in (1, 2)]
        train = read_examples(json.dumps(rows).encode(), "multiple_choice", name="a.json")
        read_test_examples(
            f"context,answer_1,answer_2,answer_3,answer_4,label\n{','.join(two[0].texts)},1\n".encode(), train
        )
