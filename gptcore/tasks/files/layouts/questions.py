"""A passage and a question about it, in two columns: together they are the context (paper, section 3.3)."""

from dataclasses import replace

from gptcore.tasks.files.names import plain
from gptcore.tasks.files.rows import Table, is_missing, shown

_PASSAGES = ("context", "passage", "story", "document", "article", "premise", "text")


def with_questions(table: Table) -> Table:
    """Adds the question to the passage; a table that lacks one of them stays as it is."""
    named = {plain(name): place for place, name in reversed(list(enumerate(table.columns)))}
    passage = next((named[name] for name in _PASSAGES if name in named), None)
    question = named.get("question")
    if passage is None or question is None:
        return table
    joined = tuple(
        "\n".join(str(row.cells[i]).strip() for i in (passage, question) if not is_missing(row.cells[i]))
        for row in table.rows
    )
    note = f"the context is {shown(table.columns[passage])} and below it {shown(table.columns[question])}"
    own = table.columns.index("context") if "context" in table.columns else len(table.columns)
    return replace(
        table,
        columns=(*table.columns[:own], "context", *table.columns[own + 1 :]),
        rows=tuple(
            row._replace(cells=(*row.cells[:own], text, *row.cells[own + 1 :]))
            for row, text in zip(table.rows, joined, strict=True)
        ),
        notes=(*table.notes, note),
    )
