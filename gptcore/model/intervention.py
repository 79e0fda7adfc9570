"""What a forward pass is asked to do otherwise: switch a part off, hide a token, take the causal mask away, or put
other values in a part's place.

An argument of the pass, as a Capture is, never a hook or a change of the weights: a model that all learners share can
have another head switched off for each of them at the same time. What follows a changed part is computed from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from gptcore.errors import InputError
from gptcore.model.capture import Part

Reason = Literal["off", "mean", "given"]
"""Why a part has other values: it is switched off and says 0, or what it says on average; or they were given."""
Values = Tensor | np.ndarray | Sequence[float] | float

PER_HEAD: tuple[Part, ...] = ("q", "k", "v", "head_out")
"""Parts with a vector for each token and head."""
_OF_NO_LAYER: tuple[Part, ...] = ("token_embedding", "position_embedding", "final")
_OF_ONE_LAYER: tuple[Part, ...] = (
    *("attn_in", *PER_HEAD, "attn_out", "mid", "mlp_in", "mlp_up", "mlp_act", "mlp_out"),
)
REPLACEABLE: tuple[Part, ...] = (*_OF_NO_LAYER, "hidden", *_OF_ONE_LAYER)
"""Parts that `replace` knows: those with a vector for each token."""


@dataclass(frozen=True, eq=False)
class Replacement:
    """Other values in the place of a part's own."""

    part: Part
    layer: int | None
    """From 0; of "hidden" the boundary, 0 to n_layer; None for parts of no layer."""
    values: Tensor
    """(width,) at every token, or (..., N, width) for N of them."""
    positions: tuple[int, ...] | None
    """Tokens whose values are replaced; None: all of them."""
    head: int | None = None
    row: int | None = None
    """The one row of a batch that it is for; None: all rows."""
    reason: Reason = "given"

    def moved(self, by: int) -> "Replacement | None":
        """The same when so many tokens at the text's start are gone; None if no token of it is left."""
        if self.positions is None:
            return self
        left = [i for i, position in enumerate(self.positions) if position >= by]
        values = self.values if self.values.dim() == 1 else self.values[..., left, :]
        positions = tuple(self.positions[i] - by for i in left)
        return changed(self, values=values, positions=positions) if left else None


@dataclass(frozen=True)
class HiddenToken:
    """A token that no other can look at, in any layer; it still sees itself, and is read as before."""

    position: int
    row: int | None = None
    """As in Replacement."""

    def moved(self, by: int) -> "HiddenToken | None":
        """As in Replacement."""
        return changed(self, position=self.position - by) if self.position >= by else None


@dataclass(frozen=True)
class LiftedMask:
    """No causal mask: every token looks at all tokens, in every layer, as in BERT. The weights stay what they are."""

    row: int | None = None
    """As in Replacement."""

    def moved(self, by: int) -> "LiftedMask":
        """As in Replacement."""
        return self


Intervention = Replacement | HiddenToken | LiftedMask


def zero_head(layer: int, head: int, mean: Values | None = None) -> Intervention:
    """Switches a head off: its weighted sum of the values is 0, so its columns of the output projection add nothing.

    Args:
        layer, head: from 0.
        mean: (d_head,) to put there instead of 0: what the head says on average.
    """
    return _off("head_out", layer, mean, head)


def zero_attention(layer: int, mean: Values | None = None) -> Intervention:
    """Switches a layer's attention off: it adds 0 to the residual stream, its bias included, or `mean` (d_model,)."""
    return _off("attn_out", layer, mean)


def zero_mlp(layer: int, mean: Values | None = None) -> Intervention:
    """Switches a layer's feed-forward network off: it adds 0, its bias included, or `mean` (d_model,)."""
    return _off("mlp_out", layer, mean)


def zero_positions(mean: Values | None = None) -> Intervention:
    """Takes the position embeddings away: every token gets 0, or `mean` (d_model,); the mask alone tells of order.

    A model without position embeddings is not changed by it.
    """
    return _off("position_embedding", None, mean)


def _off(part: Part, layer: int | None, mean: Values | None, head: int | None = None) -> Intervention:
    return _replacement(part, layer, 0.0 if mean is None else mean, None, head, "off" if mean is None else "mean")


def hide_token(position: int) -> Intervention:
    """Masks a token, from 0: no later token can look at it, in any layer or head. It still sees itself."""
    return HiddenToken(_index("position", position))


def lift_mask() -> Intervention:
    """Takes the causal mask away: the triangle of what each token may look at becomes the square that BERT has.

    A text is then read at once: states that a key-value cache holds have not seen what follows, so a pass that
    continues one is refused.
    """
    return LiftedMask()


def replace(
    part: Part,
    layer: int | None,
    values: Values,
    positions: Iterable[int] | None = None,
    head: int | None = None,
) -> Intervention:
    """Puts values in the place of a part's own; what follows is computed from them.

    Args:
        part: of REPLACEABLE, as gptcore.model.capture names and shapes them. What is read beside the part stays: with
            another "attn_in" or "mlp_in" the residual stream goes past it as it was.
        layer: from 0; for "hidden" the boundary: 0 is h_0, l what block l - 1 hands on. None for a part of no layer.
        values: a number; a vector (width,), the same at every token; or (N, width), one for each of N tokens. Without
            `head`, of q, k, v and head_out also (n_head, N, width), as a trace has them. Gradients flow into a tensor.
        positions: the N tokens, from 0; without them, and values for N tokens, the first N. Those that a text does
            not have are of no effect.
        head: the one head, where there are heads.

    Raises:
        InputError: there is no such part, values are not finite, or do not fit the positions. What does not fit the
            model is told by the pass.
    """
    return _replacement(part, layer, values, positions, head, "given")


def _replacement(
    part: Part, layer: int | None, values: Values, positions: Iterable[int] | None, head: int | None, reason: Reason
) -> Replacement:
    if part not in REPLACEABLE:
        raise InputError(f"{part!r} cannot be replaced; choose from {', '.join(REPLACEABLE)}")
    if (layer is None) != (part in _OF_NO_LAYER):
        raise InputError(f"{part} is of no layer" if layer is not None else f"{part} needs a layer")
    if head is not None and part not in PER_HEAD:
        raise InputError(f"{part} has no heads; these have: {', '.join(PER_HEAD)}")
    tensor = _tensor(values)
    if tensor.dim() > (3 if part in PER_HEAD and head is None else 2):
        raise InputError(f"values of shape {tuple(tensor.shape)} do not fit {part}")
    places = None if positions is None else tuple(_index("position", position) for position in positions)
    if tensor.dim() > 1:
        places = tuple(range(tensor.shape[-2])) if places is None else places
        if tensor.shape[-2] != len(places):
            raise InputError(f"values for {tensor.shape[-2]} tokens, but {len(places)} positions")
    if places is not None and len(set(places)) < len(places):
        raise InputError("a position is named twice; name each once")
    layer, head = (None if value is None else _index(what, value) for what, value in (("layer", layer), ("head", head)))
    return Replacement(part, layer, tensor, places, head, reason=reason)


def _tensor(values: Values) -> Tensor:
    """A copy in float32, of at least one axis."""
    try:
        if isinstance(values, np.ndarray):  # a trace's are read-only, and torch warns of such
            values = values.astype(np.float32)
        tensor = torch.as_tensor(values).to(torch.float32, copy=True)
    except (TypeError, ValueError, RuntimeError):
        raise InputError("values must be numbers: one, a row of them, or an array") from None
    if not tensor.isfinite().all():
        raise InputError("values must be finite numbers")
    return tensor[None] if tensor.dim() == 0 else tensor


def _index(what: str, value: int) -> int:
    """A whole number from 0, numpy's too."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer) or value < 0:
        raise InputError(f"a {what} is a whole number from 0, not {value!r}")
    return int(value)


def in_row(intervention: Intervention, row: int | None) -> Intervention:
    """The same for one row of a batch alone, from 0, so that one pass tries as many things as it has rows; None: for
    all rows."""
    return changed(intervention, row=None if row is None else _index("row", row))


def moved(interventions: Iterable[Intervention], by: int) -> list[Intervention]:
    """The same for a text that has lost so many tokens at its start; those that were about these alone are gone."""
    return [there for one in interventions if (there := one.moved(by)) is not None]
