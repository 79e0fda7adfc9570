"""CSV and its relatives as rows: what stands between cells, what a quotation mark means, whether there is a header.

Nothing in such a file says so; the reading that makes the rows alike is taken, and a note tells where two would do.
"""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from typing import Literal

from gptcore.errors import InputError
from gptcore.tasks.files.header import is_header
from gptcore.tasks.files.names import is_telling
from gptcore.tasks.files.quotes import Reading, choose
from gptcore.tasks.files.rows import (
    MAX_COLUMNS,
    Row,
    Skipped,
    Table,
    check_length,
    check_width,
    count,
    shown,
    shown_all,
)

_DELIMITERS = {"": ",;\t|", ".csv": ",;\t|", ".tsv": "\t,;|", ".tab": "\t,;|"}
"""By the file's ending, the likelier first."""
_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_Quoting = Literal[0, 3]
"""csv.QUOTE_MINIMAL or csv.QUOTE_NONE."""
_SAMPLE_CHARACTERS, _SAMPLE_ROWS = 200_000, 300
_SETTING = re.compile(r"(\"?)sep=([^\"\r\n])\1(\r\n|\r|\n|\Z)", re.IGNORECASE)
"""Excel's first line."""


def read_delimited(
    text: str, title: str, encoding: str, ending: str, most: int, header: bool | None, is_strict: bool = True
) -> Table:
    """Parses a text with a line of column names and a row for each example.

    Args:
        ending: the file's, which speaks for a delimiter.
        most: rows that are read.
        header: whether the first row has the columns' names; None judges by its looks.
        is_strict: whether one row of another width is an error; else only most of them are, and others are skipped.

    Raises:
        InputError: rows differ in width, or a quotation mark is left open; the message leads to the row.
    """
    n_before, delimiter = 0, None
    if setting := _SETTING.match(text.lstrip()):
        n_before, delimiter = 1, setting[2]
        text = text.lstrip()[setting.end() :]
    delimiter = delimiter or guess_delimiter(text, ending)
    chosen, notes = _understood(text, delimiter, title, most + 2, n_before)
    if not chosen.rows and not chosen.broken:
        raise InputError(f"{title} has no column names; it needs them, and a row for each example")
    _check(chosen, title, delimiter, most)
    first, *others = chosen.rows
    if header is None:
        header = is_header(first.cells, [row.cells for row in others[:_SAMPLE_ROWS] if row.cells != first.cells])
    if chosen.odd and (is_strict or 2 * len(chosen.odd) > len(chosen.rows)):
        raise _uneven(chosen, title, delimiter, header)
    columns = tuple(cell.strip() for cell in first.cells)
    again = [Skipped(row, "the column names again") for row in others if row.cells == first.cells] if header else []
    rows = others if header else chosen.rows
    if again:
        rows = [row for row in others if row.cells != first.cells]
    odd = [Skipped(row, f"{count(len(row.cells), 'cell')}, not {len(first.cells)}") for row in chosen.odd]
    broken = {row.number for row in chosen.odd}
    rows = [row for row in rows if row.number not in broken]
    if not header:
        columns = tuple(str(i) for i in range(1, len(columns) + 1))
    if not any(columns):
        raise InputError(f"{title} has no column names; it needs them, and a row for each example")
    check_length(len(rows), most, title)
    return Table(
        title, encoding, columns, "row", tuple(rows), tuple(notes), (*again, *odd), chosen.n_blank, delimiter, header
    )


def guess_delimiter(text: str, ending: str = "") -> str:
    """What cuts most rows into as many cells as the first, two at least; the ending's own where several do."""
    candidates = _DELIMITERS.get(ending, _DELIMITERS[""])
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > _SAMPLE_CHARACTERS:  # not half a row
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample

    def fitness(delimiter: str) -> tuple[bool, bool, float, int, int]:
        widths = [_widths(sample, delimiter, quoting) for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)]
        width = widths[0][0] if widths[0] else MAX_COLUMNS  # nothing but delimiters
        cuts = width > 1 or any(_is_cut_below(counts) for counts in widths)
        is_own = delimiter == candidates[0] and ending in (".tsv", ".tab")
        return cuts and is_own, cuts, max(map(_share, widths)), width, -candidates.index(delimiter)

    return max(candidates, key=fitness)


def _is_cut_below(widths: list[int]) -> bool:
    """Whether all rows but the first have several cells, and equally many."""
    return len(widths) > 1 and widths[1] > 1 and len(set(widths[1:])) == 1


def _widths(sample: str, delimiter: str, quoting: _Quoting) -> list[int]:
    records = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quoting=quoting)
    widths = []
    try:
        for cells in itertools.islice(records, _SAMPLE_ROWS):
            if any(map(str.strip, cells)):
                widths.append(len(cells))
    except csv.Error:  # a cell without end
        pass
    return widths


def _share(widths: list[int]) -> float:
    """Of rows that are as wide as the first one."""
    return (widths.count(widths[0]) - 1) / (len(widths) - 1) if len(widths) > 1 else float(len(widths))


def _understood(text: str, delimiter: str, title: str, most: int, n_before: int) -> tuple[Reading, list[str]]:
    quoted = read(text, delimiter, csv.QUOTE_MINIMAL, most, n_before)
    if '"' not in text:
        return quoted, []
    if f'{delimiter} "' in text and any(cell.startswith(' "') for row in quoted.rows for cell in row.cells):
        close = read(text, delimiter, csv.QUOTE_MINIMAL, most, n_before, skips_space=True)
        quoted = close if close.n_faults <= quoted.n_faults else quoted
    literal = read(text, delimiter, csv.QUOTE_NONE, most, n_before)
    return choose(quoted, literal, delimiter == "\t", title)


def read(
    text: str, delimiter: str, quoting: _Quoting, most: int, n_before: int = 0, skips_space: bool = False
) -> Reading:
    """Reads a text one way, to its end or to a quotation mark that cannot be.

    Args:
        quoting: csv.QUOTE_MINIMAL or csv.QUOTE_NONE.
        most: rows after which it stops.
        n_before: lines above the text, to count rows from.
        skips_space: whether a space before a cell is no part of it.
    """
    reading = Reading()
    lines = io.StringIO(text, newline="")
    records = csv.reader(lines, delimiter=delimiter, quoting=quoting, skipinitialspace=skips_space, strict=True)
    number, line = n_before, 1 + n_before
    try:
        for number, cells in enumerate(records, 1 + n_before):
            if any(map(str.strip, cells)):
                reading.rows.append(Row(number, line, tuple(cells)))
                if len(reading.rows) == most:
                    break
            else:
                reading.n_blank += bool(reading.rows)
            line = records.line_num + 1 + n_before
    except csv.Error as error:
        long = f"a cell has more than {csv.field_size_limit():,} characters; " if "field limit" in str(error) else ""
        reading.broken = number + 1, f"{long}a quote is left open, or one inside a text is not written twice"
    if reading.rows:
        reading.rows = list(_fitted(reading))
    return reading


def _fitted(reading: Reading) -> Iterator[Row]:
    """Rows of the first one's width; empty cells at an end, which spreadsheets add and leave out, do not count."""
    first = reading.rows[0].cells
    named = max(i for i, cell in enumerate(first, 1) if cell.strip())
    for row in reading.rows:
        cells = row.cells
        if len(cells) > len(first) and not any(map(str.strip, cells[len(first) :])):
            row = row._replace(cells=cells[: len(first)])
        elif named <= len(cells) < len(first):
            row = row._replace(cells=cells + ("",) * (len(first) - len(cells)))
        if len(row.cells) != len(first):
            reading.odd.append(row)
        yield row


def _check(reading: Reading, title: str, delimiter: str, most: int) -> None:
    """Refuses what a quotation mark has broken, unless an earlier row is odd already."""
    if reading.rows:
        check_width(reading.rows[0].cells, title)
    if reading.broken and not any(row.number < reading.broken[0] for row in reading.odd):
        number, why = reading.broken
        raise InputError(f"{title}, row {number:,}: {why}")
    if len(reading.rows) > most + 1:
        check_length(len(reading.rows), most, title)


def _uneven(reading: Reading, title: str, delimiter: str, header: bool) -> InputError:
    row, first = reading.odd[0], reading.rows[0]
    where = f"row {row.number:,}" + (f" (line {row.line:,})" if row.line != row.number else "")
    between = _NAMES.get(delimiter, shown(delimiter))
    if not header or not any(map(is_telling, first.cells)):
        doubt = "" if not header else ", or one whose names say nothing of texts and labels"
        return InputError(
            f"{title} has no header{doubt}: its first row is {shown_all(first.cells)}; put a line of column names "
            f"above it. And {where} has {count(len(row.cells), 'cell')} where the first row has {len(first.cells)}, "
            f"with {between} between cells"
        )
    if len(first.cells) == 1:
        remedy = f"put {between} between the column names too"
    elif len(row.cells) < len(first.cells):
        remedy = "a cell is missing, or a text with line ends is not between quotes"
    elif delimiter == "\t":
        remedy = "a text must hold no tab"
    else:
        remedy = f"put texts that hold {shown(delimiter)} between quotes"
    return InputError(
        f"{title}, {where}: {count(len(row.cells), 'cell')} where the header has {len(first.cells)} "
        f"(it begins {shown(row.cells[0])}); {remedy}"
    )
