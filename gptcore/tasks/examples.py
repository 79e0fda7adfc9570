"""A labelled example of any of the four kinds of task in the paper (section 3.3)."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["classification", "entailment", "similarity", "multiple_choice"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Target = str | float | int

TEXT_COLUMNS: dict[Kind, tuple[str, ...]] = {
    "classification": ("text",),
    "entailment": ("premise", "hypothesis"),
    "similarity": ("text_a", "text_b"),
    "multiple_choice": ("context",),
}
"""Names of an example's texts in a file; after a choice's context come answer_1, answer_2, ..."""


@dataclass(frozen=True)
class Example:
    """Texts and what a model should answer."""

    texts: tuple[str, ...]
    """classification (text), entailment (premise, hypothesis), similarity (text_a, text_b), multiple_choice
    (context, answer_1, .., answer_N)."""
    target: Target
    """classification and entailment: the label. similarity: the score, or a label. multiple_choice: index of the
    right answer, from 0."""
