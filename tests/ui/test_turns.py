"""Turns at the processor: who goes first, who is dropped, and that nothing keeps a place for ever."""

import threading
import time
from contextlib import contextmanager, suppress
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.runtime.scriptrunner import StopException

from app.explore import cache as explore_cache
from app.explore.off import NOTHING_OFF
from app.explore.text import LENSES
from app.lab import cache as lab_cache
from app.shared import loaded, turns
from app.shared.turns import HOLD, MUCH, Turns
from tests.ui.page import Page

SHORT, LONG = 0.003, 0.03


class Class:
    """Learners at one place, with a clock that stands still and work that takes as long as we say."""

    def __init__(self):
        self.now, self.work = 0.0, {}
        self.turns = Turns(1, lambda: self.now, lambda: self.work.get(threading.get_ident(), 0.0))
        self.order: list[str] = []
        self.threads: list[threading.Thread] = []

    def spend(self, seconds: float) -> None:
        """The calling thread works."""
        self.work[threading.get_ident()] = self.work.get(threading.get_ident(), 0.0) + seconds

    def use(self, who: str, seconds: float, edited: bool = False) -> None:
        """A learner's whole turn."""
        with self.turns.take(who, seconds, edited=edited):
            self.spend(seconds)

    def queue(self, who: str, expected: float, check=lambda: None, edited: bool = False) -> None:
        """Somebody waits from now on, in a thread of their own."""
        already = len(self.turns._waiting)

        def wait() -> None:
            with suppress(StopException), self.turns.take(who, expected, check, edited):
                self.order.append(who)

        self.threads.append(threading.Thread(target=wait, daemon=True))
        self.threads[-1].start()
        _until(lambda: len(self.turns._waiting) > already)

    def join(self) -> list[str]:
        """In which order they went."""
        for thread in self.threads:
            thread.join(20)
        assert not self.turns._waiting and self.turns._free == 1
        return self.order


@pytest.fixture
def together() -> Class:
    return Class()


def test_a_long_text_waits_longer_than_a_short_one(together):
    with together.turns.take("somebody", SHORT):
        together.queue("long", LONG)
        together.queue("short", SHORT)
        together.queue("another short", SHORT)
    assert together.join() == ["short", "another short", "long"]


def test_who_used_much_waits_behind_who_used_little(together):
    together.use("greedy", MUCH)
    with together.turns.take("somebody", SHORT):
        together.queue("greedy", SHORT)
        together.queue("modest", LONG)
    assert together.join() == ["modest", "greedy"]


def test_what_was_used_is_forgotten(together):
    together.use("once greedy", MUCH)
    together.now += 60
    with together.turns.take("somebody", SHORT):
        together.queue("once greedy", SHORT)
        together.queue("long", LONG)
    assert together.join() == ["once greedy", "long"]


def test_between_two_pieces_a_short_text_gets_in(together):
    with together.turns.take("long", LONG) as long:
        together.queue("short", SHORT)
        together.queue("longer", 2 * LONG)
        long.pause()
        assert together.order == ["short"]
        together.spend(3 * LONG)
        long.pause()
        assert together.order == ["short", "longer"]
    assert together.join() == ["short", "longer"]


def test_a_held_key_waits_for_its_next_edit_if_there_are_others(together):
    together.use("flood", 2 * MUCH)
    together.use("flood", SHORT, edited=True)  # nobody else is there: at once
    together.use("somebody", SHORT)
    together.use("flood", SHORT)  # no edit: at once
    together.queue("flood", SHORT, edited=True)
    time.sleep(0.2)
    assert together.order == [] and together.turns._free == 1
    together.now += HOLD
    assert together.join() == ["flood"]


def test_who_has_edited_again_is_dropped_while_waiting(together):
    newer = threading.Event()

    def check() -> None:
        if newer.is_set():
            raise StopException

    with together.turns.take("somebody", SHORT):
        together.queue("older", SHORT, check)
        newer.set()
        _until(lambda: not together.turns._waiting)
    assert together.join() == []


def test_what_breaks_in_a_turn_gives_the_place_back(together):
    with pytest.raises(ValueError, match="broken"), together.turns.take("somebody", SHORT):
        raise ValueError("broken")
    together.use("the next", SHORT)
    assert together.join() == []


def test_who_leaves_between_two_pieces_gives_the_place_back(together):
    gone = []

    def check() -> None:
        if gone:
            raise StopException

    with pytest.raises(StopException), together.turns.take("somebody", LONG, check) as turn:
        together.queue("the next", SHORT)
        gone.append(True)
        turn.pause()
    assert together.join() == ["the next"]


@contextmanager
def _script(check):
    """As in a learner's script: `check` raises if there is a newer edit."""
    script = SimpleNamespace(session_id="a learner", yield_check=check)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "get_script_run_ctx", lambda **_: script)
        yield


@pytest.fixture
def passes(monkeypatch) -> list[int]:
    """Lengths of the texts that a model has read."""
    read = []
    model = loaded.checkpoint(loaded.model_key("books")).model

    def embed(ids, *more):
        read.append(ids.shape[1])
        return type(model).embed(model, ids, *more)

    monkeypatch.setattr(model, "embed", embed)
    return read


def test_an_older_edit_is_dropped_unseen(passes):
    def check() -> None:
        raise StopException

    key, ids = loaded.model_key("books"), tuple(range(200))
    for what in (
        lambda: explore_cache.trace(key, "text", NOTHING_OFF, ids, ("logits",)),
        lambda: explore_cache.board(key, "text", NOTHING_OFF, ids, None),
        lambda: lab_cache.sample(key, "The fox", 20),
        lambda: lab_cache.probe(key, "The fox"),
    ):
        with _script(check), pytest.raises(StopException):
            what()
    assert passes == []


@pytest.mark.parametrize("n_tokens", [20, 200])
def test_a_long_pass_stops_within_its_layers(passes, n_tokens):
    asked = []

    def check() -> None:
        asked.append(True)
        if len(asked) > 3:
            raise StopException

    key, ids = loaded.model_key("books"), tuple(range(n_tokens))
    with _script(check), pytest.raises(StopException):
        explore_cache.trace(key, "text", NOTHING_OFF, ids, ("logits",))
    assert len(asked) == 4 and passes == [n_tokens]
    trace = explore_cache.trace(key, "text", NOTHING_OFF, ids, ("logits",))  # what was stopped is not kept
    assert trace.logits.shape[0] == n_tokens and np.isfinite(trace.logits).all()
    assert turns._TURNS._free == turns.PLACES


def test_work_in_steps_ends_between_two_of_them_and_gives_the_place_back():
    done = []

    def check() -> None:
        if done:
            raise StopException

    with _script(check), pytest.raises(StopException):
        done.extend(turns.in_turn(range(5), SHORT))
    assert done == [0] and turns._TURNS._free == turns.PLACES


def test_a_continuation_that_was_cut_short_at_its_end_still_ends():
    page = Page(lens=LENSES["prediction"]).run().choose("number_input", "n_new", 200).press("Continue")
    page.at.session_state["_continuation"].done = True  # and its script ended before it could say so
    page.run()
    assert page.at.session_state["_continuation"] is None
    assert any(button.label == "Continue" for button in page.at.button)


def _until(true) -> None:
    for _ in range(2000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")
