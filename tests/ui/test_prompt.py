"""A prompt keeps the ids that were written, through edits elsewhere, other models, and links; no page is needed."""

import random

import pytest

from app.explore.prompt import END_MARK, Prompt, Written
from app.explore.prompt_link import MOST_IDS, from_link, to_link
from gptcore.text.styles import BYTE_OF
from gptcore.text.tokenizer import Tokenizer

TEXTS = ["The fox said to the crow: sing, dear crow. 🦊\nAnd the crow sang to the fox."] * 9
BYTES = Tokenizer.train(TEXTS, 300)
OTHER = Tokenizer.train(TEXTS, 280)
WORDS = Tokenizer.train(TEXTS, 40, "words")
GPT1 = Tokenizer.train(TEXTS, 60, "gpt1")
END = BYTES.end_of_text_id


def _letters(text: str) -> tuple[int, ...]:
    """A text in single bytes: ids that no cutting would give."""
    entries = {byte: entry for entry, byte in BYTE_OF.items()}
    return tuple(BYTES.vocab.index(entries[byte]) for byte in text.encode())


def _ids(prompt: Prompt, tokenizer: Tokenizer = BYTES) -> tuple[int, ...]:
    return prompt.encode(tokenizer).ids


@pytest.fixture
def prompt() -> Prompt:
    """Typed, then written letter by letter, then typed."""
    written = Prompt.typed("The fox").appended(BYTES, _letters(" said to"))
    return written.edited(written.shown + " the crow")


def test_a_typed_text_is_cut_as_ever():
    for text in ("", "a", "The fox said", "one\n\ntwo\r\n", "🦊 ⏎ ∎"):
        assert Prompt.typed(text).encode(BYTES) == BYTES.encode(text)
        assert Prompt.typed(text).text == text


def test_what_was_written_is_read(prompt):
    typed = BYTES.encode("The fox").ids
    assert _ids(prompt) == typed + _letters(" said to") + BYTES.encode(" the crow").ids
    assert _ids(prompt) != BYTES.encode(prompt.text).ids
    assert prompt.text == prompt.shown == "The fox said to the crow"


def test_offsets_are_those_of_the_text(prompt):
    encoding = prompt.encode(BYTES)
    assert "".join(prompt.text[start:end] for start, end in encoding.offsets) == prompt.text
    assert encoding.tokens == tuple(map(BYTES.token, encoding.ids))


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("The fox said to the crow, dear", " said to"),  # at the end
        ("The big fox said to the crow", " said to"),  # before it
        ("said to the crow", "said to"),  # what stood before it, and the space, are gone
        ("The fox said", " said"),  # its end
        ("The fox sXid to the crow", " s|id to"),  # inside
        ("The fox said to", " said to"),
        ("something else", ""),
    ],
)
def test_an_edit_cuts_only_the_edited_place_anew(prompt, shown, kept):
    edited = prompt.edited(shown)
    assert edited.shown == shown
    assert "|".join(piece.text for piece in edited.pieces if isinstance(piece, Written)) == kept
    for piece in edited.pieces:
        if isinstance(piece, Written):
            assert piece.ids == _letters(piece.text)


def test_random_edits_never_lose_the_text_nor_cut_a_character():
    chance = random.Random(3)
    prompt = Prompt.typed("🦊")
    for _ in range(400):
        if chance.random() < 0.3 and len(prompt.shown) < 60:
            prompt = prompt.appended(BYTES, [chance.randrange(BYTES.vocab_size) for _ in range(4)])
        a, b = sorted(chance.randrange(len(prompt.shown) + 1) for _ in "ab")
        new = chance.choice(["", "", "x", " fox", "⏎", "🦊", "\ufffd"])
        shown = prompt.shown[:a] + new + prompt.shown[b:]
        prompt = prompt.edited(shown)
        assert prompt.shown == shown
        encoding = prompt.encode(BYTES)
        assert all(0 <= start <= end <= len(prompt.text) for start, end in encoding.offsets)
        assert from_link(to_link(prompt, BYTES), shown, BYTES).encode(BYTES) == encoding


def test_half_a_character_stands_there_until_it_is_completed():
    fox = _letters("🦊")
    half = Prompt.typed("a ").appended(BYTES, fox[:2])
    assert half.shown == "a \ufffd" and _ids(half)[-2:] == fox[:2]
    whole = half.appended(BYTES, fox[2:3]).appended(BYTES, fox[3:])
    assert whole.shown == "a 🦊" and _ids(whole)[-4:] == fox
    assert whole.edited("a ").is_typed


def test_line_ends_are_marks_in_the_box_and_line_ends_in_the_text():
    prompt = Prompt.typed("red\nviolets")
    assert prompt.shown == "red⏎violets"
    assert prompt.edited("red⏎violets!").text == "red\nviolets!"
    assert prompt.edited("redviolets").text == "redviolets"
    assert prompt.edited("red⏎⏎violets").text == "red\n\nviolets"
    assert Prompt.typed("a true ⏎").edited("a true ⏎ sign").text == "a true ⏎ sign"


def test_end_of_text_is_a_token_and_no_text():
    prompt = Prompt.typed("The fox.").appended(BYTES, [*_letters("!"), END])
    assert prompt.is_ended and prompt.text == "The fox.!" and prompt.shown == "The fox.!" + END_MARK
    assert _ids(prompt)[-1] == END and prompt.encode(BYTES).offsets[-1] == (9, 9)
    on = prompt.appended(BYTES, _letters("The"))
    assert not on.is_ended and on.has_end and _ids(on)[-4:] == (END, *_letters("The"))
    assert not on.edited(on.shown.replace(END_MARK, "")).has_end
    assert not Prompt.typed("<|endoftext|>").has_end
    assert END not in _ids(Prompt.typed("a").edited("a" + END_MARK))


def test_another_vocabulary_cuts_the_text_and_the_first_gets_its_ids_back(prompt):
    assert _ids(prompt, OTHER) == OTHER.encode(prompt.text).ids
    ended = prompt.appended(BYTES, [END])
    assert _ids(ended, OTHER)[-1] == OTHER.end_of_text_id
    assert _ids(prompt.appended(OTHER, [70]))[: len(_ids(prompt))] == _ids(prompt)


def test_a_letter_behind_a_kept_word_makes_another_word_of_it():
    fox, said = WORDS.encode("fox said").ids
    prompt = Prompt.typed("The").appended(WORDS, [fox, said])
    assert prompt.text == "The fox said" and _ids(prompt, WORDS)[1:] == (fox, said)
    edited = prompt.edited("The fox saidx")
    assert _ids(edited, WORDS) == WORDS.encode("The fox saidx").ids
    assert [piece.text for piece in edited.pieces if isinstance(piece, Written)] == [" fox"]
    assert prompt.edited("The fox said to").pieces[1] == prompt.pieces[1]
    assert Prompt.typed("the").appended(GPT1, GPT1.encode("fox sang").ids).text == "the fox sang"


@pytest.mark.parametrize("tokenizer", [BYTES, WORDS, GPT1], ids=lambda tokenizer: tokenizer.style)
def test_a_link_brings_the_ids(tokenizer):
    chance = random.Random(5)
    for _ in range(100):
        prompt = Prompt.typed("The fox the")
        for _ in range(3):
            prompt = prompt.appended(tokenizer, [chance.randrange(tokenizer.vocab_size) for _ in range(5)])
            prompt = prompt.edited(prompt.shown + " the")
        assert from_link(to_link(prompt, tokenizer), prompt.shown, tokenizer).encode(tokenizer) == prompt.encode(
            tokenizer
        )


def test_a_link_is_short_and_stays_while_the_learner_types_around(prompt):
    link = to_link(prompt, BYTES)
    assert len(link) < 12 + 4 * len(_letters(" said to")) + 1
    longer = prompt.edited("X" + prompt.shown)
    assert to_link(longer, BYTES) == to_link(longer.edited(longer.shown + " X"), BYTES) == link
    assert to_link(Prompt.typed("a"), BYTES) == ""
    assert to_link(Prompt().appended(BYTES, [70] * (MOST_IDS + 1)), BYTES) == ""


def test_a_damaged_link_is_a_text_without_ids(prompt):
    fingerprint, times, letters = to_link(prompt, BYTES).split(".")
    good = from_link(f"{fingerprint}.{times}.{letters}", prompt.shown, BYTES)
    assert good.encode(BYTES) == prompt.encode(BYTES)
    for link in (
        "",
        ".",
        "...",
        "x.0.AAAA",
        fingerprint,
        f"{fingerprint}.{times}",
        f"{fingerprint}.1.{letters}",
        f"{fingerprint}.{times}.{letters[:-1]}",
        f"{fingerprint}.{times}.____",
        f"{fingerprint}.x.{letters}",
        f"{fingerprint}.0.",
        f"{fingerprint}.{times}.é",
        f"{fingerprint}.{'9' * 5000}.{letters}",
        f"{fingerprint}.{times}.{letters * 400}",
        fingerprint + ".0.AAAA" * 2000,
    ):
        assert from_link(link, prompt.shown, BYTES) == Prompt.typed(prompt.text), link
    assert from_link(f"{fingerprint}.{times}.{letters}", "another text", BYTES) == Prompt.typed("another text")
    assert from_link(f"{fingerprint}.{times}.{letters}", prompt.shown, OTHER) == Prompt.typed(prompt.text)


def test_only_the_end_of_a_long_text_is_read(prompt):
    assert prompt.end(8) == Prompt.typed("the crow")
    assert _ids(prompt.end(11)) == _letters("to") + BYTES.encode(" the crow").ids
    assert prompt.end(10**6) is prompt
