"""All that can be set of the exercise; the defaults are the course text's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from gptcore.config import ModelConfig
from gptcore.exercise.world import N_POSITIONS, VOCABULARY
from gptcore.fields import About, Settings

Optimizer = Literal["sgd", "adam"]
Start = Literal["xavier", "gpt1"]
Over = Literal["sum", "mean"]


@dataclass(frozen=True)
class ExerciseSettings(Settings):
    """The limits keep a training within some seconds on one core."""

    NOUN: ClassVar[str] = "the exercise"

    d_model: Annotated[int, About("width of the vector that represents a token", ge=2, le=64, label="Width")] = 16
    n_head: Annotated[int, About("attention heads; they share the width", ge=1, le=8, label="Heads")] = 2
    pretrain_epochs: Annotated[int, About("times that the five sentences are read", ge=0, le=300)] = 50
    pretrain_rate: Annotated[float, About("learning rate of pre-training", gt=0, le=1)] = 0.01
    finetune_epochs: Annotated[int, About("times that the four labelled sentences are read", ge=0, le=300)] = 30
    finetune_rate: Annotated[float, About("learning rate of fine-tuning", gt=0, le=1)] = 0.005
    lm_weight: Annotated[float, About("lambda: the weight of L1 beside L2", ge=0, le=10, label="Lambda")] = 0.5
    optimizer: Annotated[Optimizer, About("plain gradient descent, or Adam", label="Optimizer")] = "sgd"
    start: Annotated[
        Start,
        About("initial weights: Xavier's (the text's) or N(0, 0.02) as in GPT-1", label="Initial weights"),
    ] = "xavier"
    over: Annotated[
        Over, About("a sentence's loss in pre-training: the sum over its tokens (the text's) or the mean")
    ] = "sum"
    seed: Annotated[int, About("of the initial weights", ge=0, le=2**31 - 1)] = 0

    def conflicts(self) -> Iterator[str]:
        """What makes no model."""
        if self.d_model % self.n_head:
            yield f"d_model ({self.d_model}) must be a multiple of n_head ({self.n_head})"

    @property
    def config(self) -> ModelConfig:
        """GPT-1's shape, of one block, without dropout."""
        return ModelConfig(len(VOCABULARY), N_POSITIONS, 1, self.n_head, self.d_model, dropout=0.0)
