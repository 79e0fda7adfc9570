"""How our own browser pieces are registered: a folder with a script and a style, after what all of them share."""

from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from app.shared.takeaway import shelf

_HERE = Path(__file__).parent
_USES = {
    **dict.fromkeys(("attention", "flow"), ("shared", "cells", "switch")),
    "ranking": ("shared", "switch"),
    "token_strip": ("shared", "switch", "ranks"),
    "writing": ("shared", "ranks"),
    "way": ("shared", "lines"),
    "rivals": ("shared", "lines", "percent"),
    "guesses": ("shared", "grid", "percent"),
    "hangs_on": ("shared", "grid"),
    **dict.fromkeys(("bands", "compared"), ("shared", "cells")),
    **dict.fromkeys(("paired", "surprises"), ("shared", "two")),
    **dict.fromkeys(("used", "visitor"), ()),
}
"""Scripts and styles of this folder that a component has, where it is not "shared" alone; a name may have only one."""


class Renderer(Protocol):
    """Draws a piece."""

    def __call__(self, *, data: Any, key: str, **more: Any) -> Any:
        """`data` is what its script gets; `more` as Streamlit's own renderer takes it."""


def register(name: str) -> Renderer:
    """Registers app/shared/browser/<name>/<name>.js and .css; call it once, at import.

    The files are trusted code. What a learner types reaches them as data only and is written with textContent. What is
    drawn can be taken away (app/shared/takeaway/shelf.py).
    """
    draw = st.components.v2.component(
        f"gpt_explorer_{name}", html=f'<div class="root {name}"></div>', js=_short(script(name)), css=style(name)
    )

    def render(*, data: Any, key: str, **more: Any) -> Any:
        shelf.put_piece(name, key, data)
        return draw(data=data, key=key, **more)

    return render


def script(name: str) -> str:
    """The module that a browser gets: what all or some share, the folder's parts, <name>.js with the default export."""
    main = _HERE / name / f"{name}.js"
    parts = sorted(path for path in main.parent.glob("*.js") if path != main)
    return "".join(map(_read, [*_shared(name, "js"), *parts, main]))


def _short(module: str) -> str:
    """Without indentation and lines of comment: Streamlit sends the script along with every change of the data."""
    return "\n".join(line for line in map(str.strip, module.splitlines()) if line and not line.startswith("//"))


def style(name: str) -> str:
    """The style that a browser gets: what all or some share, then <name>.css."""
    return "".join(map(_read, [*_shared(name, "css"), _HERE / name / f"{name}.css"]))


def _shared(name: str, kind: str) -> list[Path]:
    """The files of this folder that a component has, in the order of the table."""
    found = (_HERE / f"{used}.{kind}" for used in _USES.get(name, ("shared",)))
    return [path for path in found if path.is_file()]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") + "\n"
