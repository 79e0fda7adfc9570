"""The log: what the model did in one step, from the ids to the next one, with that step's own numbers."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.decoding import keys
from app.decoding.hand import actions, cache
from app.decoding.hand import log_text as words
from app.decoding.hand import text as content
from app.decoding.hand.log_choice import choice_stage
from app.decoding.hand.words import short_number
from app.decoding.start import Start
from app.shared.browser.steps import Stage, steps
from app.shared.theme import count_tokens, number, percent
from gptcore.config import ModelConfig
from gptcore.decode.by_hand import ByHand
from gptcore.decode.steps import (
    Appended,
    Chosen,
    Passed,
    Positioned,
    Predicted,
    Record,
    Stopped,
    Tokenized,
    inference_steps,
)

_CHIPS = 40
"""Tokens of a long text that are named, its last ones."""


def show(start: Start, tree: ByHand, controls: DeltaGenerator) -> None:
    """Draws it; it has no controls of its own in the row above."""
    n = len(tree.path(tree.at))
    chosen = actions.chosen_step(n)
    records = records_of(start, tree, chosen)
    is_to_come = chosen == n + 1
    title = content.LOG_TITLE_TO_COME if is_to_come else content.LOG_TITLE
    name = "" if is_to_come else start.plain_name(tree.nodes[tree.path(tree.at)[chosen - 1]].id)
    steps(
        stages_of(start, records),
        stage=st.query_params.get(keys.STAGE, ""),
        step=chosen,
        n_steps=n + 1,
        title=title.format(n=chosen, name=name),
        subtitle=content.LOG_HINT,
        stamp=f"{start.key} {start.ids} {tree.written(tree.at)} {chosen}",
        key=actions.LOG,
        on_stage=actions.keep_stage,
        on_step=partial(actions.keep_step, start),
    )


def records_of(start: Start, tree: ByHand, step: int) -> tuple[Record, ...]:
    """The log of a step of the text, counted from 1; one more than were written is the step to come."""
    way = tree.path(tree.at)
    node = way[step - 1] if step <= len(way) else None
    before = tree.at if node is None else tree.nodes[node].parent
    ids = (*start.ids, *tree.written(before))
    logits = cache.read(start.key, cache.packed(ids), len(start.ids)).logits
    model = start.checkpoint.model
    return inference_steps(model, start.ids, tree, node, logits=logits, stop_ids=start.stop_ids)


def stages_of(start: Start, records: tuple[Record, ...]) -> list[Stage]:
    """What the list shows: the records in words, and what has not happened yet."""
    config, stages = start.checkpoint.config, []
    make = {
        Tokenized: partial(_tokenized, start, config),
        Positioned: partial(_positioned, config),
        Passed: partial(_passed, config, any(isinstance(record, Positioned) and record.moved for record in records)),
        Predicted: partial(_predicted, start, config),
        Chosen: partial(choice_stage, start),
        Appended: partial(_appended, start),
        Stopped: partial(_stopped, start, config, records),
    }
    stages = [make[type(record)](record) for record in records]
    waiting = (("choose", words.CHOOSE_WAITS), ("append", words.APPEND_WAITS), ("stop", words.STOP_WAITS))
    for name, sentence in waiting if len(records) == len(words.TITLES) - len(waiting) else ():
        stages.append(
            Stage(name=name, title=words.TITLES[name], brief=words.WAITS_BRIEF, sentence=sentence, waits=True)
        )
    return stages


def _tokenized(start: Start, config: ModelConfig, record: Tokenized) -> Stage:
    n = len(record.ids)
    sentence = words.TOKENIZE_FIRST if record.new == n - record.dropped else words.TOKENIZE_NEXT
    if record.dropped:
        sentence += words.DROPPED.format(n=record.dropped, context=config.n_positions)
    shown = range(max(0, n - _CHIPS), n)
    chips = [(f"{start.name(record.ids[at])} {record.ids[at]}", at >= n - record.new) for at in shown]
    return Stage(
        name="tokenize",
        title=words.TITLES["tokenize"],
        brief=words.TOKENIZE_BRIEF.format(n=count_tokens(n), new=record.new),
        sentence=sentence,
        chips=[("…", False)] * (n > _CHIPS) + chips,
    )


def _positioned(config: ModelConfig, record: Positioned) -> Stage:
    sentence = {"learned": words.POSITION, "sinusoidal": words.POSITION_FIXED}.get(
        config.positions, words.POSITION_NONE
    )
    place = words.PLACE if record.first == record.last else words.PLACES
    return Stage(
        name="position",
        title=words.TITLES["position"],
        brief=place.format(first=record.first, last=record.last),
        sentence=sentence + (words.POSITION_MOVED if record.moved else ""),
    )


def _passed(config: ModelConfig, is_moved: bool, record: Passed) -> Stage:
    kept, anew = record.cached, record.anew
    rows = count_tokens(kept.rows).replace("token", "row")
    said = words.FORWARD_AGAIN if is_moved else words.FORWARD_NEXT if record.held else words.FORWARD_FIRST
    counts = (
        (words.ROWS, kept.rows, anew.rows),
        (words.SCORES, kept.scores, anew.scores),
        (words.MULTIPLY_ADDS, kept.multiply_adds, anew.multiply_adds),
    )
    return Stage(
        name="forward",
        title=words.TITLES["forward"],
        brief=words.FORWARD_BRIEF.format(rows=rows, layers=config.n_layer, held=count_tokens(record.held)),
        sentence=said.format(rows=kept.rows, layers=config.n_layer, held=record.held),
        table=[words.FORWARD_TABLE, *((name, short_number(a), short_number(b)) for name, a, b in counts)],
    )


def _predicted(start: Start, config: ModelConfig, record: Predicted) -> Stage:
    best, _, p = record.top[0]
    rows = [
        (start.name(token), str(token), number(logit, ".3f"), f"{probability:.4f}")
        for token, logit, probability in record.top
    ]
    return Stage(
        name="softmax",
        title=words.TITLES["softmax"],
        brief=words.SOFTMAX_BRIEF.format(name=start.plain_name(best), p=percent(p)),
        sentence=words.SOFTMAX.format(vocab=config.vocab_size, log_sum=number(record.log_sum, ".3f")),
        table=[words.SOFTMAX_TABLE, *rows],
    )


def _appended(start: Start, record: Appended) -> Stage:
    return Stage(
        name="append",
        title=words.TITLES["append"],
        brief=words.APPEND_BRIEF.format(name=start.plain_name(record.id), n=record.length),
        sentence=words.APPEND.format(id=record.id),
    )


def _stopped(start: Start, config: ModelConfig, records: tuple[Record, ...], record: Stopped) -> Stage:
    (appended,) = (other for other in records if isinstance(other, Appended))
    said = words.STOP_END if record.why == "end" else words.STOP_ON if start.stop_ids else words.STOP_NEVER
    return Stage(
        name="stop",
        title=words.TITLES["stop"],
        brief=words.STOP_BRIEF[record.why],
        sentence=said.format(name=start.plain_name(appended.id))
        + (words.STOP_FULL.format(context=config.n_positions) if record.context_full else ""),
    )
