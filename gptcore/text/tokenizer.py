"""Text to token ids and back, by Byte Pair Encoding (paper, section 4.1; Sennrich et al. 2016).

A thin, checked layer over the `tokenizers` library, in three styles:

    bytes   byte-level BPE: cased, loses nothing, any text has tokens. What ships.
    gpt1    GPT-1's own: lower-cased, accents stripped, `</w>` ends a word, `<unk>` for unknown characters.
    words   whole words, for toy corpora where every number should be followable by hand.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from tokenizers import Tokenizer as Core
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

from gptcore.errors import CheckpointError, InputError
from gptcore.text.merges import MergeStep, merge_steps

Style = Literal["bytes", "gpt1", "words"]
STYLES: tuple[Style, ...] = get_args(Style)
END_OF_TEXT = "<|endoftext|>"
UNKNOWN = "<unk>"
END_OF_WORD = "</w>"
MAX_CHARACTERS = 5_000_000
"""Longest text that is encoded in one call; a corpus goes through encode_batch, document by document."""


@dataclass(frozen=True)
class Encoding:
    """A text as tokens; the three tuples have one entry per token."""

    ids: tuple[int, ...]
    tokens: tuple[str, ...]
    """The vocabulary's own entries: "Ġking" (a space and king) in bytes style, "king</w>" in gpt1 style."""
    offsets: tuple[tuple[int, int], ...]
    """(start, end) of each token in the text as it was given, in characters. Where a character takes several
    byte-level tokens, each of them has the offsets of the whole character."""


class Tokenizer:
    """A trained vocabulary. Immutable, so all threads may share it.

    Args:
        core: a tokenizer of the `tokenizers` library in one of the three styles.

    Raises:
        InputError: it is in none of them.
    """

    def __init__(self, core: Core):
        core.encode_special_tokens = True  # "<|endoftext|>" typed by a learner is text, never a command
        self._core = core
        self._specification: dict[str, Any] = json.loads(core.to_str())
        self.style: Style = _style_of(self._specification)

    @classmethod
    def train(cls, texts: Iterable[str], vocab_size: int, style: Style = "bytes") -> "Tokenizer":
        """Learns a vocabulary.

        Args:
            texts: documents; read once.
            vocab_size: entries to aim at, special tokens included. A short text gives fewer; byte-level needs 257.
            style: one of STYLES.

        Raises:
            InputError: an unknown style, a size out of range, or texts without a single word.
        """
        if style not in STYLES:
            raise InputError(f"style must be one of {', '.join(STYLES)}, not {style!r}")
        smallest = 257 if style == "bytes" else 3
        if type(vocab_size) is not int or not smallest <= vocab_size <= 1_000_000:
            raise InputError(f"vocab_size must be a whole number from {smallest} to 1,000,000, not {vocab_size!r}")
        core, trainer = _untrained(style, vocab_size)
        core.train_from_iterator(texts, trainer)
        tokenizer = cls(core)
        if tokenizer.vocab_size <= 2:
            raise InputError("the text has no words to learn a vocabulary from; give more text")
        return tokenizer

    @classmethod
    def load(cls, path: str | Path) -> "Tokenizer":
        """Reads tokenizer.json (the file or its folder), or a folder with GPT-1's vocab.json and merges.txt.

        Raises:
            InputError: there is no such file.
            CheckpointError: the file is damaged or of another kind.
        """
        path = Path(path)
        file = path / "tokenizer.json" if path.is_dir() else path
        if not file.exists() and (path / "vocab.json").exists() and (path / "merges.txt").exists():
            return cls(_gpt1_core(path / "vocab.json", path / "merges.txt"))
        if not file.is_file():
            raise InputError(f"{path} has no tokenizer.json (nor vocab.json with merges.txt)")
        try:
            return cls(Core.from_file(str(file)))
        except InputError:
            raise
        except Exception as error:  # the library raises plain Exception for every kind of damage
            raise CheckpointError(f"{file} is no tokenizer: {error}") from error

    def save(self, folder: str | Path) -> None:
        """Writes tokenizer.json into a folder; the old file stays whole until the new one is."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / "tokenizer.json.tmp"
        self._core.save(str(temporary))
        os.replace(temporary, folder / "tokenizer.json")

    def encode(self, text: str) -> Encoding:
        """Cuts a text into tokens; an empty text has none.

        Raises:
            InputError: the text is longer than MAX_CHARACTERS.
        """
        if len(text) > MAX_CHARACTERS:
            raise InputError(f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are encoded at once")
        encoding = self._core.encode(_without_surrogates(text), add_special_tokens=False)
        return Encoding(tuple(encoding.ids), tuple(encoding.tokens), tuple(encoding.offsets))

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of many texts, on all cores; for corpora."""
        clean = [_without_surrogates(text) for text in texts]
        return [encoding.ids for encoding in self._core.encode_batch_fast(clean, add_special_tokens=False)]

    def decode(self, ids: Iterable[int]) -> str:
        """Ids back to text. Bytes style: exactly what was encoded; half a character becomes "\\ufffd".

        Raises:
            InputError: an id is not in the vocabulary.
        """
        ids = [self._checked(token_id) for token_id in ids]
        return self._core.decode(ids, skip_special_tokens=False)

    def token(self, token_id: int) -> str:
        """The vocabulary's entry for an id."""
        return self._core.id_to_token(self._checked(token_id))

    def token_text(self, token_id: int) -> str:
        """The text a token stands for. Bytes that are no whole character are written out, as in "\\xe2\\x80"."""
        token = self.token(token_id)
        if self.style != "bytes" or token == END_OF_TEXT:
            return token
        raw = bytes(_BYTE_OF[character] for character in token)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return "".join(f"\\x{byte:02x}" for byte in raw)

    def id_of(self, token: str) -> int | None:
        """The id of a vocabulary entry, None if there is no such entry."""
        return self._core.token_to_id(token)

    def merges(self, word: str) -> tuple[MergeStep, ...]:
        """Every merge that makes a word's tokens, in order: the work that `encode` does, shown.

        The pieces after the last step are the tokens of encode(word). A word that is cut into characters only, and
        every word in words style, has no steps.

        Raises:
            InputError: the word is too long to show.
        """
        if self.style == "words":
            return ()
        normalizer = self._core.normalizer
        text = normalizer.normalize_str(word) if normalizer is not None else word
        parts = [part for part, _ in self._core.pre_tokenizer.pre_tokenize_str(text)]
        return merge_steps([self._first_pieces(part) for part in parts], self._ranks)

    @property
    def vocab_size(self) -> int:
        """Entries in the vocabulary, special tokens included."""
        return self._core.get_vocab_size()

    @property
    def end_of_text_id(self) -> int | None:
        """The token that stands between documents; None in a vocabulary without one, as GPT-1's."""
        return self._core.token_to_id(END_OF_TEXT)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the whole specification: two tokenizers with the same one cut alike."""
        return hashlib.sha256(json.dumps(self._specification, sort_keys=True).encode()).hexdigest()

    @cached_property
    def _ranks(self) -> dict[tuple[str, str], int]:
        merges = self._specification["model"].get("merges", [])
        pairs = (merge.split(" ") if isinstance(merge, str) else merge for merge in merges)
        return {(left, right): rank for rank, (left, right) in enumerate(pairs)}

    def _first_pieces(self, part: str) -> list[str]:
        pieces = [*part[:-1], part[-1] + END_OF_WORD] if self.style == "gpt1" else [*part]
        return [piece if self._core.token_to_id(piece) is not None else UNKNOWN for piece in pieces]

    def _checked(self, token_id: int) -> int:
        if not 0 <= token_id < self.vocab_size:
            raise InputError(f"there is no token {token_id}; ids go from 0 to {self.vocab_size - 1}")
        return int(token_id)


def _untrained(style: Style, vocab_size: int) -> tuple[Core, trainers.Trainer]:
    quiet: dict[str, Any] = dict(vocab_size=vocab_size, show_progress=False)
    if style == "bytes":
        core = Core(models.BPE())
        core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        core.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        return core, trainers.BpeTrainer(special_tokens=[END_OF_TEXT], initial_alphabet=alphabet, **quiet)
    special = [UNKNOWN, END_OF_TEXT]
    if style == "gpt1":
        core = _as_gpt1(models.BPE(unk_token=UNKNOWN, end_of_word_suffix=END_OF_WORD))
        return core, trainers.BpeTrainer(special_tokens=special, end_of_word_suffix=END_OF_WORD, **quiet)
    core = Core(models.WordLevel(unk_token=UNKNOWN))
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    return core, trainers.WordLevelTrainer(special_tokens=special, **quiet)


def _gpt1_core(vocab_file: Path, merges_file: Path) -> Core:
    try:
        vocab, merges = models.BPE.read_file(str(vocab_file), str(merges_file))
        return _as_gpt1(models.BPE(vocab, merges, unk_token=UNKNOWN, end_of_word_suffix=END_OF_WORD))
    except Exception as error:  # as in Tokenizer.load
        raise CheckpointError(f"{vocab_file} and {merges_file} are no GPT-1 vocabulary: {error}") from error


def _as_gpt1(model: models.BPE) -> Core:
    """The cutting that transformers uses for GPT-1: BERT's, lower-cased."""
    core = Core(model)
    core.normalizer = normalizers.BertNormalizer(lowercase=True)
    core.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    core.decoder = decoders.BPEDecoder(suffix=END_OF_WORD)
    return core


def _style_of(specification: dict[str, Any]) -> Style:
    model = specification["model"]
    if model["type"] == "WordLevel":
        return "words"
    if model["type"] == "BPE" and (specification["pre_tokenizer"] or {}).get("type") == "ByteLevel":
        return "bytes"
    if model["type"] == "BPE" and model.get("end_of_word_suffix") == END_OF_WORD:
        return "gpt1"
    raise InputError(f"this tokenizer is in none of the styles {', '.join(STYLES)}")


def _without_surrogates(text: str) -> str:
    """Half a surrogate pair is no character and cannot be encoded; it becomes one "\\ufffd", so offsets stay."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _has_surrogates(text) else text


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text) if not text.isascii() else False


def _byte_alphabet() -> dict[str, int]:
    """GPT-2's table of a visible character for each byte: printable Latin-1 stands for itself, the rest follow 255."""
    visible = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return {chr(b): b for b in visible} | {chr(256 + i): b for i, b in enumerate(hidden)}


_BYTE_OF = _byte_alphabet()
