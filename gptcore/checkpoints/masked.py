"""Which models on disk are masked ones (BERT's kind), and opening those: whatever needs a GPT is never given one."""

from contextlib import suppress
from pathlib import Path

from gptcore.checkpoints.checkpoint import TextModel, config_in, load, with_tokenizer
from gptcore.config import require_masked
from gptcore.errors import GPTCoreError


def is_masked(folder: Path) -> bool:
    """Whether the model in a folder reads both ways; False where that cannot be told. Its weights are not looked at."""
    with suppress(GPTCoreError):
        return not config_in(folder).is_causal
    return False


def load_any_model(path_or_name: str | Path) -> TextModel:
    """A GPT, a masked model or a peer, with its tokenizer; errors as in load_text_model, which refuses masked ones."""
    return with_tokenizer(load(path_or_name), path_or_name)


def load_masked_model(path_or_name: str | Path) -> TextModel:
    """Reads a masked language model.

    Raises:
        InputError: there is no such model, it is a GPT or a peer, or it has no tokenizer.
        CheckpointError: as in gptcore.checkpoints.checkpoint.load.
    """
    checkpoint = load_any_model(path_or_name)
    require_masked(checkpoint.config, str(path_or_name))
    return checkpoint
