"""The Story Cloze Test's files: four sentences, two endings, and which of them is right."""

from dataclasses import replace

from gptcore.tasks.files.names import plain
from gptcore.tasks.files.rows import Table

_SENTENCES = tuple(f"inputsentence{i}" for i in range(1, 5))
_ENDINGS = ("sentencequiz1", "sentencequiz2")
_TARGET = "answerrightending"


def from_story_cloze(table: Table) -> Table:
    """The four sentences as one context; any other table stays as it is."""
    places = {_bare(name): place for place, name in enumerate(table.columns)}
    if not {*_SENTENCES, *_ENDINGS} <= set(places):
        return table
    parts = [places[name] for name in _SENTENCES]
    kept = [places[name] for name in (*_ENDINGS, _TARGET) if name in places]
    rows = tuple(
        row._replace(
            cells=(" ".join(str(row.cells[i] or "").strip() for i in parts).strip(), *(row.cells[i] for i in kept))
        )
        for row in table.rows
    )
    columns = ("context", "answer_1", "answer_2", "label")[: 1 + len(kept)]
    notes = (*table.notes, "read as the Story Cloze Test's layout: four sentences are the context")
    return replace(table, columns=columns, rows=rows, notes=notes)


def _bare(name: str) -> str:
    """As Hugging Face's datasets write it: less underscores and the authors' longer word."""
    return plain(name).replace("_", "").removeprefix("randomfifth")
