"""The theme's colours as a file of its own needs them: Streamlit hands them to our pieces as --st-... in a page."""

import re
from pathlib import Path

import streamlit as st

_PIECES = Path(__file__).parents[1] / "browser"
_NAME = re.compile(r"--st-[a-z0-9-]+")
_OTHERS = {
    "light": {
        "linkColor": "#0054a3",
        "redTextColor": "#bd4043",
        "grayTextColor": "#31333f99",
        "blueBackgroundColor": "#1c83e11a",
    },
    "dark": {
        "linkColor": "#3d9df3",
        "redTextColor": "#ff6c6c",
        "grayTextColor": "#fafafa99",
        "blueBackgroundColor": "#3d9df333",
    },
}
"""Streamlit's own, of those that app/.streamlit/config.toml leaves to it."""


def names() -> tuple[str, ...]:
    """Every --st-... that a style or a script of ours asks for."""
    files = [*_PIECES.rglob("*.css"), *_PIECES.rglob("*.js")]
    return tuple(sorted({name for file in files for name in _NAME.findall(file.read_text(encoding="utf-8"))}))


def as_css() -> str:
    """The rules for light, and for readers whose system is dark."""
    light, dark = (_rules(mode) for mode in ("light", "dark"))
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def _rules(mode: str) -> str:
    values = {name: value_of(name, mode) for name in names()}
    return " ".join(f"{name}: {value};" for name, value in values.items() if value)


def value_of(name: str, mode: str) -> str | None:
    """What --st-text-color, say, is in "light" or "dark"; None if the theme does not say."""
    first, *rest = name.removeprefix("--st-").split("-")
    option = first + "".join(word.capitalize() for word in rest)
    for section in (f"theme.{mode}", "theme"):
        try:
            value = st.get_option(f"{section}.{option}")
        except RuntimeError:  # no such option
            continue
        if value is not None:
            return str(value)
    return _OTHERS[mode].get(option)
