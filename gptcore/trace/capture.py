"""What a forward pass is asked to keep. An argument, never a hook or an attribute of the model.

The model calls `record`; tensors nobody asked for are dropped at once, so a part that is not wanted costs nothing.
"""

from collections.abc import Collection, Iterable

from torch import Tensor

from gptcore.errors import InputError

PARTS = (
    "token_embedding",  # (B, T, D) rows of the token table
    "position_embedding",  # (T, D) rows of the position table
    "hidden",  # (B, T, D) per boundary: h_0 before block 0, h_l after block l-1; n_layer + 1 in all
    "q",  # (B, H, T, d_head) per layer
    "k",
    "v",
    "scores",  # (B, H, T, T) per layer: q.k / sqrt(d_head), before the mask
    "attention",  # (B, H, T, T) per layer: softmax of the masked scores
    "attn_out",  # (B, T, D) per layer: what attention adds
    "mid",  # (B, T, D) per layer: n = ln_1(x + attn_out) (post-norm), x + attn_out (pre-norm)
    "mlp_out",  # (B, T, D) per layer: what the feed-forward network adds
    "logits",  # (B, T, V)
)


class Capture:
    """A recorder for one forward pass.

    Args:
        parts: names from PARTS.
        layers: blocks whose parts are kept; None keeps all. Embeddings, hidden and logits have no such limit.

    Raises:
        InputError: a part's name is unknown.
    """

    def __init__(self, parts: Iterable[str], layers: Collection[int] | None = None):
        self.parts = frozenset(parts)
        self.layers = None if layers is None else frozenset(layers)
        self.recorded: dict[str, list[Tensor]] = {}
        """Tensors by part, in layer order."""
        if unknown := self.parts - set(PARTS):
            raise InputError(f"a trace has no part {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")

    def record(self, part: str, layer: int | None, value: Tensor) -> None:
        """Keeps the tensor if it was asked for. `layer` is None for parts that belong to no block."""
        if part in self.parts and (layer is None or self._keeps(layer)):
            self.recorded.setdefault(part, []).append(value.detach())

    def wants_weights(self, layer: int) -> bool:
        """Whether attention has to be computed in visible stages in this layer."""
        return bool(self.parts & {"scores", "attention"}) and self._keeps(layer)

    def _keeps(self, layer: int) -> bool:
        return self.layers is None or layer in self.layers
