"""A story in which a tale is told and children guess what follows from it: true, false, or nothing was said of it.

A language model that reads such stories has to find out what follows from what; nobody tells it which task will come.
"""

from gptcore.tasks.storyworld.claims import LABELS, another, premise
from gptcore.tasks.storyworld.phrases import Teller, data
from gptcore.tasks.storyworld.scene import Scene


def guessing(teller: Teller, settled: dict[str, str]) -> str:
    """The whole story: a tale of two sentences, and guesses with how right they are; before it, often, an opening.

    Args:
        settled: hero, friend and elder, among others.
    """
    parts, random, scene = data("plots")["guessing"], teller.random, Scene(teller)
    label = random.choice(LABELS)
    told, guess = premise(scene, label)
    said = [scene.say(claim.fact, claim.phrasing) for claim in told]
    has_opening = random.random() < 0.5
    guesses = {guess: label}
    for label in random.choices(LABELS, k=1 if has_opening else 2):
        guesses.setdefault(another(scene, told, label), label)
    for guess, label in guesses.items():
        words = dict(guesser=settled[random.choice(("hero", "friend"))], knower=settled["elder"])
        said += [scene.say(guess.fact, guess.phrasing), teller.say(parts["verdicts"][label], words)]
    return " ".join([teller.say(parts["openings"], settled)] * has_opening + said)
