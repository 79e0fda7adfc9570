"""Training text: documents out of files, and token ids in a memory-mapped file.

A corpus is a text file or a folder of .txt files; a line that is just `<|endoftext|>` ends a document, and so does a
file. Neither the text nor its ids ever have to fit in memory.
"""

import codecs
import io
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gptcore.errors import CheckpointError, InputError
from gptcore.files import replacing, write_text
from gptcore.text.encoding import guess_encoding, mostly_utf8, refuse_binary
from gptcore.text.styles import END_OF_TEXT
from gptcore.text.tokenizer import Tokenizer
from gptcore.text.words import slices

MAX_FILE_BYTES = 100_000_000_000
MAX_DOCUMENT_CHARACTERS = 10_000_000
"""A document that is longer is cut at a line's end into several, so that one of any length is read."""
_MAX_LINE_CHARACTERS = 1_000_000
_READ_BYTES = 1_000_000
_SLICE_CHARACTERS = 50_000
_BATCH_CHARACTERS = 1_000_000

Progress = Callable[[int], None]
"""Called with the bytes done so far; what it raises ends the work, and nothing half-made stays."""


def _silent(_: object) -> None:
    """What is called where nobody listens."""


@dataclass(frozen=True)
class TokenFile:
    """A corpus as token ids on disk."""

    ids: np.ndarray
    """(N,) uint16 or uint32, memory-mapped; each document is followed by the end-of-text token, if there is one."""
    n_bytes: int
    """Length of the text in UTF-8 bytes, for bits per byte."""
    fingerprint: str
    """Of the tokenizer that cut it."""
    notes: tuple[str, ...] = ()
    """What was decided in reading the text, a sentence each, for people."""


def read_documents(
    path: str | Path, note: Callable[[str], None] = _silent, progress: Progress = _silent
) -> Iterator[str]:
    """Documents of a file, or of every .txt file in a folder and its subfolders in the order of their names.

    The encoding is `text_encoding`'s. Line ends become "\\n", and empty lines around a document are dropped.

    Args:
        note: called with each decision about the text that its owner may want otherwise, a sentence.
        progress: called at least once for every megabyte read.

    Raises:
        InputError: nothing there, nothing in it, too large, or no text.
    """
    empty, before = True, 0
    for file in text_files(path):
        for document in _documents_of(file, note, _after(before, progress)):
            empty = False
            yield document
        before += file.stat().st_size
    if empty:
        raise InputError(f"{path} has no text in it")


def _after(before: int, progress: Progress) -> Progress:
    """Progress within a file, counted on from what is done."""
    return lambda done: progress(before + done)


def text_files(path: str | Path) -> list[Path]:
    """The files of a corpus, in the order they are read.

    Raises:
        InputError: nothing there, or something that is neither a file nor a folder: a pipe or a device never ends.
    """
    path = Path(path)
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path} does not exist or cannot be reached ({reason})") from error
    if stat.S_ISREG(mode):
        return [path]
    if not stat.S_ISDIR(mode):
        raise InputError(f"{path} is neither a file nor a folder; save what it gives as a text file first")
    if not (files := sorted(file for file in path.rglob("*.txt") if file.is_file())):
        raise InputError(f"{path} has no .txt files")
    return files


def text_bytes(path: str | Path) -> int:
    """Bytes of a corpus on disk, for progress. Raises as `text_files` does."""
    return sum(file.stat().st_size for file in text_files(path))


def text_encoding(file: Path, progress: Progress = _silent) -> str:
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
                sample = error.object + raw.readline(_MAX_LINE_CHARACTERS)
                if only_ascii and error.object[: error.start].isascii() and not mostly_utf8(sample):
                    return guess_encoding(sample) or "cp1252"
                at = raw.tell() - len(sample) + error.start
                raise InputError(f"{file} is UTF-8 with damage at byte {at:,}; repair it or save it anew") from error
            progress(0)
            if not chunk:
                return "utf-8-sig"


def _documents_of(file: Path, note: Callable[[str], None], progress: Progress) -> Iterator[str]:
    inline = 0
    try:
        if (size := file.stat().st_size) > MAX_FILE_BYTES:
            raise InputError(f"{file} has {size:,} bytes; at most {MAX_FILE_BYTES:,} are read; cut it into several")
        encoding = text_encoding(file, progress)
        if not encoding.startswith("utf"):
            note(
                f"{file.name} is not UTF-8 and was read as {encoding}, judged by its letters; save it as UTF-8 if some "
                "come out wrong"
            )
        with file.open("rb") as raw, io.TextIOWrapper(raw, encoding) as text:
            lines: list[str] = []
            length = since = 0
            while line := text.readline(_MAX_LINE_CHARACTERS):
                if "\0" in line:
                    raise InputError(f"{file} is not text (it holds zero bytes); give plain UTF-8 text")
                ends = line.strip() == END_OF_TEXT
                inline += not ends and END_OF_TEXT in line
                since += len(line)
                if since >= _READ_BYTES:
                    progress(raw.tell())
                    since = 0
                if not ends:
                    lines.append(line)
                    length += len(line)
                if ends or length >= MAX_DOCUMENT_CHARACTERS:
                    yield from _joined(lines)
                    lines, length = [], 0
            yield from _joined(lines)
        if inline:
            note(
                f"{END_OF_TEXT} stands on a line with other text in {file.name} (lines: {inline:,}), and is text "
                "there; only on a line of its own does it end a document"
            )
        progress(size)
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
    documents: Iterable[str],
    tokenizer: Tokenizer,
    path: str | Path,
    progress: Progress = _silent,
    notes: Sequence[str] = (),
) -> TokenFile:
    """Cuts documents into tokens and writes them, a batch at a time; the file takes its name once it is whole.

    Beside it goes a small JSON file (`path` + ".json") with what `open_token_file` needs.

    Args:
        progress: called with the number of UTF-8 bytes done so far.
        notes: kept with the file; looked at after the last document was read.

    Raises:
        InputError: the documents hold no text.
    """
    path = Path(path)
    dtype = np.dtype(np.uint16 if tokenizer.vocab_size <= 2**16 else np.uint32)
    end = tokenizer.stop_ids
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
                progress(n_bytes)
        if n_bytes == 0:
            raise InputError("there is no text to make token ids of")
        about = {
            "n_tokens": n_tokens,
            "n_bytes": n_bytes,
            "dtype": dtype.name,
            "fingerprint": tokenizer.fingerprint,
            "notes": list(notes),
        }
        path.unlink(missing_ok=True)  # or, stopped between the two renames, old ids would go with the new JSON
        write_text(_about(path), json.dumps(about, indent=2) + "\n")
    return open_token_file(path)


def _batches(documents: Iterable[str]) -> Iterator[list[tuple[str, bool]]]:
    """Lists of (slice of a document, whether it is the document's last): a batch's ids fit in memory, and its slices
    keep all cores busy even where a document is a whole library."""
    batch: list[tuple[str, bool]] = []
    length = 0
    for document in documents:
        start = 0
        for text in slices(document, _SLICE_CHARACTERS):
            start += len(text)
            batch.append((text, start == len(document)))
            length += len(text)
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
        return TokenFile(ids, about["n_bytes"], about["fingerprint"], tuple(about.get("notes", ())))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is no whole token file ({error}); delete it to have it made again") from error


def _about(path: Path) -> Path:
    return path.with_name(path.name + ".json")
