"""fastText's own layout as rows: each line a text, with its class as a word that begins with __label__."""

import io

from gptcore.errors import InputError
from gptcore.tasks.files.rows import Row, Table, check_length, shown_all

_MARK = "__label__"


def is_fasttext(text: str) -> bool:
    """Whether the first line that is not blank has a label as fastText writes it."""
    first = next((line for line in io.StringIO(text[:100_000], newline=None) if line.strip()), "")
    return any(word.startswith(_MARK) for word in first.split())


def read_fasttext(text: str, title: str, encoding: str, most: int) -> Table:
    """Parses lines like "__label__good a fine film".

    Raises:
        InputError: a line has several labels, or there are too many lines.
    """
    rows: list[Row] = []
    n_blank = 0
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if not line.strip():
            n_blank += 1
            continue
        words = line.strip().split(" ")
        labels = [word.removeprefix(_MARK).strip() for word in words if word.startswith(_MARK)]
        if len(labels) > 1:
            raise InputError(
                f"{title}, line {number:,}: it has the labels {shown_all(labels)}; an example has one, so keep one"
            )
        rest = " ".join(word for word in words if not word.startswith(_MARK))
        rest = rest.strip().removeprefix(", ")  # some files part the label by a comma
        rows.append(Row(number, number, (rest, labels[0] if labels else None)))
        check_length(len(rows), most, title)
    notes = (f"read as fastText's lines, a label after {_MARK}",)
    return Table(title, encoding, ("text", "label"), "line", tuple(rows), notes, n_blank=n_blank)
