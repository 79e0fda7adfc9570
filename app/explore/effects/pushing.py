"""Two next tokens set against each other: one record that the bars, the board and the Python lines are made from."""

from dataclasses import dataclass

from app.explore.reading import Reading
from app.shared.theme import plain_token
from gptcore.effects.contributions import PARTS, Contributions, contributions
from gptcore.lazy import cached_property


@dataclass(frozen=True)
class Pushing:
    """Two tokens set against each other after one position."""

    reading: Reading
    position: int
    tokens: tuple[int, int]
    notes: tuple[str, ...]
    """What is to be said of the words that were typed."""

    @cached_property
    def found(self) -> Contributions:
        """What pushes which way."""
        return contributions(self.reading.checkpoint.model, self.reading.traced(PARTS), self.position, *self.tokens)

    @cached_property
    def names(self) -> tuple[str, str]:
        """Of the tokens."""
        one, other = (plain_token(self.reading.checkpoint.tokenizer.token_text(token)) for token in self.tokens)
        return one, other

    @property
    def logits(self) -> tuple[float, float]:
        """Of the tokens, as their arithmetic has them."""
        one, other = (float(self.reading.logits[self.position, token]) for token in self.tokens)
        return one, other
