"""Pre-training, from a text file to a checkpoint: read, cut, batch, train, save.

A GPT predicts each next token (paper, section 3.1), a masked model guesses hidden ones (Devlin et al. 2019).
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gptcore.checkpoints.card import Card
from gptcore.checkpoints.checkpoint import Checkpoint, load_text_model, write_json
from gptcore.checkpoints.weights import weights_file
from gptcore.checkpoints.words import WORDS, words_of
from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.kinds import Trained, new_model
from gptcore.model.language_model import LanguageModel
from gptcore.model.parameters import parameter_count
from gptcore.text.corpus import open_token_file, text_bytes
from gptcore.text.known_words import write_words
from gptcore.text.pairs import mask_ids
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.device import resolve_device
from gptcore.train.distributed import Group
from gptcore.train.events import Event, Prepared, Preparing
from gptcore.train.familiarity import usual_passages, words_of_corpus
from gptcore.train.language_modelling import LanguageModelling
from gptcore.train.masked_modelling import MaskedModelling
from gptcore.train.means import RUN_TOKENS as MEANS_TOKENS
from gptcore.train.means import remember_means
from gptcore.train.memory import require_memory
from gptcore.train.neurons import RUN_TOKENS, VALIDATION, remember_neurons, sample_of
from gptcore.train.phases import Report, Sitting, never, watched
from gptcore.train.plans import PretrainPlan
from gptcore.train.reading import first_look, read_text
from gptcore.train.run import Ready, run
from gptcore.train.run_folder import RunFolder
from gptcore.train.transfer import start_from


def pretrain(
    plan: PretrainPlan, out: str | Path, resume: bool = False, stop: Callable[[], bool] = never
) -> Iterator[Event]:
    """Pre-trains a model by a plan; everything else is said at gptcore.train.run.run."""
    return run(Pretraining(plan), out, resume, stop)


class Pretraining:
    """What pre-training does in its own way; see gptcore.train.run.Training."""

    def __init__(self, plan: PretrainPlan):
        self.plan, self.settings = plan, plan.train
        self._job: LanguageModelling | MaskedModelling
        self._tokenizer: Tokenizer
        self._valid_ids: np.ndarray

    def read(self, group: Group, sitting: Sitting) -> Generator[Preparing, None, None]:
        """Makes sure that there are texts, and memory for the model."""
        together = self.settings.batch_size // group.world_size
        require_memory(self.plan.model, together, resolve_device(self.settings.device))
        yield from first_look(self.plan, sitting)

    def prepare(self, folder: RunFolder, group: Group, sitting: Sitting) -> Generator[Preparing, None, Ready[Trained]]:
        """A tokenizer, the text as its ids, the baselines' losses and a new model."""
        plan, settings = self.plan, self.settings
        tokenizer, train_ids, valid_ids, data = yield from read_text(plan, folder, sitting)
        self._tokenizer, self._valid_ids = tokenizer, valid_ids
        if group.is_main and not (folder.path / WORDS).exists():
            share = 1.0 if plan.valid else len(train_ids) / (len(train_ids) + len(valid_ids))
            n_bytes = round(share * open_token_file(folder.tokens / "train.bin").n_bytes)

            def count(report: Report) -> None:
                write_words(folder.path / WORDS, words_of_corpus(plan.corpus, n_bytes, report))

            yield from watched("words", count, sitting, text_bytes(plan.corpus))
        config = plan.config(tokenizer.vocab_size)
        job: LanguageModelling | MaskedModelling
        if plan.objective == "masked":
            special = mask_ids(tokenizer), tokenizer.end_of_text_id
            job = MaskedModelling(train_ids, valid_ids, config, *special, settings, group, sitting)
        else:
            teachers = [] if plan.teacher is None else _teachers(plan.teacher, tokenizer, config)
            job = LanguageModelling(train_ids, valid_ids, config, settings, group, sitting, teachers)
        self._job = job
        if group.is_main and not folder.baselines.exists():
            baselines = yield from watched("bigram", lambda _: job.baselines(), sitting)
            write_json(folder.baselines, baselines)
        model = new_model(config, torch.Generator().manual_seed(settings.seed))
        notes = list(data["notes"])
        if plan.start is not None:
            n_known = start_from(plan.start, model, tokenizer)
            notes.append(f"{plan.start} knows {n_known:,} of the {tokenizer.vocab_size:,} tokens; the others start new")
        per_step = settings.batch_size * config.n_positions
        return Ready(
            model,
            job,
            Checkpoint(model, tokenizer, config, {"name": folder.path.name, "data": data}),
            Prepared(parameter_count(config), len(train_ids), per_step, "tokens", settings.steps, tuple(notes)),
            snapshot_steps(settings.steps, plan.snapshots),
        )

    @torch.no_grad()
    def measure(self, ready: Ready[Trained], folder: RunFolder, seconds: float) -> tuple[dict[str, Any], Card]:
        """Both losses, over equally many tokens; beside a GPT is put what its neurons answer to, and what its parts say
        on average."""
        job, settings = self._job, self.settings
        paced = {
            "steps": settings.steps,
            "tokens_seen": settings.steps * ready.prepared.items_per_step,
            "seconds": round(seconds, 1),
        }
        if isinstance(job, MaskedModelling):
            train_loss, _ = job.measured(ready.model, job.train_rows)
            return {"train_loss": train_loss, **job.validate(ready.model), **paced}, {}
        result = {
            "train_loss": job.mean_loss(ready.model, job.train_rows),
            "valid_loss": job.mean_loss(ready.model, job.valid_rows),
            **paced,
        }
        with suppress(InputError):  # a model of so many neurons goes without, and a peer has none
            sample = sample_of(self._valid_ids, ready.model.config.n_positions, RUN_TOKENS)
            remember_neurons(folder.path, ready.checkpoint, sample, VALIDATION)
        sample = sample_of(self._valid_ids, ready.model.config.n_positions, MEANS_TOKENS)
        remember_means(folder.path, ready.model, sample, VALIDATION)
        words = words_of(folder.path, {}, {})
        usual = usual_passages(ready.model, self._tokenizer, self._valid_ids, words)
        return result, {} if usual is None else {"familiarity": usual.to_dict()}


def _teachers(folder: str, tokenizer: Tokenizer, config: ModelConfig) -> list[LanguageModel]:
    """One model, or all those in a folder of models.

    Raises:
        InputError: there is none, or one that reads other tokens or fewer of them.
    """
    inside = sorted(path for path in Path(folder).glob("*") if weights_file(path))
    found = [load_text_model(path) for path in ([folder] if weights_file(Path(folder)) else inside)]
    if not found:
        raise InputError(f"the teacher's folder {folder} has no model in it")
    for teacher in found:
        if teacher.tokenizer.fingerprint != tokenizer.fingerprint:
            raise InputError(f"the teacher in {folder} has another vocabulary; start with --tokenizer {folder}")
        if teacher.config.n_positions < config.n_positions:
            raise InputError(
                f"the teacher in {folder} reads {teacher.config.n_positions} tokens at once, the model "
                f"{config.n_positions}; take an n_positions that both read"
            )
    return [teacher.model for teacher in found]


def snapshot_steps(steps: int, count: int) -> set[int]:
    """`count` steps from 0 to the last, close together early, where a model changes most."""
    if count <= 0:
        return set()
    return {0, *(round(steps ** (i / (count - 1))) for i in range(1, count))} if count > 1 else {steps}
