"""Numbers that a browser says were clicked."""

from contextlib import suppress

from app.shared.arithmetic.source import Source
from gptcore.errors import InputError
from gptcore.provenance.cells import Cell


def clicked(sent: object, source: Source) -> Cell | None:
    """The number that was clicked, as it is named; None for what is none, which a browser may send as well.

    Args:
        sent: a cell of gptcore.provenance as a list: setTriggerValue("cell", [kind, ...]).
    """
    if isinstance(sent, list) and sent[:1] != ["product"]:  # which is opened by its factors
        with suppress(InputError):
            return source.check(tuple(sent))
    return None
