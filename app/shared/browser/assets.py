"""How our own browser pieces are registered: a folder with a script and a style, after what all of them share."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


def register(name: str) -> ComponentRenderer:
    """Registers app/shared/browser/<name>/<name>.js and .css; call it once, at import.

    Other scripts in the folder are parts of the same module and stand before <name>.js, which has the default export.
    The files are trusted code. What a learner types reaches them as data only and is written with textContent.
    """
    folder = _HERE / name
    main = folder / f"{name}.js"
    scripts = [_HERE / "shared.js", *sorted(path for path in folder.glob("*.js") if path != main), main]
    return st.components.v2.component(
        f"gpt_explorer_{name}",
        html=f'<div class="root {name}"></div>',
        js="".join(map(_read, scripts)),
        css=_read(_HERE / "shared.css") + _read(folder / f"{name}.css"),
    )


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") + "\n"
