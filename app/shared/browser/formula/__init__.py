"""A formula in the paper's symbols whose parts light up, in the pictures around it, what they mean."""

from app.shared.browser.assets import register
from app.shared.browser.formula.pieces import Formula, as_data

_render = register("formula")


def formula(shown: Formula, *, stamp: str, key: str) -> None:
    """Draws it in a line."""
    _render(data={**as_data(shown), "stamp": stamp}, key=key)
