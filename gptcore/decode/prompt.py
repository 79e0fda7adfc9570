"""What every way of writing on asks of the text that it starts from."""

from collections.abc import Sequence

import torch

from gptcore.errors import InputError
from gptcore.model.language_model import LanguageModel


def checked_prompt(model: LanguageModel, ids: torch.Tensor | Sequence[int]) -> torch.Tensor:
    """A prompt as the model can read it, (T,) int64, T at least 1.

    Raises:
        InputError: it is empty or not a row, an id is outside the vocabulary, or the model is in training mode.
    """
    prompt = torch.as_tensor(ids, dtype=torch.long)
    if prompt.dim() != 1 or len(prompt) == 0:
        raise InputError(f"a prompt is one row of at least one token id, not of shape {tuple(prompt.shape)}")
    if int(prompt.min()) < 0 or int(prompt.max()) >= model.config.vocab_size:
        raise InputError(f"the prompt has ids outside the vocabulary of {model.config.vocab_size:,}")
    if model.training and model.config.dropout > 0:
        raise InputError("the model is in training mode, where dropout makes its text random; call model.eval() first")
    return prompt
