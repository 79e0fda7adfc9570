"""Training text: documents out of files, and token ids in a memory-mapped file.

A corpus is a text file or a folder of .txt files; a line that is just `<|endoftext|>` ends a document, and so does a
file. Neither the text nor its ids ever have to fit in memory.
"""

import codecs
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gptcore.errors import CheckpointError, InputError
from gptcore.files import replacing, write_text
from gptcore.text.encoding import guess_encoding, refuse_binary
from gptcore.text.tokenizer import END_OF_TEXT, Tokenizer

MAX_FILE_BYTES = 100_000_000_000
MAX_DOCUMENT_CHARACTERS = 10_000_000
"""A document that is longer is cut at a line's end into several, so that one of any length is read."""
_MAX_LINE_CHARACTERS = 1_000_000
_READ_BYTES = 1_000_000
_SLICE_CHARACTERS = 50_000
_BATCH_CHARACTERS = 1_000_000
_CUT = re.compile(r"(?<=\w)[ \n](?=\w)")
"""No token of any style crosses the start of such a space, so a text can be cut there and encoded in slices."""


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
    """Documents of a file, or of every .txt file in a folder and its subfolders in the order of their names.

    The encoding is `text_encoding`'s. Line ends become "\\n", and empty lines around a document are dropped.

    Raises:
        InputError: nothing there, nothing in it, too large, or no text.
    """
    path = Path(path)
    if not os.path.exists(path):  # Path.exists raises where a name is too long
        raise InputError(f"{path} does not exist")
    files = sorted(file for file in path.rglob("*.txt") if file.is_file()) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path} has no .txt files")
    empty = True
    for file in files:
        for document in _documents_of(file):
            empty = False
            yield document
    if empty:
        raise InputError(f"{path} has no text in it")


def text_encoding(file: Path) -> str:
    """The encoding a file is read in, from its bytes.

    Returns:
        "utf-16" where its mark says so; "utf-8-sig" (UTF-8, with or without a mark) where the bytes are that; else
        what the first letters beyond ASCII speak for, "cp1252" (Windows' Western European) if for nothing.

    Raises:
        InputError: no text, or UTF-8 up to a damaged place: read as anything else, its letters would turn into
            nonsense.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    only_ascii = True
    with file.open("rb") as raw:
        start = raw.read(16)
        refuse_binary(start, str(file))
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        raw.seek(0)
        while True:
            chunk = raw.read(_READ_BYTES)
            try:
                only_ascii &= decoder.decode(chunk, final=not chunk).isascii()
            except UnicodeDecodeError as error:
                if only_ascii and error.object[: error.start].isascii():
                    return guess_encoding(error.object + raw.readline(_MAX_LINE_CHARACTERS)) or "cp1252"
                at = raw.tell() - len(error.object) + error.start
                raise InputError(f"{file} is UTF-8 with damage at byte {at:,}; repair it or save it anew") from error
            if not chunk:
                return "utf-8-sig"


def _documents_of(file: Path) -> Iterator[str]:
    try:
        if (size := file.stat().st_size) > MAX_FILE_BYTES:
            raise InputError(f"{file} has {size:,} bytes; at most {MAX_FILE_BYTES:,} are read; cut it into several")
        with file.open(encoding=text_encoding(file)) as text:
            lines: list[str] = []
            length = 0
            while line := text.readline(_MAX_LINE_CHARACTERS):
                if "\0" in line:
                    raise InputError(f"{file} is not text (it holds zero bytes); give plain UTF-8 text")
                ends = line.strip() == END_OF_TEXT
                if not ends:
                    lines.append(line)
                    length += len(line)
                if ends or length >= MAX_DOCUMENT_CHARACTERS:
                    yield from _joined(lines)
                    lines, length = [], 0
            yield from _joined(lines)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file} is no text in any encoding that can be told from its bytes; save it as UTF-8"
        ) from error
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error


def _joined(lines: list[str]) -> Iterator[str]:
    document = "".join(lines).strip("\n")
    if document.strip():
        yield document


def write_token_file(
    documents: Iterable[str], tokenizer: Tokenizer, path: str | Path, progress: Callable[[int], None] | None = None
) -> TokenFile:
    """Cuts documents into tokens and writes them, a batch at a time; the file takes its name once it is whole.

    Beside it goes a small JSON file (`path` + ".json") with what `open_token_file` needs.

    Args:
        progress: called with the number of UTF-8 bytes done so far.

    Raises:
        InputError: the documents hold no text.
    """
    path = Path(path)
    dtype = np.dtype(np.uint16 if tokenizer.vocab_size <= 2**16 else np.uint32)
    end = [] if tokenizer.end_of_text_id is None else [tokenizer.end_of_text_id]
    n_bytes = n_tokens = 0
    with replacing(path) as temporary:
        with temporary.open("wb") as file:
            for batch in _batches(documents):
                texts = [text for text, _ in batch]
                for ids, (text, is_last) in zip(tokenizer.encode_batch(texts), batch, strict=True):
                    row = [*ids, *end] if is_last else ids
                    np.array(row, dtype=dtype).tofile(file)
                    n_tokens += len(row)
                    n_bytes += len(text.encode("utf-8", "surrogatepass"))
                if progress is not None:
                    progress(n_bytes)
        if n_bytes == 0:
            raise InputError("there is no text to make token ids of")
        about = {
            "n_tokens": n_tokens,
            "n_bytes": n_bytes,
            "dtype": dtype.name,
            "fingerprint": tokenizer.fingerprint,
        }
        path.unlink(missing_ok=True)  # or, stopped between the next two lines, old ids would go with the new JSON
        write_text(_about(path), json.dumps(about, indent=2) + "\n")
    return open_token_file(path)


def _batches(documents: Iterable[str]) -> Iterator[list[tuple[str, bool]]]:
    """Lists of (slice of a document, whether it is the document's last): a batch's ids fit in memory, and its slices
    keep all cores busy even where a document is a whole library."""
    batch: list[tuple[str, bool]] = []
    length = 0
    for document in documents:
        start = 0
        while start < len(document):
            cut = _CUT.search(document, start + _SLICE_CHARACTERS)
            end = cut.start() if cut else len(document)
            batch.append((document[start:end], end == len(document)))
            length += end - start
            start = end
            if length >= _BATCH_CHARACTERS:
                yield batch
                batch, length = [], 0
    if batch:
        yield batch


def open_token_file(path: str | Path) -> TokenFile:
    """Maps a token file into memory.

    Raises:
        CheckpointError: it is missing, empty or damaged.
    """
    path = Path(path)
    try:
        about = json.loads(_about(path).read_text(encoding="utf-8"))
        if about["dtype"] not in ("uint16", "uint32"):
            raise ValueError(f"its ids are {about['dtype']!r}")
        ids = np.memmap(path, dtype=about["dtype"], mode="r")
        if len(ids) != about["n_tokens"]:
            raise ValueError(f"it holds {len(ids):,} ids instead of {about['n_tokens']:,}")
        return TokenFile(ids, about["n_bytes"], about["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is no whole token file ({error}); delete it to have it made again") from error


def _about(path: Path) -> Path:
    return path.with_name(path.name + ".json")
