"""What a quotation mark means in a file of rows: the edge of a cell, or a character of a text.

Programs that write tabs between cells mostly leave marks alone; those that write commas put cells between them. Where
both readings make whole rows, the one that merges lines which are rows by themselves is the wrong one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gptcore.errors import InputError
from gptcore.tasks.files.rows import Cells, Row, shown

LITERAL = "quotes are read as part of the texts"
AROUND = "quotes are read as the edges of cells, not as part of the texts"
_ENCLOSED = re.compile(r'"(?:[^"]|"")*"')
_MANY_FAULTS = 5
"""Times as many broken rows tell the wrong reading."""


@dataclass
class Reading:
    """A whole text, read one way."""

    rows: list[Row] = field(default_factory=list)
    """All that are not blank, the first one too."""
    n_blank: int = 0
    odd: list[Row] = field(default_factory=list)
    """Those that have another number of cells than the first."""
    broken: tuple[int, str] | None = None
    """The row at which a quotation mark made it end, and why."""

    @property
    def n_faults(self) -> int:
        """Rows that cannot be used."""
        return len(self.odd) + (self.broken is not None)


def choose(quoted: Reading, literal: Reading, is_tab: bool, title: str) -> tuple[Reading, list[str]]:
    """One of two readings of a text, and a note if it is not the usual one.

    Raises:
        InputError: marks swallow rows, and without them other rows break.
    """
    if is_tab:
        takes_marks = not _encloses_cells(quoted, literal)
    else:
        takes_marks = not quoted.n_faults and not literal.n_faults and any(_swallowed(quoted, literal))
    if takes_marks:
        return literal, [LITERAL] if literal.rows != quoted.rows else []
    if row := next(_swallowed(quoted, literal), None):
        raise InputError(
            f"{title}, row {row.number:,} (line {row.line:,}): the quotation mark in {shown(_marked(row))} is closed "
            "some lines later, and each of these lines looks like a row; take the mark out, or put the whole cell "
            "between quotes and write it twice"
        )
    return quoted, [AROUND] if is_tab and not literal.n_faults and literal.rows != quoted.rows else []


def _encloses_cells(quoted: Reading, literal: Reading) -> bool:
    """Whether the marks of a tab-separated file stand around cells."""
    if _is_quoted(literal):
        return quoted.n_faults <= literal.n_faults
    if quoted.n_faults:
        return literal.n_faults > _MANY_FAULTS * quoted.n_faults
    # Without them rows break; but if one of them reaches over lines that all have tabs, these are rows, some broken.
    return literal.n_faults > 0 and all(min(map(len, parts)) < 2 for _, parts in _merged(quoted, literal))


def _is_quoted(literal: Reading) -> bool:
    """Whether marks were put there by a program: around column names, around all of a column, doubled inside, or around
    just those cells that hold a comma, as Excel does."""
    first, *others = (row.cells for row in literal.rows)
    if any(_ENCLOSED.fullmatch(cell) for cell in first):
        return True
    if any('""' in cell[1:-1] and _ENCLOSED.fullmatch(cell) for cells in others for cell in cells):
        return True
    enclosed = {cell for cells in others for cell in cells if _ENCLOSED.fullmatch(cell)}
    if enclosed and enclosed == {cell for cells in others for cell in cells if "," in cell}:
        return True
    columns = ([cell for cell in column if cell] for column in zip(*others, strict=False))
    return any(len(column) > 1 and all(_ENCLOSED.fullmatch(cell) for cell in column) for column in columns)


def _swallowed(quoted: Reading, literal: Reading) -> Iterator[Row]:
    """Rows that reach over lines each of which is a row by itself, with a value that its column has elsewhere too."""
    known: list[set[str]] | None = None
    for row, parts in _merged(quoted, literal):
        if any(len(cells) != len(row.cells) for cells in parts):
            continue
        if known is None:
            whole = (other.cells for other in quoted.rows[1:] if not any(map(_ends_lines, other.cells)))
            known = [set(column) for column in zip(*whole, strict=False)]
        columns = zip(known, zip(*parts, strict=True), strict=False)
        if any(all(value.strip() and value in values for value in column) for values, column in columns):
            yield row


def _merged(quoted: Reading, literal: Reading) -> Iterator[tuple[Row, list[Cells]]]:
    """Rows that reach over several lines, and the cells of each line without quotes."""
    merged = [row for row in quoted.rows if any(map(_ends_lines, row.cells))]
    lines = {row.line: row.cells for row in literal.rows} if merged else {}
    for row in merged:
        n_lines = 1 + sum(max(cell.count("\n"), cell.count("\r")) for cell in row.cells)
        yield row, [lines[line] for line in range(row.line, row.line + n_lines) if line in lines]


def _ends_lines(cell: str) -> bool:
    return "\n" in cell or "\r" in cell


def _marked(row: Row) -> str:
    return str(next(filter(_ends_lines, row.cells)))
