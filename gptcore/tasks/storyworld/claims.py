"""What is told of two children, and what may then be said of one: it follows, contradicts, or was not told.

Half of what is said repeats words that were told, whatever its label: of the same child it follows; of the other one it
contradicts, or nothing was said of it. So neither words nor their overlap tell; who is meant, and what it means, do.
"""

from dataclasses import dataclass
from typing import Literal

from gptcore.tasks.storyworld.facts import Fact, matters, phrasings
from gptcore.tasks.storyworld.scene import Scene

Label = Literal["entailment", "neutral", "contradiction"]
LABELS: tuple[Label, ...] = ("entailment", "neutral", "contradiction")


@dataclass(frozen=True)
class Claim:
    """A fact in certain words."""

    fact: Fact
    phrasing: str

    def about(self, who: str) -> "Claim":
        """The same words about somebody else."""
        return Claim(Fact(self.fact.matter, self.fact.sign, who), self.phrasing)


def premise(scene: Scene, label: Label) -> tuple[list[Claim], Claim]:
    """Two claims, and a third of which the label is true."""
    random = scene.teller.random
    if random.random() < 0.2:
        return _of_a_thing(scene, label)
    me, other = random.sample(scene.names, 2)
    matter, elsewhere, aside = scene.person_matters(3)
    asked = _state(scene, Fact(matter, scene.sign(), me))
    repeats = random.random() < 0.5
    theirs = asked.about(other) if repeats else _any(scene, Fact(aside, scene.sign(), other))
    if label == "entailment":
        mine = asked if repeats else _other_words(scene, asked)
        theirs = _any(scene, Fact(aside, scene.sign(), other))
    elif label == "contradiction":
        mine = _any(scene, asked.fact.opposite)
    else:
        mine = _any(scene, Fact(elsewhere, scene.sign(), me))
    return random.sample([mine, theirs], 2), asked


def another(scene: Scene, told: list[Claim], label: Label) -> Claim:
    """One more claim after the same two."""
    random = scene.teller.random
    mine, other = random.sample(told, 2)
    if label == "entailment":
        is_state = mine.phrasing in phrasings(mine.fact, "states")
        return mine if is_state and random.random() < 0.5 else _state(scene, mine.fact)
    if label == "contradiction":
        return _state(scene, mine.fact.opposite)
    pool = [name for name in matters("thing" if mine.fact.who == "thing" else "person") if name != mine.fact.matter]
    borrowed = other.fact.matter if other.fact.matter in pool and random.random() < 0.5 else random.choice(pool)
    sign = other.fact.sign if borrowed == other.fact.matter else scene.sign()
    return _state(scene, Fact(borrowed, sign, mine.fact.who))


def _of_a_thing(scene: Scene, label: Label) -> tuple[list[Claim], Claim]:
    """About a thing, or who has it."""
    random = scene.teller.random
    matter, elsewhere = random.sample(matters("thing") + matters("pair"), 2)
    asked = _state(scene, Fact(matter, scene.sign(), "thing"))
    first = {"entailment": asked.fact, "contradiction": asked.fact.opposite}.get(label) or Fact(
        elsewhere, scene.sign(), "thing"
    )
    second = Fact(scene.person_matters(1)[0], scene.sign(), scene.names[0])
    return random.sample([_any(scene, first), _any(scene, second)], 2), asked


def _state(scene: Scene, fact: Fact) -> Claim:
    return Claim(fact, scene.teller.random.choice(phrasings(fact, "states")))


def _any(scene: Scene, fact: Fact) -> Claim:
    part = scene.teller.random.choice(("states", "events"))
    return Claim(fact, scene.teller.random.choice(phrasings(fact, part)))


def _other_words(scene: Scene, claim: Claim) -> Claim:
    pool = phrasings(claim.fact, "events") + phrasings(claim.fact, "states")
    return Claim(claim.fact, scene.teller.random.choice([words for words in pool if words != claim.phrasing]))
