"""What a forward pass is asked to do otherwise: switch a part off, hide a token, or put other values in a part's place.

An argument of the pass, as a Capture is, never a hook or a change of the weights: a model that all learners share can
have another head switched off for each of them at the same time. What follows a changed part is computed from it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.capture import Capture, Part

Reason = Literal["off", "mean", "given"]
"""Why a part has other values: it is switched off and says 0, or what it says on average; or they were given."""
Values = Tensor | np.ndarray | Sequence[float] | float

_PER_HEAD: tuple[Part, ...] = ("q", "k", "v", "head_out")
_OF_NO_LAYER: tuple[Part, ...] = ("token_embedding", "position_embedding", "final")
_OF_ONE_LAYER: tuple[Part, ...] = (
    *("attn_in", *_PER_HEAD, "attn_out", "mid", "mlp_in", "mlp_up", "mlp_act", "mlp_out"),
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


Intervention = Replacement | HiddenToken


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
    if head is not None and part not in _PER_HEAD:
        raise InputError(f"{part} has no heads; these have: {', '.join(_PER_HEAD)}")
    tensor = _tensor(values)
    if tensor.dim() > (3 if part in _PER_HEAD and head is None else 2):
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


class Changes:
    """The interventions of one forward pass, where the model asks for them.

    Args:
        config: of the model.
        device: where it is.
        start: the position of the pass's first token.

    Raises:
        InputError: a layer, head or width is not the model's, or one of them is no intervention.
    """

    def __init__(self, interventions: Collection[Intervention], config: ModelConfig, device: torch.device, start: int):
        self._start = start
        self._hidden: list[HiddenToken] = []
        self._replaced: dict[tuple[str, int | None], list[Replacement]] = {}
        for one in interventions:
            if isinstance(one, HiddenToken):
                self._hidden.append(one)
            elif isinstance(one, Replacement):
                _check(one, config)
                there = changed(one, values=one.values.to(device))
                self._replaced.setdefault((one.part, one.layer), []).append(there)
            else:
                raise InputError(f"{one!r} is no intervention; make one with zero_head, hide_token, replace and so on")

    def apply(self, part: Part, layer: int | None, value: Tensor) -> Tensor:
        """A part as it is to be: the same tensor where nothing changes it, else a copy."""
        asked = [one for one in self._replaced.get((part, layer), ()) if self._inside(one, value.shape[-2])]
        if asked:
            value = value.clone()
        for one in asked:
            self._put(one, value)
        return value

    @property
    def hides(self) -> bool:
        """Whether tokens are hidden from attention."""
        return bool(self._hidden)

    def hide(self, mask: Tensor, n_rows: int) -> Tensor:
        """A causal mask (T, S) with -inf also at the keys that are hidden, (1 or n_rows, 1, T, S)."""
        T, S = mask.shape
        by_row = any(one.row is not None for one in self._hidden)
        mask = mask.expand(n_rows if by_row else 1, 1, T, S).clone()
        for one in self._hidden:
            if one.position < S:
                rows = _rows(one, n_rows)
                own = one.position - (S - T)  # where the token itself looks from
                kept = mask[rows, :, own, one.position].clone() if own >= 0 else None
                mask[rows, :, :, one.position] = -torch.inf
                if kept is not None:
                    mask[rows, :, own, one.position] = kept
        return mask

    def _inside(self, one: Replacement, count: int) -> bool:
        """Whether any of its tokens is among the `count` of this pass."""
        return one.positions is None or any(0 <= position - self._start < count for position in one.positions)

    def _put(self, one: Replacement, value: Tensor) -> None:
        """Writes its values into (B, T, width) or, of a part of heads, (B, H, T, width)."""
        places: slice | list[int] = slice(None)
        values = one.values
        if one.positions is not None:
            count = value.shape[-2]
            inside = [i for i, position in enumerate(one.positions) if 0 <= position - self._start < count]
            places = [one.positions[i] - self._start for i in inside]
            values = values if values.dim() == 1 else values[..., inside, :]
        target = value[_rows(one, len(value))]
        if one.head is not None:
            target = target[:, one.head]
        target[..., places, :] = values.to(value.dtype)


def _rows(one: Intervention, n_rows: int) -> slice:
    """Those of a batch that it is for."""
    if one.row is None:
        return slice(None)
    if one.row >= n_rows:
        raise InputError(f"an intervention is for row {one.row} of a batch, from 0, which has only {n_rows}")
    return slice(one.row, one.row + 1)


def _check(one: Replacement, config: ModelConfig) -> None:
    layers = config.n_layer + (one.part == "hidden")
    if one.layer is not None and one.layer >= layers:
        raise InputError(
            f"{one.part} of a model of {config.n_layer} layers has no layer {one.layer}; they count from 0"
        )
    if one.head is not None and one.head >= config.n_head:
        raise InputError(f"there is no head {one.head}; this model has {config.n_head} in a layer, from 0")
    wide = config.d_model
    if one.part in _PER_HEAD:
        wide = config.d_head
    elif one.part in ("mlp_up", "mlp_act"):
        wide = config.d_inner
    shape = tuple(one.values.shape)
    if (shape != (1,) and shape[-1] != wide) or (len(shape) == 3 and shape[0] != config.n_head):
        raise InputError(f"values of shape {shape} do not fit {one.part}, whose vectors have {wide} numbers")


def at(part: Part, layer: int | None, value: Tensor, capture: Capture | None, changes: Changes | None) -> Tensor:
    """What every part of a pass goes through once it is computed: it is changed if somebody asked for that, then
    recorded if somebody asked for that."""
    if changes is not None:
        value = changes.apply(part, layer, value)
    if capture is not None:
        capture.record(part, layer, value)
    return value
