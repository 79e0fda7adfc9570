"""Texts as the row of tokens that GPT-1 reads (paper, section 3.3), with words in place of tokens.

The real rows, cut by a tokenizer, are gptcore.tasks.formats'; here a token is a word, as the texts have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gptcore.errors import InputError
from gptcore.tasks.formats import Role

LONGEST = 200
"""Words in one text."""

START, DELIM, EXTRACT = "[Start]", "[Delim]", "[Extract]"


@dataclass(frozen=True)
class Token:
    """One place of a row."""

    text: str
    role: Role
    part: int | None
    """Which of the texts a word belongs to; None for the special ones."""


def row(texts: Sequence[str], names: Sequence[str]) -> tuple[Token, ...]:
    """[Start] first text [Delim] next text ... [Extract].

    Args:
        texts: one or more, cut at white space.
        names: of the texts, for messages.

    Raises:
        InputError: a text is empty or has more than LONGEST words.
    """
    tokens = [Token(START, "start", None)]
    for part, (text, name) in enumerate(zip(texts, names, strict=True)):
        words = (text or "").split()
        if not words:
            raise InputError(f"{name} is empty: write at least one word.")
        if len(words) > LONGEST:
            raise InputError(f"{name} has {len(words):,} words: at most {LONGEST} are taken here.")
        if part:
            tokens.append(Token(DELIM, "delimiter", None))
        tokens += [Token(word, "text", part) for word in words]
    return (*tokens, Token(EXTRACT, "extract", None))


def choice_rows(document: str, question: str, answers: Sequence[str]) -> tuple[tuple[Token, ...], ...]:
    """One row per answer; the document and the question together are the first text, as in the paper.

    Raises:
        InputError: as in `row`.
    """
    row([document], ["The document"])
    row([question], ["The question"])
    context = f"{document} {question}"
    names = [f"Answer {letter(number)}" for number in range(len(answers))]
    return tuple(row([context, answer], ["The context", name]) for answer, name in zip(answers, names, strict=True))


def letter(number: int) -> str:
    """A, B, C ... for 0, 1, 2 ..."""
    return chr(ord("A") + number)
