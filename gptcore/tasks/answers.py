"""A file's questions with a model's answers to them: what each answer is, how sure, and how often they are right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gptcore.errors import InputError
from gptcore.familiar import Familiarity
from gptcore.tasks.examples import Target
from gptcore.tasks.familiarity import TestedModel
from gptcore.tasks.files.questions import Question, Questions
from gptcore.tasks.formats import task_input
from gptcore.tasks.many import answer_many
from gptcore.tasks.metrics import confusion, metrics
from gptcore.tasks.predict import answer_of, outputs
from gptcore.tasks.task import Task


@dataclass(frozen=True)
class Answer:
    """What a model says to one question."""

    question: Question
    answer: Target
    """As an Example's target."""
    probabilities: tuple[float, ...] | None
    """Of the task's labels or of the question's answers, in their order; None for a score."""
    is_cut: bool
    """Whether a text was too long to be read whole."""
    familiarity: Familiarity | None
    """None where the model does not tell what it has read."""


def answer_questions(
    checkpoint: TestedModel, asked: Questions, report: Callable[[], object] = bool
) -> tuple[list[Answer], dict[int, str]]:
    """Lets a fine-tuned model answer.

    Args:
        report: called after each answer.

    Returns:
        answers in the order of the questions, and the rows that have none with the reason, with those of `asked`.

    Raises:
        InputError: the model was not fine-tuned.
    """
    head, unread = checkpoint.head, dict(asked.unread)
    if head is None:
        raise InputError("this model has no head for a task; fine-tune it first")
    task, questions, inputs = head.task, [], []
    for question in asked.questions:
        try:
            given = task_input(checkpoint.tokenizer, task.kind, question.texts, checkpoint.model.config.n_positions)
        except InputError as error:
            unread[question.number] = str(error)
            continue
        questions.append(question)
        inputs.append(given)
    found: dict[int, Answer] = {}
    for i, logits, told in answer_many(checkpoint, [question.texts for question in questions], inputs):
        sure = None if task.is_regression else tuple(outputs(task, logits).tolist())
        found[i] = Answer(questions[i], answer_of(task, logits), sure, bool(inputs[i].cuts), told)
        report()
    return [found[i] for i in range(len(questions))], dict(sorted(unread.items()))


def measure(task: Task, answers: Sequence[Answer]) -> dict[str, Any]:
    """How good the answers are where the right one is known, and of each label how many there are and the share that is
    answered rightly; empty without any."""
    known = [(a.question.target, a.answer) for a in answers if a.question.target is not None]
    if not known:
        return {}
    targets, given = [target for target, _ in known], [answer for _, answer in known]
    measures: dict[str, Any] = {"examples": len(known), **metrics(task, targets, given)}
    if task.labels is not None:
        counts = np.array(confusion(task, targets, given))
        measures["by_label"] = {
            label: {"examples": int(row.sum()), "accuracy": float(row[i] / row.sum())}
            for i, (label, row) in enumerate(zip(task.labels, counts, strict=True))
            if row.sum()
        }
    return measures


def as_record(task: Task, answer: Answer) -> dict[str, Any]:
    """An answer as plain values: of a choice, answers count from 1, as in a file's label."""
    texts, told = answer.question.texts, answer.familiarity
    record: dict[str, Any] = {"row": answer.question.number, "answer": written(task, answer.answer)}
    if answer.probabilities is not None:
        names = task.labels or [str(i) for i in range(1, len(texts))]
        record["probabilities"] = dict(zip(names, answer.probabilities, strict=True))
    if answer.question.target is not None:
        record["label"] = written(task, answer.question.target)
    record["is_cut"] = answer.is_cut
    record["familiarity"] = None if told is None else _as_record(texts, told)
    return record


def written(task: Task, target: Target) -> Target:
    """A target as files have it."""
    return int(target) + 1 if task.kind == "multiple_choice" else target


def _as_record(texts: Sequence[str], told: Familiarity) -> Mapping[str, Any]:
    return {
        "is_strange": told.is_strange,
        "reasons": list(told.reasons),
        "perplexity": told.perplexity,
        "times": told.times,
        "share_unseen": told.share_unseen,
        "unseen": [
            [text[word.start : word.end] for word in words] for text, words in zip(texts, told.unseen, strict=True)
        ],
    }
