"""All heads of all layers in one picture: attention rollout (Abnar and Zuidema 2020, "Quantifying Attention Flow in
Transformers", section 3)."""

from collections.abc import Iterable

import numpy as np

RESIDUAL = 0.5
"""The share that each layer hands on by the residual path, as the method supposes; attention gets the rest."""


def rollout(layers: Iterable[np.ndarray]) -> np.ndarray:
    """How much of each position's final state would come from each token, were a state made of weights alone.

    Each layer is taken as 0.5 (mean over its heads) + 0.5 I, its rows brought to a sum of 1, and the layers are
    multiplied up. That adds the weights as if the values did not matter, and leaves the feed-forward networks out.

    Args:
        layers: the weights of each block from the first to the last, (H, T, T) or (1, H, T, T) each; one at a time is
            enough, so that a long text's need not lie in memory together (gptcore.trace.trace.attention_by_layer).

    Returns:
        (T, T) float32, read-only: rows are the positions, columns the tokens they draw on; causal, rows sum to 1.

    Raises:
        ValueError: there are no layers.
    """
    flow: np.ndarray | None = None
    for weights in layers:
        n_tokens = weights.shape[-1]
        mixed = (1 - RESIDUAL) * weights.reshape(-1, n_tokens, n_tokens).mean(axis=0)
        np.fill_diagonal(mixed, mixed.diagonal() + RESIDUAL)
        mixed /= mixed.sum(axis=-1, keepdims=True)
        flow = mixed if flow is None else mixed @ flow
    if flow is None:
        raise ValueError("a rollout needs the weights of one layer at least")
    result = flow.astype(np.float32, copy=False)
    result.flags.writeable = False
    return result
