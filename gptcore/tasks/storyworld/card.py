"""What the story world is like, measured: its words, what its splits share, and what can be had without reading."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from gptcore.tasks import baselines
from gptcore.tasks.examples import Example
from gptcore.tasks.storyworld.labelled import TASKS, examples
from gptcore.tasks.storyworld.tales import stories, tell

_WORD = re.compile(r"\w+(?:'\w+)?")
_STRETCH = 8


def card(seed: int, n_stories: int = 20_000, n_train: int = 4_000, n_test: int = 1_000) -> dict[str, Any]:
    """All of it, for stories and examples of one seed."""
    train = list(stories(n_stories, seed))
    test = list(stories(n_test, seed, "test"))
    plots = {tell(seed, "train", i).plot for i in range(n_stories)}
    values: dict[str, Any] = {
        "stories": n_stories,
        "words_per_story": round(sum(len(_words(text)) for text in train) / n_stories, 1),
        "word_types": len({word for text in train for word in _words(text)}),
        "shared_8_grams": round(shared_stretches(train, test), 4),
        "shared_plots": sum(tell(seed, "test", i).plot in plots for i in range(n_test)),
    }
    splits = {task: (list(examples(task, n_train, seed)), list(examples(task, n_test, seed, "test"))) for task in TASKS}
    for task, (learnt, unseen) in splits.items():
        values[task] = _without_reading(task, learnt, unseen)
    return values


def shared_stretches(train: Iterable[str], test: Iterable[str]) -> float:
    """Share of the test stories' runs of eight words that occur in training stories too."""
    known = {stretch for text in train for stretch in _stretches(text)}
    is_shared = Counter(stretch in known for text in test for stretch in _stretches(text))
    return is_shared[True] / is_shared.total()


def _without_reading(task: str, learnt: list[Example], unseen: list[Example]) -> dict[str, float]:
    if task == "similarity":
        return {"correlation_with_overlap": round(baselines.overlap_correlation(unseen), 3)}
    values = {"majority": baselines.majority(learnt, unseen), "bag_of_words": baselines.bag_of_words(learnt, unseen)}
    if task == "entailment":
        values["hypothesis_only"] = baselines.bag_of_words(learnt, unseen, baselines.last_text)
        values["overlap_only"] = baselines.overlap_accuracy(learnt, unseen)
    if task == "sentiment":
        values["last_sentence_only"] = baselines.bag_of_words(learnt, unseen, baselines.last_sentence)
    if task == "endings":
        values["ending_only"] = baselines.better_ending(learnt, unseen)
    return {name: round(value, 3) for name, value in values.items()}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _stretches(text: str) -> Iterator[tuple[str, ...]]:
    words = _words(text)
    return (tuple(words[i : i + _STRETCH]) for i in range(len(words) - _STRETCH + 1))
