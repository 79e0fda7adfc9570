"""Many texts written at once, all of one length: what a model says when left to itself, as material and not to read."""

from collections.abc import Collection

import torch
from torch import Tensor

from gptcore.model.cache import KVCache
from gptcore.model.gpt import GPT


@torch.no_grad()
def continued(
    model: GPT, prompts: Tensor, length: int, generator: torch.Generator, never: Collection[int] = ()
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
    room = model.config.with_changes(n_positions=prompts.shape[1] + length)
    cache, unread, written = KVCache(room, len(prompts), model.device), prompts.to(model.device), []
    for _ in range(length):
        logits = model.unembed(model.hidden_states(unread, cache=cache)[:, -1]).cpu()
        logits[:, list(never)] = -torch.inf
        drawn = torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)
        unread = drawn.to(model.device)
        written.append(drawn)
    return torch.cat(written, dim=1)
