"""A whole view as one HTML file that asks nobody: our own pieces with their data and scripts, the texts, and tables.

Scripts and styles in it are ours, and a policy in the file lets the browser run those alone, named by their hashes.
What a learner typed is data: inside of the JSON no `<` stands, and elsewhere it is escaped.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from app.shared.browser.assets import script, style
from app.shared.takeaway import colours
from app.shared.takeaway.shelf import Piece
from app.shared.takeaway.view import View

_HERE = Path(__file__).parent
_EXPORT = "export default function ("
_MOST_CELLS = 20_000
"""Of a table in the file; a larger one says that it is cut."""


def page_file(view: View, pieces: Sequence[Piece], tables: Mapping[str, pd.DataFrame], address: str) -> bytes:
    """The file, in UTF-8.

    Args:
        tables: by title.
        address: of the page, to open the view anew; empty if it is not known.
    """
    kinds = sorted({piece.kind for piece in pieces})
    scripts = ["globalThis.pieces = {};", *map(_module, kinds), _read("offline.js")]
    styles = [colours.as_css() + _read("offline.css")]
    given = {
        "pieces": [{"kind": piece.kind, "key": piece.key, "data": piece.data} for piece in pieces],
        "styles": {kind: style(kind) for kind in kinds},
    }
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts, styles)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(view.title)}</title>",
        *(f"<style>{text}</style>" for text in styles),
        f"</head><body><main><h1>{escape(view.title)}</h1>",
        _list({**view.texts, **view.settings}),
        f"<p>{escape(view.caption)}</p>",
        '<div id="pieces"></div>',
        *(_table(title, table) for title, table in tables.items()),
        f"</main><footer>{_source(address)}</footer>",
        f'<script type="application/json" id="given">{_data(given)}</script>',
        *(f'<script type="module">{text}</script>' for text in scripts),
        "</body></html>",
    ]
    return "\n".join(parts).encode("utf-8", "replace")  # half a character, which no file can hold, becomes "?"


def _module(kind: str) -> str:
    """A kind's script, which hands its drawing function over in place of exporting it."""
    text = script(kind)
    if text.count(_EXPORT) != 1 or "</script" in text:
        raise ValueError(f"{kind}.js must have one `{_EXPORT}` and no end of a script in it")
    return text.replace(_EXPORT, f"globalThis.pieces[{json.dumps(kind)}] = function (")


def _policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    allowed = [f"{name}-src {' '.join(map(_hash, texts))}" for name, texts in (("script", scripts), ("style", styles))]
    return "; ".join(["default-src 'none'", "base-uri 'none'", "form-action 'none'", *allowed])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data(values: Any) -> str:
    """JSON in which nothing can end the script that holds it."""
    return json.dumps(values, ensure_ascii=True, allow_nan=False).replace("<", "\\u003c")


def _list(values: Mapping[str, str]) -> str:
    rows = "".join(f'<dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd>' for name, value in values.items())
    return f"<dl>{rows}</dl>"


def _source(address: str) -> str:
    made = f"Saved from GPT Explorer on {date.today().isoformat()}."
    if not address.startswith(("http://", "https://")):
        return made
    return f'{made} The live view: <a href="{escape(address)}">{escape(address)}</a>'


def _table(title: str, table: pd.DataFrame) -> str:
    most = max(1, _MOST_CELLS // max(1, len(table.columns) + 1))
    shown = table.iloc[:most]
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in [table.index.name or "", *table.columns])
    rows = "".join(
        f'<tr><th scope="row">{escape(str(label))}</th>{"".join(map(_cell, row))}</tr>'
        for label, row in zip(shown.index, shown.itertuples(index=False, name=None), strict=True)
    )
    cut = f"<p>The first {most:,} of {len(table):,} rows.</p>" if most < len(table) else ""
    return f'<h2>{escape(title)}</h2>{cut}<div class="table"><table><tr>{head}</tr>{rows}</table></div>'


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "<td></td>" if value != value else f"<td>{value:.7g}</td>"
    return f'<td dir="auto">{escape(str(value))}</td>'


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
