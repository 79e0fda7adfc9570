"""How many numbers GPT-1 learns, and how many it saves by using the token embedding twice."""

from dataclasses import dataclass

from gptcore.config import ModelConfig
from gptcore.model.parameters import parameter_count, parameter_table


@dataclass(frozen=True)
class Counts:
    """Parameters of a model with a task's head on top."""

    tokens: int
    """W_e, vocabulary times width."""
    positions: int
    """W_p, context times width."""
    blocks: int
    """Everything else: all blocks with their LayerNorms."""
    head: int
    """W_y, width times classes."""
    special: int
    """Embeddings of [Start], [Delim] and [Extract]."""

    @property
    def embeddings(self) -> int:
        """W_e and W_p together."""
        return self.tokens + self.positions

    @property
    def model(self) -> int:
        """Of the pre-trained model."""
        return self.embeddings + self.blocks

    @property
    def saved_by_tying(self) -> int:
        """What an output matrix of its own would cost."""
        return self.tokens

    @property
    def head_share(self) -> float:
        """W_y beside the pre-trained model."""
        return self.head / self.model


def counts(config: ModelConfig, n_classes: int, n_special: int = 3) -> Counts:
    """Counted from a model's configuration by the same table that the app's Anatomy lens shows.

    Args:
        n_classes: of the task, 1 or more.
        n_special: tokens that are added for fine-tuning.
    """
    named = {row.name: row.count for row in parameter_table(config)}
    tokens, positions = named["token embedding"], named["position embedding"]
    return Counts(
        tokens=tokens,
        positions=positions,
        blocks=parameter_count(config) - tokens - positions,
        head=config.d_model * n_classes,
        special=config.d_model * n_special,
    )
