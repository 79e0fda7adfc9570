"""Files of rows as people have them: what stands between cells, what a quotation mark is, where the header is."""

import csv
import io

import pytest

from gptcore.errors import InputError
from gptcore.tasks.files.datasets import read_examples
from gptcore.tasks.files.delimited import guess_delimiter
from tests.core.test_bad_datasets import refused

DIALOGUE = 'text\tlabel\nHe sat down.\t1\n"What now?\t0\nGo on, or stay.\t1\nI stay."\t1\nThey left.\t0\n'


def read(text: str | bytes, name: str = "a.csv", columns=None, kind: str = "classification"):
    raw = text if isinstance(text, bytes) else text.encode()
    return read_examples(raw, kind, columns, name)


def pairs(text: str | bytes, name: str = "a.csv", columns=None) -> list[tuple[str, str]]:
    return [(example.texts[0], example.target) for example in read(text, name, columns).examples]


def test_marks_that_pair_across_rows_merge_none_of_them():
    found = read(DIALOGUE, "a.tsv")
    assert [e.texts[0] for e in found.examples][1:4] == ['"What now?', "Go on, or stay.", 'I stay."']
    assert (len(found.examples), found.notes) == (5, ("quotes are read as part of the texts",))
    with_commas = 'text,label\nHe sat down.,1\n"What now?,0\nGo on.,1\nI stay.",1\nThey left.,0\n'
    assert len(pairs(with_commas)) == 5
    needs_quotes = with_commas + '"Well, no",0\n'
    refused("row 3 (line 3): the quotation mark in 'What now?,0", needs_quotes.encode(), "classification", name="a.csv")
    glued = DIALOGUE.replace("Go on, or stay.\t1", "Go on, or stay.\tagain\t1")
    refused("row 4: 3 cells where the header has 2", glued.encode(), "classification", name="a.tsv")


def test_a_stray_mark_does_not_take_the_blame_for_another_row():
    rows = 'sentence\tlabel\n"so" they say\t1\nno marks\t0\n"open\t1\ntoo\tmany\t0\n'
    refused("row 5: 3 cells where the header has 2 (it begins 'too')", rows.encode(), "classification", name="x.tsv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_programs_write_is_read_back(delimiter, quoting, end):
    texts = [
        "two\nlines, and; more",
        'he said "no"',
        "a | bar",
        "tab\there",
        "plain",
        '""',
        "Roses are red,\nso are you",
    ]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end)
    written = [text.replace("\n", end) for text in texts]
    writer.writerows([("text", "label"), *((text, "ny"[i % 2]) for i, text in enumerate(written))])
    for ending in (".csv", ".txt", ".tsv" if delimiter == "\t" else ""):
        assert pairs(file.getvalue(), f"a{ending}") == [(text, "ny"[i % 2]) for i, text in enumerate(texts)]


def test_spaces_before_marks_are_no_part_of_a_cell():
    assert pairs('"text", "label"\n"a, b", "yes"\n"c", "no"\n') == [("a, b", "yes"), ("c", "no")]
    assert pairs('text,label\n"he said, ""no""",1\n a,0\n') == [('he said, "no"', "1"), (" a", "0")]


def test_excels_text_with_tabs():
    text = 'text\tlabel\n"Come in, or go."\t1\nNobody came.\t0\n"It is ""late"", they said."\t1\n'
    for written in (text, text.replace('""late""', "late")):
        found = read(written.encode("utf-16"), "a.txt")
        assert found.examples[0].texts[0] == "Come in, or go."
    assert found.notes == ("quotes are read as the edges of cells, not as part of the texts",)
    assert (
        pairs(text.replace('"Come in, or go."', "Come in, or go.").replace('""late""', "late"), "a.tsv")[2][0][0] == '"'
    )


def test_marks_around_all_of_a_column_are_no_part_of_it():
    assert pairs('text\tlabel\n"a"\t1\n"b"\t0\n', "a.tsv") == [("a", "1"), ("b", "0")]
    assert pairs('text\tlabel\n"a"\t1\nb\t0\n', "a.tsv") == [('"a"', "1"), ("b", "0")]


@pytest.mark.parametrize(
    ("text", "ending", "delimiter"),
    [
        ("text;label\ngood, bad and, well;1\nfine;0\n", ".csv", ";"),
        ("text; or a sentence,label\na,1\nb,0\n", ".csv", ","),
        ("text, or a sentence\tlabel\na, b\t1\nb\t0\n", ".txt", "\t"),
        ("text|label\na, b|1\nc|0\n", ".txt", "|"),
        ("id,text\tlabel\n1, a\t1\nb\t0\n", ".tsv", "\t"),
        ("text,label\na;b,1\nc;d,0\n", ".csv", ","),
        ("text,label\na,1\n", ".tsv", ","),
        ("text\na\t1\nb\t0\n", ".tsv", "\t"),
        ("text,label\n" + "no, not, one, row, is, right,1\n" * 9, ".csv", ","),
    ],
)
def test_more_than_the_first_line_tells_what_stands_between_cells(text, ending, delimiter):
    assert guess_delimiter(text, ending) == delimiter


def test_excels_first_line_is_a_setting():
    found = read("sep=|\r\ntext|label\r\ngood, yes|1\r\nbad|0\r\n")
    assert found.delimiter == "|" and [e.texts[0] for e in found.examples] == ["good, yes", "bad"]
    assert pairs('"sep=;"\ntext;label\na;1\nb;0\n') == [("a", "1"), ("b", "0")]
    refused("row 4: 3 cells", b"sep=;\ntext;label\na;1\nb;c;0\n", "classification", name="a.csv")


@pytest.mark.parametrize(
    ("text", "name", "by_number"),
    [
        ("good\tI liked it, all of it, really\nbad\tno\nbad\tdull\n", "a.tsv", "text=2, label=1"),
        ("I liked it,1\nI did not,0\n", "a.csv", "text=1, label=2"),
        ("7|it was fine|yes\n8|it was not|no\n9|it may be|no\n", "a.txt", "text=2, label=3"),
        ("joy,what a day\nrage,go away now\njoy,so good\n", "a.csv", "text=2, label=1"),
    ],
)
def test_a_file_without_column_names_is_told_so_and_read_by_their_numbers(text, name, by_number):
    refused("no header", text.encode(), "classification", name=name)
    refused(by_number, text.encode(), "classification", name=name)
    columns = dict(pair.split("=") for pair in by_number.split(", "))
    assert len(pairs(text, name, columns)) == len(text.splitlines())


def test_names_that_say_nothing_may_be_a_header_or_none():
    text = b"Satz,Urteil\nder Fuchs,ja\ndie Maus,nein\n"
    refused("if these are an example already, the file has no header", text, "classification", name="a.csv")
    assert len(pairs(text, columns={"text": "Satz", "label": "Urteil"})) == 2
    assert len(pairs(text, columns={"text": "1", "label": "2"})) == 3
    refused(
        "row 3 has 3 cells where the first row has 2", b"Satz,Urteil\na,ja\nb,c,ja\n", "classification", name="a.csv"
    )


def test_rows_are_counted_for_spreadsheets_and_for_editors():
    text = 'text,label\n"one\ntwo\nthree",1\nfine,0\nfour,five,1\n'
    refused("row 4 (line 6): 3 cells", text.encode(), "classification", name="a.csv")
    refused(
        "row 3 (line 4): column 'text' has 20,001",
        b'text,label\n"a\nb",1\n' + b"a" * 20_001 + b",1\n",
        "classification",
    )


def test_empty_cells_at_the_end_of_rows_do_not_count():
    assert pairs("text,label,\na,1,\nb,0,\n") == pairs("text,label\na,1,\nb,0,,\n") == [("a", "1"), ("b", "0")]
    assert pairs("text,label,,\na,1\nb,0,\n") == [("a", "1"), ("b", "0")]
    refused("row 2: 3 cells", b"text,label\na,1,x\n", "classification", name="a.csv")


def test_a_column_without_name_and_a_header_written_twice():
    assert pairs(",text,label\n0,a,1\n1,b,0\n") == [("a", "1"), ("b", "0")]
    found = read("text,label\na,1\ntext,label\nb,0\n")
    assert found.class_counts == {"0": 1, "1": 1} and found.skipped == {"the column names again": 1}
    refused("2 columns called 'label'", b"text,label,label\na,1,2\n", "classification", name="a.csv")


def test_a_mark_at_the_start_is_no_part_of_a_name():
    for mark in ("\ufeff", "\ufeff\ufeff"):
        assert pairs(mark + "text,label\na,1\nb,0\n") == [("a", "1"), ("b", "0")]
        assert pairs((mark + "sep=;\ntext;label\na;1\nb;0\n").encode("utf-16-le")) == [("a", "1"), ("b", "0")]


def test_one_object_may_hold_the_rows():
    rows = '[{"text": "a", "label": 1}, {"text": "b", "label": 0}]'
    for text in (
        f'{{"data": {rows}}}',
        '{"features": [], "rows": [{"row": {"text": "a", "label": 1}}, {"row": {"text": "b", "label": 0}}]}',
        '{\n  "text": ["a", "b"],\n  "label": [1, 0]\n}',
        '{"text": {"0": "a", "1": "b"}, "label": {"0": 1, "1": 0}}',
        '{"0": {"text": "a", "label": 1}, "1": {"text": "b", "label": 0}}',
        '{"columns": ["text", "label"], "index": [0, 1], "data": [["a", 1], ["b", 0]]}',
    ):
        assert pairs(text, "a.json") == [("a", "1"), ("b", "0")], text
    assert pairs('{\n "text": "a",\n "label": 1\n}\n', "a.json") == [("a", "1")]
    with pytest.raises(InputError, match="line 2: no whole JSON"):
        read('{"text": "a", "label": 1}\n{"text": "b",\n', "a.jsonl")
