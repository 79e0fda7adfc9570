"""Training text: documents out of files, and token ids in a memory-mapped file.

A corpus is a UTF-8 text file or a folder of .txt files; a line that is just `<|endoftext|>` ends a document. Neither
text nor ids ever has to fit in memory.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from gptcore.errors import CheckpointError, InputError
from gptcore.text.tokenizer import END_OF_TEXT, Tokenizer

MAX_FILE_BYTES = 100_000_000_000
_LINES_PER_DOCUMENT = 20_000
"""A longer document is cut into several pieces for the tokenizer only; no token crosses a line's end."""


@dataclass(frozen=True)
class TokenFile:
    """A corpus as token ids on disk."""

    ids: np.ndarray
    """(N,) uint16 or uint32, memory-mapped; each document is followed by the end-of-text token, if there is one."""
    n_bytes: int
    """Length of the text in UTF-8 bytes, for bits per byte."""
    fingerprint: str
    """Of the tokenizer that cut it."""


def read_documents(path: str | Path) -> Iterator[str]:
    """Documents of a file, or of every .txt file in a folder in the order of their names.

    UTF-8 (with or without a mark), or UTF-16 with its mark.

    Raises:
        InputError: nothing there, nothing in it, too large, or no text.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path} does not exist")
    files = sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path} has no .txt files")
    empty = True
    for file in files:
        for document in _documents_of(file):
            empty = False
            yield document
    if empty:
        raise InputError(f"{path} has no text in it")


def _documents_of(file: Path) -> Iterator[str]:
    if (size := file.stat().st_size) > MAX_FILE_BYTES:
        raise InputError(f"{file} has {size:,} bytes; at most {MAX_FILE_BYTES:,} are read")
    with file.open("rb") as raw:
        start = raw.read(8_192)
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if encoding != "utf-16" and b"\0" in start:
        raise InputError(f"{file} is not text (it holds zero bytes); give plain UTF-8 text")
    lines: list[str] = []
    try:
        with file.open(encoding=encoding, newline="\n") as text:
            for line in text:
                ends = line.strip() == END_OF_TEXT
                if not ends:
                    lines.append(line)
                if ends or len(lines) >= _LINES_PER_DOCUMENT:
                    yield from _joined(lines)
                    lines = []
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file} is not {'UTF-16' if encoding == 'utf-16' else 'UTF-8'} at byte {error.start:,}; "
            "save it as UTF-8 and try again"
        ) from error
    yield from _joined(lines)


def _joined(lines: list[str]) -> Iterator[str]:
    document = "".join(lines).strip("\r\n")
    if document.strip():
        yield document


def write_token_file(
    documents: Iterable[str], tokenizer: Tokenizer, path: str | Path, progress: Callable[[int], None] | None = None
) -> TokenFile:
    """Cuts documents into tokens and writes them, a batch at a time.

    Args:
        progress: called with the number of UTF-8 bytes done so far.
    """
    path = Path(path)
    dtype = np.dtype(np.uint16 if tokenizer.vocab_size <= 2**16 else np.uint32)
    end = [] if tokenizer.end_of_text_id is None else [tokenizer.end_of_text_id]
    n_bytes = n_tokens = 0
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        documents = iter(documents)
        while batch := list(islice(documents, 64)):
            for document, ids in zip(batch, tokenizer.encode_batch(batch), strict=True):
                np.array([*ids, *end], dtype=dtype).tofile(file)
                n_tokens += len(ids) + len(end)
                n_bytes += len(document.encode("utf-8", "surrogatepass"))
            if progress is not None:
                progress(n_bytes)
    about = {
        "n_tokens": n_tokens,
        "n_bytes": n_bytes,
        "dtype": dtype.name,
        "fingerprint": tokenizer.fingerprint,
    }
    _about(path).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    os.replace(temporary, path)
    return open_token_file(path)


def open_token_file(path: str | Path) -> TokenFile:
    """Maps a token file into memory.

    Raises:
        CheckpointError: it is missing, empty or damaged.
    """
    path = Path(path)
    try:
        about = json.loads(_about(path).read_text(encoding="utf-8"))
        ids = np.memmap(path, dtype=about["dtype"], mode="r")
        if len(ids) != about["n_tokens"]:
            raise ValueError(f"it holds {len(ids):,} ids instead of {about['n_tokens']:,}")
        return TokenFile(ids, about["n_bytes"], about["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is no whole token file ({error}); delete it to have it made again") from error


def _about(path: Path) -> Path:
    return path.with_suffix(".json")
