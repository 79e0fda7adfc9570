"""Files of well-known data sets, the paper's own among them, as their authors publish them."""

import io
import json
from pathlib import Path

import pytest

from gptcore.errors import InputError
from gptcore.tasks.examples import Example
from gptcore.tasks.files import parquet
from gptcore.tasks.files.datasets import read_examples, read_test_examples
from tests.core.test_bad_datasets import refused

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
RACE = {
    "article": "A fox saw grapes.",
    "questions": ["What did it see?", "The fox saw _ ."],
    "options": [["a crow", "grapes", "a hill", "rain"], ["grapes", "ice", "tea", "sand"]],
    "answers": ["B", "A"],
    "id": "high1.txt",
}
RACE_ROWS = [
    Example(("A fox saw grapes.\nWhat did it see?", "a crow", "grapes", "a hill", "rain"), 1),
    Example(("A fox saw grapes.\nThe fox saw _ .", "grapes", "ice", "tea", "sand"), 0),
]
CLOZE = (
    "InputStoryid,InputSentence1,InputSentence2,InputSentence3,InputSentence4,"
    "RandomFifthSentenceQuiz1,RandomFifthSentenceQuiz2,AnswerRightEnding\n"
    'x1,Sam ran.,"He fell, hard.",It hurt.,He sat.,He was glad.,He cried.,2\n'
    "x2,Mia sang.,All heard.,They liked it.,She bowed.,They clapped.,They left.,1\n"
)
ARC = {
    "question": "Which is hot?",
    "choices": {"text": ["fire", "ice", "snow"], "label": ["A", "B", "C"]},
    "answerKey": "A",
}


STEMS = [{"label": "A", "text": "fire"}, {"label": "B", "text": "ice"}, {"label": "C", "text": "snow"}]
MNLI = {"annotator_labels": ["neutral"], "genre": "x", "gold_label": "neutral", "sentence1": "A.", "sentence2": "B."}
SICK = "pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment\n1\tA.\tB.\t4.5\tNEUTRAL\n"
KIN = {
    "cola.tsv": (
        "classification",
        'gj04\t1\t\tWe won\'t buy "it".\ngj04\t0\t*\t"They drank.\n',
        'We won\'t buy "it".',
        "1",
    ),
    "sst2.tsv": ("classification", "sentence\tlabel\nhide new \t0\nit 's \" fine\t1\n", "hide new ", "0"),
    "rte.tsv": (
        "entailment",
        "index\tsentence1\tsentence2\tlabel\n0\tA b.\tC d.\tyes\n1\tE.\tF.\tno\n",
        "A b.",
        "C d.",
        "yes",
    ),
    "qnli.tsv": ("entailment", "index\tquestion\tsentence\tlabel\n0\tWho?\tI.\tyes\n", "Who?", "I.", "yes"),
    "sick.txt": ("entailment", SICK, "A.", "B.", "NEUTRAL"),
    "sick.tsv": ("similarity", SICK, "A.", "B.", 4.5),
    "stsb.tsv": (
        "similarity",
        "index\tgenre\tsource1\tsentence1\tsentence2\tscore\n0\tnews\tu\tA.\tB.\t2.5\n",
        "A.",
        "B.",
        2.5,
    ),
    "qqp.tsv": (
        "similarity",
        'id\tquestion1\tquestion2\tis_duplicate\n0\tWhy "so?\tWhy?\t1\n1\tHow?\tWho?\t0\n',
        'Why "so?',
        "Why?",
        "1",
    ),
    "mrpc.tsv": ("similarity", "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7\t8\tA.\tB.\n", "A.", "B.", "1"),
    "mnli.jsonl": ("entailment", json.dumps(MNLI), "A.", "B.", "neutral"),
    "swag.csv": (
        "multiple_choice",
        ",sent1,startphrase,ending0,ending1,ending2,label\n0,A,A He,runs,eats,sits,0\n",
        "A He",
        "runs",
        "eats",
        "sits",
        0,
    ),
    "copa.jsonl": (
        "multiple_choice",
        '{"premise": "It fell.", "choice1": "a", "choice2": "b", "question": "cause", "label": 0}',
        "It fell.\ncause",
        "a",
        "b",
        0,
    ),
}
"""By file name: the kind, the file, and the texts and target of its first example."""


def read(text: str, kind: str, name: str, columns=None):
    return read_examples(text.encode(), kind, columns, name)


@pytest.mark.parametrize(
    "text",
    [json.dumps(RACE), json.dumps(RACE, indent=1), json.dumps([RACE]), json.dumps(RACE) + "\n" + json.dumps(RACE)],
)
def test_race(text):
    for name in ("a.json", "a.txt", "a.jsonl"):
        found = read(text, "multiple_choice", name)
        assert list(found.examples) == RACE_ROWS * text.count("high1")
        assert "2 questions" in found.notes[0] or "4 questions" in found.notes[0]


def test_race_as_hugging_face_has_it():
    rows = [
        {"article": RACE["article"], "question": question, "options": options, "answer": answer}
        for question, options, answer in zip(RACE["questions"], RACE["options"], RACE["answers"], strict=True)
    ]
    assert list(read(json.dumps(rows), "multiple_choice", "a.json").examples) == RACE_ROWS
    refused(
        "item 1: questions, options and answers must be lists",
        json.dumps([{**RACE, "answers": ["B"]}]).encode(),
        "multiple_choice",
        name="a.json",
    )


def test_story_cloze():
    found = read(CLOZE, "multiple_choice", "cloze.csv")
    assert found.examples[0] == Example(("Sam ran. He fell, hard. It hurt. He sat.", "He was glad.", "He cried."), 1)
    assert [e.target for e in found.examples] == [1, 0] and "Story Cloze" in found.notes[0]
    tabs = CLOZE.replace('"He fell, hard."', "He fell hard.").replace(",", "\t")
    assert read(tabs, "multiple_choice", "cloze.tsv").n_answers == 2


@pytest.mark.parametrize(
    "row",
    [
        ARC,
        {"question": {"stem": ARC["question"], "choices": STEMS}, "answerKey": "A"},
        {"ctx": ARC["question"], "endings": ARC["choices"]["text"], "label": "0"},
        {**ARC, "choices": {"text": ARC["choices"]["text"], "label": ["1", "2", "3"]}, "answerKey": "1"},
    ],
)
def test_answers_in_one_cell(row):
    found = read(json.dumps([row, row]), "multiple_choice", "a.json")
    assert found.examples[1] == Example(("Which is hot?", "fire", "ice", "snow"), 0)


def test_answers_in_one_cell_of_csv():
    for cell in ('"[""fire"", ""ice""]"', "\"['fire', 'ice']\""):
        found = read(
            f"question,choices,answer\nWhich is hot?,{cell},A\nWhich is cold?,{cell},B\n", "multiple_choice", "a.csv"
        )
        assert [e.target for e in found.examples] == [0, 1] and found.examples[0].texts[1:] == ("fire", "ice")


def test_rows_with_another_number_of_answers_are_left_out_and_counted():
    other = {**ARC, "choices": {"text": ["fire", "ice"], "label": ["A", "B"]}}
    found = read(json.dumps([ARC, other, ARC]), "multiple_choice", "a.json")
    assert len(found.examples) == 2 and found.skipped == {"not 3 answers, as most have": 1}


def test_a_question_about_a_passage_is_part_of_the_context():
    text = (
        "context,question,answerA,answerB,answerC,label\nSam fell.,Why?,ice,fire,tea,3\nMia ran.,Where?,home,up,off,1\n"
    )
    found = read(text, "multiple_choice", "a.csv")
    assert found.examples[0] == Example(("Sam fell.\nWhy?", "ice", "fire", "tea"), 2)
    assert "below it 'question'" in found.notes[0]
    passage = text.replace("context", "passage")
    assert read(passage, "multiple_choice", "a.csv").examples == found.examples
    alone = read(passage, "multiple_choice", "a.csv", {"context": "question"})
    assert alone.examples[0].texts[0] == "Why?"


def test_fasttext():
    found = read("__label__good , a fine, fine film\n__label__bad dull\n\nno label here\n", "classification", "a.txt")
    assert [(e.texts[0], e.target) for e in found.examples] == [("a fine, fine film", "good"), ("dull", "bad")]
    assert found.skipped == {"blank line": 1, "column 'label' is empty": 1} and "1 blank line skipped" in found.notes
    refused(
        "line 2: it has the labels 'b', 'c'", b"__label__a x\n__label__b __label__c y\n", "classification", name="a.txt"
    )


@pytest.mark.parametrize("name", KIN)
def test_rows_of_glue_and_its_kin_are_read_without_a_mapping(name):
    kind, text, *texts, target = KIN[name]
    found = read(text, kind, name)
    assert found.examples[0] == Example(tuple(texts), target)
    assert any("columns taken by their names" in note or "CoLA" in note for note in found.notes)


def test_names_that_could_both_be_meant_are_asked_for():
    refused(
        "say which column is which, as in text='review', label='stars'",
        b"review,title,tweet,stars\na,b,c,1\n",
        "classification",
        name="a.csv",
    )


@pytest.mark.slow
def test_parquet():
    import pyarrow
    import pyarrow.parquet

    def packed(values: dict) -> bytes:
        file = io.BytesIO()
        pyarrow.parquet.write_table(pyarrow.table(values), file)
        return file.getvalue()

    found = read_examples(packed({"text": ["a", None, "c"], "label": [1, 0, 0]}), "classification", name="a.parquet")
    assert [(e.texts[0], e.target) for e in found.examples] == [("a", "1"), ("c", "0")]
    assert found.skipped == {"column 'text' is empty": 1}
    nested = packed({key: [value] * 2 for key, value in ARC.items()})
    assert read_examples(nested, "multiple_choice", name="arc.parquet").examples[0].target == 0
    bomb = packed({"text": ["x" * 20_000] * 40_000, "label": [1] * 40_000})
    assert len(bomb) < 1_000_000
    refused("holds more than 500 MB once it is unpacked", bomb, "classification", name="a.parquet")
    refused("more than 200,000 rows", packed({"text": ["a"] * 200_001}), "classification", name="a.parquet")
    refused("is no whole Parquet file", nested[:-200], "multiple_choice", name="a.parquet")
    refused("is no whole Parquet file", parquet.MAGIC + b"none", "classification", name="a.parquet")


@pytest.mark.skipif(not CASES.is_dir(), reason="needs ../shared/cases")
def test_shared_cases():
    def classes(name, kind="classification", columns=None):
        return read_examples(CASES / name, kind, columns)

    assert classes("paired_quotes.tsv").class_counts == {"0": 3, "1": 3}
    with pytest.raises(InputError, match="row 4: 3 cells"):
        classes("glued_row.tsv")
    with pytest.raises(InputError, match="no header"):
        classes("noheader_commas.tsv")
    assert classes("sep.csv").class_counts == {"0": 1, "1": 1}
    assert classes("nan.jsonl").class_counts == {"x": 1}
    snli = classes("snli_dash.jsonl", "entailment")
    assert snli.labels == ("contradiction", "entailment", "neutral") and sum(snli.skipped.values()) == 1
    assert len(read_test_examples(CASES / "snli_dash.jsonl", snli).examples) == len(snli.examples)
    assert [e.target for e in classes("letters.csv", "multiple_choice").examples] == [1, 3]
    four = classes("four_answers.csv", "multiple_choice")
    assert four.n_answers == 4 and [e.target for e in four.examples] == [1, 0, 1, 0]
