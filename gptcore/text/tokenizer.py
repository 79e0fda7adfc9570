"""Text to token ids and back, by Byte Pair Encoding (paper, section 4.1; Sennrich et al. 2016).

A thin, checked layer over the `tokenizers` library, in the three styles of gptcore.text.styles. In: text. Out: ids,
the vocabulary's entries, and where in the text each comes from; and back.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path

from tokenizers import Tokenizer as Core

from gptcore.errors import CheckpointError, InputError
from gptcore.files import write_text
from gptcore.lazy import cached_property
from gptcore.text.hf_files import read_core, read_folder
from gptcore.text.merges import MergeStep, merge_steps
from gptcore.text.sample import Sample
from gptcore.text.styles import (
    BYTE_OF,
    END_OF_TEXT,
    END_OF_WORD,
    MASK_TOKENS,
    STYLES,
    TASK_TOKENS,
    UNKNOWN,
    Style,
    check_vocabulary,
    style_of,
    trained,
)
from gptcore.text.words import pieces

MAX_CHARACTERS = 5_000_000
"""Longest text that is encoded in one call; a corpus goes through encode_batch, document by document."""


@dataclass(frozen=True)
class Encoding:
    """A text as tokens; the three tuples have one entry per token."""

    ids: tuple[int, ...]
    tokens: tuple[str, ...]
    """The vocabulary's own entries: "Ġking" (a space and king) in bytes style, "king</w>" in gpt1 style."""
    offsets: tuple[tuple[int, int], ...]
    """(start, end) of each token in the text as it was given, in characters: every character that the token has a
    part of. Tokens that share a character (the bytes of an emoji, the letters of a Korean syllable in gpt1 style) all
    cover it; characters that a style drops (spaces, control characters) are covered by no token."""


class Tokenizer:
    """A trained vocabulary. Immutable, so all threads may share it.

    A word of more than gptcore.text.words.MAX_WORD characters is cut as several words, in learning as in encoding.

    Args:
        core: a tokenizer of the `tokenizers` library in one of the three styles; it becomes this object's own.

    Raises:
        InputError: it is in none of them, or its vocabulary has gaps.
    """

    def __init__(self, core: Core):
        core.encode_special_tokens = True  # "<|endoftext|>" typed by a learner is text, never a command
        core.no_truncation()  # other programs save such settings with a tokenizer
        core.no_padding()
        self._core = core
        self._json = core.to_str(pretty=True)
        self.style: Style = style_of(json.loads(self._json))
        ids = core.get_vocab()
        self.vocab: tuple[str, ...] = tuple(sorted(ids, key=ids.__getitem__))
        """The entries, by id."""
        self.notes: tuple[str, ...] = ()
        """Of one that was just trained: what was decided without asking, a sentence each, for people."""
        check_vocabulary(self.style, ids)

    @classmethod
    def train(
        cls,
        texts: Iterable[str],
        vocab_size: int,
        style: Style = "bytes",
        progress: Callable[[int], None] | None = None,
    ) -> "Tokenizer":
        """Learns a vocabulary.

        Args:
            texts: documents, read once; of very much text, or very many different words, it learns from parts taken
                evenly (gptcore.text.sample).
            vocab_size: entries to aim at, special tokens included. A short text gives fewer; bytes style needs 257,
                and gpt1 style keeps all characters of the texts, even if they are more.
            style: one of STYLES.
            progress: called with the number of characters read so far.

        Raises:
            InputError: an unknown style, a size out of range, or texts without a single word.
        """
        if style not in STYLES:
            raise InputError(f"style must be one of {', '.join(STYLES)}, not {style!r}")
        if isinstance(texts, str):
            raise InputError("texts must be several documents, not one string; put it into a list")
        smallest = 257 if style == "bytes" else 3
        if type(vocab_size) is not int or not smallest <= vocab_size <= 1_000_000:
            raise InputError(f"vocab_size must be a whole number from {smallest} to 1,000,000, not {vocab_size!r}")
        sample = Sample()
        for read in sample.add(texts):
            if progress is not None:
                progress(read)
        tokenizer = cls(trained(style, map(_without_surrogates, sample), vocab_size))
        if tokenizer.vocab_size <= 2:
            raise InputError("the text has no words to learn a vocabulary from; give more text")
        tokenizer.notes = sample.notes
        return tokenizer

    @classmethod
    def load(cls, path: str | Path) -> "Tokenizer":
        """Reads a tokenizer.json, or a folder with one or with GPT-1's or GPT-2's vocab.json and merges.txt.

        Raises:
            InputError: there is no such file, or a tokenizer of none of the three styles.
            CheckpointError: the file is damaged.
        """
        path = Path(path)
        return cls(read_core(path) if path.is_file() else read_folder(path))

    def resized(self, size: int) -> "Tokenizer":
        """This vocabulary with as many entries as a model has rows in its table.

        Rows beyond the vocabulary (tables are often padded to a multiple of 64) get entries that no text becomes and
        that say what they are, as "[unused 40478]". Entries beyond the table are left out if they were added to the
        vocabulary, as [PAD] often is without the model being told.

        Raises:
            CheckpointError: the table is too small for the vocabulary itself.
        """
        if size == self.vocab_size:
            return self
        specification = json.loads(self._json)
        if (words := len(specification["model"]["vocab"])) > size:
            raise CheckpointError(
                f"the vocabulary has {words:,} entries, but the model's table only {size:,} rows, so some words would "
                "have no vector; give the tokenizer that the model was trained with"
            )
        specification["added_tokens"] = [token for token in specification["added_tokens"] if token["id"] < size]
        core = Core.from_str(json.dumps(specification))
        core.add_special_tokens([f"[unused {token_id}]" for token_id in range(self.vocab_size, size)])
        return Tokenizer(core)

    def save(self, folder: str | Path) -> None:
        """Writes tokenizer.json into a folder; the old file stays whole until the new one is."""
        write_text(Path(folder) / "tokenizer.json", self._json)

    def encode(self, text: str) -> Encoding:
        """Cuts a text into tokens; an empty text has none.

        Raises:
            InputError: the text is longer than MAX_CHARACTERS.
        """
        if len(text) > MAX_CHARACTERS:
            raise InputError(f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are encoded at once")
        parts = pieces(_without_surrogates(text))
        encodings = [self._core.encode(part, add_special_tokens=False) for part in parts]
        starts = accumulate(map(len, parts), initial=0)
        return Encoding(
            tuple(token_id for encoding in encodings for token_id in encoding.ids),
            tuple(token for encoding in encodings for token in encoding.tokens),
            tuple(
                (at + start, at + end)
                for at, encoding in zip(starts, encodings, strict=False)
                for start, end in encoding.offsets
            ),
        )

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of many texts, on all cores; for corpora. Megabytes per second, where `encode` has the offsets."""
        parts = [pieces(_without_surrogates(text)) for text in texts]
        encodings = iter(self._core.encode_batch_fast(list(chain.from_iterable(parts)), add_special_tokens=False))
        return [list(chain.from_iterable(next(encodings).ids for _ in of_text)) for of_text in parts]

    def decode(self, ids: Iterable[int]) -> str:
        """Ids back to text.

        Bytes style gives exactly what was encoded (half a character becomes "\\ufffd"), gpt1 style the lower-cased
        words with a space after each, words style the words with a space between.

        Raises:
            InputError: an id is not in the vocabulary.
        """
        ids = [self._checked(token_id) for token_id in ids]
        return self._core.decode(ids, skip_special_tokens=False)

    def token(self, token_id: int) -> str:
        """The vocabulary's entry for an id."""
        return self.vocab[self._checked(token_id)]

    def token_text(self, token_id: int) -> str:
        """A token for people to read. Bytes style: its text, with bytes that are no whole character written out, as in
        " \\xe2\\x80"; the other styles: the vocabulary's entry, where `</w>` tells a word's end from its start."""
        token = self.token(token_id)
        if self.style != "bytes" or not BYTE_OF.keys() >= set(token):
            return token
        return bytes(BYTE_OF[character] for character in token).decode("utf-8", "backslashreplace")

    def id_of(self, token: str) -> int | None:
        """The id of a vocabulary entry, None if there is no such entry."""
        return self._core.token_to_id(token)

    def merges(self, word: str) -> tuple[MergeStep, ...]:
        """Every merge that makes a word's tokens, in order: the work that `encode` does, shown.

        The pieces after the last step are the tokens of encode(word). Give a word as it stands in its text: in bytes
        style " king" and "king" are two words. A word whose tokens are its characters or were added to the vocabulary,
        and every word in words style, has no steps.

        Raises:
            InputError: the word is too long to show (gptcore.text.merges.MAX_PIECES).
        """
        if self.style == "words":
            return ()
        normalizer = self._core.normalizer
        texts = pieces(_without_surrogates(word))
        texts = texts if normalizer is None else [normalizer.normalize_str(text) for text in texts]
        parts = [part for text in texts for part, _ in self._core.pre_tokenizer.pre_tokenize_str(text)]
        steps = merge_steps([self._first_pieces(part) for part in parts], self._ranks)
        # A token that was added to the vocabulary is found in a word before any merge, and no merge makes it.
        return steps if not steps or steps[-1].after == self.encode(word).tokens else ()

    def with_task_tokens(self) -> "Tokenizer":
        """This vocabulary with TASK_TOKENS as its last entries; text never becomes one of them. A masked model's has
        [CLS] and [SEP] for its tasks, and stays as it is."""
        return self if self.id_of(MASK_TOKENS[0]) is not None else self._with(TASK_TOKENS)

    def with_mask_tokens(self) -> "Tokenizer":
        """This vocabulary with MASK_TOKENS as its last entries; text never becomes one of them."""
        return self._with(MASK_TOKENS)

    def _with(self, special: tuple[str, ...]) -> "Tokenizer":
        if all(self.id_of(token) is not None for token in special):
            return self
        core = Core.from_str(self._json)
        core.add_special_tokens(list(special))
        return Tokenizer(core)

    @property
    def vocab_size(self) -> int:
        """Entries in the vocabulary, special tokens included."""
        return len(self.vocab)

    @property
    def end_of_text_id(self) -> int | None:
        """The token that stands between documents; None in a vocabulary without one, as GPT-1's."""
        return self._core.token_to_id(END_OF_TEXT)

    @property
    def stop_ids(self) -> tuple[int, ...]:
        """The ids that end a text: that token's, or none."""
        return () if self.end_of_text_id is None else (self.end_of_text_id,)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of tokenizer.json as `save` writes it: two tokenizers with the same one cut alike."""
        return hashlib.sha256(self._json.encode()).hexdigest()

    @cached_property
    def _ranks(self) -> dict[tuple[str, str], int]:
        merges = json.loads(self._json)["model"]["merges"]
        return {(left, right): rank for rank, (left, right) in enumerate(merges)}

    def _first_pieces(self, part: str) -> list[str]:
        letters = [*part[:-1], part[-1] + END_OF_WORD] if self.style == "gpt1" else [*part]
        return [letter if self._core.token_to_id(letter) is not None else UNKNOWN for letter in letters]

    def _checked(self, token_id: int) -> int:
        if not 0 <= token_id < self.vocab_size:
            raise InputError(f"there is no token {token_id}; ids go from 0 to {self.vocab_size - 1:,}")
        return int(token_id)


def _without_surrogates(text: str) -> str:
    """Half a surrogate pair is no character and cannot be encoded; it becomes one "\\ufffd", so offsets stay."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


_SURROGATE = re.compile("[\ud800-\udfff]")
