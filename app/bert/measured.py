"""Measurements that ship: times of passes, and what looking ahead does. Made by commands, never as the page loads."""

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from app.bert import text as content
from app.shared.table import show_table
from gptcore.checkpoints.checkpoint import DEFAULT_MODEL
from gptcore.checkpoints.checkpoint import models as all_models
from gptcore.errors import GPTCoreError
from gptcore.evaluate.look_ahead import SENTENCES
from gptcore.files import read_object

FOLDER = SENTENCES.parent
PASSES, GAPS = FOLDER / "passes.json", FOLDER / "word-gaps.json"


class Ahead(NamedTuple):
    """What became of a GPT's guesses without the mask."""

    model: str
    texts: int
    better: int
    """Texts that have a lower perplexity without the mask."""
    tokens: int
    triangle: float
    """Perplexity, as are the two that follow."""
    square: float
    square_so_far: float
    share: float
    """Of attention that went to later tokens."""
    command: str


class Time(NamedTuple):
    """One kind of work by one model."""

    passes: int
    ms: float
    low: float
    high: float


class Timed(NamedTuple):
    """One model's works, by their names."""

    model: str
    is_causal: bool
    parameters: int
    times: dict[str, Time]


class Passes(NamedTuple):
    """Times on one machine."""

    machine: str
    read: int
    write: int
    repeats: int
    command: str
    models: list[Timed]


class Gaps(NamedTuple):
    """How often one model's first guess is the hidden word."""

    model: str
    is_causal: bool
    gaps: int
    left: float
    both: float


def gaps() -> list[Gaps]:
    """The measurement of hidden words; empty if the file cannot be read."""
    try:
        rows = read_object(GAPS)["models"]
        return [
            Gaps(str(row["model"]), bool(row["is_causal"]), int(row["gaps"]), float(row["left"]), float(row["both"]))
            for row in rows
        ]
    except (GPTCoreError, OSError, KeyError, TypeError, ValueError):
        return []


def look_ahead(model: str = DEFAULT_MODEL) -> Ahead | None:
    """The measurement of what looking ahead does to a model, else to the default one; None if it cannot be read."""
    own = FOLDER / f"look-ahead-{Path(model).name}.json"
    try:
        found = read_object(own if own.is_file() else FOLDER / f"look-ahead-{DEFAULT_MODEL}.json")
        ways = [float(found[way]["perplexity"]) for way in ("triangle", "square", "square_so_far")]
        about = str(found["model"]), int(found["texts"]), int(found["texts_better"]), int(found["tokens"])
        return Ahead(*about, ways[0], ways[1], ways[2], float(found["ahead"]), str(found["command"]))
    except (GPTCoreError, OSError, KeyError, TypeError, ValueError):
        return None


def passes() -> Passes | None:
    """The times; None if the file cannot be read."""
    try:
        found = read_object(PASSES)
        sizes = int(found["read"]), int(found["write"]), int(found["repeats"])
        timed = [_timed(row) for row in found["models"]]
        return Passes(str(found["machine"]), *sizes, str(found["command"]), timed)
    except (GPTCoreError, OSError, KeyError, TypeError, ValueError):
        return None


def draw_passes() -> None:
    """Draws the times as a table."""
    st.markdown(f"#### {content.PASSES_TITLE}")
    if (found := passes()) is None:
        st.info(content.NO_MEASURE)
        st.code(f"python -m gptcore passes --models {' '.join(_names())} --out assets/bert/{PASSES.name}", "bash")
        return
    st.markdown(
        content.PASSES_NOTE.format(read=found.read, write=found.write, repeats=found.repeats, machine=found.machine),
        help=f"`{found.command}`",
    )
    show_table(content.PASSES_TITLE, passes_table(found), name="passes", hide_index=True, height="content")
    if follows := _follows(found):
        st.markdown(follows)


def passes_table(found: Passes) -> pd.DataFrame:
    """A row for each model and kind of work."""
    rows = [
        (
            timed.model + ("" if timed.is_causal else content.IS_MASKED),
            content.WORKS[work],
            f"{time.ms:.2f}",
            str(time.passes),
            f"{time.low:.2f} to {time.high:.2f}",
            f"{timed.parameters:,}",
        )
        for timed in found.models
        for work, time in timed.times.items()
    ]
    return pd.DataFrame(rows, columns=list(content.PASSES_COLUMNS))


def _follows(found: Passes) -> str:
    """What the table comes to: with the mask and without it, and with the cache and without it."""
    gpt = next((timed for timed in found.models if timed.is_causal), None)
    if gpt is None or not {"read", "read_square", "write", "write_anew"} <= gpt.times.keys():
        return ""
    read, square, write, anew = (gpt.times[work].ms for work in ("read", "read_square", "write", "write_anew"))
    return content.PASSES_FOLLOW.format(
        model=gpt.model,
        n=found.write,
        ratio=f"{square / read:.2f}",
        times=f"{write / read:.1f}",
        saved=f"{anew / write:.1f}",
    )


def _timed(row: dict[str, Any]) -> Timed:
    times = {
        work: Time(int(time["passes"]), *(float(time[name]) for name in ("ms", "low", "high")))
        for work, time in row["times"].items()
        if work in content.WORKS
    }
    return Timed(str(row["model"]), bool(row["is_causal"]), int(row["parameters"]), times)


def _names() -> list[str]:
    """Models to be timed: the two that ship."""
    return [name for name in ("books", "stories") if name in all_models()]
