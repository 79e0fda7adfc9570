"""What stands beside the view on the screen, for lenses to draw both and the difference: a pin, or the model whole."""

from dataclasses import dataclass

from app.explore import pins
from app.explore.beside_text import WHOLE
from app.explore.pin import Pin
from app.explore.prediction_panel import sampling_settings
from app.explore.reading import Reading
from gptcore.errors import GPTCoreError
from gptcore.trace.comparing import Pair, align, counterpart

Sampling = tuple[float, int | None, float | None]


@dataclass(frozen=True)
class Beside:
    """Another reading to compare with."""

    name: str
    """What it is, in a few words; a learner's own, perhaps."""
    reading: Reading
    sampling: Sampling
    """(temperature, top_k, top_p) of it."""
    position: int
    """The token that it has chosen itself, from 0."""
    is_pin: bool = False

    def shares_vocabulary(self, reading: Reading) -> bool:
        """Whether both models have the same tokens: else neither ids nor probabilities can be compared one by one."""
        return self.reading.checkpoint.tokenizer.fingerprint == reading.checkpoint.tokenizer.fingerprint

    def pairs(self, reading: Reading) -> list[Pair]:
        """Which of its tokens stands for which of the page's; of models of one vocabulary."""
        return align(reading.ids, self.reading.ids)

    def place_of(self, reading: Reading, position: int) -> int:
        """Its token that stands for the one at a position of the page's text; without one, that which it has chosen."""
        if self.shares_vocabulary(reading):
            found = counterpart(self.pairs(reading), position)
        else:
            last = len(reading.ids) - 1
            found = len(self.reading.ids) - 1 if position == last and self.reading.text == reading.text else None
        return self.position if found is None else found


@dataclass(frozen=True)
class Standing:
    """The chosen pin, and what came of reading it."""

    pin: Pin
    beside: Beside | None
    """None if it cannot be compared with, or is the very view on the screen."""
    problem: str = ""
    """Why it cannot."""


def beside(reading: Reading) -> Beside | None:
    """The chosen pin or, without one, the same model whole where something is switched off; None if there is nothing to
    compare with, or no difference."""
    if (stands := standing(reading)) is not None:
        return stands.beside
    if not reading.off:
        return None
    return Beside(WHOLE, reading.original, sampling_settings(), len(reading.ids) - 1)


def gpt_beside(reading: Reading) -> Beside | None:
    """The same for a lens that compares what only a transformer has: none where a peer stands beside."""
    other = beside(reading)
    return other if other is not None and other.reading.is_gpt else None


def standing(reading: Reading) -> Standing | None:
    """The pin that was chosen to stand beside; None if none was."""
    if (pin := pins.current().chosen) is None:
        return None
    try:
        other = pins.read_pin(pin)
    except GPTCoreError as error:  # another learner's run, say, or a model that is gone
        return Standing(pin, None, str(error))
    if other.stamp() == reading.stamp() and pin.sampling == sampling_settings():
        return Standing(pin, None)
    place = min(pin.position or len(other.ids), len(other.ids)) - 1
    return Standing(pin, Beside(pin.name, other, pin.sampling, place, is_pin=True))
