"""What can be had without reading: answers from the commonest label, from single words, or from half of an example.

A task that one of these solves does not show that a model understands anything.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from gptcore.tasks.examples import Example, Target

View = Callable[[Example], str]
_RARE, _ENOUGH = 2, 200
"""A word of fewer examples is left out, where there are enough examples to meet one again."""
_PLACE = " || "
"""Between the texts of an example, so that no pair of words spans two of them."""


def majority(train: Sequence[Example], test: Sequence[Example]) -> float:
    """Accuracy of always giving training's commonest label."""
    common = Counter(example.target for example in train).most_common(1)[0][0]
    return float(np.mean([example.target == common for example in test]))


def bag_of_words(train: Sequence[Example], test: Sequence[Example], view: View | None = None) -> float:
    """Accuracy of a logistic regression on words and pairs of neighbours.

    Args:
        view: what it may see of an example; None: all its texts, each word marked with its text.
    """
    answers = answers_by_words(train, test, view)
    return float(np.mean([answer == example.target for answer, example in zip(answers, test, strict=True)]))


def answers_by_words(train: Sequence[Example], test: Sequence[Example], view: View | None = None) -> list[Target]:
    """What that regression answers to each test example."""
    view = view or _all_texts
    model = _words_and_pairs(len(train))
    model.fit([view(example) for example in train], [example.target for example in train])
    answers: list[Target] = model.predict([view(example) for example in test]).tolist()
    return answers


def last_text(example: Example) -> str:
    """Only the last text: the hypothesis, say, without its premise."""
    return example.texts[-1]


def last_sentence(example: Example) -> str:
    """Only how the last text ends."""
    return example.texts[-1].rstrip(".!?").rsplit(". ", 1)[-1]


def better_ending(train: Sequence[Example], test: Sequence[Example]) -> float:
    """Accuracy of a choice by the answers alone: the one whose words were right more often."""
    pairs = [(text, int(i == e.target)) for e in train for i, text in enumerate(e.texts[1:])]
    model = _words_and_pairs(len(pairs))
    model.fit([text for text, _ in pairs], [right for _, right in pairs])
    hits = [int(np.argmax(model.decision_function(e.texts[1:]))) == e.target for e in test]
    return float(np.mean(hits))


def overlap(example: Example) -> float:
    """Share of words that two texts have in common (Jaccard)."""
    first, second = ({word.strip('.,!?"').lower() for word in text.split()} for text in example.texts[:2])
    return len(first & second) / len(first | second)


def overlap_correlation(examples: Sequence[Example]) -> float:
    """Pearson's correlation of scores with the overlap of words."""
    return float(np.corrcoef([overlap(e) for e in examples], [e.target for e in examples])[0, 1])


def overlap_accuracy(train: Sequence[Example], test: Sequence[Example]) -> float:
    """Accuracy of a label from the overlap of words alone."""
    model = LogisticRegression().fit([[overlap(e)] for e in train], [e.target for e in train])
    return float(model.score([[overlap(e)] for e in test], [e.target for e in test]))


def _all_texts(example: Example) -> str:
    return _PLACE.join(f"text{i} " + " ".join(f"{word}_{i}" for word in t.split()) for i, t in enumerate(example.texts))


def _words_and_pairs(n_examples: int) -> Pipeline:
    rare = _RARE if n_examples >= _ENOUGH else 1
    return make_pipeline(CountVectorizer(ngram_range=(1, 2), min_df=rare), LogisticRegression(max_iter=2_000))
