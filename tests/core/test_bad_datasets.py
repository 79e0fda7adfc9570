"""Labelled files, settings and paths that cannot be used: each refused in one line that names the culprit."""

import random

import pytest

from gptcore.errors import InputError
from gptcore.tasks.examples import Example
from gptcore.tasks.files import cells, tables
from gptcore.tasks.files.datasets import read_examples, require_trainable
from tests.core.test_datasets import KINDS, as_json_lines

BAD = {
    "nothing": (b"", "is empty"),
    "white space": (b" \r\n\t\n", "is empty"),
    "only commas": (b",,\n,,\n", "no column names"),
    "JSON objects of nothing": (b"[{}, {}]", "no column names"),
    "JSON without end": (b"[" + b"{}," * 5_000_001 + b"{}]", "more than 5,000,000 values"),
    "one line of noise": (b"\xe9" * 1_000_000, "no text in any encoding"),
    "only a header": (b"text,label\n", "no examples"),
    "only blank rows": (b"text,label\n\n,\n", "no examples"),
    "no header": (b"I loved it,1\nI did not,0\n", "no header, a first line of column names: it begins with the"),
    "other names": (b"Sentence,tweet,gold\na,b,1\n", "as in text='Sentence', label='gold'"),
    "one column": (b"text\na fox\n", "no column 'label'"),
    "two text columns": (b"text,text,label\na,b,1\n", "2 columns called 'text'"),
    "too many cells": (b"text,label\na,1\nyes, no,1\n", "row 3: 3 cells where the header has 2 (it begins 'yes')"),
    "too few cells": (b"text,label\na,1\n\nb\n", "row 4: 1 cell where"),
    "empty text": (b"text,label\n\n  ,0\n", "row 3: column 'text' is empty"),
    "invisible text": ("text,label\n\n\u200b,0\n".encode(), "row 3: column 'text' is empty"),
    "empty label": (b"text,label\na, \n", "row 2: column 'label' is empty"),
    "open quote": (b'text,label\na,1\n"b,0\nc,1\n', "row 3: a quote is left open"),
    "open quote and much after": (b'text,label\n"b,0\n' + b"c,1\n" * 40_000, "row 2: a cell has more than 131,072"),
    "stray quote": (b'text,label\n"a" fox,1\n', "row 2: a quote is left open, or one inside a text"),
    "long text": (b"text,label\n" + b"a" * 20_001 + b",1\n", "row 2: column 'text' has 20,001 characters ('aaa"),
    "long label": (b"text,label\na," + b"b" * 101 + b"\n", "row 2: column 'label' holds 'bbb"),
    "label of two lines": (b'text,label\na,"b\nc"\n', r"row 2: column 'label' holds 'b\nc'"),
    "endless labels": (b"text,label\n" + b"".join(b"a,%d\n" % i for i in range(101)), "row 102: column 'label' holds"),
    "too wide": (b"text,label" + b",more" * 199 + b"\n", "more than 200 columns"),
    "zero byte": (b"text,label\na,1\nb\0,1\n", "line 3 holds a zero byte"),
    "half a UTF-16 letter": ("text,label\na,1\n".encode("utf-16") + b"\x00", "no whole utf-16"),
    "a mark that is not true": (b"\xff\xfetext,label\na, 1\n", "no column 'text'"),
    "damaged UTF-8": ("text,label\nnaïve café,1\n".encode() + b"\xe9", "no whole utf-8 (see byte 26)"),
    "noise": (bytes(range(1, 256)), "no text in any encoding"),
    "workbook": (b"PK\x03\x04 a workbook", "is an Excel workbook"),
    "picture": (b"\x89PNG\r\n", "is a PNG picture"),
    "archive": (b"\x1f\x8b\x08", "is a gzip archive"),
    "JSON cut short": (b'{"text": "a", "label": "1"}\n{"text": "b"', "line 2: no whole JSON near"),
    "JSON list cut short": (b'[{"text": "a", "label": "1"}', "no whole JSON"),
    "JSON numbers": (b"[1, 2]", "item 1: '1' is no object"),
    "JSON lists": (b'{"text": "a", "label": 1}\n["b", 0]', "line 2: a list is no object"),
    "JSON too deep": (b"[" * 100_000, "nested too deep"),
    "JSON long number": (b'{"text": "a", "label": ' + b"1" * 5_000 + b"}", "line 1: a number is too long"),
    "JSON without label": (b'\n{"text": "b", "label": null}', "line 2: column 'label' is empty"),
    "JSON null": (b'[{"text": null, "label": 1}]', "item 1: column 'text' is empty"),
    "JSON object in a cell": (b'{"text": {"a": 1}, "label": 1}', "line 1: column 'text' holds an object"),
    "JSON half character": (b'{"text": "a\\ud83d", "label": 1}', r"line 1: column 'text' holds '\ud83d'"),
    "JSON zero character": (b'{"text": "a\\u0000", "label": 1}', r"line 1: column 'text' holds '\x00'"),
    "JSON of another shape": (b'{"more": [{"text": "a"}]}', "no column 'text'"),
}


def refused(message: str, *arguments, **settings) -> None:
    """Checks that a file is refused in one line that holds the message."""
    with pytest.raises(InputError) as error:
        read_examples(*arguments, **settings)
    assert message in str(error.value)
    assert str(error.value).isprintable() and len(str(error.value)) < 700


@pytest.mark.parametrize("case", BAD)
def test_bad_files(case, tmp_path):
    content, message = BAD[case]
    refused(message, content, "classification")
    (tmp_path / "file").write_bytes(content)
    refused(message, tmp_path / "file", "classification")


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("entailment", "premise,label\na,1\n", "no column 'hypothesis'"),
        ("entailment", "premise,hypothesis,label\na,,1\n", "row 2: column 'hypothesis' is empty"),
        ("similarity", "text_a,text_b\na,b\n", "no column 'score'; similarity needs text_a, text_b, score"),
        ("similarity", "text_a,text_b,score\na,b,much\n", "row 2: column 'score' holds 'much'"),
        ("similarity", "text_a,text_b,score\na,b,nan\n", "row 2: column 'score' holds 'nan'"),
        ("similarity", "text_a,text_b,score\na,b,1e999\n", "row 2: column 'score' holds '1e999'"),
        ("similarity", "text_a,text_b,score\na,b,2000000\n", "from -1,000,000 to 1,000,000"),
        ("similarity", "text_a;text_b;score\na;b;4,5\n", "a number like 3.5"),
        ("similarity", "text_a,text_b,score\na,b,\n", "row 2: column 'score' is empty"),
        ("multiple_choice", "context,answer_1,label\na,b,1\n", "no column 'answer_2'"),
        ("multiple_choice", "context,answer_1,answer_3,label\na,b,c,1\n", "no column 'answer_2'"),
        ("multiple_choice", "context,answer_1,answer_11,label\na,b,c,1\n", "at most 10 answers"),
        (
            "multiple_choice",
            "context,answer_1,answer_2,label\na,b,c,0\na,b,c,2\na,b,c,2\n",
            "row 2: column 'label' holds '0'",
        ),
        ("multiple_choice", "context,answer_1,answer_2,label\na,b,c,3\n", "counted from 1 to 2"),
        ("multiple_choice", "context,answer_1,answer_2,label\na,b,c,1.5\n", "row 2: column 'label' holds '1.5'"),
        ("multiple_choice", "context,answer_1,answer_2,label\na,b,c,b\n", "row 2: column 'label' holds 'b'"),
        ("multiple_choice", "context,answer_1,answer_2,label\na,b,,1\n", "row 2: column 'answer_2' is empty"),
        ("translation", "text,label\na,1\n", "task must be one of classification"),
        (None, "text,label\na,1\n", "not 'None'"),
    ],
)
def test_bad_files_of_other_kinds(kind, text, message):
    refused(message, text.encode(), kind)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"tex": "text"}, "classification has no column 'tex'"),
        ({"answer_1": "text"}, "classification has no column 'answer_1'"),
        ({"text": "review"}, "no column 'review' to take as text; it has 'text', 'label'"),
        ({"text": ["text"]}, "no column a list"),
        ({"text": "label"}, "column 'label' is to be both text and label"),
        ({3: "text"}, "no column '3'"),
        (["text"], "columns must map our names"),
    ],
)
def test_bad_mappings(columns, message):
    refused(message, b"text,label\na,1\n", "classification", columns)


def test_bad_paths(tmp_path):
    (tmp_path / "line\nend.csv").write_bytes(b"text\na\n")
    for path, message in [
        (tmp_path / "none.csv", "does not exist"),
        (str(tmp_path), "is not a file"),
        ("/dev/zero", "is not a file"),
        ("", "is not a file"),
        ("a\0b", "does not exist"),
        ("name" * 100, "File name too long"),
        (tmp_path / "line\nend.csv", r"'line\nend.csv' has no column 'label'"),
    ]:
        refused(message, path, "classification")


def test_a_name_is_never_a_path(tmp_path):
    (tmp_path / "real.csv").write_bytes(b"text,label\nwrong,1\n")
    dataset = read_examples(b'{"text": "a", "label": 1}', "classification", name=str(tmp_path / "real.jsonl"))
    assert dataset.examples == (Example(("a",), "1"),)
    refused("line 1: no whole JSON", b"text,label\na,1\n", "classification", name="a.jsonl")
    refused("the file has '[text]'", b"[text]\na\n", "classification", name="a.csv")


def test_files_that_are_too_large(monkeypatch, tmp_path):
    content = b"text,label\n" + b"a fox,1\n" * 9
    for module, limit, value, message in [
        (tables, "MAX_FILE_BYTES", 82, "is larger than"),
        (tables, "MAX_EXAMPLES", 8, "more than 8 rows"),
        (cells, "MAX_TEXT_CHARACTERS", 4, "has 5 characters"),
    ]:
        with monkeypatch.context() as patch:
            patch.setattr(module, limit, value)
            (tmp_path / "file").write_bytes(content)
            refused(message, content, "classification")
            refused(message, tmp_path / "file", "classification")
            patch.setattr(module, limit, value + 1)
            assert len(read_examples(content, "classification").examples) == 9


def test_what_training_needs():
    for kind, text, message in [
        ("classification", "text,label\na,1\n", "has one example"),
        ("classification", "text,label\na,1\nb,1\n", "only examples of '1'"),
        ("similarity", "text_a,text_b,score\na,b,2\nb,c,2.0\n", "every score in the file is 2"),
        ("multiple_choice", "context,answer_1,answer_2,label\na,b,c,1\n", "has one example"),
    ]:
        dataset = read_examples(text.encode(), kind)
        with pytest.raises(InputError, match=message):
            require_trainable(dataset)


def test_no_bytes_whatever_end_in_a_traceback():
    generator = random.Random(3)
    seeds = [(kind, text.encode(code)) for kind, (text, _) in KINDS.items() for code in ("utf-8", "utf-16")]
    seeds += [(kind, as_json_lines(text).encode()) for kind, (text, _) in KINDS.items()]
    seeds += [(kind, b"[" + content.replace(b"\n", b",") + b"]") for kind, content in seeds[-len(KINDS) :]]
    seeds += [("classification", "text,label\nnaïve,1\n".encode(code)) for code in ("utf-8", "cp1252")]
    pieces = [b'"', b",", b"\n", b"\r", b"\0", b"\t", b";", b"{", b"[", b"\\u0000", b"\xff", b"\xe9", b"nan", b"-", b""]
    read = 0
    for _ in range(3_000):
        kind, start = generator.choice(seeds)
        content = bytearray(start)
        for _ in range(generator.randint(1, 4)):
            at = generator.randrange(len(content) + 1)
            new = generator.choice([*pieces, generator.randbytes(generator.randint(1, 3))])
            content[at : at + generator.randint(0, 3)] = new
        try:
            read += len(read_examples(bytes(content), kind).examples) > 0
        except InputError as error:
            assert str(error).isprintable(), content
    assert 200 < read < 2_000
    for size in (1, 2, 3, 10, 100, 1_000):
        for _ in range(50):
            with pytest.raises(InputError):
                read_examples(generator.randbytes(size), "classification")
