"""Long words: bounded work, and the same ids however a text is read."""

import random

import pytest

from gptcore.text import corpus, sample
from gptcore.text.corpus import write_token_file
from gptcore.text.sample import Sample
from gptcore.text.styles import STYLES
from gptcore.text.tokenizer import Tokenizer
from gptcore.text.words import MAX_WORD, pieces, slices
from tests.core.conftest import TEXT

ALPHABETS = (
    "ACGT",
    "abcXYZ019+/",
    "的一是不了人我在",
    "กขคงจฉ\u0e34",
    " ",
    "\n \t",
    "-=",
    "e\u0301",
    "😀\ud800",
    "();\u200b",
)


@pytest.fixture(scope="module", params=STYLES)
def tokenizer(request) -> Tokenizer:
    return Tokenizer.train([TEXT, "的一是 ACGT cat 😀"], 330, request.param)


def _texts(seed: int) -> list[str]:
    """Texts with runs around the limit, glued to words and spaces."""
    draw = random.Random(seed)

    def run() -> str:
        length = draw.choice([1, 5, 40, MAX_WORD - 1, MAX_WORD, MAX_WORD + 1, 2 * MAX_WORD, 2 * MAX_WORD + 7])
        return "".join(draw.choices(draw.choice(ALPHABETS), k=length))

    return ["".join(draw.choice(["", " ", "\n", ". ", "the fox"]) + run() for _ in range(4)) for _ in range(3)]


@pytest.mark.parametrize("seed", range(6))
def test_ids_are_the_same_whichever_way_a_text_is_read(tokenizer, seed, tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "_SLICE_CHARACTERS", 700)
    texts = _texts(seed)
    alone = [list(tokenizer.encode(text).ids) for text in texts]
    assert tokenizer.encode_batch(texts) == alone
    end = [tokenizer.end_of_text_id]
    written = write_token_file(texts, tokenizer, tmp_path / "train.bin").ids.tolist()
    assert written == [token for ids in alone for token in ids + end]


@pytest.mark.parametrize("seed", range(6))
def test_offsets_of_long_words_hold_the_text_of_each_token(seed):
    tokenizer = Tokenizer.train([TEXT, "ACGT"], 330)
    for text in _texts(seed):
        encoding = tokenizer.encode(text)
        assert tokenizer.decode(encoding.ids) == text.replace("\ud800", "\ufffd")
        assert encoding.offsets[-1][1] == len(text)
        for token_id, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
            part = tokenizer.decode([token_id])
            assert part == text[start:end] or "\ufffd" in part


def test_only_words_beyond_the_limit_are_cut():
    word = "x" * MAX_WORD
    for text in (TEXT * 50, f"{word} {word}\n{word}", f"a{' ' * MAX_WORD}b", "", "-" * MAX_WORD):
        assert pieces(text) == [text]
    assert pieces(f"one {word}xyz two") == [f"one {word}", "xyz two"]
    assert pieces(f"one{' ' * (MAX_WORD + 3)}two") == [f"one{' ' * MAX_WORD}", "   two"]


@pytest.mark.parametrize("seed", range(20))
def test_parts_give_the_text_again(seed):
    for text in _texts(seed):
        assert "".join(pieces(text)) == text == "".join(slices(text, 100))
        assert all(pieces(piece) == [piece] for piece in pieces(text))


@pytest.mark.parametrize("style", STYLES)
def test_a_vocabulary_of_text_without_spaces_is_learnt_from_a_bounded_sample(style):
    """DNA of 1 MB: what costs time are different long words, so few are taken, evenly; minutes before."""
    line = "".join(random.Random(3).choices("ACGT", k=1_000_000))
    parts = Sample()
    for _ in parts.add([line]):
        pass
    assert sum(map(len, parts)) * 8 <= sample.MAX_DISTINCT_BYTES
    assert all(len(part) <= 1_000 for part in parts) and any(part in line[900_000:] for part in parts)
    tokenizer = Tokenizer.train([line], 400, style)
    assert "one part in" in tokenizer.notes[0]
    assert Tokenizer.train([line], 400, style).fingerprint == tokenizer.fingerprint


def test_ordinary_text_is_learnt_from_whole(monkeypatch):
    whole = Tokenizer.train([TEXT * 20], 400)
    assert whole.notes == ()
    monkeypatch.setattr(sample, "MAX_CHARACTERS", 3_000)
    monkeypatch.setattr(sample, "_PART_CHARACTERS", 100)
    assert Tokenizer.train([TEXT * 20], 400).notes


def test_progress_is_told_and_its_exception_ends_the_learning():
    told = []
    Tokenizer.train([TEXT, TEXT], 300, progress=told.append)
    assert told[-1] == 2 * len(TEXT)

    def refuse(_: int) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError):
        Tokenizer.train([TEXT], 300, progress=refuse)
