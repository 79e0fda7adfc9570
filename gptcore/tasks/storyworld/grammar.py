"""Sentences whose beginning and end agree or do not, however far apart."""

from gptcore.tasks.storyworld.phrases import Teller, data


def agreement(teller: Teller, agrees: bool) -> str:
    """A sentence in which neither part alone tells whether they agree, nor do two neighbours."""
    random, names = teller.random, {name: teller.word(name) for name in ("girl", "boy")}
    pattern = random.choice(data("sentences"))
    beginning = random.randrange(len(pattern["left"]))
    others = [i for i in range(len(pattern["left"])) if i != beginning]
    end = beginning if agrees else random.choice(others)
    parts = (pattern["left"][beginning], random.choice(pattern["middle"]), random.choice(pattern["right"][end]))
    return teller.say([" ".join(part for part in parts if part)], names)
