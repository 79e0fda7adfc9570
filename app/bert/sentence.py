"""What the page reads: one sentence with one token hidden, as a GPT and as a masked language model get it."""

from dataclasses import dataclass, replace

from app.shared import loaded
from app.shared.loaded import ModelKey
from app.shared.theme import display_token, plain_token
from gptcore.checkpoints.checkpoint import TextModel
from gptcore.lazy import cached_property
from gptcore.text.pairs import mask_ids, pair_row
from gptcore.text.tokenizer import Encoding

MOST_TOKENS = 64
"""Of the sentence, so that every picture has room for each of them."""
MOST_CHARACTERS = 400


@dataclass(frozen=True)
class _Reading:
    """A text as one model reads it."""

    key: ModelKey
    text: str

    @property
    def checkpoint(self) -> TextModel:
        """The model."""
        return loaded.checkpoint(self.key)

    @cached_property
    def _encoding(self) -> Encoding:
        return self.checkpoint.tokenizer.encode(self.text)

    @cached_property
    def ids(self) -> tuple[int, ...]:
        """(T,), as many as are read."""
        raise NotImplementedError

    @cached_property
    def names(self) -> list[str]:
        """The tokens as they are shown, spaces visible."""
        return [self.name(token) for token in self.ids]

    @cached_property
    def plain_names(self) -> list[str]:
        """The tokens as they are shown in pictures, without a leading space."""
        return [self.text_of(token) for token in self.ids]

    def name(self, token: int) -> str:
        """Any token as it is shown."""
        return display_token(self.checkpoint.tokenizer.token_text(token))

    def text_of(self, token: int) -> str:
        """Any token's letters."""
        return plain_token(self.checkpoint.tokenizer.token_text(token))


@dataclass(frozen=True)
class Sentence(_Reading):
    """A text as a GPT reads it, up to MOST_TOKENS."""

    gap: int
    """Which token is hidden, from 0."""

    @property
    def _room(self) -> int:
        return min(MOST_TOKENS, self.checkpoint.config.n_positions)

    @property
    def is_cut(self) -> bool:
        """Whether the text has more tokens than are read."""
        return len(self._encoding.ids) > self._room

    @cached_property
    def ids(self) -> tuple[int, ...]:
        """(T,)."""
        return tuple(self._encoding.ids[: self._room])

    @property
    def span(self) -> tuple[int, int]:
        """Where the hidden token's letters stand in the text, without spaces at their ends if it has letters."""
        start, end = self._encoding.offsets[self.gap]
        inside = self.text[start:end]
        if core := inside.strip():
            start += inside.index(core)
            end = start + len(core)
        return start, end

    @property
    def hidden(self) -> str:
        """The hidden token's letters."""
        start, end = self.span
        return self.text[start:end]

    @property
    def left(self) -> tuple[int, ...]:
        """What stands before the gap; at a text's beginning the token between two texts, if the vocabulary has it."""
        end = self.checkpoint.tokenizer.end_of_text_id
        return self.ids[: self.gap] or (() if end is None else (end,))

    @property
    def right(self) -> tuple[int, ...]:
        """What stands behind the gap."""
        return self.ids[self.gap + 1 :]

    @property
    def read_text(self) -> str:
        """As much of the text as is read."""
        return self.text[: self._encoding.offsets[len(self.ids) - 1][1]] if self.ids else ""

    def index_of(self, word: str) -> int:
        """The first token that has this word's first letter in it; the last token if the text has not the word."""
        at = self.text.find(word)
        inside = (i for i, (start, end) in enumerate(self._encoding.offsets[: self._room]) if start <= at < end)
        return next(inside, max(0, len(self.ids) - 1))


@dataclass(frozen=True)
class MaskedSentence(_Reading):
    """The same text as a masked language model reads it: [CLS] text [SEP], with [MASK] where a token is hidden."""

    span: tuple[int, int]
    """Where the hidden letters stand in the text."""
    with_right: bool = True
    """Whether what follows the gap is read, too."""

    @cached_property
    def hidden(self) -> list[int]:
        """Which of the text's tokens have a hidden letter, from 0: each of them becomes a [MASK]."""
        low, high = self.span
        return [i for i, (start, end) in enumerate(self._encoding.offsets) if start < high and low < end]

    @cached_property
    def ids(self) -> tuple[int, ...]:
        """The row, as long as the context allows."""
        special = mask_ids(self.checkpoint.tokenizer)
        end = len(self._encoding.ids) if self.with_right or not self.hidden else self.hidden[-1] + 1
        text = [special.mask if i in self.hidden else token for i, token in enumerate(self._encoding.ids[:end])]
        return tuple(pair_row(special, text[: self.checkpoint.config.n_positions - 2]).ids)

    @property
    def gap(self) -> int | None:
        """Where the first [MASK] stands in the row; None if the context ends before it."""
        at = self.hidden[0] + 1 if self.hidden else None
        return at if at is not None and at < len(self.ids) - 1 else None

    @property
    def true(self) -> int:
        """The token that stood where the first [MASK] is."""
        return self._encoding.ids[self.hidden[0]]

    @property
    def hidden_text(self) -> str:
        """The hidden letters."""
        return self.text[slice(*self.span)]

    def without_right(self) -> "MaskedSentence":
        """The same text, ending at the gap."""
        return replace(self, with_right=False)
