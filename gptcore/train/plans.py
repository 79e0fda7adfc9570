"""What a run is asked to do: plans of pre-training and of fine-tuning, checked when they are made."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from gptcore.config import ModelConfig
from gptcore.errors import ConfigError
from gptcore.fields import About, Settings, settings_of
from gptcore.tasks.examples import Kind
from gptcore.tasks.files.choices import Base
from gptcore.tasks.marked import MARK_KINDS, MarkKind
from gptcore.text.styles import Style
from gptcore.train.schedule import steps_per_epoch
from gptcore.train.settings import TrainSettings

PAPER = {"learning_rate": 6.25e-5, "batch_size": 32, "decay": "linear"}
"""Of fine-tuning (section 4.1), where it is not what TrainSettings has."""
_WARMUP_SHARE = 0.002
_LOOKS = 24
"""At the test file during training, and states saved."""
Objective = Literal["next", "masked"]
_NAMED = ".+"
MASKED_SEGMENTS = 2
"""Texts of a row that a masked model tells apart, as in BERT."""
_MOST_BLOCKS = settings_of(ModelConfig)["n_layer"].about.le


@dataclass(frozen=True)
class PretrainPlan(Settings):
    """What to pre-train, on what, and how."""

    corpus: Annotated[str, About("a UTF-8 text file, or a folder of .txt files", says="the path of a text")]
    model: Annotated[ModelConfig, About("its shape; vocab_size is how many entries a new tokenizer aims at")]
    train: Annotated[TrainSettings, About("how it is trained")]
    valid: Annotated[
        str | None,
        About("text to validate on; without it, the end of the corpus is kept back", pattern=_NAMED, says="a path"),
    ] = None
    tokenizer: Annotated[
        str | None, About("folder of a tokenizer to use instead of a new one", pattern=_NAMED, says="a path")
    ] = None
    teacher: Annotated[
        str | None,
        About(
            "folder of a larger model of the same vocabulary to learn from, too: half of the loss is how far the "
            "probabilities are from its own; of several models, the folder that holds theirs",
            pattern=_NAMED,
            says="a path",
        ),
    ] = None
    start: Annotated[
        str | None,
        About(
            "folder or name of a model of the same shape whose weights it starts from, instead of new ones: all "
            "blocks, and the tokens and positions that both have; a GPT's serve a masked model, too",
            pattern=_NAMED,
            says="a path",
        ),
    ] = None
    style: Annotated[Style, About("of a new tokenizer")] = "bytes"
    objective: Annotated[
        Objective,
        About("what it learns: the next token (GPT), or tokens hidden anywhere in the text (masked, BERT)"),
    ] = "next"
    snapshots: Annotated[
        int, About("small checkpoints to keep, most of them early, to look back at", ge=0, le=1_000)
    ] = 0

    def conflicts(self) -> Iterator[str]:
        """A teacher or a mask that the objective has no use for."""
        if self.objective == "masked" and self.teacher is not None:
            yield "a teacher says what comes next, so it cannot be given with objective masked"
        if self.objective == "masked" and self.model.architecture != "transformer":
            yield f"{self.model.named} reads from left to right, so it cannot learn objective masked"
        if self.objective == "next" and not self.model.is_causal:
            yield "a model that sees the next token cannot learn to predict it: objective must be masked"

    def config(self, vocab_size: int) -> ModelConfig:
        """The shape of the model that it makes, for a vocabulary of this size."""
        masked = {"mask": "none", "segments": MASKED_SEGMENTS} if self.objective == "masked" else {}
        return self.model.with_changes(vocab_size=vocab_size, **masked)


@dataclass(frozen=True)
class FinetunePlan(Settings):
    """What to fine-tune, on what, and how. Defaults are the paper's (section 4.1)."""

    model: Annotated[str, About("folder or name of the model to start from", says="a path")]
    task: Annotated[Kind, About("what is asked of each example")]
    train_file: Annotated[str, About("labelled examples; `inspect` says what is understood of them", says="a path")]
    test_file: Annotated[str, About("labelled examples that are not trained on", says="a path")]
    train: Annotated[
        dict[str, Any],
        About("settings of TrainSettings that are not the paper's; the others follow from the data"),
    ] = field(default_factory=dict)
    epochs: Annotated[int, About("passes over the training examples", ge=1, le=1_000)] = 3
    held_out: Annotated[
        float,
        About(
            "share of the training examples that is not trained on but looked at on the way, to choose settings by; "
            "without it that is the test file",
            ge=0,
            le=0.5,
            label="Held out",
            metavar="SHARE",
        ),
    ] = 0.0
    lm_weight: Annotated[
        float,
        About("lambda of L3 = L2 + lambda L1; with rehearse, L1 is of what is rehearsed", ge=0, le=100, label="Lambda"),
    ] = 0.5
    keep_head: Annotated[
        bool,
        About("go on with a model that was fine-tuned for this task: its head, labels and scale of scores stay"),
    ] = False
    rehearse: Annotated[
        int,
        About(
            "texts beside those of each update whose answers are to stay as the model gives them now, so that a few "
            "new examples do not cost what it knows; with keep_head",
            ge=0,
            le=1_024,
            metavar="N",
        ),
    ] = 0
    replay: Annotated[
        str | None,
        About(
            "labelled examples whose texts are rehearsed; without it, texts that the model writes itself, and our "
            "story world's",
            pattern=_NAMED,
            says="a path",
        ),
    ] = None
    from_scratch: Annotated[
        bool,
        About("new weights; only shape and tokenizer are the model's", label="From nothing: new weights"),
    ] = False
    transfer_layers: Annotated[
        int | None,
        About(
            "lowest blocks that start pre-trained, above the embeddings; all without it",
            ge=0,
            le=_MOST_BLOCKS,
            label="Layers transferred",
            metavar="K",
        ),
    ] = None
    freeze: Annotated[
        int,
        About(
            "lowest blocks that are not trained, and the embeddings with them",
            ge=0,
            le=_MOST_BLOCKS,
            label="Layers frozen",
            metavar="K",
        ),
    ] = 0
    dropout: Annotated[float | None, About("the model's own, and 0.1 before the head, without it", ge=0, lt=1)] = None
    columns: Annotated[
        dict[str, str] | None, About("our column names to the files'", says="our names to the files'")
    ] = None
    labels_from: Annotated[
        Base | None, About("what numbers of right answers count from; by the training file without it")
    ] = None

    def conflicts(self) -> Iterator[str]:
        """Settings of TrainSettings that it refuses, and parts to keep of a model of which nothing is kept."""
        yield from _checked_pace(self)
        if self.from_scratch and self.transfer_layers is not None:
            yield "from_scratch transfers nothing, so transfer_layers cannot be given with it"
        if self.from_scratch and self.freeze:
            yield "from_scratch has nothing worth freezing, so freeze cannot be given with it"
        if self.keep_head and (self.from_scratch or self.transfer_layers is not None):
            yield "keep_head goes on with all of a model, so neither from_scratch nor transfer_layers go with it"
        if self.rehearse and not self.keep_head:
            yield "rehearse keeps a model's answers, so it needs keep_head"
        if self.replay is not None and not self.rehearse:
            yield "replay names what is rehearsed, so it needs rehearse: how many texts for each update"

    def settings(self, n_examples: int) -> TrainSettings:
        """All settings of the loop, for so many training examples."""
        return paced(self, n_examples)


@dataclass(frozen=True)
class MarkPlan(Settings):
    """What to fine-tune on marks in texts, spans or tokens, and how. Defaults are those of FinetunePlan."""

    model: Annotated[str, About("folder or name of the model to start from", says="a path")]
    task: Annotated[MarkKind, About("whether the answer is a span of the text, or a label for each token")]
    train_file: Annotated[str, About("marked examples, a .jsonl file", says="a path")]
    test_file: Annotated[str, About("marked examples that are not trained on", says="a path")]
    train: Annotated[dict[str, Any], About("settings of TrainSettings that are not the paper's")] = field(
        default_factory=dict
    )
    epochs: Annotated[int, About("passes over the training examples", ge=1, le=1_000)] = 3
    from_scratch: Annotated[bool, About("new weights; only shape and tokenizer are the model's")] = False
    dropout: Annotated[float | None, About("the model's own, and 0.1 before the head, without it", ge=0, lt=1)] = None

    @property
    def measure(self) -> str:
        """The one that a result is known by."""
        return "accuracy" if self.task == "span" else "f1"

    def conflicts(self) -> Iterator[str]:
        """Settings of TrainSettings that it refuses."""
        yield from _checked_pace(self)

    def settings(self, n_examples: int) -> TrainSettings:
        """All settings of the loop, for so many training examples."""
        return paced(self, n_examples)


def paced(plan: FinetunePlan | MarkPlan, n_examples: int) -> TrainSettings:
    """All settings of the loop: the paper's, the plan's, and what follows from the number of training examples."""
    steps = plan.epochs * steps_per_epoch(
        n_examples, TrainSettings.from_dict({"steps": 1, **PAPER, **plan.train}).batch_size
    )
    often = max(1, steps // _LOOKS)
    rhythm = {"steps": steps, "warmup": round(_WARMUP_SHARE * steps), "validate_every": often, "save_every": often}
    return TrainSettings.from_dict({**rhythm, **PAPER, **plan.train})


def _checked_pace(plan: FinetunePlan | MarkPlan) -> Iterator[str]:
    """Replaces a plan's settings of the loop by what they are once they are checked; yields what is refused of them."""
    try:
        checked = paced(plan, 1)
        object.__setattr__(plan, "train", {name: getattr(checked, name) for name in plan.train})
    except ConfigError as error:
        yield from error.problems


Plan = PretrainPlan | FinetunePlan | MarkPlan


def plan_from(kind: Literal["pretrain", "finetune"], values: dict[str, Any]) -> Plan:
    """The plan of a run, from what its to_dict gave.

    Raises:
        ConfigError: it is none of this kind.
    """
    if kind == "pretrain":
        return PretrainPlan.from_dict(values)
    return (MarkPlan if values.get("task") in MARK_KINDS else FinetunePlan).from_dict(values)


def asked_for(plan: Plan) -> dict[str, Any]:
    """A plan as it is written down: without the time limit, since a run may go on with another one."""
    values = plan.to_dict()
    return {**values, "train": {name: value for name, value in values["train"].items() if name != "time_limit"}}
