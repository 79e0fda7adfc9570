"""A trace as one .npz file for other tools: every array by its name, the tokens, and a README of the axes.

The file holds plain numbers and texts, so numpy opens it with allow_pickle=False.
"""

import io
import zipfile
from collections.abc import Sequence

import numpy as np

from gptcore.errors import InputError
from gptcore.model.capture import PARTS
from gptcore.trace.trace import Trace

README = "README.txt"
MOST_BYTES = 64_000_000
"""Of a file that a page makes in memory."""

AXES = {
    "ids": "(T,) the token ids that the model read",
    "tokens": "(T,) their texts",
    "layers": "(L,) the blocks that axis L stands for, counted from 0",
    "token_embedding": "(T, D) rows of the token table",
    "position_embedding": "(T, D) rows of the position table",
    "hidden": "(n_layer + 1, T, D) h_0, then each block's output; always all blocks",
    "attn_in": "(L, T, D) what attention reads: x (post-norm) or ln_1(x) (pre-norm)",
    "q": "(L, H, T, d_head) queries",
    "k": "(L, H, T, d_head) keys",
    "v": "(L, H, T, d_head) values",
    "scores": "(L, H, T, T) q.k / sqrt(d_head), before the mask; row: the token that looks, column: the one looked at",
    "attention": "(L, H, T, T) softmax of the masked scores; rows sum to 1",
    "head_out": "(L, H, T, d_head) each head's weighted sum of the values",
    "attn_out": "(L, T, D) what attention adds to the block's input",
    "mid": "(L, T, D) between the two halves of a block: ln_1(x + attn_out) (post-norm) or x + attn_out (pre-norm)",
    "mlp_in": "(L, T, D) what the feed-forward network reads",
    "mlp_up": "(L, T, d_ff) its hidden numbers before the activation",
    "mlp_act": "(L, T, d_ff) and after it",
    "mlp_out": "(L, T, D) what the feed-forward network adds",
    "final": "(T, D) what the output layer reads",
    "logits": "(T, V) row t scores the token after token t; a softmax over the row gives probabilities",
}
"""Every array that a file may hold, with its axes."""

_TEXT = """One forward pass of a GPT, as GPT Explorer recorded it.

Open it in Python with

    import numpy
    trace = numpy.load("{file}", allow_pickle=False)
    trace["logits"].shape

{about}
Axes: L blocks, H heads, T tokens, D = d_model, V vocabulary. All are counted from 0. Numbers are float32.

{arrays}
"""


def npz(trace: Trace, tokens: Sequence[str], about: str = "", most: int = MOST_BYTES, file: str = "trace.npz") -> bytes:
    """The file's bytes.

    Args:
        tokens: T texts.
        about: lines for the README: which model, which text.
        most: bytes that the arrays may have.
        file: its name, for the line in the README that opens it.

    Raises:
        InputError: there are more bytes than that, or another number of texts than tokens.
    """
    if len(tokens) != len(trace.ids):
        raise InputError(f"there are {len(tokens)} texts for {len(trace.ids)} tokens")
    arrays: dict[str, np.ndarray] = {
        "ids": trace.ids,
        "tokens": np.array(list(tokens), dtype=np.str_),
        "layers": np.array(trace.layers, dtype=np.int64),
        **{name: array for name in PARTS if (array := getattr(trace, name)) is not None},
    }
    if (size := sum(array.nbytes for array in arrays.values())) > most:
        raise InputError(too_large(len(trace.ids), size, most))
    described = "\n".join(
        f"{name:20}{'x'.join(map(str, array.shape)):18}{AXES[name]}" for name, array in arrays.items()
    )
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(README, _TEXT.format(file=file, about=about and about + "\n", arrays=described))
    return buffer.getvalue()


def too_large(n_tokens: int, size: int, most: int = MOST_BYTES) -> str:
    """Why a trace of so many bytes is not written, and what to do."""
    return (
        f"the trace of {n_tokens:,} tokens has {size / 1e6:,.0f} MB, and at most {most / 1e6:,.0f} MB are written; "
        "take a shorter text, or fewer parts or layers"
    )
