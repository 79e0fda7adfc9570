"""Documents out of files, and the token file: whole, exact, in slices, and refused when damaged."""

import json
import tracemalloc

import numpy as np
import pytest

from gptcore.errors import CheckpointError, InputError
from gptcore.text import corpus
from gptcore.text.corpus import open_token_file, read_documents, text_encoding, write_token_file
from gptcore.text.tokenizer import END_OF_TEXT, STYLES, Tokenizer

STORY = "One day a fox met a hare.\n\n  “Hello,” said the fox.\nThe hare's reply:   none \n\n\nEnd"
DOCUMENTS = [STORY, "Zwölf Boxkämpfer\njagen Viktor", "a", "the fox " * 400, "  indented"]


@pytest.fixture(scope="module", params=STYLES)
def tokenizer(request) -> Tokenizer:
    return Tokenizer.train(DOCUMENTS, 300, request.param)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "train.bin"


def test_documents_end_at_separators_and_files(tmp_path):
    (tmp_path / "b.txt").write_text(f"\nthree\n{END_OF_TEXT}\n\n{END_OF_TEXT}\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text(f"{STORY}\n {END_OF_TEXT} \ntwo {END_OF_TEXT} in a line", encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.txt").write_text("four", encoding="utf-8")
    (tmp_path / "notes.md").write_text("no", encoding="utf-8")
    assert list(read_documents(tmp_path)) == [STORY, f"two {END_OF_TEXT} in a line", "three", "four"]
    assert list(read_documents(tmp_path / "b.txt")) == ["three"]


@pytest.mark.parametrize(
    ("encoding", "read_as"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_encodings(tmp_path, encoding, read_as):
    file = tmp_path / "text.txt"
    file.write_bytes(STORY.replace("\n", "\r\n").encode(encoding))
    assert text_encoding(file) == read_as
    assert list(read_documents(str(file))) == [STORY]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("cp1251", "Лиса жила под холмом, и ворона была ей другом."), ("cp932", "きつねは丘の下に住んでいました。")],
)
def test_encodings_that_only_letters_speak_for(tmp_path, encoding, text):
    file = tmp_path / "text.txt"
    file.write_bytes(b"A fox.\n" * 100 + f"{text}\n".encode(encoding) * 10)
    assert text_encoding(file) == encoding
    assert text in "".join(read_documents(file))


def test_a_character_on_the_border_of_two_reads(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "_READ_BYTES", 3)
    file = tmp_path / "text.txt"
    file.write_text("ab😀é", encoding="utf-8")
    assert text_encoding(file) == "utf-8-sig"
    file.write_bytes("ab😀é".encode() + b"\xff")
    with pytest.raises(InputError, match="damage at byte 8"):
        text_encoding(file)
    file.write_bytes("ab😀é".encode()[:-1])
    with pytest.raises(InputError, match="damage at byte 6"):
        text_encoding(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no text"),
        (b" \n\n", "no text"),
        (END_OF_TEXT.encode(), "no text"),
        (b"GIF89a\x00\x01\x02", "a GIF picture"),
        (b"PK\x03\x04 a workbook", "an Excel workbook"),
        (b"\x00\x01\x02", "zero bytes"),
        (b"ok\n" * 9_000 + b"\x00", "zero bytes"),
        (bytes(range(1, 256)), "save it as UTF-8"),
        (b"\xff\xfea", "UTF-8"),
    ],
)
def test_files_without_text(tmp_path, content, message):
    file = tmp_path / "text.txt"
    file.write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(read_documents(file))


def test_missing_empty_and_too_large(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="does not exist"):
        list(read_documents(tmp_path / "none.txt"))
    with pytest.raises(InputError, match="does not exist"):
        list(read_documents("name" * 100))
    with pytest.raises(InputError, match=r"no \.txt files"):
        list(read_documents(tmp_path))
    (tmp_path / "text.txt").write_text("four words of text", encoding="utf-8")
    monkeypatch.setattr(corpus, "MAX_FILE_BYTES", 10)
    with pytest.raises(InputError, match="18 bytes"):
        list(read_documents(tmp_path))


def test_an_endless_document_is_cut_into_several(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "MAX_DOCUMENT_CHARACTERS", 40)
    monkeypatch.setattr(corpus, "_MAX_LINE_CHARACTERS", 25)
    file = tmp_path / "text.txt"
    text = "".join(f"line {i}\n" for i in range(50)) + "x" * 200
    file.write_text(text, encoding="utf-8")
    documents = list(read_documents(file))
    assert max(map(len, documents)) < 40 + 25
    assert "".join(documents).replace("\n", "") == text.replace("\n", "")


def test_token_file_holds_every_document_and_its_end(tokenizer, path):
    done = []
    written = write_token_file(iter(DOCUMENTS), tokenizer, path, done.append)
    expected = [i for text in DOCUMENTS for i in (*tokenizer.encode(text).ids, tokenizer.end_of_text_id)]
    opened = open_token_file(str(path))
    assert opened.ids.tolist() == written.ids.tolist() == expected
    assert isinstance(opened.ids, np.memmap) and opened.ids.dtype == np.uint16
    assert opened.n_bytes == done[-1] == sum(len(text.encode()) for text in DOCUMENTS)
    assert opened.fingerprint == tokenizer.fingerprint
    assert sorted(file.name for file in path.parent.iterdir()) == ["train.bin", "train.bin.json"]


def test_slices_of_a_document_give_the_same_tokens(tokenizer, path, monkeypatch):
    text = "\n".join([STORY, "a b  c\n\nd\te  \n f's 'g _h ... 12 3 4", STORY.upper()]) * 5
    whole = [*tokenizer.encode(text).ids, tokenizer.end_of_text_id]
    for size in range(1, 40, 3):
        monkeypatch.setattr(corpus, "_SLICE_CHARACTERS", size)
        monkeypatch.setattr(corpus, "_BATCH_CHARACTERS", 4 * size)
        assert write_token_file([text, text], tokenizer, path).ids.tolist() == whole + whole


def test_large_vocabularies_take_32_bits(path):
    words = [f"w{i}" for i in range(66_000)]
    tokenizer = Tokenizer.train([" ".join(words)], 70_000, "words")
    token_file = write_token_file([" ".join(words)], tokenizer, path)
    assert token_file.ids.dtype == np.uint32
    assert len(set(token_file.ids.tolist())) == 66_001 and token_file.ids.max() > 2**16


def test_memory_does_not_grow_with_the_corpus(path):
    tokenizer = Tokenizer.train(DOCUMENTS, 300)
    page = "the fox and the hare " * 1_000

    def peak(pages: int) -> int:
        tracemalloc.start()
        write_token_file((page for _ in range(pages)), tokenizer, path)
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    assert peak(250) < 1.2 * peak(80)


def test_no_text_leaves_nothing_behind(path):
    tokenizer = Tokenizer.train(DOCUMENTS, 300)

    def broken():
        yield "some text"
        raise InputError("the next file is damaged")

    with pytest.raises(InputError, match="no text"):
        write_token_file([], tokenizer, path)
    with pytest.raises(InputError, match="damaged"):
        write_token_file(broken(), tokenizer, path)
    assert list(path.parent.iterdir()) == []


def test_damaged_token_files_are_refused(path):
    with pytest.raises(CheckpointError, match="delete"):
        open_token_file(path)
    tokenizer = Tokenizer.train(DOCUMENTS, 300)
    write_token_file(DOCUMENTS, tokenizer, path)
    about_file = path.with_name("train.bin.json")
    data, about = path.read_bytes(), json.loads(about_file.read_text(encoding="utf-8"))
    for damaged in (data[:-1], data[:-2], data + b"\0\0", b""):
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError, match="delete"):
            open_token_file(path)
    path.write_bytes(data)
    no_bytes = {name: value for name, value in about.items() if name != "n_bytes"}
    for text in ("", "[]", json.dumps({**about, "dtype": "float16"}), json.dumps(no_bytes)):
        about_file.write_text(text, encoding="utf-8")
        with pytest.raises(CheckpointError, match="delete"):
            open_token_file(path)
    about_file.write_text(json.dumps(about), encoding="utf-8")
    assert len(open_token_file(path).ids) == about["n_tokens"]
