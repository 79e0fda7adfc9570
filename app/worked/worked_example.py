"""What the Worked examples page asks of an example: a module of this folder is one as soon as it has these."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from gptcore.worked.checks import Check


class WorkedExample(Protocol):
    """One example; what a learner sets of it has a type of its own."""

    @property
    def NAME(self) -> str:
        """Of the example in the page's address and in gptcore.worked.given."""

    @property
    def DEFAULTS(self) -> Mapping[str, object]:
        """Its widgets but for the editable tables, by key, as the text has them."""

    def edit(self) -> Any:
        """Draws what can be changed; returns what a learner set.

        Raises:
            InputError: a cell cannot be read.
        """

    def results(self, inputs: Any) -> Mapping[str, str]:
        """The answer, in Markdown, by its name."""

    def show(self, inputs: Any) -> None:
        """Draws the steps."""

    def checks(self) -> Sequence[Check]:
        """Figures that the text prints, beside what is right."""
