"""The exercise's settings as widgets, whose values stand in the page's address."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.exercise import keys
from app.exercise import text as content
from app.shared import state
from app.shared.choice import draw_choice
from gptcore.exercise.settings import ExerciseSettings
from gptcore.fields import settings_of

_FIELDS = settings_of(ExerciseSettings)
_RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_STEPS: Mapping[str, Sequence[float]] = {
    "pretrain_rate": _RATES,
    "finetune_rate": _RATES,
    "lm_weight": (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0),
    "d_model": (8, 16, 32, 64),
    "n_head": (1, 2, 4, 8),
}
_MOST_EPOCHS = 200
_LABELLED: Mapping[str, Mapping[Any, str]] = {
    "optimizer": content.OPTIMIZERS,
    "start": content.STARTS,
    "over": content.OVERS,
}


def draw_settings() -> ExerciseSettings:
    """Draws them; returns what is chosen."""
    chosen = {name: _draw(name) for name in content.LABELS}
    _draw_reset()
    return ExerciseSettings(**chosen)


def in_words(settings: ExerciseSettings) -> dict[str, str]:
    """All settings by their labels."""
    return {
        content.LABELS[name]: _LABELLED[name][value] if name in _LABELLED else f"{value:g}"
        for name, value in settings.to_dict().items()
    }


def _draw(name: str) -> Any:
    field, label, key = _FIELDS[name], content.LABELS[name], keys.SETTING.format(name)
    help = f"{field.about.help[0].upper()}{field.about.help[1:]}."
    if name in _LABELLED:
        return draw_choice(label, _LABELLED[name], key, field.default, help)
    if name in _STEPS:
        return st.select_slider(label, _STEPS[name], field.default, key=key, help=help, bind="query-params")
    if name == "seed":
        return st.number_input(label, 0, 2**31 - 1, field.default, key=key, help=help, bind="query-params")
    return st.slider(label, 0, _MOST_EPOCHS, field.default, key=key, help=help, bind="query-params")


def _draw_reset() -> None:
    changed = any(
        state.get(keys.SETTING.format(name), field.default) != field.default for name, field in _FIELDS.items()
    )
    st.button(
        content.RESET, key="ex_reset", icon=":material/undo:", disabled=not changed, on_click=_reset, type="tertiary"
    )


def _reset() -> None:
    for name, field in _FIELDS.items():
        state.put(keys.SETTING.format(name), field.default)
