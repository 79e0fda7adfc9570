"""The formula that stands over every lens."""

from app.explore.lenses.formulas import formula_of
from app.explore.reading import Reading
from app.shared.browser.formula import formula
from app.shared.stamp import stamp

FORMULA = "formula"
"""Key of its component."""


def draw_formula(reading: Reading, lens: str) -> None:
    """Draws it in one line; nothing for a lens without one."""
    shown = formula_of(lens, reading.checkpoint.config, len(reading.ids)) if reading.is_gpt else None
    if shown is not None:
        formula(shown, stamp=stamp(reading.key, lens, len(reading.ids)), key=FORMULA)
