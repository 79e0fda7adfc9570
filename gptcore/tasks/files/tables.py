"""Files with rows, as rows: CSV and its relatives, JSON, Parquet, fastText's lines.

In: a path, or a file's bytes. Out: column names and rows of cells, none of them understood yet; blank rows are left
out. Rows are counted as a spreadsheet or an editor shows them, so that a message leads to the place.
"""

from dataclasses import replace
from pathlib import Path

from gptcore.errors import InputError
from gptcore.tasks.files.delimited import read_delimited
from gptcore.tasks.files.fasttext import is_fasttext, read_fasttext
from gptcore.tasks.files.json_rows import read_json_rows
from gptcore.tasks.files.parquet import MAGIC, read_parquet
from gptcore.tasks.files.rows import Table, shown
from gptcore.text.encoding import decode

MAX_FILE_BYTES = 50_000_000
MAX_EXAMPLES = 200_000
ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json", ".parquet")
"""Of files that are read; the content has the last word, but for JSON against CSV."""
_JSON = (".json", ".jsonl", ".ndjson")
_NAME_CHARACTERS = 60


def read_table(
    source: str | Path | bytes, name: str | None = None, header: bool | None = None, is_strict: bool = True
) -> Table:
    """Parses a file.

    Args:
        source: a path, or a file's bytes.
        name: what to call bytes; its ending tells JSON from CSV, as a path's does.
        header: whether a CSV file's first row names its columns; None judges by its looks.
        is_strict: whether a row that is broken makes the whole file unusable; else it is skipped, unless most are.

    Raises:
        InputError: missing, too large, empty, not text, or not a table; the message leads to the row.
    """
    raw, title, ending = opened(source, name)
    if raw.startswith(MAGIC):
        return read_parquet(raw, title, MAX_EXAMPLES)
    decoded = decode(raw, title)
    text = decoded.text.removeprefix("\ufeff")  # a mark of a mark: some programs write it twice
    if not text.strip():
        raise InputError(f"{title} is empty; it needs a line of column names and a row for each example")
    if ending in _JSON or (ending not in (".csv", ".tsv", ".tab") and text.lstrip()[0] in "{["):
        table = read_json_rows(text, title, decoded.encoding, MAX_EXAMPLES, is_strict)
    elif is_fasttext(text):
        table = read_fasttext(text, title, decoded.encoding, MAX_EXAMPLES)
    else:
        table = read_delimited(text, title, decoded.encoding, ending, MAX_EXAMPLES, header, is_strict)
    if not decoded.is_guess:
        return table
    guess = f"read as {decoded.encoding}, a guess from its letters; saved as UTF-8, there is no guessing"
    return replace(table, notes=(guess, *table.notes))


def opened(source: str | Path | bytes, name: str | None) -> tuple[bytes, str, str]:
    """A file's bytes, its name for people and its ending.

    Raises:
        InputError: it is missing, no file, or too large.
    """
    if isinstance(source, bytes):
        title, raw = name or "the file", source
    else:
        title, raw = name or Path(source).name, _read_file(Path(source), MAX_FILE_BYTES + 1)
    ending = Path(title).suffix.lower()
    if not title.isprintable() or len(title) > _NAME_CHARACTERS:
        title = shown(title)
    if len(raw) > MAX_FILE_BYTES:
        raise InputError(f"{title} is larger than {MAX_FILE_BYTES // 10**6} MB, the most that is read; take fewer rows")
    return raw, title, ending


def _read_file(path: Path, size: int) -> bytes:
    try:
        if not path.exists():
            raise InputError(f"{shown(str(path))} does not exist")
        if not path.is_file():  # a folder, or a pipe without end
            raise InputError(f"{shown(str(path))} is not a file; give a CSV, TSV or JSON lines file")
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise InputError(f"{shown(str(path))} cannot be read: {error.strerror}") from error
