"""What a file calls the classes that a model already has names for."""

import math
from collections.abc import Collection, Sequence

from gptcore.tasks.files.cells import as_number
from gptcore.tasks.files.names import plain
from gptcore.tasks.files.rows import shown, shown_all

_NUMBERED = (("entailment", "neutral", "contradiction"), ("entailment", "not_entailment"))
"""Names that well-known data sets (SNLI, MNLI, RTE) number in this order, from 0."""


def match_labels(written: Collection[str], own: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """A model's labels by what a file calls them: by their names, else numbers by their order.

    Args:
        written: every label of the file.
        own: the model's, in the order of its head's outputs.

    Returns:
        the matches, without labels that are none of the model's; and what was decided without asking, for people.
    """
    by_plain = {plain(label): label for label in own}
    alike = {plain(label) for label in written}
    matches = {label: label if label in own else by_plain.get(plain(label)) for label in written}
    named = {label: match for label, match in matches.items() if match is not None}
    if not named:
        named = _by_order(sorted(written, key=as_number), own)
    elif len(alike) < len(written):  # "Yes" and "yes" may be two labels
        named = {label: label for label in written if label in own}
    notes = [f"{shown(label)} is taken for {shown(match)}" for label, match in named.items() if label != match]
    if other := [label for label in written if label not in named]:
        notes.append(f"labels that are none of the model's ({shown_all(own)}): {shown_all(other)}")
    return named, [f"labels: {', '.join(notes)}"] if notes else []


def _by_order(written: Sequence[str], own: Sequence[str]) -> dict[str, str]:
    """Numbers that count the model's labels from 0 or 1, or are as many as these."""
    numbers = [as_number(label) for label in written]
    if not written or any(map(math.isnan, numbers)) or len(set(numbers)) < len(numbers):
        return {}
    order = next((names for names in _NUMBERED if set(names) == set(own)), own)
    for base in (0, 1):
        if all(number in range(base, len(own) + base) for number in numbers):
            return {label: order[int(number) - base] for label, number in zip(written, numbers, strict=True)}
    return dict(zip(written, own, strict=True)) if len(written) == len(own) else {}
