"""The learner's text with the token ids of those stretches that a model wrote or that were picked from a bar.

Text cut anew gives other tokens, and so other numbers, than those that were written: ids stay ids until that place is
edited. Values and pure functions; it knows no page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.shared.lines import from_marks, to_marks
from gptcore.lazy import cached_property
from gptcore.text.spelling import Spans, spell
from gptcore.text.tokenizer import Encoding, Tokenizer

MAX_PROMPT = 20_000
"""Characters that are read; of a longer text, the last ones."""
END_MARK = "∎"
"""Stands in the box for end-of-text, which is a token and no text."""


@dataclass(frozen=True)
class Typed:
    """The learner's own: it is cut into tokens when it is read."""

    text: str

    @property
    def shown(self) -> str:
        """As the box shows it, character by character."""
        return to_marks(self.text)

    def part(self, start: int, end: int) -> "list[Piece]":
        """What stands between two characters."""
        return [Typed(self.text[start:end])]


@dataclass(frozen=True)
class Written:
    """Token ids, and the text they spell in one vocabulary."""

    text: str
    ids: tuple[int, ...]
    spans: Spans
    """(start, end) of each token in `text`."""
    vocabulary: str
    """The fingerprint of its tokenizer."""
    is_words: bool
    """Whether its tokens end words (gpt1 and words style): a letter typed behind one is of the same word."""

    @property
    def shown(self) -> str:
        """As the box shows it, character by character."""
        return to_marks(self.text)

    def part(self, start: int, end: int) -> "list[Piece]":
        """What stands between two characters: whole tokens as they are, the rest of a cut one as text."""
        whole = [k for k, (first, last) in enumerate(self.spans) if start <= first and last <= end]
        low, high = (whole[0], whole[-1] + 1) if whole else (0, 0)
        while low < high and low > 0 and self.spans[low - 1][1] > self.spans[low][0]:
            low += 1  # it shares a character with a token that is cut
        while low < high < len(self.spans) and self.spans[high - 1][1] > self.spans[high][0]:
            high -= 1
        if low >= high:
            return [Typed(self.text[start:end])]
        first, last = self.spans[low][0], self.spans[high - 1][1]
        spans = tuple((a - first, b - first) for a, b in self.spans[low:high])
        kept = Written(self.text[first:last], self.ids[low:high], spans, self.vocabulary, self.is_words)
        return [Typed(self.text[start:first]), kept, Typed(self.text[last:end])]


@dataclass(frozen=True)
class End:
    """End-of-text: the token that stands between texts, whatever its id in a vocabulary."""

    text = ""
    shown = END_MARK

    def part(self, start: int, end: int) -> "list[Piece]":
        """Itself, or nothing."""
        return [self] if start < end else []


Piece = Typed | Written | End


@dataclass(frozen=True)
class Prompt:
    """A text and the ids that are kept with it."""

    pieces: tuple[Piece, ...] = ()

    @classmethod
    def typed(cls, text: str) -> "Prompt":
        """A text without ids."""
        return cls(_joined([Typed(text)]))

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> "Prompt":
        """Pieces in their order, none of them empty, and no word half typed and half kept."""
        return cls(_joined(_with_whole_words(_joined(pieces))))

    @classmethod
    def from_box(cls, shown: str) -> "Prompt":
        """What a box shows, without ids: a mark for a line end is one, whoever wrote it."""
        return cls.typed(from_marks(shown))

    @cached_property
    def text(self) -> str:
        """The text alone."""
        return "".join(piece.text for piece in self.pieces)

    @cached_property
    def shown(self) -> str:
        """The text in one line, as the box shows it: marks stand for line ends and end-of-text."""
        return "".join(piece.shown for piece in self.pieces)

    @property
    def is_typed(self) -> bool:
        """Whether all of it is the learner's own."""
        return all(isinstance(piece, Typed) for piece in self.pieces)

    @property
    def has_end(self) -> bool:
        """Whether end-of-text stands anywhere in it."""
        return any(isinstance(piece, End) for piece in self.pieces)

    @property
    def is_ended(self) -> bool:
        """Whether end-of-text is the last that stands in it."""
        return bool(self.pieces) and isinstance(self.pieces[-1], End)

    def edited(self, shown: str) -> "Prompt":
        """The prompt after its box was changed: what stands before and behind the edited place keeps its ids."""
        old = self.shown
        if shown == old:
            return self
        before = _shared(old, shown)
        after = _shared(old[before:][::-1], shown[before:][::-1])
        new = Typed(from_marks(shown[before : len(shown) - after]))
        return Prompt.of([*self._part(0, before), new, *self._part(len(old) - after, len(old))])

    def appended(self, tokenizer: Tokenizer, ids: Sequence[int]) -> "Prompt":
        """The prompt with these tokens behind it.

        Raises:
            InputError: an id is not in the vocabulary.
        """
        pieces = list(self.pieces)
        for is_end, run in groupby(ids, lambda token: token == tokenizer.end_of_text_id):
            if is_end:
                pieces += [End() for _ in run]
                continue
            new, last = tuple(run), pieces[-1] if pieces else None
            if isinstance(last, Written) and last.vocabulary == tokenizer.fingerprint:
                # Spelt together: the new ones may complete a character.
                pieces[-1] = written(tokenizer, last.ids + new, last.text.startswith(" "))
            else:
                wants_space = last is not None and not isinstance(last, End) and not last.text[-1:].isspace()
                pieces.append(written(tokenizer, new, wants_space))
        return Prompt(tuple(pieces))

    def end(self, most: int) -> "Prompt":
        """Its last characters, `most` of them as the box shows them."""
        length = len(self.shown)
        return self if length <= most else Prompt(_joined(self._part(length - most, length)))

    def encode(self, tokenizer: Tokenizer) -> Encoding:
        """All tokens, with their offsets in `text`: the kept ids of this vocabulary, and everything else cut by it.

        End-of-text covers no character; a vocabulary without one leaves it out.
        """
        parts, at = [], 0
        for kept, run in groupby(self.pieces, lambda piece: is_cut(piece, tokenizer)):
            for text, encoding in _kept(run, tokenizer) if kept else _cut(run, tokenizer):
                parts.append((encoding, at))
                at += len(text)
        return _in_one(parts)

    def _part(self, start: int, end: int) -> list[Piece]:
        """The pieces between two characters of `shown`."""
        pieces, at = [], 0
        for piece in self.pieces:
            length = len(piece.shown)
            low, high = max(0, start - at), min(length, end - at)
            if low < high:
                pieces += [piece] if (low, high) == (0, length) else piece.part(low, high)
            at += length
        return pieces


def is_cut(piece: Piece, tokenizer: Tokenizer) -> bool:
    """Whether a tokenizer need not cut it: it is a token by itself, or its ids are of this vocabulary."""
    return isinstance(piece, End) or (isinstance(piece, Written) and piece.vocabulary == tokenizer.fingerprint)


def written(tokenizer: Tokenizer, ids: Sequence[int], wants_space: bool = False) -> Written:
    """Ids as a stretch of a prompt.

    Args:
        wants_space: whether a text stands directly before it; where a style has words, a space parts the two.

    Raises:
        InputError: an id is not in the vocabulary.
    """
    text, spans = spell(tokenizer, ids)
    is_words = tokenizer.style != "bytes"
    if is_words and wants_space:
        text = " " + text
        spans = tuple((start + (k > 0), end + 1) for k, (start, end) in enumerate(spans))
    return Written(text, tuple(ids), spans, tokenizer.fingerprint, is_words)


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    different = (k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(different, min(len(one), len(other)))


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Without empty pieces, and typed neighbours in one."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Typed) and joined and isinstance(joined[-1], Typed):
            joined[-1] = Typed(joined[-1].text + piece.text)
        elif piece.shown:
            joined.append(piece)
    return tuple(joined)


def _with_whole_words(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Where tokens end words, a word of which one half is typed and the other kept becomes typed altogether."""
    for index, piece in enumerate(pieces):
        if not isinstance(piece, Written) or not piece.is_words:
            yield piece
            continue
        left, right = pieces[:index][-1:], pieces[index + 1 :][:1]
        text, low, high = piece.text, 0, len(piece.text)
        if left and isinstance(left[0], Typed) and not (left[0].text[-1].isspace() or text[0].isspace()):
            low = text.find(" ") if " " in text else high
        if right and isinstance(right[0], Typed) and not (text[-1].isspace() or right[0].text[0].isspace()):
            high = max(low, text.rfind(" "))
        yield Typed(text[:low])
        yield from piece.part(low, high)
        yield Typed(text[high:])


def _cut(pieces: Iterable[Piece], tokenizer: Tokenizer) -> Iterator[tuple[str, Encoding]]:
    """(text, its tokens) of neighbours that are cut together."""
    text = "".join(piece.text for piece in pieces)
    yield text, tokenizer.encode(text)


def _kept(pieces: Iterable[Piece], tokenizer: Tokenizer) -> Iterator[tuple[str, Encoding]]:
    """(text, its tokens) of each piece that need not be cut."""
    end = tokenizer.end_of_text_id
    for piece in pieces:
        if isinstance(piece, Written):
            yield piece.text, Encoding(piece.ids, tuple(map(tokenizer.token, piece.ids)), piece.spans)
        elif end is not None:
            yield "", Encoding((end,), (tokenizer.token(end),), ((0, 0),))


def _in_one(parts: list[tuple[Encoding, int]]) -> Encoding:
    """Encodings of neighbours as one, each moved to where it begins."""
    if len(parts) == 1:
        return parts[0][0]
    return Encoding(
        tuple(i for part, _ in parts for i in part.ids),
        tuple(token for part, _ in parts for token in part.tokens),
        tuple((at + start, at + end) for part, at in parts for start, end in part.offsets),
    )
