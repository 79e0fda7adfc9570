"""Sentences to begin with, each with the word that is hidden at first, and what to look for."""

from typing import NamedTuple


class Sample(NamedTuple):
    """A sentence of ours."""

    label: str
    text: str
    hidden: str
    """The token that is hidden, as it stands in the text."""
    look_for: str


SAMPLES = (
    Sample(
        "a word in the middle",
        "The cat sat on the mat.",
        "cat",
        "“sat on the mat” tells a lot about who sat there, and a GPT that stands before the gap has not read it.",
    ),
    Sample(
        "the last word",
        "The cat sat on the mat",
        "mat",
        "Nothing stands behind the gap, so both kinds of model have the same to go by.",
    ),
    Sample(
        "the right side decides",
        "She gave the dog a bone and it barked at the moon.",
        "dog",
        "Who gets a bone, and barks? Only what follows says so.",
    ),
    Sample(
        "the left side decides",
        "Once upon a time there was a king who had three sons.",
        "time",
        "A phrase that everyone knows by its beginning. Is there anything left for the right side to tell?",
    ),
    Sample(
        "in the story world",
        "Leo found Sita beneath the olive tree and took her by the hand.",
        "took",
        "Words of our story world: choose `stories`, which has read about nothing else, and take its mask off.",
    ),
)
DEFAULT = SAMPLES[0]
