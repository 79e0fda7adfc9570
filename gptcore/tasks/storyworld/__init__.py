"""A small world of our own: picture-book stories to pre-train on, and five tasks that can only be solved by reading.

Words, facts and plots are data (assets/storyworld); the code only chooses, fills in and keeps track of who did what.
The same seed, split and index give the same text everywhere. Nothing in the test split shares a plot with the
training split, nor, but for a few per cent, eight words in a row: see gptcore.tasks.storyworld.phrases.
"""

from gptcore.tasks.storyworld.labelled import TASKS, examples
from gptcore.tasks.storyworld.tales import Story, sentences, stories, tell

__all__ = ["TASKS", "Story", "examples", "sentences", "stories", "tell"]
