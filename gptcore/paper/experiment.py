"""One experiment of a claim: a pre-training in the story world, a fine-tuning that starts from it, and their size.

In: what differs from the usual (a Pretrained, a FineTuned), a scale and a seed. Out: plans of gptcore.train. The seed
is of initial weights and the order of the data in both trainings; the stories and the examples are always the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptcore.config import PRESETS, ModelConfig
from gptcore.lab import corpora, task_files
from gptcore.lab.task_files import STORY_TASKS
from gptcore.model.parameters import equal_lstm
from gptcore.tasks.examples import Kind
from gptcore.train.plans import FinetunePlan, PretrainPlan
from gptcore.train.schedule import steps_per_epoch
from gptcore.train.settings import TrainSettings

Settings = tuple[tuple[str, Any], ...]
"""Settings by name, in an order: what differs from the usual."""
_ALONE: dict[str, Any] = {"save_every": 200, "precision": "float32", "threads": 1, "device": "cpu"}
"""Of every run: one thread in float32, so that another machine repeats it."""
STORIES = "storyworld"
_WARMUP = 120
"""Updates of a pre-training until its peak: after 50 the loss stays at 5.9 (seed 1), after 120 it falls to 1.5."""
_LSTM_RATE, _LSTM_TUNING_RATE = 2e-2, 1e-2
"""The best of those tried with seed 1: an LSTM learns little at a Transformer's rates. Perplexity after reading was
21.1 at 2e-3, 9.3 at 5e-3, 7.3 at 1e-2, 6.7 at 2e-2; accuracy 35 % at 1e-3, 40 at 3e-3, 46 at 1e-2, 38 at 2e-2."""
_EPOCHS, _BATCH = 3, 32
"""Of fine-tuning, the paper's: passes over the labels, at least, and examples an update."""


@dataclass(frozen=True)
class Scale:
    """How large the experiments are."""

    name: str
    model: Mapping[str, Any]
    """Fields of ModelConfig."""
    steps: int
    """Updates of a pre-training."""
    tokens: int
    """In each of them: rows times context."""
    rate: float
    """Its learning rate's peak."""
    lstm_rate: float
    """The same of an LSTM."""
    updates: int
    """Of a fine-tuning, about: the passes over the labels follow, so that few labels are not seen few times."""
    tuning_rate: float
    lstm_tuning_rate: float
    labels: int
    """To fine-tune on, where a claim is not about their number."""
    sizes: tuple[int, ...]
    """Numbers of labels, where it is; the last is called all."""
    tests: int
    """Test examples."""
    seeds: tuple[int, ...]
    looks: int = 1
    """At validation or test examples during a run, the last at its end."""

    @property
    def n_layer(self) -> int:
        """Blocks of the usual model."""
        return int(self.model["n_layer"])


_MICRO = {**PRESETS["micro"], "dropout": 0.0}
FULL = Scale(
    name="full",
    model=_MICRO,
    steps=1_200,
    tokens=1_024,
    rate=2e-3,
    lstm_rate=_LSTM_RATE,
    updates=320,
    tuning_rate=1e-3,
    lstm_tuning_rate=_LSTM_TUNING_RATE,
    labels=1_000,
    sizes=(50, 250, 1_000, 2_500, 8_000),
    tests=1_000,
    seeds=(1, 2, 3),
)
"""What the shipped figures were measured with."""
SMALL = Scale(
    name="small",
    model=_MICRO,
    steps=600,
    tokens=1_024,
    rate=2e-3,
    lstm_rate=_LSTM_RATE,
    updates=160,
    tuning_rate=1e-3,
    lstm_tuning_rate=_LSTM_TUNING_RATE,
    labels=1_000,
    sizes=(250, 1_000),
    tests=task_files.TEST_EXAMPLES,
    seeds=(1,),
    looks=5,
)
"""What the Lab queues: within five minutes on two cores."""


@dataclass(frozen=True)
class Pretrained:
    """A pre-training as it differs from the usual one."""

    name: str = "usual"
    corpus: str = STORIES
    """A key of gptcore.lab.corpora.OURS."""
    shape: Settings = ()
    """Fields of ModelConfig."""
    is_lstm: bool = False
    """An LSTM of one layer and as many parameters in the Transformer's place."""
    snapshots: int = 10
    """Small checkpoints to keep on the way."""

    def config(self, scale: Scale) -> ModelConfig:
        """The model's shape."""
        config = ModelConfig.from_dict({**scale.model, **dict(self.shape)})
        return equal_lstm(config) if self.is_lstm else config

    @property
    def chain(self) -> "tuple[Pretrained | FineTuned, ...]":
        """The trainings that lead to it, itself the last."""
        return (self,)

    def run_name(self, scale: Scale, seed: int) -> str:
        """Of its folder."""
        return f"{self.name}-seed{seed}"

    def plan(self, scale: Scale, seed: int, data: "Data") -> PretrainPlan:
        """How it is trained: an update reads as many tokens, however they are cut into rows."""
        config = self.config(scale)
        train = TrainSettings(
            steps=scale.steps,
            batch_size=max(1, scale.tokens // config.n_positions),
            learning_rate=scale.lstm_rate if self.is_lstm else scale.rate,
            warmup=min(_WARMUP, scale.steps // 2),
            seed=seed,
            validate_every=-(-scale.steps // scale.looks),
            **_ALONE,
        )
        return PretrainPlan(data.corpus(self.corpus), config, train, data.valid, snapshots=self.snapshots)


USUAL = Pretrained()


@dataclass(frozen=True)
class FineTuned:
    """A fine-tuning as it differs from the usual one: of all layers, with lambda 0.5."""

    base: Pretrained = USUAL
    task: str = "entailment"
    """A key of STORY_TASKS."""
    labels: int | None = None
    """None: the scale's."""
    changes: Settings = ()
    """Fields of FinetunePlan."""

    @property
    def chain(self) -> "tuple[Pretrained | FineTuned, ...]":
        """The trainings that lead to it, itself the last."""
        return (self.base, self)

    def run_name(self, scale: Scale, seed: int) -> str:
        """Of its folder."""
        parts = [f"{name}={value}" for name, value in self.changes]
        return "-".join([self.base.name, self.task, str(self.n_labels(scale)), *parts, f"seed{seed}"])

    @property
    def kind(self) -> Kind:
        """Of the task."""
        return STORY_TASKS[self.task].kind

    def n_labels(self, scale: Scale) -> int:
        """Examples to learn from."""
        return scale.labels if self.labels is None else self.labels

    def plan(self, scale: Scale, seed: int, data: "Data", model: str) -> FinetunePlan:
        """How it is trained.

        Args:
            model: folder of the pre-trained model.
        """
        n_labels, batch_size = self.n_labels(scale), _BATCH
        train_file, test_file = data.labelled(self.task, n_labels)
        per_epoch = steps_per_epoch(n_labels, batch_size)
        epochs = max(_EPOCHS, round(scale.updates / per_epoch))
        rate = scale.lstm_tuning_rate if self.base.is_lstm else scale.tuning_rate
        loop: dict[str, Any] = {
            "batch_size": batch_size,
            "validate_every": -(-epochs * per_epoch // scale.looks),
            **_ALONE,
        }
        return FinetunePlan(
            model=model,
            task=self.kind,
            train_file=train_file,
            test_file=test_file,
            epochs=epochs,
            dropout=0.0,
            train={"learning_rate": rate, "seed": seed, **loop},
            **dict(self.changes),
        )


@dataclass(frozen=True)
class Data:
    """Files of stories and examples below a folder; made when they are needed.

    Args:
        home: the folder.
        tests: test examples of each task.
        valid: a text to validate on; None keeps back the end of the corpus.
    """

    home: Path
    tests: int = task_files.TEST_EXAMPLES
    valid: str | None = None

    def corpus(self, name: str) -> str:
        """A text of ours."""
        return str(corpora.our_text(self.home, name))

    def labelled(self, task: str, n_labels: int) -> tuple[str, str]:
        """Training and test examples."""
        train, test = task_files.story_files(self.home, task, n_labels, self.tests)
        return str(train), str(test)

    def make(self, plan: PretrainPlan | FinetunePlan, what: Pretrained | FineTuned, scale: Scale) -> None:
        """Writes the files that a plan names, unless they are there."""
        if isinstance(what, FineTuned):
            task_files.make(self.home, what.task, what.n_labels(scale), self.tests)
        else:
            corpora.make(self.home, what.corpus)
            if self.valid is not None:
                corpora.make(self.home, Path(self.valid).stem)
