"""Two children, a thing, and what can be said of them: what the labelled tasks and the guessing game are about."""

from typing import Literal

from gptcore.tasks.storyworld.facts import SIGNS, Fact, Sign, asked_matters, event, state
from gptcore.tasks.storyworld.phrases import Teller, people

Label = Literal["entailment", "neutral", "contradiction"]
LABELS: tuple[Label, ...] = ("entailment", "neutral", "contradiction")


class Scene:
    """Two children and a thing, and sentences about them."""

    def __init__(self, teller: Teller):
        self.teller = teller
        self.x, self.y = people(teller.random, 2)
        self.thing = f"the {teller.word('trait')} {teller.word('thing')}"
        self.names = (self.x["x"], self.y["x"])

    def event(self, fact: Fact) -> str:
        return event(self.teller, fact, self._settled(fact))

    def state(self, fact: Fact) -> str:
        return state(self.teller, fact, self._settled(fact))

    def any(self, fact: Fact) -> str:
        return (self.event if self.teller.random.random() < 0.5 else self.state)(fact)

    def told(self) -> Fact:
        """A fact that guesses are made of."""
        return Fact(self.teller.random.choice(asked_matters()), self.sign(), self.names[0])

    def guess(self, told: Fact, label: Label) -> Fact:
        """What follows from a told fact, contradicts it, or is not said by it."""
        others = [matter for matter in asked_matters() if matter != told.matter]
        other = Fact(self.teller.random.choice(others), self.sign(), told.who)
        return {"entailment": told, "contradiction": told.opposite, "neutral": other}[label]

    def sign(self) -> Sign:
        return self.teller.random.choice(SIGNS)

    def matters(self, count: int) -> list[str]:
        return self.teller.random.sample(asked_matters(), count)

    def _settled(self, fact: Fact) -> dict[str, str]:
        me, other = (self.y, self.x) if fact.who == self.names[1] else (self.x, self.y)
        return {**me, "y": other["x"], "t": self.thing}
