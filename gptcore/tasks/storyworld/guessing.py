"""Stories that tell what follows from what: a day of several children, and a guessing game about one of them.

A language model that reads them has to find out what follows from what; nobody tells it which task will come.
"""

from gptcore.tasks.storyworld.grammar import agreement
from gptcore.tasks.storyworld.phrases import Teller, data
from gptcore.tasks.storyworld.scene import LABELS, Scene


def day(teller: Teller, settled: dict[str, str]) -> str:
    """What some children did and what came of it for each, and other news.

    Args:
        settled: hero, friend and elder, among others.
    """
    said = [teller.say(data("plots")["day"]["openings"], settled)] if teller.random.random() < 0.5 else []
    for _ in range(teller.random.randint(2, 3)):
        scene = Scene(teller)
        told = scene.told()
        said += [scene.event(told), scene.state(told), *([agreement(teller, True)] * (teller.random.random() < 0.4))]
    return " ".join(said)


def guessing(teller: Teller, settled: dict[str, str]) -> str:
    """The whole story: often an opening, then what is told, and guesses with how right they are.

    Args:
        settled: hero, friend and elder, among others.
    """
    parts, random, scene = data("plots")["guessing"], teller.random, Scene(teller)
    told = scene.told()
    said = [teller.say(parts["openings"], settled)] if random.random() < 0.5 else []
    said.append(scene.event(told))
    labels = random.choices(LABELS, k=3)
    guesses = {scene.guess(told, label): label for label in labels}
    for guess, label in guesses.items():
        words = dict(guesser=settled[random.choice(("hero", "friend"))], knower=settled["elder"])
        said += [scene.state(guess), teller.say(parts["verdicts"][label], words)]
    return " ".join(said)
