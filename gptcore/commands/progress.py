"""A run's events as a progress bar on stderr; part of the command line."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from gptcore.train.events import Event, Finished, Prepared, Preparing, Started, Stopped, Updated, Validated

_PHASES = {
    "reading": "reading",
    "tokenizer": "learning a tokenizer",
    "tokens": "cutting into tokens",
    "words": "counting words",
    "bigram": "counting a bigram",
    "rehearsal": "writing texts to rehearse",
    "measuring": "measuring",
}


def show(events: Iterator[Event]) -> dict[str, Any]:
    """Draws the events; returns the finished run's result, which only the leader of several processes has."""
    follows = os.environ.get("RANK", "0") != "0"
    with tqdm(disable=follows, unit="step", file=sys.stderr, dynamic_ncols=True, mininterval=0.5) as bar:
        bar.set_description("reading")
        shown: dict[str, str] = {}
        result: dict[str, Any] = {}
        for event in events:
            if isinstance(event, Preparing):
                share = f" {min(1.0, event.done / event.total):.0%}" if event.total else ""
                bar.set_description(f"{_PHASES[event.phase]}{share}")
            elif isinstance(event, Prepared):
                bar.set_description("training")
                bar.reset(event.steps)
                if follows:
                    continue
                size = f"{event.n_parameters:,} parameters, {event.n_items:,} {event.unit}"
                for line in (*event.notes, f"{size}, {event.items_per_step:,} per update"):
                    bar.write(line, file=sys.stderr)
            elif isinstance(event, Started):
                bar.update(event.step)
            elif isinstance(event, Updated):
                shown["loss"] = f"{event.losses['loss']:.3f}"
                bar.set_postfix(shown, refresh=False)
                bar.update()
            elif isinstance(event, Validated):
                shown |= {name: f"{value:.3f}" for name, value in event.metrics.items()}
            elif isinstance(event, Stopped) and not follows:
                why = "its time was up" if event.reason == "time" else "it was asked to"
                bar.write(f"stopped after {event.step:,} updates: {why}; --resume goes on", file=sys.stderr)
            elif isinstance(event, Finished):
                result = event.result
        return result


@contextmanager
def stages() -> Iterator[Callable[[str], None]]:
    """A line on stderr that says what is done now; told its name, in small letters."""
    with tqdm(bar_format="{desc} {elapsed}", file=sys.stderr, dynamic_ncols=True, leave=False) as bar:
        yield lambda name: bar.set_description_str(name.replace("_", " "))


@contextmanager
def counting(total: int, unit: str) -> Iterator[Callable[[], object]]:
    """A bar on stderr, drawn after a second; called once for each of `total` things that is done."""
    with tqdm(total=total, unit=f" {unit}", file=sys.stderr, dynamic_ncols=True, delay=1, leave=False) as bar:
        yield bar.update
