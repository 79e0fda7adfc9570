"""Numbers of an example and its answer, for the arithmetic beside the page; and its losses, each of which opens."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from app.shared import trail
from app.shared.arithmetic.clicks import clicked
from app.shared.arithmetic.numbers import readable
from app.shared.loaded import ModelKey
from app.shared.output_bars import output_names
from app.tasks import cache
from app.tasks import text as content
from app.tasks.example import ReadExample
from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.model.kinds import as_gpt
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation
from gptcore.provenance.task import answer_needs, checked_answer, explain_answer
from gptcore.provenance.task_reading import TaskReading, lm_weight_of
from gptcore.provenance.words import describe, name_of, short, word
from gptcore.tasks.examples import Target
from gptcore.tasks.head import TaskHead

_LOSSES: tuple[Cell, ...] = (("task_loss",), ("lm_loss",), ("weighted_lm_loss",), ("total_loss",))


@dataclass(frozen=True)
class AnswerNumbers:
    """Those of one example as a fine-tuned model reads it; an app.shared.arithmetic.source.Source."""

    current: ReadExample
    head: TaskHead
    target: Target | None
    """The right answer, if it is known."""

    @property
    def key(self) -> ModelKey:
        """The model that answers."""
        return self.current.key

    def check(self, cell: Cell) -> Cell:
        """See Source. An LSTM's numbers do not open."""
        as_gpt(self.current.checkpoint.model)
        return checked_answer(cell, self.current.checkpoint.config, self.head, self.current.input)

    def explain(self, cell: Cell) -> Explanation:
        """See Source."""
        current = self.current
        as_gpt(current.checkpoint.model)
        parts, layer = answer_needs(current.checkpoint.config, cell)
        traces = cache.traces(current.key, current.texts, parts, layer)
        weight = lm_weight_of(current.checkpoint.card)
        logits = None if current.prediction is None else current.prediction.logits
        reading = TaskReading(self.head, current.input, traces, self.target, weight, logits)
        return explain_answer(current.checkpoint.model, reading, cell)

    def short(self, cell: Cell) -> str:
        """See Source."""
        return short(cell, self.current.token_name)

    def describe(self, cell: Cell) -> str:
        """See Source."""
        if answer := self._answer(cell):
            return f"{name_of(cell)}, “{answer}”"
        return describe(cell, self._name_in(cell[1] if cell[0] == "row" else 0), self.current.token_name)

    def word(self, cell: Cell) -> str:
        """See Source."""
        if cell[0] != "row":
            return self._answer(cell)
        return word(cell[2:], self._name_in(cell[1]), self.current.token_name)

    def _name_in(self, row: int) -> Callable[[int], str]:
        """The text of the token at a position of a row."""
        ids = self.current.input.rows[row].ids
        return lambda position: self.current.token_name(ids[position])

    def _answer(self, cell: Cell) -> str:
        """What the output stands for that a number belongs to."""
        kind, *at = cell
        if kind not in ("task_logit", "task_probability") or self.head.task.is_regression:
            return ""
        return output_names(self.head.task, self.current.texts)[at[0]]


def draw_losses(numbers: AnswerNumbers) -> None:
    """What fine-tuning makes smaller, of this example; nothing where its right answer is not known."""
    if numbers.target is None or not isinstance(numbers.current.checkpoint.model, GPT):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="losses"):
        st.caption(content.LOSSES, width="content")
        for cell in _LOSSES:
            with suppress(InputError):  # a card that does not tell lambda
                value = numbers.explain(cell).value
                label = content.LOSS.format(symbol=numbers.short(cell), value=readable(value))
                st.button(label, key=f"open_{cell[0]}", type="tertiary", on_click=trail.open_cell, args=(cell,))


def open_from(key: str, numbers: AnswerNumbers) -> Callable[[], None]:
    """What happens when a number is clicked in the component with this key; see app.explore.actions.open_from."""

    def opened() -> None:
        if cell := clicked(st.session_state[key].cell, numbers):
            trail.open_cell(cell)

    return opened
