"""What a fine-tuned model stands beside: simpler methods that learn from the same examples and answer the same test.

    majority       always training's commonest answer
    one_text       the second text alone, without what it is compared with
    answers_alone  the answers alone, without the context
    overlap        how many words two texts share, and nothing else
    bag_of_words   words without order, and pairs of neighbours, each marked with the text that it stands in
    shared_words   the same for two texts of which it is told which words both have and which only one: no bag any more,
                   but still no reading. For scores and for answers to a context it is the bag.

Each is given by the measure that the task is known by (gptcore.tasks.metrics.main_metric).
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline

from gptcore.tasks import baselines
from gptcore.tasks.examples import Example
from gptcore.tasks.metrics import metrics
from gptcore.tasks.task import Task

Examples = Sequence[Example]
Peer = Callable[[Examples, Examples], float]
_WORD = re.compile(r"\w+(?:'\w+)?")
_WEIGHT = 0.1
"""Of a count of words beside the presence of one."""


def peers(task: Task, train: Examples, test: Examples, report: Callable[[str], object] = str) -> dict[str, float]:
    """How good each of them is on the test examples; rounded. One that finds no word to learn from is left out.

    Args:
        report: told the name of each before it learns.
    """
    found = {}
    for name, peer in _peers_of(task).items():
        report(name)
        with suppress(ValueError):  # scikit-learn's, of a vocabulary without a word
            found[name] = round(peer(train, test), 4)
    return found


def _peers_of(task: Task) -> dict[str, Peer]:
    if task.is_regression:
        return {"overlap": partial(_score_by_overlap, task), "bag_of_words": partial(_score_of_pairs, task)}
    if task.kind == "classification":
        return {"majority": baselines.majority, "bag_of_words": baselines.bag_of_words}
    if task.kind == "multiple_choice":
        alone: dict[str, Peer] = {"majority": baselines.majority, "answers_alone": baselines.better_ending}
        return {**alone, "bag_of_words": _choice_of_answers}
    second: dict[str, Peer] = {"one_text": partial(baselines.bag_of_words, view=baselines.last_text)}
    return {
        "majority": baselines.majority,
        **(second if task.kind == "entailment" else {}),
        "overlap": baselines.overlap_accuracy,
        "bag_of_words": baselines.bag_of_words,
        "shared_words": partial(_class_of_pairs, task),
    }


def _score_by_overlap(task: Task, train: Examples, test: Examples) -> float:
    return metrics(task, [e.target for e in test], [baselines.overlap(e) for e in test])["pearson"]


def _score_of_pairs(task: Task, train: Examples, test: Examples) -> float:
    model = make_pipeline(DictVectorizer(), Ridge(30.0))
    model.fit([_pair(task, e) for e in train], [float(e.target) for e in train])
    return metrics(task, [e.target for e in test], model.predict([_pair(task, e) for e in test]))["pearson"]


def _class_of_pairs(task: Task, train: Examples, test: Examples) -> float:
    model = make_pipeline(DictVectorizer(), LogisticRegression(C=0.1, max_iter=2_000))
    model.fit([_pair(task, e) for e in train], [e.target for e in train])
    return float(model.score([_pair(task, e) for e in test], [e.target for e in test]))


def _choice_of_answers(train: Examples, test: Examples) -> float:
    """Each answer by itself is right or wrong; the likeliest of an example is chosen."""
    model = make_pipeline(DictVectorizer(), LogisticRegression(C=0.1, max_iter=2_000))
    model.fit(
        [words for e in train for words in _answers(e)],
        [i == e.target for e in train for i in range(len(e.texts) - 1)],
    )
    return float(np.mean([int(np.argmax(model.decision_function(_answers(e)))) == e.target for e in test]))


def _answers(example: Example) -> list[dict[str, float]]:
    context = _words(example.texts[0])
    return [_shared(context, _words(answer), None, "new") for answer in example.texts[1:]]


def _pair(task: Task, example: Example) -> dict[str, float]:
    first, second = ("one", "one") if task.kind == "similarity" else ("first", "second")
    return _shared(_words(example.texts[0]), _words(example.texts[1]), first, second)


def _shared(one: set[str], other: set[str], only_one: str | None, only_other: str) -> dict[str, float]:
    """Two texts by their words: those of both, those of one alone, and how many there are.

    Args:
        only_one: what marks a word that the first alone has; None leaves it out.
    """
    both, alone = one & other, one - other if only_one else set()
    marked = [*(f"both {w}" for w in both), *(f"{only_one} {w}" for w in alone)]
    marked += [f"{only_other} {w}" for w in other - one]
    return {
        **dict.fromkeys(marked, 1.0),
        "in both": _WEIGHT * len(both),
        "in the second": _WEIGHT * len(other - one),
        "overlap": len(both) / max(1, len(one | other)),
        "covered": len(both) / max(1, len(other)),
    }


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))
