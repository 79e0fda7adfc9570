"""Short examples that the course text uses, with the answers that it expects, and a word where that is in doubt."""

from typing import NamedTuple

from gptcore.tasks.examples import Example, Kind

_RIVER = "The bank by the river was steep and covered in wildflowers."
_OLD_MAN = ("The old man spoke to the young girl.", "An elderly person talked to a child.")


class CourseExample(NamedTuple):
    """An example of the course text."""

    example: Example
    doubt: str = ""
    """What may be said against the expected answer."""


COURSE: dict[Kind, tuple[CourseExample, ...]] = {
    "classification": (
        CourseExample(Example(("This movie was absolutely wonderful.",), "positive")),
        CourseExample(
            Example((_RIVER,), "positive"),
            "The course text takes the wildflowers as praise. But the sentence describes and gives no opinion: a "
            "reader may well call it neither.",
        ),
    ),
    "entailment": (
        CourseExample(
            Example(_OLD_MAN, "entailment"),
            "The answer holds, but the course text gives its reason the wrong way round: it is “old man” that entails "
            "“elderly person”.",
        ),
        CourseExample(Example((_RIVER, "There were flowers near the water."), "entailment")),
        CourseExample(
            Example(("A man is playing guitar on stage.", "A musician is performing."), "entailment"),
            "Strictly, somebody who plays a guitar on a stage need not be a musician; most readers let it follow.",
        ),
    ),
    "similarity": (
        CourseExample(
            Example(_OLD_MAN, 4.0),
            "The course text has this pair under entailment and names no score; 4 of 5 is ours: the same scene, with "
            "less said of who speaks.",
        ),
        CourseExample(
            Example((_RIVER, "The hillside along the stream was angled and full of wild plants."), 3.0),
            "The course text calls it a paraphrase and names no score; 3 of 5 is ours. A bank is no hillside, and wild "
            "plants need not flower.",
        ),
        CourseExample(
            Example(("The cat sat on the mat.", "A feline rested on a rug."), 4.0),
            "The course text names no score; 4 of 5 is ours. A feline may be a lion.",
        ),
    ),
    "multiple_choice": (
        CourseExample(
            Example(
                (
                    "Marie Curie discovered radium in 1898. What element did Curie discover?",
                    *("Uranium", "Radium", "Polonium"),
                ),
                1,
            ),
            "Marie Curie found polonium in 1898 as well: only the given context makes radium the one answer.",
        ),
        CourseExample(
            Example(
                ("The cat was hungry. What did it do?", *("It ate some food.", "It went swimming.", "It read a book.")),
                0,
            ),
        ),
    ),
}


def doubt(kind: Kind, example: Example) -> str:
    """What may be said against an example's answer; empty for one that is not the course text's, or not in doubt."""
    return next((shown.doubt for shown in COURSE[kind] if shown.example == example), "")
