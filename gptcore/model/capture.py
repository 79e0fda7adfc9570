"""What a forward pass is asked to keep. An argument, never a hook or an attribute of the model.

The model calls `record`; tensors nobody asked for are dropped at once, so a part that is not wanted costs nothing.
Those that were asked for go into one tensor per part, row by row: what a layer worked in is then free for the next
one, which is quicker than to keep all layers' tensors and to join them in the end. Gradients do not pass through.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Literal, get_args

from torch import Tensor

from gptcore.errors import InputError

Part = Literal[
    "token_embedding",  # (B, T, D) rows of the token table
    "position_embedding",  # (1, T, D) rows of the position table
    "hidden",  # (B, T, D) per boundary: h_0 before block 0, h_l after block l-1; n_layer + 1 in all
    "attn_in",  # (B, T, D) per layer: what attention reads, x (post-norm) or ln_1(x) (pre-norm)
    "q",  # (B, H, T, d_head) per layer
    "k",
    "v",
    "scores",  # (B, H, T, T) per layer: q.k / sqrt(d_head), before the mask
    "attention",  # (B, H, T, T) per layer: softmax of the masked scores
    "head_out",  # (B, H, T, d_head) per layer: the weighted sum of the values
    "attn_out",  # (B, T, D) per layer: what attention adds, the heads side by side through the projection
    "mid",  # (B, T, D) per layer: n = ln_1(x + attn_out) (post-norm), x + attn_out (pre-norm)
    "mlp_in",  # (B, T, D) per layer: what the feed-forward network reads, n (post-norm) or ln_2(n) (pre-norm)
    "mlp_up",  # (B, T, d_ff) per layer: before the activation
    "mlp_act",  # (B, T, d_ff) per layer: after it
    "mlp_out",  # (B, T, D) per layer: what the feed-forward network adds
    "final",  # (B, T, D): what the output layer reads, the last block's output (pre-norm: normalised once more)
    "logits",  # (B, T, V)
]
PARTS: tuple[Part, ...] = get_args(Part)


class Capture:
    """A recorder for one forward pass.

    Args:
        parts: names from PARTS.
        n_layer: how many blocks the model has.
        layers: blocks whose parts are kept; None keeps all. Embeddings, hidden and logits have no such limit.
        pause: the model calls it after each block, so that a long pass can wait or end there (by an exception).

    Raises:
        InputError: a part or a layer is unknown.
    """

    def __init__(
        self,
        parts: Iterable[str],
        n_layer: int,
        layers: Collection[int] | None = None,
        pause: Callable[[], None] | None = None,
    ):
        self.parts = frozenset(parts)
        self.n_layer = n_layer
        self.layers = frozenset(range(n_layer) if layers is None else layers)
        self.pause = pause or (lambda: None)
        self.recorded: dict[str, Tensor] = {}
        """By part; the first axis counts the layers kept, the boundaries of hidden, or only to 1."""
        self._filled: Counter[str] = Counter()
        if unknown := self.parts - set(PARTS):
            raise InputError(f"a trace has no part {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
        if beyond := self.layers - set(range(n_layer)):
            raise InputError(f"a model of {n_layer} layers has no layer {min(beyond)}; they count from 0")

    def record(self, part: str, layer: int | None, value: Tensor) -> None:
        """Keeps the tensor if it was asked for. `layer` is None for parts of no block, and the boundary of "hidden"."""
        if (row := self.row(part, layer, value.shape, value)) is not None:
            row.copy_(value.detach())

    def row(self, part: str, layer: int | None, shape: Sequence[int], like: Tensor) -> Tensor | None:
        """Where to write a part of this shape, as the `out` of a torch function; None if it was not asked for."""
        if part not in self.parts or not (layer is None or part == "hidden" or layer in self.layers):
            return None
        if part not in self.recorded:
            rows = self.n_layer + 1 if part == "hidden" else 1 if layer is None else len(self.layers)
            self.recorded[part] = like.new_empty(rows, *shape)
        self._filled[part] += 1
        return self.recorded[part][self._filled[part] - 1]

    def wants_weights(self, layer: int) -> bool:
        """Whether attention has to be computed in visible stages in this layer."""
        return bool(self.parts & {"scores", "attention"}) and layer in self.layers
