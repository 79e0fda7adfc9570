"""Rows of tokens for tasks: the four layouts of the paper's figure 1, what is cut, and what a typed mark is."""

import pytest

from gptcore import tasks
from gptcore.errors import InputError
from gptcore.tasks.formats import Cut, task_input, task_token_ids
from gptcore.tasks.task import Task

LONG = "The fox went over the hill and the crow went over the hill and the river went by. " * 3
SHORT = "A crow."


def roles(row) -> str:
    """One letter per token."""
    return "".join({"padding": "."}.get(role, role[0]) for role in row.roles)


def text_of(tokenizer, row, index: int) -> str:
    return tokenizer.decode(i for i, t in zip(row.ids, row.text_index, strict=True) if t == index)


def test_one_text_stands_between_start_and_extract(tokenizer):
    (row,) = tasks.classification(tokenizer, LONG).rows
    assert roles(row) == "s" + "t" * (len(row.ids) - 2) + "e"
    assert text_of(tokenizer, row, 0) == LONG
    assert row.extract == len(row.ids) - 1
    assert all(row.mask)


def test_entailment_puts_a_mark_between(tokenizer):
    (row,) = tasks.entailment(tokenizer, LONG, SHORT).rows
    assert roles(row).strip("t").replace("t", "") == "sde"
    assert (text_of(tokenizer, row, 0), text_of(tokenizer, row, 1)) == (LONG, SHORT)
    assert row.text_index.index(1) > row.roles.index("delimiter") > row.text_index.index(0)


def test_similarity_has_both_orders(tokenizer):
    first, second = tasks.similarity(tokenizer, LONG, SHORT).rows
    assert second.ids == tasks.similarity(tokenizer, SHORT, LONG).rows[0].ids
    assert sorted(first.ids) == sorted(second.ids)
    assert first.ids != second.ids


def test_a_choice_has_a_row_per_answer_of_one_length(tokenizer):
    answers = [SHORT, LONG, "hill"]
    given = tasks.multiple_choice(tokenizer, LONG, answers)
    assert len({len(row.ids) for row in given.rows}) == 1
    for index, (row, answer) in enumerate(zip(given.rows, answers, strict=True), start=1):
        assert (text_of(tokenizer, row, 0), text_of(tokenizer, row, index)) == (LONG, answer)
        assert roles(row).endswith("e" + "." * (len(row.ids) - 1 - row.extract))
        assert [*row.mask].count(True) == row.extract + 1


def test_marks_have_the_ids_that_fine_tuning_gives_them(tokenizer):
    tuned = tokenizer.with_task_tokens()
    size = tokenizer.vocab_size
    assert task_token_ids(tokenizer) == task_token_ids(tuned) == (size, size + 1, size + 2)
    assert tuned.vocab_size == size + 3
    assert tuned.with_task_tokens() is tuned
    assert tasks.similarity(tokenizer, LONG, SHORT) == tasks.similarity(tuned, LONG, SHORT)


def test_a_mark_that_somebody_types_is_text(tokenizer):
    tuned = tokenizer.with_task_tokens()
    typed = "<|start|> fox <|extract|> [Delim] <|delim|>"
    (row,) = tasks.classification(tuned, typed).rows
    assert roles(row) == "s" + "t" * (len(row.ids) - 2) + "e"
    assert text_of(tuned, row, 0) == typed


def test_task_tokens_survive_a_file(tokenizer, tmp_path):
    tuned = tokenizer.with_task_tokens()
    tuned.save(tmp_path)
    again = type(tokenizer).load(tmp_path)
    assert again.vocab == tuned.vocab
    assert again.encode("<|start|>").ids == tokenizer.encode("<|start|>").ids


@pytest.mark.parametrize("n_positions", range(5, 60, 6))
def test_the_longest_text_is_cut_first_and_the_cut_is_told(tokenizer, n_positions):
    lengths = [len(tokenizer.encode(text).ids) for text in (LONG, SHORT)]
    given = tasks.entailment(tokenizer, LONG, SHORT, n_positions)
    (row,) = given.rows
    kept = [row.text_index.count(0), row.text_index.count(1)]
    assert len(row.ids) <= n_positions
    assert n_positions - len(row.ids) <= 1
    assert kept[1] == min(lengths[1], kept[0])
    assert given.cuts[0] == Cut(0, kept[0], lengths[0])
    assert (kept[1] < lengths[1]) == (len(given.cuts) == 2)
    assert LONG.startswith(text_of(tokenizer, row, 0))


def test_answers_are_compared_after_the_same_beginning(tokenizer):
    given = tasks.multiple_choice(tokenizer, LONG, [SHORT, "The crow went over the hill."], 40)
    assert len({row.text_index.count(0) for row in given.rows}) == 1
    assert [cut.text_index for cut in given.cuts] == [0]
    assert max(row.extract for row in given.rows) == 39


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda t: tasks.classification(t, ""), "text 1 of the classification has no tokens"),
        (lambda t: tasks.entailment(t, "a", ""), "text 2 of the entailment"),
        (lambda t: tasks.multiple_choice(t, "a", ["b"]), "at least two answers, not 1"),
        (lambda t: tasks.similarity(t, "a", "b", 4), "a row of 4 tokens has no room for 2 texts"),
    ],
)
def test_what_makes_no_row_is_refused(tokenizer, build, says):
    with pytest.raises(InputError, match=says):
        build(tokenizer)


def test_texts_come_in_the_order_of_an_example(tokenizer):
    assert task_input(tokenizer, "entailment", ("a", "b")) == tasks.entailment(tokenizer, "a", "b")
    assert task_input(tokenizer, "multiple_choice", ("a", "b", "c")) == tasks.multiple_choice(
        tokenizer, "a", ["b", "c"]
    )


@pytest.mark.parametrize(
    ("task", "answer", "target", "right"),
    [
        (Task("classification", ("a", "b")), "a", "a", True),
        (Task("classification", ("a", "b")), "a", "b", False),
        (Task("multiple_choice"), 1, 1, True),
        (Task("multiple_choice"), 1, 0, False),
        (Task("similarity", None, 2.5, 1.5), 4.3, 5.0, True),
        (Task("similarity", None, 2.5, 1.5), 4.2, 5, False),
    ],
)
def test_a_score_is_right_within_half_a_standard_deviation_of_those_learnt_from(task, answer, target, right):
    assert task.is_right(answer, target) is right
