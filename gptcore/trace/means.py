"""What each part of a model says on average: to switch it off "by its mean" is to let it say that at every token."""

from dataclasses import dataclass

import numpy as np
import torch

from gptcore.model.capture import Capture, Part
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel
from gptcore.trace.contexts import Sample

_SUMS: dict[Part, str] = {
    "head_out": "lbhtd,bt->lhd",
    "attn_out": "lbtd,bt->ld",
    "mlp_out": "lbtd,bt->ld",
    "position_embedding": "xytd,bt->d",
}
"""How each is added up over the tokens (b, t) that count; positions are the same in every row."""
_PASS_BYTES = 16_000_000
"""Of what the parts of a pass say, held at once."""


@dataclass(frozen=True)
class Means:
    """Averages over all tokens of a text that the model did not learn from."""

    head_out: np.ndarray
    """(L, H, d_head)."""
    attn_out: np.ndarray
    """(L, D); mlp_out likewise."""
    mlp_out: np.ndarray
    position_embedding: np.ndarray | None
    """(D,): over the positions at which the tokens stood; None for a model without positions."""
    source: str
    """What text that was, in words. Whoever wrote the file wrote this."""


@torch.no_grad()
def averages(model: LanguageModel, sample: Sample, source: str) -> Means:
    """Reads each text of a sample from its own start, and averages over all tokens, added up in float64.

    Args:
        model: in evaluation mode.
        sample: none of its texts longer than the model's context.
        source: what text it is, in words.

    Raises:
        InputError: a text is longer, or the model is no GPT.
    """
    config = as_gpt(model).config
    parts = [part for part in _SUMS if part != "position_embedding" or config.positions != "none"]
    longest = int((sample.stops - sample.starts).max())
    together = max(1, _PASS_BYTES // (4 * 3 * config.n_layer * config.d_model * longest))
    sums = dict.fromkeys(parts, torch.zeros(()))
    for at, real in sample.batches(together):
        capture = Capture(parts, config.n_layer)
        model.hidden_states(torch.from_numpy(sample.ids[at]).to(model.device), capture)
        counted = torch.from_numpy(real).double()
        for part in parts:
            sums[part] = sums[part] + torch.einsum(_SUMS[part], capture.recorded[part].cpu().double(), counted)
    means = {part: (total / len(sample.ids)).float().numpy() for part, total in sums.items()}
    return Means(means["head_out"], means["attn_out"], means["mlp_out"], means.get("position_embedding"), source)
