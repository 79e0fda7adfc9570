"""What each strategy is for, from many texts that a command has written and measured."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from app.decoding import strategies_text as content
from app.decoding.start import Start
from app.decoding.strategies_controls import in_words
from app.shared.models import ModelRef
from app.shared.table import show_table
from app.shared.theme import number, percent
from gptcore.checkpoints.checkpoint import DEFAULT_MODEL
from gptcore.decode.strategies import Strategy
from gptcore.errors import GPTCoreError
from gptcore.files import read_object
from gptcore.places import ASSETS

FOLDER = ASSETS / "strategies"
_DRAWN = ("top_k", "top_p", "temperature", "mixture", "pure")
_FEW = 0.03
"""Of 4-grams that repeat: hardly any."""
_ALIKE = 0.3
"""Nats per token between strategies that are hardly different: less than the spread of single texts."""
_SHARES = ("distinct_words", "repeated")


def draw_measured(start: Start) -> None:
    """Draws the table of the model, or that of the default model with the command that makes one for this."""
    name = start.key.name
    own = FOLDER / f"{Path(name).name}.json"
    is_own = not ModelRef.parse(name).is_run and own.is_file()
    st.markdown(f"#### {content.MEASURED}")
    try:
        measured = read_object(own if is_own else FOLDER / f"{DEFAULT_MODEL}.json")
        about = content.MEASURED_HOW if is_own else content.MEASURED_OTHER
        st.markdown(about.format(**{key: measured[key] for key in ("model", "beginnings", "tokens", "seeds")}))
        st.code(content.COMMAND if not is_own else measured["command"], language="bash", wrap_lines=True)
        records: list[dict[str, Any]] = measured["strategies"]
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences(records)))
        table = measured_table(records)
    except (GPTCoreError, KeyError, TypeError) as error:
        st.info(content.MEASURED_BROKEN)
        st.text(str(error))
        return
    show_table(content.MEASURED, table, name="strategies_measured", hide_index=True, height="content")


def sentences(records: list[dict[str, Any]]) -> list[str]:
    """What each strategy is for, with the numbers that say so, in Markdown. What is not so in these measurements is not
    said of them."""
    means = {record["name"]: {key: value["mean"] for key, value in record["measures"].items()} for record in records}
    numbers = {
        "slower": f"{means['beam']['seconds'] / means['greedy']['seconds']:.1f}",
        "pure": number(means["pure"]["per_token"], ".2f"),
    }
    return [
        f"**{content.ALL_NAMES[name]}** "
        + _purpose(name, means).format(
            length=f"{mean['length']:.0f}",
            per_token=number(mean["per_token"], ".2f"),
            distinct=percent(mean["distinct_words"]),
            repeated=percent(mean["repeated"]),
            **numbers,
        )
        for name, mean in means.items()
    ]


def _purpose(name: str, means: Mapping[str, Mapping[str, float]]) -> str:
    if is_so(name, means):
        return content.PURPOSES[name]
    if name == "greedy" and means[name]["repeated"] < _FEW:
        return content.GREEDY_IS_ENOUGH
    if name == "beam" and means[name]["length"] == min(mean["length"] for mean in means.values()):
        return content.BEAM_IS_SHORT
    return content.PURPOSE_UNKNOWN


def is_so(name: str, means: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether what content.PURPOSES says of a strategy holds in these means, by strategy and measure."""
    likely = {one: mean["per_token"] for one, mean in means.items()}
    repeated = {one: mean["repeated"] for one, mean in means.items()}
    drawn = [likely[one] for one in _DRAWN]
    match name:
        case "greedy":
            return repeated[name] > 0.2 and means[name]["seconds"] == min(mean["seconds"] for mean in means.values())
        case "beam":
            return likely[name] == max(likely.values()) and repeated[name] == max(repeated.values())
        case "top_k":
            return likely[name] > likely["pure"] and repeated[name] < _FEW
        case "top_p":
            return abs(likely[name] - likely["top_k"]) < _ALIKE and repeated[name] < _FEW
        case "temperature":
            return likely[name] > max(likely["top_k"], likely["top_p"]) and repeated[name] > repeated["top_k"]
        case "mixture":
            return likely[name] == max(drawn) and repeated[name] < min(repeated["greedy"], repeated["beam"])
        case "pure":
            return likely[name] == min(likely.values())
        case "penalty":
            return repeated[name] < _FEW < repeated["greedy"] and likely[name] > max(drawn)
        case "ngram":
            varied = means[name]["distinct_words"] < means["penalty"]["distinct_words"]
            return repeated[name] == 0 and repeated["greedy"] > _FEW and varied and likely[name] > likely["penalty"]
    return False


def measured_table(records: list[dict[str, Any]]) -> pd.DataFrame:
    """A row per strategy: means, and behind ± how far single texts are from them (standard deviation)."""
    rows = [
        [
            content.ALL_NAMES.get(record["name"], record["name"]),
            in_words(Strategy(**record["settings"])),
            record["texts"],
        ]
        + [_cell(key, record["measures"][key]) for key in content.MEASURED_COLUMNS]
        for record in records
    ]
    return pd.DataFrame(rows, columns=["Strategy", "Settings", "Texts", *content.MEASURED_COLUMNS.values()])


def _cell(key: str, value: dict[str, float | None]) -> str:
    mean, spread = value["mean"], value["spread"]
    if mean is None or spread is None:
        return "–"
    if key in (*_SHARES, "ended"):
        return f"{100 * mean:.0f} %" + ("" if key == "ended" else f" ± {100 * spread:.0f}")
    digits = 0 if key == "length" else 2
    return f"{number(mean, f'.{digits}f')} ± {spread:.{digits}f}"
