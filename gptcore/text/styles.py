"""The three ways to cut text, as settings of the `tokenizers` library: how each is trained, read and recognised.

bytes   byte-level BPE as in GPT-2: cased, loses nothing, any text has tokens. What ships.
gpt1    GPT-1's as transformers imitates it: lower-cased, accents stripped, `</w>` ends a word, `<unk>` for unknown
        characters, line ends dropped. (OpenAI's own code keeps a line end as the token "\\n</w>", id 40477.)
words   whole words, for toy corpora where every number should be followable by hand.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from tokenizers import Tokenizer as Core
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

from gptcore.errors import CheckpointError, InputError

Style = Literal["bytes", "gpt1", "words"]
STYLES: tuple[Style, ...] = get_args(Style)
END_OF_TEXT = "<|endoftext|>"
TASK_TOKENS = ("<|start|>", "<|delim|>", "<|extract|>")
"""[Start], [Delim] and [Extract] of the paper's section 3.3; a vocabulary has them from fine-tuning on."""
MASK_TOKENS = ("[CLS]", "[SEP]", "[MASK]")
"""What stands before a row, after each of its texts, and in the place of a token to be guessed: of a masked language
model, by the names that BERT gave them (Devlin et al. 2019, section 3)."""
UNKNOWN = "<unk>"
END_OF_WORD = "</w>"


def trained(style: Style, texts: Iterable[str], vocab_size: int) -> Core:
    """A vocabulary learnt from texts; the same texts give the same one."""
    if style == "bytes":
        return _trained_bytes(texts, vocab_size)
    if style == "gpt1":
        return _trained_gpt1(list(texts), vocab_size)
    return _trained_words(texts, vocab_size)


def read_bpe_files(vocab_file: Path, merges_file: Path, add_prefix_space: bool = False) -> Core:
    """GPT-1's or GPT-2's BPE from vocab.json and merges.txt, as Hugging Face ships them.

    Args:
        add_prefix_space: cut a text as if a space stood before it (GPT-2's only).

    Raises:
        CheckpointError: they are damaged, or do not fit each other.
    """
    try:
        vocab, merges = models.BPE.read_file(str(vocab_file), str(merges_file))
        if any(token.endswith(END_OF_WORD) for token in vocab):
            return _gpt1(vocab, merges)
        core = _bytes(models.BPE(vocab, merges), add_prefix_space)
        core.add_special_tokens([END_OF_TEXT])
        return core
    except Exception as error:  # the library raises plain Exception for every kind of damage
        raise CheckpointError(f"{vocab_file} and {merges_file} are no vocabulary of GPT-1 or GPT-2: {error}") from error


def style_of(specification: Mapping[str, Any]) -> Style:
    """The style of a parsed tokenizer.json.

    Raises:
        InputError: it is none of the three.
    """
    model, cuts = specification["model"], specification["pre_tokenizer"] or {}
    if model["type"] == "BPE" and cuts.get("type") == "ByteLevel":
        return "bytes"
    if model["type"] == "WordLevel" and model["unk_token"] == UNKNOWN:
        return "words"
    if model["type"] == "BPE" and model["end_of_word_suffix"] == END_OF_WORD and model["unk_token"] == UNKNOWN and cuts:
        return "gpt1"
    raise InputError(f"this tokenizer is in none of the styles {', '.join(STYLES)}")


def check_vocabulary(style: Style, ids: Mapping[str, int]) -> None:
    """Raises:
    InputError: the ids have gaps, or an entry is missing without which some text would have no tokens.
    """
    if set(ids.values()) != set(range(len(ids))):
        raise InputError(f"the ids of this vocabulary are not 0 to {len(ids) - 1:,}, one for each entry")
    needed = BYTE_OF if style == "bytes" else (UNKNOWN,)
    if missing := [token for token in needed if token not in ids]:
        raise InputError(f"a vocabulary in {style} style needs {missing[0]!r} ({len(missing)} such are missing)")


def _trained_bytes(texts: Iterable[str], vocab_size: int) -> Core:
    core = _bytes(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, special_tokens=[END_OF_TEXT], initial_alphabet=list(BYTE_OF), show_progress=False
    )
    core.train_from_iterator(texts, trainer)
    return core


def _bytes(model: models.BPE, add_prefix_space: bool = False) -> Core:
    """GPT-2's cutting: contractions, words, numbers and signs, each with the one space before it."""
    core = Core(model)
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space)
    core.decoder = decoders.ByteLevel()
    return core


def _trained_gpt1(texts: list[str], vocab_size: int) -> Core:
    """Two passes. The library numbers the characters that end words in the order of a hash map, another one each time,
    and breaks ties between merges by number; so a first pass finds those characters, and the second is given them."""
    special = [UNKNOWN, END_OF_TEXT]
    ends = sorted(token for token in _gpt1_pass(texts, 0, special).get_vocab() if token.endswith(END_OF_WORD))
    core = _gpt1_pass(texts, vocab_size, special + ends)
    core = _gpt1(core.get_vocab(), [tuple(pair) for pair in json.loads(core.to_str())["model"]["merges"]])
    core.add_special_tokens(special)
    return core


def _gpt1_pass(texts: list[str], vocab_size: int, first: list[str]) -> Core:
    core = _gpt1({}, [])
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, special_tokens=first, end_of_word_suffix=END_OF_WORD, show_progress=False
    )
    core.train_from_iterator(texts, trainer)
    return core


def _gpt1(vocab: dict[str, int], merges: list[tuple[str, str]]) -> Core:
    """The cutting that transformers uses for GPT-1: BERT's, lower-cased."""
    core = Core(models.BPE(vocab, merges, unk_token=UNKNOWN, end_of_word_suffix=END_OF_WORD))
    core.normalizer = normalizers.BertNormalizer(lowercase=True)
    core.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    core.decoder = decoders.BPEDecoder(suffix=END_OF_WORD)
    return core


def _trained_words(texts: Iterable[str], vocab_size: int) -> Core:
    core = Core(models.WordLevel(unk_token=UNKNOWN))
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.WordLevelTrainer(
        vocab_size=vocab_size, special_tokens=[UNKNOWN, END_OF_TEXT], show_progress=False
    )
    core.train_from_iterator(texts, trainer)
    return core


def _byte_alphabet() -> dict[str, int]:
    """GPT-2's table of a visible character for each byte: printable Latin-1 stands for itself, the rest follow 255."""
    visible = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return {chr(b): b for b in visible} | {chr(256 + i): b for i, b in enumerate(hidden)}


BYTE_OF = _byte_alphabet()
"""The byte that each character of a bytes-style token stands for."""
