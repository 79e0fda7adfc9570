"""Numbers of the learner's text, for the arithmetic beside the lens."""

from dataclasses import dataclass

from app.explore.reading import Reading
from app.shared.loaded import ModelKey
from app.shared.theme import plain_token
from gptcore.model.kinds import as_gpt
from gptcore.provenance.cells import Cell, checked
from gptcore.provenance.explanation import Explanation
from gptcore.provenance.words import describe, short, word


@dataclass(frozen=True)
class TextNumbers:
    """Those of one pass over one text; an app.shared.arithmetic.source.Source."""

    reading: Reading

    @property
    def key(self) -> ModelKey:
        """The model that reads."""
        return self.reading.key

    def check(self, cell: Cell) -> Cell:
        """See Source. A peer's numbers do not open."""
        as_gpt(self.reading.checkpoint.model)
        return checked(cell, self.reading.checkpoint.config, len(self.reading.ids))

    def explain(self, cell: Cell) -> Explanation:
        """See Source."""
        return self.reading.explain(cell)

    def short(self, cell: Cell) -> str:
        """See Source."""
        return short(cell, self._token)

    def describe(self, cell: Cell) -> str:
        """See Source."""
        return describe(cell, self.reading.plain_names.__getitem__, self._token)

    def word(self, cell: Cell) -> str:
        """See Source."""
        return word(cell, self.reading.plain_names.__getitem__, self._token)

    def _token(self, token: int) -> str:
        return plain_token(self.reading.checkpoint.tokenizer.token_text(token))
