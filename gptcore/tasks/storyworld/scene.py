"""Two children, a thing, and what can be said of them: what the labelled tasks and the guessing game are about."""

from gptcore.tasks.storyworld.facts import Fact, Sign, event, matters, state
from gptcore.tasks.storyworld.phrases import Teller, people


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

    def say(self, fact: Fact, phrasing: str) -> str:
        """A fact in certain words."""
        return self.teller.say([phrasing], self._settled(fact))

    def sign(self) -> Sign:
        return self.teller.random.choice("+-")

    def person_matters(self, count: int) -> list[str]:
        return self.teller.random.sample(matters("person"), count)

    def _settled(self, fact: Fact) -> dict[str, str]:
        me, other = (self.y, self.x) if fact.who == self.names[1] else (self.x, self.y)
        return {**me, "y": other["x"], "t": self.thing}
