"""The look "Patch" as it is drawn: the board of all patches, what it teaches, and the predictions after one of them."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from app.explore import actions
from app.explore.effects import cache
from app.explore.effects.patching import Patching
from app.explore.lenses import change_patch_text as content
from app.explore.prediction_panel import probability_cell
from app.shared.browser.effects import Column, effects
from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.theme import escape, number, percent, plain_token
from gptcore.decode.sampling import distribution
from gptcore.largest import largest_first

_EACH = 3
"""Of each text's likeliest tokens so many are shown."""
_HALF = 0.5
_LITTLE = 0.5
"""Of a logit: texts that differ by less have nearly the same answer."""
_FEW = 3
"""Stations that a sentence names."""


def draw_board(patching: Patching, key: str, on_pick: Callable[[], None]) -> None:
    """Draws the grid."""
    grid, (answer, other) = patching.grid, patching.names
    last = escape(patching.reading.plain_names[patching.position])
    first, second = number(grid.first, "+.2f"), number(grid.second, "+.2f")
    measure = content.MEASURE.format(last=last, answer=escape(answer), other=escape(other), first=first, second=second)
    st.markdown(measure + (content.SMALL if abs(grid.second - grid.first) < _LITTLE else ""))
    rows, columns = grid.raw.shape
    cells = list(np.ndindex(rows, columns))
    effects(
        grid.moved,
        [_percent(float(grid.moved[cell])) for cell in cells],
        [_sentence(patching, *cell) for cell in cells],
        rows=[_row(patching, row) for row in range(rows)],
        columns=_columns(patching, columns),
        corner=content.CORNER[patching.part],
        title=content.BOARD_TITLE.format(answer=answer, other=other),
        subtitle=content.BOARD_NOTE + (content.HEAD_NOTE if patching.is_of_heads else content.TOKEN_NOTE),
        hint=content.HINT,
        stamp=patching.reading.stamp(
            "patch", patching.other.ids, patching.position, patching.part, patching.answers, patching.chosen
        ),
        key=key,
        on_pick=on_pick,
        chosen=patching.chosen,
    )


def draw_lesson(patching: Patching) -> None:
    """One or two sentences of what these numbers show."""
    st.markdown(_way(patching) if patching.part == "hidden" else _strongest(patching))


def draw_after(patching: Patching) -> None:
    """The next tokens after the chosen patch, between those of the two texts."""
    if patching.chosen is None:
        return
    st.caption(content.AFTER_HINT)
    logits = (
        patching.reading.logits[patching.position],
        patching.logits(*patching.chosen),
        cache.second(patching.other).part("logits")[patching.position],
    )
    shares = [distribution(one).raw for one in logits]
    tokens = list(
        dict.fromkeys([*patching.answers, *(int(i) for share in shares for i in largest_first(share, _EACH))])
    )
    tokens.sort(key=lambda token: -shares[0][token])
    scale = max(float(share[tokens].max()) for share in shares)
    for index, (column, share) in enumerate(zip(st.columns(3, gap="medium"), shares, strict=True)):
        with column:
            prediction_bars(
                [_bar(patching, token, share, is_own=index == 0) for token in tokens],
                title=content.AFTER_TITLES[index],
                subtitle="",
                note="",
                clickable=False,
                stamp=patching.reading.stamp(
                    "after", index, patching.other.ids, patching.position, patching.asked, patching.part
                ),
                key=f"patch_after_{index}",
                scale=scale,
                on_cell=actions.open_from(f"patch_after_{index}"),
            )


def patch_table(patching: Patching) -> pd.DataFrame:
    """A row per patch, every number in full."""
    grid = patching.grid
    rows, columns = np.indices(grid.raw.shape)
    names = [patching.name(column) for column in range(grid.raw.shape[1])] if not patching.is_of_heads else []
    return pd.DataFrame(
        {
            "taken from": [_row(patching, int(row)) for row in rows.flat],
            ("head" if patching.is_of_heads else "token"): columns.ravel() + 1,
            **({"text": [names[column] for column in columns.flat]} if names else {}),
            "logit difference": grid.raw.ravel(),
            "share of the way": grid.moved.ravel(),
        }
    ).set_index("taken from")


def _columns(patching: Patching, count: int) -> list[Column]:
    if patching.is_of_heads:
        return [Column(text=content.HEAD_COLUMN.format(n=head + 1)) for head in range(count)]
    here, there, differs = patching.reading.plain_names, patching.other.plain_names, patching.differs
    return [
        Column(text=here[token], below=there[token]) if differs[token] else Column(text=here[token])
        for token in range(count)
    ]


def _row(patching: Patching, row: int) -> str:
    if patching.part != "hidden":
        return content.PART_ROW.format(n=row + 1)
    return content.STATE_ROW.format(n=row) if row else content.FIRST_ROW


def _sentence(patching: Patching, row: int, column: int) -> str:
    """A cell in words, as plain text."""
    grid, (answer, other) = patching.grid, patching.names
    name = "" if patching.is_of_heads else patching.name(column)
    taking = content.TAKING[patching.part].format(column=column + 1, name=name, row=_row(patching, row))
    share, shown = float(grid.moved[row, column]), _percent(grid.moved[row, column])
    moves = content.MOVES if share > 0 else content.MOVES_BACK
    moves = content.MOVES_NOTHING if shown == "0" else content.MOVES_PAST if share > 1.005 else moves
    raw = number(float(grid.raw[row, column]), "+.2f")
    return taking + moves.format(share=shown.lstrip("−"), answer=answer, other=other, raw=raw)


def _way(patching: Patching) -> str:
    """Where the strongest patch of each row is, from the first row to the last."""
    stations = patching.grid.stations
    names = [escape(patching.name(column)) for column, _, _ in stations]
    if len(stations) == 1:
        return content.STAYS.format(name=names[0])
    if len(stations) > _FEW:
        return content.WANDERS.format(name=names[0], last=names[-1], n=len(stations) - 1)
    first = (content.STARTS if stations[0][2] else content.STARTS_BEFORE).format(name=names[0], last=stations[0][2])
    between = [
        (content.PASSES if start < end else content.PASSES_ONE).format(name=name, first=start, last=end)
        for name, (_, start, end) in zip(names[1:-1], stations[1:-1], strict=True)
    ]
    last = content.ENDS.format(name=names[-1], first=stations[-1][1])
    return content.MOVED_ON.format(stations=content.THEN.join((first, *between, last)))


def _strongest(patching: Patching) -> str:
    """The one patch that moves the answer furthest."""
    row, column = patching.grid.peak
    share = float(patching.grid.moved[row, column])
    where = (
        content.IN_HEAD.format(column=column + 1, row=_row(patching, row))
        if patching.is_of_heads
        else content.IN_TOKEN.format(row=_row(patching, row), name=escape(patching.name(column)))
    )
    rest = content.HALF_ALONE if share > _HALF else content.MANY_TOGETHER
    return content.STRONGEST.format(where=where, share=_percent(share), rest=rest)


def _bar(patching: Patching, token: int, share: np.ndarray, is_own: bool) -> Bar:
    text, probability = plain_token(patching.reading.checkpoint.tokenizer.token_text(token)), float(share[token])
    bar = Bar(
        id=token,
        text=text,
        raw=probability,
        probability=probability,
        label=percent(probability),
        cut=False,
        actual=token == patching.answers[1],
        detail=content.BAR.format(text=text, id=token, probability=percent(probability)),
    )
    if is_own:
        bar["cell"] = probability_cell(patching.position, token)
    return bar


def _percent(share: float) -> str:
    """A share for a cell: 64, −12, and 0 without a sign."""
    return number(round(100 * float(share)), "d")
