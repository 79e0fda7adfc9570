"""How good marks are, and what can be had without reading."""

import re
from collections import Counter
from collections.abc import Sequence

from gptcore.tasks.marked import OTHER, Marked

_WORD = re.compile(r"\w+|[^\w\s]")


def span_metrics(right: Sequence[str], answers: Sequence[str]) -> dict[str, float]:
    """accuracy: the share of answers that are exactly the right ones; f1: of their words, a mean over the examples, as
    SQuAD has it (Rajpurkar et al. 2016, section 6.1)."""
    exact = sum(one == other for one, other in zip(right, answers, strict=True))
    shared = [_overlap(one, other) for one, other in zip(right, answers, strict=True)]
    return {"accuracy": exact / len(right), "f1": sum(shared) / len(right)}


def token_metrics(right: Sequence[int], answers: Sequence[int]) -> dict[str, float]:
    """accuracy over all tokens; f1 over those that have a label other than OTHER, which is 0 (micro-averaged)."""
    pairs = list(zip(right, answers, strict=True))
    hits = sum(one == other and one > 0 for one, other in pairs)
    claimed, there = sum(other > 0 for _, other in pairs), sum(one > 0 for one, _ in pairs)
    f1 = 2 * hits / (claimed + there) if claimed + there else 0.0
    return {"accuracy": sum(one == other for one, other in pairs) / len(pairs), "f1": f1}


def without_reading(train: Sequence[Marked], test: Sequence[Marked]) -> dict[str, dict[str, float]]:
    """What a rule reaches that does not read.

    Of spans: "position", the words that most often are the answer by their place; "words", the first words of the text
    that were an answer to a question which began alike ("Who", "What", "Where"). Of tokens: "position" and "words", the
    label that a place or a word most often had.
    """
    spans = train[0].question is not None
    return (_spans if spans else _tokens)(train, test)


def _overlap(right: str, answer: str) -> float:
    one, other = Counter(right.lower().split()), Counter(answer.lower().split())
    hits = (one & other).total()
    return 2 * hits / (one.total() + other.total()) if hits else 0.0


def _spans(train: Sequence[Marked], test: Sequence[Marked]) -> dict[str, dict[str, float]]:
    places: Counter[tuple[int, int]] = Counter()
    known: dict[str, set[str]] = {}
    for example in train:
        words, (first, last) = _words(example), _inside(example)
        places[first, last] += 1
        known.setdefault(_asked(example), set()).update(word for word, _, _ in words[first : last + 1])
    (first, last), _ = places.most_common(1)[0]
    right = [example.text[example.spans[0].start : example.spans[0].end] for example in test]
    by_place, by_word = [], []
    for example in test:
        words = _words(example)
        by_place.append(_text(example, words[first : last + 1]))
        of_kind = known.get(_asked(example), set())
        start = next((i for i, (word, _, _) in enumerate(words) if word in of_kind), 0)
        stop = next((i for i in range(start, len(words)) if words[i][0] not in of_kind), len(words))
        by_word.append(_text(example, words[start:stop]))
    return {"position": span_metrics(right, by_place), "words": span_metrics(right, by_word)}


def _tokens(train: Sequence[Marked], test: Sequence[Marked]) -> dict[str, dict[str, float]]:
    labels = [OTHER, *sorted({span.label for example in train for span in example.spans})]
    of_word: dict[str, Counter[int]] = {}
    of_place: dict[int, Counter[int]] = {}
    for example in train:
        for place, (word, label) in enumerate(_labelled(example, labels)):
            of_word.setdefault(word, Counter())[label] += 1
            of_place.setdefault(place, Counter())[label] += 1
    right, by_word, by_place = [], [], []
    for example in test:
        for place, (word, label) in enumerate(_labelled(example, labels)):
            right.append(label)
            by_word.append(of_word[word].most_common(1)[0][0] if word in of_word else 0)
            by_place.append(of_place[place].most_common(1)[0][0] if place in of_place else 0)
    return {"position": token_metrics(right, by_place), "words": token_metrics(right, by_word)}


def _asked(example: Marked) -> str:
    return (example.question or "").split(" ", 1)[0]


def _words(example: Marked) -> list[tuple[str, int, int]]:
    return [(match[0], match.start(), match.end()) for match in _WORD.finditer(example.text)]


def _inside(example: Marked) -> tuple[int, int]:
    span = example.spans[0]
    inside = [i for i, (_, start, end) in enumerate(_words(example)) if start < span.end and span.start < end]
    return inside[0], inside[-1]


def _text(example: Marked, words: Sequence[tuple[str, int, int]]) -> str:
    return example.text[words[0][1] : words[-1][2]] if words else ""


def _labelled(example: Marked, labels: Sequence[str]) -> list[tuple[str, int]]:
    return [
        (word, next((labels.index(s.label) for s in example.spans if start < s.end and s.start < end), 0))
        for word, start, end in _words(example)
    ]
