"""A row of tokens as chips coloured by role: what the examples on input rows share."""

from collections.abc import Mapping, Sequence

from app.shared.browser.task_rows import RowChip, RowPicture, task_rows
from app.shared.stamp import stamp
from app.worked import text as content
from gptcore.worked.rows import Token


def draw_rows(rows: Mapping[str, Sequence[Token]], *, title: str, note: str) -> None:
    """Draws rows, each under its name; numbers under the chips count from 1."""
    pictures = [
        RowPicture(title=name, chips=[_chip(token, i) for i, token in enumerate(row)]) for name, row in rows.items()
    ]
    task_rows(
        pictures,
        [],
        legend=content.ROLES,
        layer=0,
        head=0,
        texts={"title": title, "note": note, "board_title": "", "board_note": "", "board_alt": ""},
        stamp=stamp(title, rows),
        key="worked_rows",
        on_head=_ignore,
    )


def _chip(token: Token, position: int) -> RowChip:
    role = token.role if token.part is None else f"text-{token.part}"
    return RowChip(text=token.text, role=role, detail=f"{token.text}\nposition {position}, counted from 0")


def _ignore() -> None:
    """There are no heads to click here."""
