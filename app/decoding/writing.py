"""Texts that are being written side by side: what a session keeps, and how they go on, some tokens at a time."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.decoding import keys
from app.decoding.start import Start
from app.shared import state
from app.shared.turns import take_turn
from gptcore.decode.strategies import Choice, Strategy, in_pieces
from gptcore.decode.text_measures import TextMeasures, measure

FIRST_SLICE, SLICE = 0.1, 0.4
"""Seconds of writing before the first look at the page, and between two more: each look costs some time, too."""


@dataclass(frozen=True)
class Task:
    """What a text follows from: the same task gives the same text."""

    start: Start
    total: int
    seed: int
    """0 for a strategy that draws nothing: another seed is the same task."""
    strategy: Strategy


@dataclass
class Text:
    """One text that is being written, or is done; belongs to one session."""

    task: Task
    choices: list[Choice] = field(default_factory=list)
    done: bool = False
    searched: int = 0
    """Steps of a beam's search so far."""
    _rest: Iterator[Choice | None] | None = None

    def go_on(self) -> None:
        """Writes one token, or takes one step of a beam's search."""
        task = self.task
        if self._rest is None:
            model = task.start.checkpoint.model
            self._rest = in_pieces(model, task.start.ids, task.total, task.strategy, task.seed, task.start.stop_ids)
        try:
            piece = next(self._rest)
        except StopIteration:
            self.done = True
        else:
            if piece is None:
                self.searched += 1
            else:
                self.choices.append(piece)
            self.done = len(self.choices) == task.total or self.has_ended
        if self.done:
            self._rest = None

    @property
    def ids(self) -> list[int]:
        """What is written so far."""
        return [chosen.id for chosen in self.choices]

    @property
    def has_ended(self) -> bool:
        """Whether its last token ends it."""
        return bool(self.choices) and self.choices[-1].id in self.task.start.stop_ids

    @property
    def spelt(self) -> str:
        """What is written so far as text, without the token that ends it."""
        return self.task.start.checkpoint.tokenizer.decode(self.ids[: len(self.ids) - self.has_ended])

    @property
    def measures(self) -> TextMeasures:
        """Of what is written so far."""
        return measure(self.choices, self.task.start.ids, self.spelt)


@dataclass
class Writing:
    """All texts of a session, by the name of their strategy, in the order in which they are shown."""

    texts: dict[str, Text]
    stopped: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing is left to write."""
        return all(text.done for text in self.texts.values())

    def go_on(self) -> None:
        """Writes for a moment: a token of each text in turn; a beam, whose text comes at the end, last."""
        with take_turn(sum(text.task.total for text in self.texts.values() if not text.done)) as taken:
            begun = any(text.choices for text in self.texts.values())
            until = time.monotonic() + (SLICE if begun else FIRST_SLICE)
            while not self.done:
                for text in self._next():
                    taken.pause()  # before a token, for a script that ends here must not lose one
                    text.go_on()
                if time.monotonic() >= until:
                    return

    def _next(self) -> list[Text]:
        left = [text for text in self.texts.values() if not text.done]
        return [text for text in left if text.task.strategy.width is None] or left[:1]


def current(start: Start, total: int, seed: int, strategies: Mapping[str, Strategy]) -> Writing:
    """This session's texts for these settings: those that are there already stay, others begin."""
    kept: Writing | None = state.get(keys.WRITING)
    known = {text.task: text for text in kept.texts.values()} if kept is not None else {}
    tasks = {name: Task(start, total, seed if how.is_random else 0, how) for name, how in strategies.items()}
    if kept is not None and [text.task for text in kept.texts.values()] == list(tasks.values()):
        return kept
    writing = Writing({name: known.get(task) or Text(task) for name, task in tasks.items()})
    state.put(keys.WRITING, writing)
    return writing
