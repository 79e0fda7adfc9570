"""What a model's mistakes have in common: the test examples that it answers wrongly beside those it answers rightly.

Everything is counted, over all of them; a sentence is made only of a difference that is neither small nor chance.
Scores are hardly ever met exactly: there the quarter that is furthest off stands for the mistakes.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from gptcore.tasks.baselines import overlap
from gptcore.tasks.examples import Example, Target
from gptcore.tasks.task import Task

_NEGATION = re.compile(r"\b(?:not?|never|none|nothing|nobody|nowhere|neither|nor|cannot|without|\w+n['’]t)\b", re.I)
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_FURTHEST = 0.25
_SMALL = 0.2
"""Of a standardised difference (Cohen's d): below it, two groups can hardly be told apart."""
_CERTAIN = 2.0
"""Standard errors that a difference of two means is larger than, or it may be chance."""
_MOST = 99.0
"""A difference that is told where the groups have no spread at all."""
_TOLD, _LISTED = 3, 20
_SENTENCES = {
    "words": "Mistakes are {more} examples: {wrong:.1f} words on average against {right:.1f}.",
    "negation": "A negation (no, not, never, ...) stands in {wrong:.0%} of the mistakes, in {right:.0%} of the others.",
    "unseen": "Words that training never had are {wrong:.1%} of a mistake's words, {right:.1%} of the others'.",
    "overlap": "The two texts of a mistake share {wrong:.0%} of their words, those of the others {right:.0%}.",
    "confidence": "The model is {more} sure where it is wrong: {wrong:.0%} on average against {right:.0%}.",
    "covered": "Of the right answer's words {wrong:.0%} stand in the context of a mistake, {right:.0%} in the others'.",
    "score": "The right scores of mistakes are {more}: {wrong:.2f} on average against {right:.2f}.",
}
_MORE = {"words": ("longer", "shorter"), "confidence": ("more", "less"), "score": ("higher", "lower")}


def mistakes(
    task: Task,
    examples: Sequence[Example],
    answers: Sequence[Target],
    confidence: np.ndarray | None,
    seen: Collection[str],
) -> dict[str, Any]:
    """What the wrong answers have in common, for a model's card.

    Args:
        examples: of the test.
        answers: the model's, comparable to the examples' targets.
        confidence: (N,), the probability of each answer; None for scores.
        seen: the words of the training examples, as `words_of` gives them.

    Returns:
        count and of, how many examples are wrong and how many there are; compared, by name the mean over wrong and over
        right ones and the standardised difference, see _SENTENCES; confused, which label is taken for which and how
        often, the most frequent first; most_confident, places in the test file, from 1, of the wrong answers that the
        model was surest of (of scores: furthest off); sentences, the largest differences in words.
    """
    targets = [example.target for example in examples]
    off = np.array([_distance(task, *pair) for pair in zip(targets, answers, strict=True)])
    wrong = off > np.quantile(off, 1 - _FURTHEST) if task.is_regression else off > 0
    compared = {}
    if wrong.any() and not wrong.all():
        values = {name: np.array([of(example) for example in examples]) for name, of in _measured(task, seen).items()}
        if confidence is not None:
            values["confidence"] = confidence
        compared = {name: _compared(value, wrong) for name, value in values.items()}
    confused = _confused(targets, answers) if task.labels is not None else []
    surest = off if confidence is None else np.where(wrong, confidence, -1)
    order = [int(i) + 1 for i in np.argsort(-surest, kind="stable") if wrong[i]]
    return {
        "count": int(wrong.sum()),
        "of": len(examples),
        "compared": compared,
        "confused": confused,
        "most_confident": order[:_LISTED],
        "sentences": sentences(compared, confused, int(wrong.sum())),
    }


def sentences(compared: dict[str, dict[str, float]], confused: Sequence[dict[str, Any]], count: int) -> list[str]:
    """The confusion that is most frequent, and the largest of the differences that can be told, in words.

    Args:
        compared, confused, count: as `mistakes` gives them.
    """
    if not count:
        return ["It answers every test example rightly."]
    told = []
    if confused:
        first = confused[0]
        told.append(
            f"Most often {first['target']} is taken for {first['answer']}: "
            f"{first['count']:,} of its {first['of']:,} examples."
        )
    clear = [name for name, found in compared.items() if found["is_clear"]]
    for name in sorted(clear, key=lambda name: -abs(compared[name]["difference"]))[: _TOLD - len(told)]:
        found = compared[name]
        more = _MORE.get(name, ("", ""))[found["difference"] < 0]
        told.append(_SENTENCES[name].format(more=more, wrong=found["wrong"], right=found["right"]))
    return told or ["Nothing that was counted tells the mistakes from the other examples."]


def words_of(texts: Sequence[str]) -> list[str]:
    """Every word of some texts, in small letters."""
    return [word.lower() for text in texts for word in _WORD.findall(text)]


def _measured(task: Task, seen: Collection[str]) -> dict[str, Callable[[Example], float]]:
    """What is counted of an example, by name."""

    def unseen(example: Example) -> float:
        words = words_of(example.texts)
        return sum(word not in seen for word in words) / max(1, len(words))

    measured: dict[str, Callable[[Example], float]] = {
        "words": lambda example: float(len(words_of(example.texts))),
        "negation": lambda example: float(any(map(_NEGATION.search, example.texts))),
        "unseen": unseen,
    }
    if task.kind in ("entailment", "similarity"):
        measured["overlap"] = overlap
    if task.kind == "multiple_choice":
        measured["covered"] = _covered
    if task.is_regression:
        measured["score"] = lambda example: float(example.target)
    return measured


def _covered(example: Example) -> float:
    words = set(words_of([example.texts[1 + int(example.target)]]))
    return len(words & set(words_of(example.texts[:1]))) / max(1, len(words))


def _distance(task: Task, target: Target, answer: Target) -> float:
    return abs(float(target) - float(answer)) if task.is_regression else float(target != answer)


def _compared(values: np.ndarray, is_wrong: np.ndarray) -> dict[str, Any]:
    """Two groups' means; their difference in units of the spread within them, and whether it is more than chance."""
    groups = values[is_wrong], values[~is_wrong]
    (wrong, right), (a, b) = (g.mean() for g in groups), (g.var() for g in groups)
    spread = np.sqrt((a * len(groups[0]) + b * len(groups[1])) / len(values))
    error = np.sqrt(a / len(groups[0]) + b / len(groups[1]))
    difference = float(np.clip((wrong - right) / max(spread, 1e-9), -_MOST, _MOST))
    return {
        "wrong": round(float(wrong), 4),
        "right": round(float(right), 4),
        "difference": round(difference, 3),
        "is_clear": bool(abs(difference) >= _SMALL and abs(wrong - right) > _CERTAIN * error),
    }


def _confused(targets: Sequence[Target], answers: Sequence[Target]) -> list[dict[str, Any]]:
    of = Counter(targets)
    pairs = Counter((t, a) for t, a in zip(targets, answers, strict=True) if t != a)
    return [
        {"target": target, "answer": answer, "count": n, "of": of[target]}
        for (target, answer), n in pairs.most_common()
    ]
