"""Whether a file's first row names its columns or is an example already."""

from collections.abc import Sequence

from gptcore.tasks.files.names import is_telling

_LONG_NAME = 60
_MANY_WORDS = 5


def is_header(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Judges by the first row and some of the others; in doubt it is one.

    A cell that stands in its column again, or is a number, or reads like a sentence, is no name.
    """
    again = [
        bool(cell.strip()) and any(len(row) > i and row[i].strip() == cell.strip() for row in others)
        for i, cell in enumerate(first)
    ]
    if any(is_telling(cell) and not known for cell, known in zip(first, again, strict=True)):
        return True  # whatever else stands there
    return not (any(again) or any(map(_is_value, first)))


def _is_value(cell: str) -> bool:
    cell = cell.strip()
    if len(cell) > _LONG_NAME or len(cell.split()) > _MANY_WORDS:
        return True
    if " " in cell and (cell.endswith((".", "!", "?")) or ", " in cell):
        return True
    try:
        return bool(cell) and float(cell) is not None
    except ValueError:
        return False


def suggest_places(rows: Sequence[Sequence[str]], texts: Sequence[str], target: str) -> dict[str, str]:
    """Our names to the numbers of columns without names, from 1: of short values the target, of long ones the texts.

    Args:
        rows: some of the file's.
        texts: our names for an example's texts.
    """
    width = len(rows[0])
    kinds = [len({row[i] for row in rows}) for i in range(width)]
    sizes = [sum(len(row[i]) for row in rows) / len(rows) for i in range(width)]
    place = min(range(width), key=lambda i: (sizes[i] < 1, kinds[i] > len(rows) // 2 + 1, sizes[i]))
    long = sorted(sorted((i for i in range(width) if i != place), key=lambda i: -sizes[i])[: len(texts)])
    return {ours: str(i + 1) for ours, i in (*zip(texts, long, strict=False), (target, place))}
