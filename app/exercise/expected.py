"""What the course text says that the exercise prints, beside what was measured at its settings."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from app.exercise import cache
from app.exercise import text as content
from app.shared.table import show_table
from gptcore.errors import GPTCoreError
from gptcore.worked import given

Path = tuple[str, ...]
"""Where a number stands in the measured file, below a variant: ("finetune", "25", "task")."""
Row = tuple[str, str, Path]


def draw_expected() -> None:
    """Draws what was found, and three tables."""
    st.markdown(f"#### {content.EXPECTED}")
    try:
        measured = cache.measured()
        st.markdown(content.EXPECTED_ABOUT.format(seeds=", ".join(map(str, measured["seeds"]))))
        st.markdown("\n".join(f"- {sentence}" for sentence in findings(measured)))
        tables = [_table(rows, measured) for rows in _rows()]
    except (GPTCoreError, KeyError, TypeError) as error:
        st.code(content.EXPECTED_COMMAND, language="bash")
        st.info(content.EXPECTED_BROKEN)
        st.text(str(error))
        return
    for i, (tab, table) in enumerate(zip(st.tabs(content.PARTS), tables, strict=True)):
        with tab:
            name = f"expected_{i + 1}"
            title = f"{content.EXPECTED}: {content.PARTS[i]}"
            show_table(title, table, name=name, hide_index=True, height="content", width="stretch")
    st.code(content.EXPECTED_COMMAND, language="bash")


def findings(measured: Mapping[str, Any]) -> list[str]:
    """What stands out, with the numbers that say so."""

    def spread(variant: str, *path: str) -> str:
        return _spread(_at(measured, variant, path), path)

    numbers = {
        "printed_10": _minus(_printed(given.TRAINING_LOG, "epoch", "10", "mean log P")),
        "printed_25": _minus(_printed(given.FINETUNING_LOG, "epoch", "25", "classification")),
        "printed_lm_0": _minus(_printed(given.FINETUNING_LOG, "epoch", "0", "language model")),
        "printed_sat": _printed(given.EXPECTED_NEXT, "word", "sat", "P"),
        "sgd_10": spread("sgd", "pretrain", "10"),
        "adam_10": spread("adam", "pretrain", "10"),
        "sgd_25": spread("sgd", "finetune", "25", "task"),
        "adam_25": spread("adam", "finetune", "25", "task"),
        "lm_0": spread("sgd", "finetune", "0", "lm"),
        "sgd_sat": spread("sgd", "next", "sat"),
        "adam_sat": spread("adam", "next", "sat"),
    }
    return [sentence.format(**numbers) for sentence in content.FINDINGS]


def _rows() -> tuple[list[Row], ...]:
    """Of each table: a quantity, what the text prints, and where ours stands."""
    training, finetuning = given.TRAINING_LOG, given.FINETUNING_LOG
    pretrain: list[Row] = [
        (content.ROWS["pretrain"].format(epoch=epoch), printed, ("pretrain", epoch))
        for epoch, printed in zip(training["epoch"], training["mean log P"], strict=True)
    ]
    names = {"task": "classification", "lm": "language model", "right": "right"}
    finetune: list[Row] = [
        (content.ROWS[name].format(epoch=epoch), printed.replace("%", " %"), ("finetune", epoch, name))
        for name, column in names.items()
        for epoch, printed in zip(finetuning["epoch"], finetuning[column], strict=True)
    ]
    verdicts, following = given.EXPECTED_VERDICTS, given.EXPECTED_NEXT
    end: list[Row] = [
        (content.ROWS["verdict"].format(sentence=sentence), printed, ("verdicts", sentence))
        for sentence, printed in zip(verdicts["sentence"], verdicts["P"], strict=True)
    ]
    end += [
        (content.ROWS["next"].format(word=word), printed, ("next", word))
        for word, printed in zip(following["word"], following["P"], strict=True)
    ]
    return pretrain, finetune, end


def _table(rows: Sequence[Row], measured: Mapping[str, Any]) -> pd.DataFrame:
    cells = [
        [quantity, _minus(printed)] + [_spread(_at(measured, name, path), path) for name in content.VARIANTS]
        for quantity, printed, path in rows
    ]
    return pd.DataFrame(cells, columns=[content.QUANTITY, content.TEXT, *content.VARIANTS.values()])


def _at(measured: Mapping[str, Any], variant: str, path: Path) -> list[float]:
    found: Any = measured["variants"][variant]
    for key in path:
        found = found[key]
    return list(found)


def _spread(values: Sequence[float], path: Path) -> str:
    """From the lowest to the highest; one number if both print alike."""
    form = "{:.0%}" if path[-1] == "right" else "{:.3f}"
    ends = [_minus(form.format(end)).replace("%", " %") for end in (min(values), max(values))]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _printed(table: Mapping[str, Sequence[str]], by: str, name: str, column: str) -> str:
    return table[column][table[by].index(name)]


def _minus(number: str) -> str:
    return number.replace("-", "−")
