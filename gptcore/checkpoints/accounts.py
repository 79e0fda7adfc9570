"""What a fine-tuned model's card tells beyond its result: other seeds, simpler methods, calibration, mistakes.

Anybody may write a card: whatever does not fit is left out.
"""

from dataclasses import dataclass
from typing import Any

from gptcore.checkpoints.card import Card
from gptcore.checkpoints.standing import number

_MOST_BINS, _MOST_SENTENCES = 50, 10


@dataclass(frozen=True)
class Runs:
    """One measure over several runs that differ in their seed alone."""

    runs: int
    mean: float
    least: float
    most: float


@dataclass(frozen=True)
class Sureness:
    """Test examples whose answer had a probability within one range."""

    confidence: float
    """Mean probability of the answers."""
    accuracy: float
    """Share of the answers that are right."""
    count: int


def runs_of(card: Card, name: str) -> Runs | None:
    """Several runs of the same: "fine_tuned", or "from_scratch"."""
    match card.get("peers"):
        case dict() as peers:
            match peers.get(name):
                case {"runs": int(runs), "mean": mean, "least": least, "most": most} if runs > 0:
                    values = number(mean), number(least), number(most)
                    if None not in values:
                        return Runs(runs, *values)  # type: ignore[arg-type]  # none is None
    return None


def calibration_of(card: Card, when: str) -> list[Sureness]:
    """How sure the answers to the test file were beside how often they were right.

    Args:
        when: "before" or "after" the division by the temperature.
    """
    match card.get("calibration"):
        case dict() as calibration:
            match calibration.get(when):
                case {"bins": [*bins]}:
                    return [found for found in map(_sureness, bins[:_MOST_BINS]) if found is not None]
    return []


def sentences_on_mistakes(card: Card) -> list[str]:
    """What the model's mistakes have in common."""
    match card.get("mistakes"):
        case {"sentences": [*sentences]}:
            return [text for text in sentences[:_MOST_SENTENCES] if isinstance(text, str) and text.strip()]
    return []


def _sureness(entry: Any) -> Sureness | None:
    match entry:
        case {"confidence": confidence, "accuracy": accuracy, "count": int(count)}:
            sure, right = number(confidence), number(accuracy)
            if sure is not None and right is not None and 0 <= sure <= 1 and 0 <= right <= 1 and 0 < count < 10**9:
                return Sureness(sure, right, count)
    return None
