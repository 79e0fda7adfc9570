"""Labelled files that can be used: every kind, format and encoding, read in full and as they are written."""

import csv
import io
import json
from pathlib import Path

import pytest

from gptcore.errors import InputError
from gptcore.tasks.examples import Example
from gptcore.tasks.files import cells, labels, tables
from gptcore.tasks.files.columns import suggest_columns
from gptcore.tasks.files.datasets import columns_of, read_examples, read_test_examples, require_trainable

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "tasks"
UNICODE = [
    "naïve “café” — £5",
    "Лиса и ворона",
    "狐と烏",
    "شجرة",
    "🦊 e\u0301 \u200d",
    'a "quoted", text; with\ttabs',
    "two\nlines",
]
KINDS = {
    "classification": ("text,label\na fox,yes\na crow,no\n", [Example(("a fox",), "yes"), Example(("a crow",), "no")]),
    "entailment": (
        "premise,hypothesis,label\na fox,a fox runs,neutral\na crow,no crow,no\n",
        [Example(("a fox", "a fox runs"), "neutral"), Example(("a crow", "no crow"), "no")],
    ),
    "similarity": (
        "text_a,text_b,score\na fox,a crow,0.5\na crow,the crow,4\n",
        [Example(("a fox", "a crow"), 0.5), Example(("a crow", "the crow"), 4.0)],
    ),
    "multiple_choice": (
        "context,answer_1,answer_2,answer_3,label\nwho flies?,a crow,a fox,a hill,1\nwho runs?,a hill,a crow,a fox,3\n",
        [
            Example(("who flies?", "a crow", "a fox", "a hill"), 0),
            Example(("who runs?", "a hill", "a crow", "a fox"), 2),
        ],
    ),
}


def as_csv(rows, **settings) -> bytes:
    file = io.StringIO()
    csv.writer(file, **settings).writerows([("text", "label"), *rows])
    return file.getvalue().encode()


def as_json_lines(csv_text: str) -> str:
    return "\n".join(json.dumps(row) for row in csv.DictReader(io.StringIO(csv_text)))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_in_each_format(kind, tmp_path):
    text, examples = KINDS[kind]
    lines = as_json_lines(text)
    spellings = {
        "a.csv": text,
        "b.csv": text.replace(",", ";"),
        "c.csv": text.replace(",", "\t").replace("\n", "\r\n"),
        "d.tsv": text.replace(",", "\t").replace("\n", "\r"),
        "e.jsonl": lines,
        "f.json": "[" + lines.replace("\n", ",\n") + "]",
        "g.txt": lines,
        "h": text,
    }
    for name, content in spellings.items():
        (tmp_path / name).write_bytes(content.encode())
        for dataset in (read_examples(tmp_path / name, kind), read_examples(content.encode(), kind, name=name)):
            assert list(dataset.examples) == examples, name
            assert (dataset.kind, dataset.source, dataset.encoding, dataset.notes) == (kind, name, "utf-8", ())
            assert require_trainable(dataset) is dataset
            assert dataset.is_regression is (kind == "similarity")
            assert dataset.n_answers == (3 if kind == "multiple_choice" else None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_unicode_survives(encoding, delimiter):
    rows = [(text, str(i % 2)) for i, text in enumerate(UNICODE)]
    dataset = read_examples(as_csv(rows, delimiter=delimiter).decode().encode(encoding), "classification")
    assert [(e.texts[0], e.target) for e in dataset.examples] == rows
    lines = "\n".join(json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in rows)
    assert read_examples(lines.encode(encoding), "classification").examples == dataset.examples


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Le scénario était déjà à l’œuvre"),
        ("latin-1", "Où êtes-vous allés cet été ?"),
        ("cp1252", "the director’s cut"),
        ("cp1250", "Zażółć gęślą jaźń, mówi wąż"),
        ("cp1251", "Это очень хороший фильм, и мне понравилось"),
        ("koi8-r", "Это очень хороший фильм, и мне понравилось"),
        ("cp1253", "Η ταινία ήταν πολύ καλή και μου άρεσε"),
        ("cp1254", "Oyuncular kötüydü ve şarkılar sıkıcıydı, ağaç yeşil"),
        ("cp932", "この映画はとても良かったです"),
        ("cp932", "この映画はとても良かったです" * 500),
        ("gb18030", "这部电影非常好看，我很喜欢，演员的表演很糟糕" * 400),
        ("euc-jp", "この映画はとても良かったです"),
        ("gb18030", "这部电影非常好看，我很喜欢，演员的表演很糟糕"),
        ("cp949", "이 영화는 정말 재미있었어요"),
    ],
)
def test_other_encodings_are_told_by_their_letters(encoding, text):
    rows = [("plain words", "no")] * 300 + [(text, "yes")] * 3
    dataset = read_examples(as_csv(rows).decode().encode(encoding), "classification")
    assert dataset.examples[-1].texts == (text,)
    assert "a guess" in dataset.notes[0]


def test_the_stated_limits():
    assert (tables.MAX_FILE_BYTES, tables.MAX_EXAMPLES) == (50_000_000, 200_000)
    text = "é" * cells.MAX_TEXT_CHARACTERS
    names = [str(i).zfill(3) for i in range(labels.MAX_LABELS)]
    dataset = read_examples(as_csv([(text, label) for label in names]), "classification")
    assert dataset.labels == tuple(names) and dataset.examples[0].texts == (text,)


def test_test_files_follow_training():
    train = read_examples(b"text,label\na,yes\nb,no\nc,yes\n", "classification")
    assert train.class_counts == {"no": 1, "yes": 2}
    test = read_test_examples(b"text,label\nd,yes\n", train)
    assert (test.labels, test.class_counts) == (("no", "yes"), {"no": 0, "yes": 1})
    assert read_examples(b"text,label\nd,yes\n", "classification", labels=train.labels) == test
    with pytest.raises(
        InputError, match=r"row 3: column 'label' holds 'maybe', not .* training's labels \('no', 'yes'\)"
    ):
        read_test_examples(b"text,label\nd,yes\ne,maybe\n", train)
    both = b"text_a,text_b,score,label\na,b,1.5,low\nb,c,4,high\n"
    scored, named = (read_examples(both, "similarity", columns) for columns in (None, {"label": "label"}))
    assert scored.is_regression and named.labels == ("high", "low")
    assert [read_test_examples(both, train).examples for train in (scored, named)] == [scored.examples, named.examples]
    with pytest.raises(InputError, match="no column 'score'"):
        read_test_examples(b"text_a,text_b,label\na,b,low\n", scored)


def test_labels_are_names():
    rows = [("a", " 1 "), ("b", "1.0"), ("c", "Yes"), ("d", "yes"), ("e", "0")]
    dataset = read_examples(as_csv(rows), "classification")
    assert dataset.labels == ("0", "1", "1.0", "Yes", "yes")
    assert dataset.notes == tuple(
        f"labels {pair} are taken as different ones" for pair in ("'1', '1.0'", "'Yes', 'yes'")
    )
    values = [{"text": 5, "label": True}, {"text": "b", "label": 1}, {"text": "c", "label": 1.5}]
    dataset = read_examples(json.dumps(values).encode(), "classification")
    assert [(e.texts[0], e.target) for e in dataset.examples] == [("5", "true"), ("b", "1"), ("c", "1.5")]


def test_blank_rows_and_line_ends():
    dataset = read_examples(b'\r\ntext,label\r\n"a\r\nfox",1\r\n\r\n , \r\nb ,0\r\n\r\n', "classification")
    assert dataset.examples == (Example(("a\nfox",), "1"), Example(("b ",), "0"))
    assert dataset.notes == ("3 blank rows skipped",)
    assert read_examples(b'{"text": "a", "label": 1}\n\n', "classification").notes == ("1 blank line skipped",)


def test_quotes_that_mean_nothing_in_tab_separated_files():
    plain = b'text\tlabel\n"a" fox\t1\n"open\t0\n'
    dataset = read_examples(plain, "classification", name="glue.tsv")
    assert [e.texts[0] for e in dataset.examples] == ['"a" fox', '"open']
    assert dataset.notes == ("quotes are read as part of the texts",)
    assert read_examples(b'text\tlabel\n"a\tfox"\t1\n', "classification").examples == (Example(("a\tfox",), "1"),)


@pytest.mark.parametrize(
    ("kind", "header", "ours"),
    [
        ("classification", "id,Review,Sentiment", (None, "text", "label")),
        ("entailment", "gold_label,sentence1,sentence2", ("label", "premise", "hypothesis")),
        ("similarity", "Sentence 1,Sentence 2,similarity", ("text_a", "text_b", "score")),
        ("multiple_choice", "question,B,A,answer", ("context", "answer_2", "answer_1", "label")),
        ("multiple_choice", "ending0,ending1,ctx", ("answer_1", "answer_2", "context")),
        ("classification", "1,2", (None, None)),
    ],
)
def test_suggested_columns(kind, header, ours):
    columns = columns_of(f"{header}\n".encode())
    assert columns == tuple(header.split(","))
    expected = {our: column for our, column in zip(ours, columns, strict=True) if our}
    assert suggest_columns(columns, kind) == expected


def test_a_mapping_is_followed():
    content = b"Review,stars,text\nfine,5,no\npoor,1,no\n"
    dataset = read_examples(content, "classification", {"text": "Review", "label": "stars"})
    assert [(e.texts[0], e.target) for e in dataset.examples] == [("fine", "5"), ("poor", "1")]


@pytest.mark.skipif(not REAL.is_dir(), reason="needs ../shared/data/tasks")
@pytest.mark.parametrize(
    ("name", "kind", "rows", "labels"),
    [
        ("sst2", "classification", (20_000, 872), 2),
        ("cola", "classification", (8_551, 527), 2),
        ("snli-small", "entailment", (8_859, 9_824), 3),
        ("mnli-small", "entailment", (15_719, 1_965), 3),
        ("rte", "entailment", (2_490, 277), 2),
        ("stsb", "similarity", (5_749, 1_500), None),
        ("fairytaleqa-mc-derived", "multiple_choice", (4_000, 983), None),
        ("mctest-mc500", "multiple_choice", (1_200, 600), None),
    ],
)
def test_real_files(name, kind, rows, labels):
    train = require_trainable(read_examples(REAL / name / "train.csv", kind))
    test = read_test_examples(REAL / name / "test.csv", train)
    assert (len(train.examples), len(test.examples)) == rows
    assert (train.labels and len(train.labels)) == labels and test.labels == train.labels
    assert train.n_answers == test.n_answers == (4 if kind == "multiple_choice" else None)
    assert train.notes == test.notes == ()
