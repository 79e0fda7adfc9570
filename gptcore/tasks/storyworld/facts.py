"""Facts: somebody or something is so (+) or the opposite (-), as an event that brings it about or as the state itself.

assets/storyworld/facts.json has the phrasings of both for each matter. Stories tell the event and then the state; the
tasks ask whether one follows from the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gptcore.tasks.storyworld.phrases import Teller, data

Sign = Literal["+", "-"]
SIGNS: tuple[Sign, ...] = ("+", "-")


@dataclass(frozen=True)
class Fact:
    """Of a matter ("mood", "hunger", "owner", ...), for somebody or something."""

    matter: str
    sign: Sign
    who: str
    """The child's name, or "thing"."""

    @property
    def opposite(self) -> "Fact":
        """The same matter turned round."""
        return Fact(self.matter, "-" if self.sign == "+" else "+", self.who)


def matters(of: str) -> list[str]:
    """Matters that concern a "person", a "thing" or a "pair" of persons and a thing."""
    return [name for name, matter in data("facts").items() if matter["of"] == of]


def asked_matters() -> list[str]:
    """Matters of persons that the labelled tasks are about: few enough to learn from some hundred examples."""
    return [name for name, matter in data("facts").items() if matter.get("asked")]


def good_signs() -> dict[str, Sign]:
    """Of those, matters in which one side is what anybody would wish for, and that side."""
    return {name: good for name in asked_matters() if (good := data("facts")[name].get("good"))}


def event(teller: Teller, fact: Fact, settled: Mapping[str, str]) -> str:
    """How it came about.

    Args:
        settled: words for the gaps: x and pronouns of the person, y of the other, t of the thing.
    """
    return teller.say(data("facts")[fact.matter][fact.sign]["events"], settled)


def state(teller: Teller, fact: Fact, settled: Mapping[str, str]) -> str:
    """That it is so."""
    return teller.say(data("facts")[fact.matter][fact.sign]["states"], settled)
