"""A run's events as a progress bar on stderr; part of the command line."""

import sys
from collections.abc import Iterator
from typing import Any

from tqdm import tqdm

from gptcore.train.loop import Event, Started, Updated, Validated
from gptcore.train.pretrain import Finished, Prepared


def show(events: Iterator[Prepared | Event | Finished], steps: int) -> dict[str, Any]:
    """Draws the events; returns the finished run's result."""
    with tqdm(total=steps, unit="step", file=sys.stderr, dynamic_ncols=True, mininterval=0.5) as bar:
        bar.set_description("reading the text")
        shown: dict[str, str] = {}
        result: dict[str, Any] = {}
        for event in events:
            if isinstance(event, Prepared):
                bar.set_description("training")
                bar.write(
                    f"{event.n_parameters:,} parameters, {event.n_tokens:,} tokens, "
                    f"{event.tokens_per_step:,} per update",
                    file=sys.stderr,
                )
            elif isinstance(event, Started):
                bar.update(event.step)
            elif isinstance(event, Updated):
                shown["loss"] = f"{event.losses['loss']:.3f}"
                bar.set_postfix(shown, refresh=False)
                bar.update()
            elif isinstance(event, Validated):
                shown |= {name: f"{value:.3f}" for name, value in event.metrics.items()}
            elif isinstance(event, Finished):
                result = event.result
        return result
