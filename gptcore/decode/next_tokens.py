"""The probabilities of the next token after several texts at once, as sums over them need them."""

from collections.abc import Collection

import numpy as np
import torch
from torch import Tensor

from gptcore.model.intervention import Intervention
from gptcore.model.language_model import LanguageModel, Memory


def log_probabilities(
    model: LanguageModel, unread: Tensor, cache: Memory, interventions: Collection[Intervention] = ()
) -> np.ndarray:
    """ln p of every token after each text, (R, V) float64, in nats.

    Args:
        unread: (R, T) the tokens that are not in the cache yet; they are added to it.
    """
    with torch.no_grad():
        hidden = model.hidden_states(unread.to(model.device), cache=cache, interventions=interventions)
        return model.unembed(hidden[:, -1]).cpu().double().log_softmax(dim=-1).numpy()
