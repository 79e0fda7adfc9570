"""Words are counted and looked up alike, their lists survive on disk, and no file can do harm."""

import lzma
import random
import tracemalloc

import pytest

from gptcore.text import known_words
from gptcore.text.known_words import KnownWords, count_words, read_words, words_in, write_words

TEXTS = {
    "The fox's den isn't well-known.": ["the", "fox", "s", "den", "is", "t", "well", "known"],
    "it does n't work , it 's odd": ["it", "does", "t", "work", "it", "s", "odd"],
    "DON’T! L’été à l'école": ["do", "t", "l", "été", "à", "l", "école"],
    "Straße ÉCOLE cafe\u0301 İzmir": ["straße", "école", "café", "i̇zmir"],
    "in 1984 he ate 3.5kg of b2b_pie": ["in", "he", "ate", "kg", "of", "b", "b", "pie"],
    "猫が好き fox": ["猫", "が", "好", "き", "fox"],
    "ok 👍🏽 🇫🇷 :-)": ["ok"],
    "сон и мир": ["сон", "и", "мир"],
    "a": ["a"],
    "": [],
    " \n\t 123 !?": [],
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_word_is_the_same_wherever_it_stands(text):
    found = list(words_in(text))
    assert [word.word for word in found] == TEXTS[text]
    for word in found:
        assert [other.word for other in words_in(text[word.start : word.end])] == [word.word]


@pytest.mark.parametrize("text", TEXTS)
def test_every_word_that_was_counted_is_found_again(text):
    known = count_words([text])
    assert all(word.word in known for word in words_in(text))
    assert known.total == len(TEXTS[text]) == sum(known.counts.values())


def test_two_spellings_of_not_are_one_word():
    assert count_words(["She didn't, he DIDN'T"]).counts == count_words(["She did n't , he DID N'T"]).counts


def test_spans_are_those_of_the_text_as_it_was_given():
    text = "İt isn't a cafe\u0301, Bob"
    assert [text[word.start : word.end] for word in words_in(text)] == ["İt", "is", "t", "a", "cafe\u0301", "Bob"]


def test_a_list_is_the_same_after_a_trip_to_disk(tmp_path):
    known = count_words(TEXTS)
    write_words(tmp_path / "words.txt.xz", known)
    assert read_words(tmp_path / "words.txt.xz") == known
    lines = lzma.decompress((tmp_path / "words.txt.xz").read_bytes()).decode().splitlines()
    assert lines == sorted(lines) and "fox 2" in lines


def test_of_too_many_words_the_commonest_are_kept(monkeypatch):
    monkeypatch.setattr(known_words, "MOST_WORDS", 3)
    assert count_words(["a a a b b b c c d e"]).counts == {"a": 3, "b": 3, "c": 2}


def test_counting_forgets_rare_words_rather_than_fill_the_memory(monkeypatch):
    monkeypatch.setattr(known_words, "_MOST_COUNTED", 100)
    draw = random.Random(0)
    texts = ("fox " + "".join(draw.choices("abcdefgh", k=9)) for _ in range(2_000))
    known = count_words(texts)
    assert known.counts["fox"] == 2_000
    assert len(known.counts) <= 100


def test_a_run_of_letters_without_an_end_is_several_words():
    known = count_words(["ACGT" * 5_000, "e" + "\u0301" * 5_000])
    assert max(map(len, known.counts)) < 700
    assert all(word.word in known for word in words_in("ACGT" * 5_000))


def test_the_words_of_two_trainings_are_added():
    assert count_words(["a b"]).joined(count_words(["b c"])).counts == {"a": 1, "b": 2, "c": 1}


def test_the_commonest_come_first():
    assert KnownWords({"a": 1, "b": 5, "c": 3}).commonest(2) == {"b", "c"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"fox 3\n",
        lzma.compress(b"fox 3\n")[:-9],
        lzma.compress("füchse 3".encode("latin-1")),
        lzma.compress(b"fox\n"),
        lzma.compress(b"fox many\n"),
        lzma.compress(b"fox -3\n"),
        lzma.compress(b"fox 1" + b"0" * 400 + b"\n"),
        lzma.compress(b"fox 3\n", format=lzma.FORMAT_ALONE),
        lzma.compress(b"fox 3\n", preset=9 | lzma.PRESET_EXTREME)[6:],
    ],
)
def test_a_damaged_list_is_none(tmp_path, content):
    (tmp_path / "words.txt.xz").write_bytes(content)
    assert read_words(tmp_path / "words.txt.xz") is None


def test_a_list_that_is_missing_or_no_file_is_none(tmp_path):
    assert read_words(tmp_path / "words.txt.xz") is None
    assert read_words(tmp_path) is None


def test_a_small_file_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path):
    packer = lzma.LZMACompressor()
    with (tmp_path / "words.txt.xz").open("wb") as file:
        for _ in range(300):
            file.write(packer.compress(b"\0" * 1_000_000))
        file.write(packer.flush())
    assert (tmp_path / "words.txt.xz").stat().st_size < 100_000
    tracemalloc.start()
    try:
        assert read_words(tmp_path / "words.txt.xz") is None
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
    finally:
        tracemalloc.stop()
