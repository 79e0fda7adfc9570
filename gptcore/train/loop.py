"""The one training loop, an iterator of events: the command line, a worker, a test and a notebook all drive it.

In: a model, a job (where batches come from and what the loss is) and settings. Out: one event per update, validation
and saved state, in order. Stop it by not asking for the next event. It prints nothing and keeps no history.
"""

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from gptcore.errors import TrainingError
from gptcore.model.kernels.allocator import keep_freed_memory
from gptcore.train.device import autocast, resolve_device, resolve_precision
from gptcore.train.distributed import current_group
from gptcore.train.events import LoopEvent, Saved, Started, Stopped, Updated, Validated
from gptcore.train.optimizer import build_optimizer
from gptcore.train.phases import Halted, Sitting, never
from gptcore.train.resume import load_state, save_state
from gptcore.train.schedule import learning_rate
from gptcore.train.settings import TrainSettings

Model = TypeVar("Model", bound=nn.Module)
_Trained = TypeVar("_Trained", bound=nn.Module, contravariant=True)


class Job(Protocol[_Trained]):
    """What is trained on, and towards what."""

    def batch(self, step: int) -> Any:
        """The data of one update: a function of `step`, so that a resumed run sees the same."""

    def losses(self, model: _Trained, batch: Any) -> dict[str, Tensor]:
        """Scalars by name; "loss" is the one that is minimised, the others are reported beside it."""

    def validate(self, model: _Trained) -> dict[str, float]:
        """Measures on data that is not trained on; the model is in evaluation mode, without gradients."""


class _Losses(nn.Module, Generic[Model]):
    """A job's losses as a module's forward, which is what torch can wrap and compile."""

    def __init__(self, model: Model, job: Job[Model]):
        super().__init__()
        self.model = model
        self._job = job

    def forward(self, batch: Any) -> dict[str, Tensor]:
        """Scalars by name, as the job has them."""
        return self._job.losses(self.model, batch)


def train(
    model: Model,
    job: Job[Model],
    settings: TrainSettings,
    state_path: Path | None = None,
    stop: Callable[[], bool] = never,
    is_validated: Callable[[int], bool] = lambda step: True,
) -> Iterator[LoopEvent]:
    """Trains `model` in place.

    Args:
        model: moved to the settings' device; the caller makes it from the settings' seed.
        job: batches, losses and validation.
        settings: everything else that decides the result.
        state_path: where the state is saved; if it exists, the run goes on from it and repeats what an
            uninterrupted run would have done. None: nothing is saved.
        stop: asked after every update, and by jobs that validate for long (gptcore.train.phases); once true, the state
            is saved and the run ends. Not for a group of processes.
        is_validated: whether the validation that belongs to a saved step was done, too; a stop may have cut it short.

    Raises:
        TrainingError: the loss or its gradient is not finite; the weights of the step before are kept.
        CheckpointError: the state to resume from does not fit.
    """
    device = resolve_device(settings.device)
    dtype = resolve_precision(settings.precision, device)
    group = current_group(device, settings.batch_size)
    sitting = stop if isinstance(stop, Sitting) else Sitting(stop, settings.time_limit)
    keep_freed_memory()
    torch.set_num_threads(settings.threads or torch.get_num_threads())
    model.to(device).train()
    optimizer = build_optimizer(model, settings)
    step = load_state(state_path, model, optimizer) if state_path and state_path.exists() else 0
    yield Started(step)
    if group.is_main and (step == 0 or (_looks(step, settings) and not is_validated(step))):
        if (validation := _validate(model, job, step)) is None:
            yield Stopped(step, sitting.reason)
            return
        yield validation
    losses_of: Callable[[Any], dict[str, Tensor]] = group.wrap(_Losses(model, job), device)
    if settings.compile and device.type == "cuda":
        losses_of = torch.compile(losses_of)
    batch = job.batch(step)
    while step < settings.steps:
        started = time.perf_counter()
        rate = learning_rate(step, settings.learning_rate, settings.warmup, settings.steps, settings.decay)
        for parameters in optimizer.param_groups:
            parameters["lr"] = rate
        # Dropout draws from the process's own generator: a seed for each step and process lets a resumed run repeat it.
        torch.manual_seed(int(np.random.SeedSequence((settings.seed, step, group.rank)).generate_state(1)[0]))
        with autocast(device, dtype):
            losses = losses_of(batch)
        losses["loss"].backward()
        means = group.mean(torch.stack([value.detach().float() for value in losses.values()]))
        norm = nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
        batch = job.batch(step + 1)  # a GPU is still busy with this one; its numbers are waited for once
        *numbers, grad_norm = torch.cat([means, norm.float()[None]]).tolist()
        values = dict(zip(losses, numbers, strict=True))
        if not math.isfinite(grad_norm) or not math.isfinite(values["loss"]):
            raise TrainingError(
                f"update {step + 1} met a loss of {values['loss']:.4g} and a gradient of length "
                f"{grad_norm:.4g}; try a learning rate below {rate:.2g}, a longer warm-up or float32"
            )
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        yield Updated(step, settings.steps, values, rate, grad_norm, time.perf_counter() - started)
        last = step == settings.steps
        stopping = not last and sitting()
        if group.is_main and _looks(step, settings):
            if (validation := _validate(model, job, step)) is None:
                stopping = True
            else:
                yield validation
        if group.is_main and state_path and (last or stopping or step % settings.save_every == 0):
            save_state(state_path, step, model, optimizer)
            yield Saved(step)
        if stopping:
            yield Stopped(step, sitting.reason)
            return


def _looks(step: int, settings: TrainSettings) -> bool:
    """Whether the validation data is looked at after so many updates."""
    return step == settings.steps or step % settings.validate_every == 0


@torch.no_grad()
def _validate(model: Model, job: Job[Model], step: int) -> Validated | None:
    """None if the sitting is over in the middle of it."""
    model.eval()
    try:
        return Validated(step, job.validate(model))
    except Halted:
        return None
    finally:
        model.train()
