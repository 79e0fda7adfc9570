"""Pairs of texts to patch: the model that ships goes on with each in its own way, and both have equally many tokens."""

from typing import NamedTuple


class Pair(NamedTuple):
    """Two texts that differ in one thing."""

    label: str
    here: str
    there: str


PAIRS = (
    Pair("the doors, the door", "The doors of the old house", "The door of the old house"),
    Pair("the keys, the key", "The keys to the cabinet", "The old key to the cabinet"),
    Pair("the boys, the boy", "The boys who had lost the dog", "The boy who had lost the dog"),
    Pair("king, queen", "The king was so angry that", "The queen was so angry that"),
    Pair("Mary, John", "Mary was so tired that", "John was so tired that"),
    Pair("hungry, thirsty", "The hungry boy asked for something to", "The thirsty boy asked for something to"),
    Pair("river, sea", "They ran down to the river and sat on the", "They ran down to the sea and sat on the"),
)
