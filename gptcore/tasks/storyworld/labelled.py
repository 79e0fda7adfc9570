"""Five tasks of the story world. Every label is settled first and the words follow, so that no word betrays it.

sentiment      does it end well? Something good and something bad happen, and either may be told first.
entailment     does a state follow from what was told, contradict it, or is nothing said of it?
similarity     how many of the facts of one text hold in the other too, from 0 to 5?
endings        which of two endings fits? Both are right as often.
acceptability  do the sentence's beginning and end agree?
"""

from collections.abc import Callable, Iterator
from random import Random

from gptcore.tasks.examples import Example
from gptcore.tasks.storyworld.facts import SIGNS, Fact, good_signs
from gptcore.tasks.storyworld.grammar import agreement
from gptcore.tasks.storyworld.phrases import Split, Teller, data, until_sayable, words
from gptcore.tasks.storyworld.scene import LABELS, Scene

_N_FACTS = 2
"""Of a text of the similarity task."""


def examples(task: str, count: int, seed: int, split: Split = "train") -> Iterator[Example]:
    """That many examples of a task, always the same for the same seed; labels take turns."""
    build = TASKS[task]
    for index in range(count):
        teller = Teller(Random(f"{task} {seed} {split} {index}"), split)
        yield until_sayable(lambda: build(teller, index))  # noqa: B023


def _entailment(teller: Teller, index: int) -> Example:
    scene, label = Scene(teller), LABELS[index % 3]
    told = scene.told()
    return Example((scene.event(told), scene.state(scene.guess(told, label))), label)


def _sentiment(teller: Teller, index: int) -> Example:
    """Something good and something bad, and which of them came last; the story is told from either end."""
    scene, ends_well = Scene(teller), index % 2 == 0
    hero, good, said = scene.names[0], good_signs(), data("plots")["turns"]
    first, last = (Fact(matter, good[matter], hero) for matter in teller.random.sample(list(good), 2))
    if ends_well:
        first = first.opposite
    else:
        last = last.opposite
    turns = [
        f"{teller.random.choice(said[when])} {_inside(scene.any(fact))}"
        for when, fact in (("before", first), ("after", last))
    ]
    teller.random.shuffle(turns)
    return Example((" ".join(turns),), "positive" if ends_well else "negative")


def _similarity(teller: Teller, index: int) -> Example:
    """Of two facts, some are told again, in other words or the same; the others are turned round or replaced."""
    scene, shared = Scene(teller), index % (_N_FACTS + 1)
    facts = [Fact(matter, scene.sign(), scene.names[0]) for matter in scene.matters(2 * _N_FACTS)]
    first, spare = facts[:_N_FACTS], facts[_N_FACTS:]
    second = [fact if i < shared else teller.random.choice((fact.opposite, spare[i])) for i, fact in enumerate(first)]
    texts = [[scene.any(fact) for fact in told] for told in (first, second)]
    for text in texts:
        teller.random.shuffle(text)
    return Example((" ".join(texts[0]), " ".join(texts[1])), round(5 * shared / _N_FACTS, 2))


def _endings(teller: Teller, index: int) -> Example:
    """Two opposite states of one child end the story; what came before decides."""
    scene, sign = Scene(teller), SIGNS[index % 2]
    matter, aside = scene.matters(2)
    me, other = teller.random.sample(scene.names, 2)
    context = [scene.event(Fact(matter, sign, me)), scene.event(Fact(aside, scene.sign(), other))]
    teller.random.shuffle(context)
    opening = f"{scene.names[0]} and {scene.names[1]} met at the {teller.word('place')}."
    first, second = teller.random.sample(SIGNS, 2)
    endings = [f"And so {_inside(scene.state(Fact(matter, s, me)))}" for s in (first, second)]
    return Example((" ".join([opening, *context]), *endings), 0 if sign == first else 1)


def _acceptability(teller: Teller, index: int) -> Example:
    return Example((agreement(teller, index % 2 == 0),), "acceptable" if index % 2 == 0 else "unacceptable")


def _inside(text: str) -> str:
    """A sentence after some words of introduction: names keep their capital, the rest loses it."""
    first = text.split(" ", 1)[0].removesuffix("'s")
    return text if first in words("girl") + words("boy") else text[0].lower() + text[1:]


TASKS: dict[str, Callable[[Teller, int], Example]] = {
    "sentiment": _sentiment,
    "entailment": _entailment,
    "similarity": _similarity,
    "endings": _endings,
    "acceptability": _acceptability,
}
