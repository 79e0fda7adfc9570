"""What models write behind the same text, one line each; where a line parts from the first is marked."""

from collections.abc import Sequence

from app.shared.browser.assets import register

_render = register("written")


def written(lines: Sequence[tuple[str, str]], *, title: str, stamp: str, key: str) -> None:
    """Draws the lines, (who writes, what) each."""
    data = {"lines": [{"who": who, "text": text} for who, text in lines], "title": title, "stamp": stamp}
    _render(data=data, key=key)
