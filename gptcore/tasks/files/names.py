"""Names that columns go by in files that people have, and how they map to ours."""

import re

from gptcore.tasks.examples import Kind

_LABELS = ("label", "labels", "gold_label", "class", "category", "target", "gold")
SYNONYMS: dict[Kind, dict[str, tuple[str, ...]]] = {
    "classification": {
        "text": ("text", "sentence", "review", "phrase", "comment", "tweet", "message", "content", "document"),
        "label": (*_LABELS, "sentiment", "rating", "stars"),
    },
    "entailment": {
        "premise": ("premise", "sentence1", "sentence_1", "sentence_a", "text_a", "question", "text"),
        "hypothesis": ("hypothesis", "sentence2", "sentence_2", "sentence_b", "text_b", "claim", "sentence"),
        "label": (*_LABELS, "entailment", "entailment_judgment"),
    },
    "similarity": {
        "text_a": ("text_a", "sentence1", "sentence_1", "sentence_a", "text1", "text_1", "question1", "1_string", "a"),
        "text_b": ("text_b", "sentence2", "sentence_2", "sentence_b", "text2", "text_2", "question2", "2_string", "b"),
        "score": ("score", "similarity", "similarity_score", "relatedness", "relatedness_score", "gold_score"),
        "label": (*_LABELS, "is_duplicate", "paraphrase", "quality"),
    },
    "multiple_choice": {
        "context": (
            "context",
            "passage",
            "story",
            "document",
            "article",
            "text",
            "prompt",
            "question",
            "ctx",
            "startphrase",
            "premise",
            "goal",
            "sentence",
        ),
        "label": (*_LABELS, "answer", "answerkey", "answer_key", "correct", "correct_answer", "right_answer"),
    },
}
"""Of each of our names, the likelier first."""
ANSWER = re.compile(
    r"((?:(?:answer|ans|choice|option|opt|ending|alternative|alt|sol|solution|response|candidate)_?)?)(\d{1,2}|[a-j])"
)
"""What columns of answers are called, as `plain` writes it: a family, and which of it."""

_TELLING = {name for kinds in SYNONYMS.values() for names in kinds.values() for name in names if len(name) > 1} | {
    "id",
    "idx",
    "index",
    "genre",
    "source",
    "title",
    "options",
    "choices",
    "endings",
}


def plain(name: str) -> str:
    """A column's name without what spelling adds: "Sentence 1" and "sentence_1" are one."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def is_telling(name: str) -> bool:
    """Whether a cell of a first row can hardly be anything but a column's name."""
    bare = plain(name)
    return bare in _TELLING or (len(bare) > 2 and ANSWER.fullmatch(bare) is not None and not bare.isdigit())
