"""Which kinds of language model there are: to make one of its config, and to ask for one kind."""

import torch
from torch import Tensor

from gptcore.config import ModelConfig, require_causal, require_masked
from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.model.language_model import LanguageModel
from gptcore.model.lstm import LSTM
from gptcore.model.marks import Marks

Trained = GPT | LSTM
"""What learns by gradients, and has an output table."""


def new_model(config: ModelConfig, generator: torch.Generator | None = None, device: str = "cpu") -> Trained:
    """An untrained model; arguments as GPT and LSTM have them.

    Raises:
        InputError: it is a bigram's config, which is counted and not trained.
    """
    if config.architecture == "bigram":
        raise InputError("a bigram is counted from a text, not trained, so there is none without its counts")
    return (LSTM if config.architecture == "lstm" else GPT)(config, generator, device)


def as_gpt(model: LanguageModel) -> GPT:
    """The model, for what only a transformer that writes from left to right has.

    Raises:
        InputError: it is a peer, or a masked model; says what that has instead.
    """
    gpt = as_transformer(model)
    require_causal(gpt.config)
    return gpt


def as_masked(model: LanguageModel) -> GPT:
    """The model, for what only one has that reads both ways.

    Raises:
        InputError: it is a GPT or a peer.
    """
    require_masked(model.config)
    return as_transformer(model)


def as_transformer(model: LanguageModel) -> GPT:
    """The model, for what a GPT and a masked model have alike.

    Raises:
        InputError: it is a peer; says what that has instead.
    """
    if isinstance(model, GPT):
        return model
    raise InputError(f"{what_it_lacks(model.config)}; this takes a GPT")


def states_of(model: LanguageModel, ids: Tensor, marks: Marks | None) -> Tensor:
    """What any model makes of rows, (B, T) -> (B, T, D); a masked one's rows have marks.

    Raises:
        InputError: as in forward; or there are marks, and the model is not masked.
    """
    return model.hidden_states(ids) if marks is None else as_masked(model).hidden_states(ids, marks=marks)


def as_trained(model: LanguageModel) -> Trained:
    """The model, for what learns by gradients.

    Raises:
        InputError: it is a bigram.
    """
    if isinstance(model, Trained):
        return model
    raise InputError("a bigram is counted from a text: it has no weights to train, and no state that a head could read")


def what_it_lacks(config: ModelConfig) -> str:
    """What a peer has not, and has instead, as half a sentence."""
    if config.architecture == "lstm":
        return "an LSTM has no attention, no heads and no residual stream: it carries one state from token to token"
    return "a bigram has no layers and no vectors: it has counted which token follows which, and that is all"
