"""Numbers that a pass was told, not computed: those of a part that is switched off, or taken from elsewhere.

Nothing leads on from such a number. What is computed from it is explained as ever, for the trace holds what was read.
"""

from gptcore.model.intervention import REPLACEABLE, Reason, Replacement
from gptcore.provenance import latex
from gptcore.provenance.cells import KINDS, Cell
from gptcore.provenance.explanation import Explanation
from gptcore.provenance.look import Look
from gptcore.provenance.words import name_of

_SAID: dict[Reason, tuple[str, str]] = {
    "off": ("0", "Switched off: it is 0, whatever the text."),
    "mean": (r"\text{average}", "Switched off: it is what this part says on average, whatever the text."),
    "given": (r"\text{given}", "Taken from elsewhere and put here: it was not computed from this text."),
}
"""What stands in the formula, and what is said."""


def put_there(look: Look, cell: Cell) -> Explanation | None:
    """What there is to say of a number that was put in the place of the model's own; None of one that was not."""
    kind, *at = cell
    if not look.trace.interventions or kind not in REPLACEABLE:
        return None
    axes = KINDS[kind]
    head = at[axes.index("head")] if "head" in axes else None
    layer = at[0] if axes[0] in ("layer", "boundary") else None
    if (found := replacement(look, kind, layer, at[axes.index("position")], head)) is None:
        return None
    part = look.trace.part(kind)
    value = float((part[look.trace.row(at[0])][tuple(at[1:])]) if axes[0] == "layer" else part[tuple(at)])
    put, note = _SAID[found.reason]
    return Explanation(
        cell=cell,
        value=value,
        name=name_of(cell),
        formula=rf"{look.tex(cell)} := {put}",
        numbers=f"= {latex.number(value)}",
        terms=(),
        rest=0.0,
        n_rest=0,
        parents=(),
        sources=(),
        note=note,
    )


def replacement(
    look: Look, part: str, layer: int | None, position: int | None = None, head: int | None = None
) -> Replacement | None:
    """What stands in a part's place; of several what was put there last. Without a position: at any of them."""
    for one in reversed(look.trace.interventions):
        if isinstance(one, Replacement) and (one.part, one.layer) == (part, layer):
            here = position is None or one.positions is None or position in one.positions
            if here and (one.head is None or head is None or one.head == head):
                return one
    return None
