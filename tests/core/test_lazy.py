"""Values that are computed once and kept, without one object's computation holding up another's."""

import threading

from gptcore.lazy import cached_property


class Slow:
    """Its value is there as soon as `go` is set."""

    def __init__(self):
        self.go, self.started, self.times = threading.Event(), threading.Event(), 0

    @cached_property
    def value(self) -> int:
        """What takes its time."""
        self.started.set()
        assert self.go.wait(10)
        self.times += 1
        return self.times


def test_a_value_is_computed_once_and_kept():
    one = Slow()
    one.go.set()
    assert (one.value, one.value, one.times) == (1, 1, 1)
    assert Slow.value.__doc__ == "What takes its time."


def test_one_objects_slow_value_does_not_hold_up_anothers():
    slow, quick = Slow(), Slow()
    quick.go.set()
    waiting = threading.Thread(target=lambda: slow.value, daemon=True)
    waiting.start()
    assert slow.started.wait(20)
    other = threading.Thread(target=lambda: quick.value, daemon=True)
    other.start()
    other.join(3)  # with one lock for both it waits for the slow one
    assert quick.times == 1
    slow.go.set()
    waiting.join(20)
    assert slow.times == 1
