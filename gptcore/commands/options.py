"""Options of a command, made of the settings that its plan has: see gptcore.fields."""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import MISSING
from typing import Any

from gptcore.fields import Setting, Settings, settings_of


def add_options(
    parser: argparse.ArgumentParser,
    plan: type[Settings],
    names: Iterable[str],
    defaults: Mapping[str, Any] | None = None,
    without: Mapping[str, str] | None = None,
) -> None:
    """Adds an option for each of these settings.

    Args:
        defaults: of settings that have another default here; None: it is not given then.
        without: what such a setting is then, for the help.
    """
    known, defaults, without = settings_of(plan), defaults or {}, without or {}
    for name in names:
        setting = known[name]
        default = defaults.get(name, setting.default)
        is_required = default is MISSING
        words = f"{setting.about.help}; {without[name]}" if name in without else setting.about.help
        shown = "" if is_required or default is None or setting.kind is bool else " (%(default)s)"
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            default=None if is_required else default,
            required=is_required,
            help=words.replace("%", "%%") + shown,
            **_reading(setting),
        )


def _reading(setting: Setting) -> dict[str, Any]:
    """How argparse reads a setting's value."""
    if setting.kind is bool:
        return {"action": "store_true"}
    kind = {} if setting.kind is str else {"type": setting.kind}
    if setting.choices:
        return {**kind, "choices": setting.choices}
    return {**kind, "metavar": setting.about.metavar}
