"""Two tasks of the story world whose answers lie in the text; as elsewhere, they are settled first and words follow.

span     three children, each with a thing at a place, told in any order; a question names one of the three, and asks
         for another. Names, things and places of all three children are in the text, so that no list of words tells
         which is meant.
tokens   names of children and names of things (a street, a boat, a doll): the same names serve for both, and what
         kind of name it is stands now before it, now after it.
"""

import re
from collections.abc import Callable, Iterator
from random import Random

from gptcore.tasks.marked import Marked, MarkKind, Span
from gptcore.tasks.storyworld.grammar import agreement
from gptcore.tasks.storyworld.phrases import Split, Teller, Unsayable, data, people, until_sayable, words

_CHILDREN = 3
_SENTENCES = (3, 5)
_ASIDE = 0.3


def marked(kind: MarkKind, count: int, seed: int, split: Split = "train") -> Iterator[Marked]:
    """That many examples, always the same for the same seed."""
    build: Callable[[Teller], Marked] = {"span": _span, "tokens": _names}[kind]
    for index in range(count):
        teller = Teller(Random(f"{kind} {seed} {split} {index}"), split)
        yield until_sayable(lambda: build(teller))  # noqa: B023


def _span(teller: Teller) -> Marked:
    random, told = teller.random, data("marked")
    children = people(random, _CHILDREN)
    traits, things = random.sample(words("trait"), _CHILDREN), random.sample(words("thing"), _CHILDREN)
    places = random.sample(words("place"), _CHILDREN)
    for child, trait, thing, place in zip(children, traits, things, places, strict=True):
        child |= {"t": f"{trait} {thing}", "p": place}
    said = [teller.say(told["scenes"], child) for child in children]
    if random.random() < _ASIDE:
        said.append(agreement(teller, True))
    random.shuffle(said)
    text, one = " ".join(said), random.choice(children)
    asked = random.choice(("x", "t", "p"))
    question = teller.say(told["questions"][asked], one)
    found = list(re.finditer(rf"\b{re.escape(one[asked])}\b", text))
    if len(found) != 1:  # a word of the aside, say
        raise Unsayable
    return Marked(text, (Span(*found[0].span(), "answer"),), question)


def _names(teller: Teller) -> Marked:
    random, told = teller.random, data("marked")["named"]
    kinds = ["person", "thing", *random.choices(("person", "thing"), k=random.randint(*_SENTENCES) - 2)]
    random.shuffle(kinds)
    text, spans = "", []
    for kind in kinds:
        name = random.choice(words(random.choice(("girl", "boy"))))
        sentence = teller.say(told[kind], {"n": name})
        text += " " * bool(text)
        match = re.search(rf"\b{name}\b", sentence)
        assert match is not None
        spans.append(Span(len(text) + match.start(), len(text) + match.end(), kind))
        text += sentence
    return Marked(text, tuple(spans))
