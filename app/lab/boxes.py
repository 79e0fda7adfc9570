"""Settings as widgets: label, bounds, choices, default and help are those of the plan's field, unless a form narrows
them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from app.shared.state import labelled
from app.shared.theme import EXACT
from gptcore.fields import Setting, Settings, settings_of


@dataclass(frozen=True)
class Box:
    """One setting of a form; None: as its field has it."""

    plan: type[Settings]
    name: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    start: Any = None
    """Its value at first."""
    label: str | None = None
    help: str | None = None
    words: Mapping[Any, str] | None = None
    """Choices in words, where they are not words already."""

    @property
    def setting(self) -> Setting:
        """The field."""
        return settings_of(self.plan)[self.name]

    @property
    def default(self) -> Any:
        """Its value at first."""
        return self.setting.default if self.start is None else self.start

    def draw(self, place: DeltaGenerator, key: str, default: Any = None, high: float | None = None) -> None:
        """Draws the widget.

        Args:
            default: its value at first, where that depends on something else; `high` likewise.
        """
        setting, about = self.setting, self.setting.about
        default = self.default if default is None else default
        label = self.label or setting.label
        help = self.help or f"{about.help[0].upper()}{about.help[1:]}."
        if setting.kind is bool:
            place.toggle(label, default, key=key, help=help, persist_state="session")
            return
        if setting.choices:
            place.selectbox(
                label,
                setting.choices,
                setting.choices.index(default),
                format_func=labelled(self.words or {}),
                key=key,
                help=help,
                persist_state="session",
            )
            return
        number = int if setting.kind is int else float
        low = number(next(bound for bound in (self.low, about.ge, about.gt) if bound is not None))
        high = number(next(bound for bound in (high, self.high, about.le) if bound is not None))
        place.number_input(
            label,
            low,
            high,
            number(default),
            number(self.step or (1 if number is int else 0.01)),
            None if number is int else EXACT,
            key=key,
            help=help,
            persist_state="session",
        )
