"""Stories of 4 to 8 sentences: a plot with its people, things and places, and told again what follows from it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from gptcore.tasks.storyworld.facts import SIGNS, Fact, event, matters, state
from gptcore.tasks.storyworld.guessing import day, guessing
from gptcore.tasks.storyworld.phrases import Split, Teller, Unsayable, belongs, data, people, until_sayable

_KINDS = {"plot": 0.5, "day": 0.35, "guessing": 0.15}
"""Kinds of story, and their shares: drawn first, so that those that are often unsayable are told as often as meant."""
_SETTLED = ("elder", "place", "thing", "craft", "sight", "wish", "surprise", "danger")
_SENTENCES = (4, 8)
_Words = dict[str, str]
"""Names and pronouns for the gaps of phrasings."""
_END = re.compile(r'[.!?]"?(?= |$)')


@dataclass(frozen=True)
class Story:
    """A told story."""

    text: str
    plot: str
    """Its signature: the kind of plot and all that was settled before it was told. No two splits share one."""


def stories(count: int, seed: int, split: Split = "train") -> Iterator[str]:
    """That many stories, always the same for the same seed."""
    return (tell(seed, split, index).text for index in range(count))


def sentences(text: str) -> list[str]:
    """A story cut after its full stops, question and exclamation marks; joined by spaces it is the story again."""
    ends = [match.end() for match in _END.finditer(text)]
    return [text[start:end].strip() for start, end in zip([0, *ends], ends, strict=False)]


def tell(seed: int, split: Split, index: int) -> Story:
    """The story with this number."""
    random = Random(f"story {seed} {split} {index}")
    kind = random.choices(list(_KINDS), list(_KINDS.values()))[0]
    if kind == "plot":
        kind = random.choice(list(data("plots")["plots"]))
    return until_sayable(lambda: _attempt(random, split, kind))


def _attempt(random: Random, split: Split, kind: str) -> Story:
    teller = Teller(random, split)
    hero, friend = people(random, 2)
    settled = {
        **hero,
        "hero": hero["x"],
        "friend": friend["x"],
        **{name + "2": friend[name] for name in ("he", "him", "his")},
        **{gap: teller.word(gap) for gap in _SETTLED},
    }
    settled["the_elder"] = settled["elder"]
    signature = f"{kind}: {hero['x']}, {friend['x']}, {settled['elder']}, {settled['thing']}, {settled['place']}"
    if not belongs(split, signature):
        raise Unsayable
    others = {"day": day, "guessing": guessing}
    text = others[kind](teller, settled) if kind in others else _told(teller, kind, settled, hero, friend)
    if not _SENTENCES[0] <= len(_END.findall(text)) <= _SENTENCES[1]:
        raise Unsayable
    return Story(text, signature)


def _told(teller: Teller, kind: str, settled: _Words, hero: _Words, friend: _Words) -> str:
    steps = data("plots")["plots"][kind]
    known = {step["fact"][:-1] for step in steps if "fact" in step}
    said = [teller.say(data("plots")["openings"], settled)]
    room = _SENTENCES[1] - len(said) - len(steps)
    aside = teller.random.randrange(len(steps)) if teller.random.random() < 0.6 else None
    for index, step in enumerate(steps):
        said.append(teller.say(step["say"], settled))
        if room > 0 and "fact" in step and teller.random.random() < 0.7:
            person = friend if step.get("who") == "friend" else hero
            said.append(state(teller, Fact(step["fact"][:-1], step["fact"][-1], person["x"]), person))
            room -= 1
        if room > 1 and index == aside:
            said.append(_aside(teller, teller.random.choice((hero, friend)), known))
            room -= 2
    if room > 0 and teller.random.random() < 0.5:
        said.append(teller.say(data("plots")["closings"], settled))
    return " ".join(said)


def _aside(teller: Teller, person: _Words, known: set[str]) -> str:
    """Something that happens to somebody beside the plot, and what it comes to."""
    matter = teller.random.choice([name for name in matters("person") if name not in known])
    fact = Fact(matter, teller.random.choice(SIGNS), person["x"])
    after = {**person, "x": person["he"]} if teller.random.random() < 0.5 else person
    return f"{event(teller, fact, person)} {state(teller, fact, after)}"
