"""What stands beside the view on the screen, so that lenses draw both and the difference."""

from dataclasses import dataclass

from app.explore.prediction_panel import sampling_settings
from app.explore.reading import Reading

Sampling = tuple[float, int | None, float | None]


@dataclass(frozen=True)
class Beside:
    """Another reading to compare with."""

    name: str
    """What it is, in a few words; a learner's own, perhaps."""
    reading: Reading
    sampling: Sampling
    """(temperature, top_k, top_p) of it."""


def beside(reading: Reading) -> Beside | None:
    """The same model whole, where something is switched off; None if there is nothing to compare with."""
    return Beside("nothing switched off", reading.original, sampling_settings()) if reading.off else None
