"""CoLA's files: no column names; source, 1 or 0, a star where the authors put one, and the sentence."""

from dataclasses import replace

from gptcore.tasks.files.rows import Row, Table

_COLUMNS = ("source", "label", "star", "text")


def from_cola(table: Table) -> Table:
    """Names the columns of a file that looks like CoLA's; any other stays as it is."""
    if table.has_header or len(table.columns) != len(_COLUMNS) or not all(map(_is_cola, table.rows)):
        return table
    notes = (*table.notes, "read as CoLA's layout: source, label, star, text")
    return replace(table, columns=_COLUMNS, has_header=True, notes=notes)


def _is_cola(row: Row) -> bool:
    return row.cells[1] in ("0", "1") and row.cells[2].strip() in ("", "*", "?", "??", "#", "**", "?*", "*?")
