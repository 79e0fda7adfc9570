"""What a run is asked to do: plans of pre-training and of fine-tuning, checked when they are made."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gptcore.config import is_number
from gptcore.errors import ConfigError
from gptcore.tasks.examples import KINDS, Kind
from gptcore.text.styles import STYLES
from gptcore.train.settings import TrainSettings
from gptcore.train.task_learning import steps_per_epoch

PAPER = {"learning_rate": 6.25e-5, "batch_size": 32, "decay": "linear"}
"""Section 4.1; TrainSettings has the rest."""
_WARMUP_SHARE = 0.002
_LOOKS = 24
"""At the test file during training, and states saved."""
_MOST_SNAPSHOTS = 1_000


@dataclass(frozen=True)
class PretrainPlan:
    """What to pre-train, on what, and how."""

    corpus: str
    """A UTF-8 text file, or a folder of .txt files."""
    model: dict[str, Any]
    """Fields of ModelConfig; vocab_size is how many entries a new tokenizer aims at."""
    train: TrainSettings
    valid: str | None = None
    """Validation text; None keeps back the end of the corpus."""
    tokenizer: str | None = None
    """Folder of a tokenizer to use; None trains one on the corpus."""
    style: str = "bytes"
    """Of a new tokenizer."""
    snapshots: int = 0
    """Small checkpoints to keep, at steps that grow geometrically, for looking back at early training."""

    def __post_init__(self) -> None:
        problems = []
        if not isinstance(self.train, TrainSettings):
            problems.append(f"train must be TrainSettings, not {self.train!r}")
        if not isinstance(self.model, dict):
            problems.append(f"model must be fields of ModelConfig by name, not {self.model!r}")
        if not isinstance(self.corpus, str):
            problems.append(f"corpus must be the path of a text, not {self.corpus!r}")
        for name in ("valid", "tokenizer"):
            if not (isinstance(value := getattr(self, name), str | None) and value != ""):
                problems.append(f"{name} must be a path, or left out, not {value!r}")
        if self.style not in STYLES:
            problems.append(f"style must be one of {', '.join(STYLES)}, not {self.style!r}")
        if type(self.snapshots) is not int or not 0 <= self.snapshots <= _MOST_SNAPSHOTS:
            problems.append(f"snapshots must be a whole number from 0 to {_MOST_SNAPSHOTS:,}, not {self.snapshots!r}")
        if problems:
            raise ConfigError(problems)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "PretrainPlan":
        """A plan from what to_dict gave."""
        return cls(**{**values, "train": TrainSettings.from_dict(values["train"])})


@dataclass(frozen=True)
class FinetunePlan:
    """What to fine-tune, on what, and how. Defaults are the paper's (section 4.1)."""

    model: str
    """Folder or name of the model to start from."""
    task: Kind
    train_file: str
    """Labelled examples, in any form that gptcore.tasks.files.datasets reads."""
    test_file: str
    train: dict[str, Any] = field(default_factory=dict)
    """Fields of TrainSettings; steps and warmup follow from the data."""
    epochs: int = 3
    lm_weight: float = 0.5
    """lambda of L3 = L2 + lambda * L1."""
    from_scratch: bool = False
    """Nothing pre-trained: the model's shape and tokenizer, new weights."""
    transfer_layers: int | None = None
    """Blocks that keep their pre-trained weights, from the bottom; embeddings always do. None: all."""
    freeze: int = 0
    """Blocks that are not trained, from the bottom, and the embeddings below them; 0 trains everything."""
    dropout: float | None = None
    """In the model and before the head. None: as section 4.1 has it, in the model what it was pre-trained with, before
    the head 0.1."""
    columns: dict[str, str] | None = None
    """Our column names to the files'."""
    labels_from: int | None = None
    """What the numbers of right answers count from, 0 or 1; None goes by the training file."""

    def __post_init__(self) -> None:
        problems = []
        for name in ("model", "train_file", "test_file"):
            if not isinstance(getattr(self, name), str | Path):
                problems.append(f"{name} must be a path, not {getattr(self, name)!r}")
        if self.task not in KINDS:
            problems.append(f"task must be one of {', '.join(KINDS)}, not {self.task!r}")
        if not (self.columns is None or isinstance(self.columns, dict)):
            problems.append(f"columns must be our names to the file's, not {self.columns!r}")
        if not (self.labels_from is None or (type(self.labels_from) is int and self.labels_from in (0, 1))):
            problems.append(f"labels_from must be 0, 1 or left out, not {self.labels_from!r}")
        if self.dropout is not None and not (is_number(self.dropout) and 0 <= self.dropout < 1):
            problems.append(f"dropout must be at least 0 and below 1, not {self.dropout!r}")
        if type(self.from_scratch) is not bool:
            problems.append(f"from_scratch must be true or false, not {self.from_scratch!r}")
        if type(self.epochs) is not int or not 1 <= self.epochs <= 1_000:
            problems.append(f"epochs must be a whole number from 1 to 1,000, not {self.epochs!r}")
        if not is_number(self.lm_weight) or not 0 <= self.lm_weight <= 100:
            problems.append(f"lm_weight must be a number from 0 to 100, not {self.lm_weight!r}")
        if self.from_scratch and self.transfer_layers is not None:
            problems.append("from_scratch transfers nothing, so transfer_layers cannot be given with it")
        if self.from_scratch and self.freeze:
            problems.append("from_scratch has nothing worth freezing, so freeze cannot be given with it")
        if problems:
            raise ConfigError(problems)
        if not isinstance(self.train, dict):
            raise ConfigError([f"train must be fields of TrainSettings by name, not {self.train!r}"])
        TrainSettings.from_dict({"steps": 1, **PAPER, **self.train})

    def settings(self, n_examples: int) -> TrainSettings:
        """All settings of the loop, for so many training examples."""
        given = {**PAPER, **self.train}
        per_epoch = steps_per_epoch(n_examples, TrainSettings.from_dict({**given, "steps": 1}).batch_size)
        steps = self.epochs * per_epoch
        often = max(1, steps // _LOOKS)
        paced = {"steps": steps, "warmup": round(_WARMUP_SHARE * steps), "validate_every": often, "save_every": often}
        return TrainSettings.from_dict({**paced, **given})

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)
