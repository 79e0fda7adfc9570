"""Many texts written at once, all of one length: what a model says when left to itself, as material and not to read."""

from collections.abc import Collection

import torch
from torch import Tensor

from gptcore.model.language_model import LanguageModel


@torch.no_grad()
def continued(
    model: LanguageModel, prompts: Tensor, length: int, generator: torch.Generator, never: Collection[int] = ()
) -> Tensor:
    """What the model writes after each prompt, drawn from its own probabilities (temperature 1).

    Args:
        model: in evaluation mode.
        prompts: (N, T) token ids; T + length tokens fit the context.
        generator: on the processor.
        never: tokens that are not written.

    Returns:
        (N, length).
    """
    cache = model.new_memory(len(prompts), capacity=prompts.shape[1] + length)
    unread, written = prompts.to(model.device), []
    for _ in range(length):
        logits = model.unembed(model.hidden_states(unread, cache=cache)[:, -1]).cpu()
        logits[:, list(never)] = -torch.inf
        drawn = torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)
        unread = drawn.to(model.device)
        written.append(drawn)
    return torch.cat(written, dim=1)
