"""A run's events, written down in its folder as they pass."""

import platform
import time
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TypeVar

import torch

from gptcore.checkpoints.card import Card
from gptcore.checkpoints.checkpoint import Checkpoint, save, write_json
from gptcore.errors import TrainingError
from gptcore.train.events import LoopEvent, Preparing, Saved, Started, Stopped, Updated, Validated
from gptcore.train.phases import Halted
from gptcore.train.run_folder import RunFolder

T = TypeVar("T")
_TELL_EVERY = 1.0
"""Seconds between two notes of how far a phase is."""


def told(events: Generator[Preparing, None, T], folder: RunFolder) -> Generator[Preparing, None, T]:
    """Passes a phase's events on, and writes the newest into the run's folder, once that is there, for pages to see."""
    told_at = 0.0
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            value: T = end.value
            return value
        if time.monotonic() - told_at >= _TELL_EVERY and folder.path.is_dir():
            write_json(folder.phase, asdict(event))
            told_at = time.monotonic()
        yield event


@contextmanager
def kept_if_begun(folder: RunFolder, is_new: bool) -> Iterator[None]:
    """Removes a new run's folder if it fails before there is anything to resume; one that is only halted keeps it."""
    try:
        yield
    except (Halted, TrainingError):
        raise
    except Exception:
        if is_new and not folder.state.exists():
            folder.discard()
        raise


def validated(folder: RunFolder, step: int) -> bool:
    """Whether the folder has what the validation after `step` updates found."""
    return any(validation.step == step for validation in folder.metrics.read().validations)


def recorded(
    events: Iterator[LoopEvent],
    folder: RunFolder,
    checkpoint: Checkpoint,
    log_every: int,
    snapshots_at: Collection[int] = (),
) -> Generator[LoopEvent, None, float | None]:
    """Passes the events on, and keeps metrics, snapshots and the model in the folder.

    Returns:
        seconds that all updates took, over all sittings; None if the run was stopped.
    """
    seconds = 0.0
    for event in events:
        if isinstance(event, Started):
            folder.metrics.forget_after(event.step if event.step else -1)
            seconds = folder.metrics.read().seconds
        if isinstance(event, Updated):
            seconds += event.seconds
            if event.step % log_every == 0 or event.step == event.steps:
                folder.metrics.append(replace(event, seconds=round(seconds, 3)))
        if isinstance(event, Validated):
            folder.metrics.append(event)
        if isinstance(event, Updated | Started) and event.step in snapshots_at:
            save(with_card(checkpoint, {"step": event.step}), folder.snapshot(event.step), torch.float16)
        if isinstance(event, Saved):
            save(checkpoint, folder.path)
        yield event
        if isinstance(event, Stopped):
            return None
    return seconds


def finish(folder: RunFolder, checkpoint: Checkpoint, card: Card) -> None:
    """Keeps the finished model. The result goes onto its card last, by itself: it says that all else is there."""
    save(checkpoint, folder.path)
    write_json(folder.card, with_card(checkpoint, card).card)


def with_card(checkpoint: Checkpoint, more: Card) -> Checkpoint:
    """The same checkpoint with more said on its card."""
    return replace(checkpoint, card={**checkpoint.card, **more})


def machine(device: torch.device) -> dict[str, str]:
    """What a run ran on, for its card."""
    if device.type == "cuda":
        return {"device": "cuda", "processor": torch.cuda.get_device_name(device)}
    return {"device": device.type, "processor": platform.processor() or platform.machine()}
