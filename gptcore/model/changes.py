"""The interventions of one forward pass, at the places where the model asks for them."""

from collections.abc import Collection
from dataclasses import replace

import torch
from torch import Tensor

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.capture import Capture, Part
from gptcore.model.intervention import PER_HEAD, HiddenToken, Intervention, LiftedMask, Replacement


class Changes:
    """The interventions of one forward pass, where the model asks for them.

    Args:
        config: of the model.
        device: where it is.
        start: the position of the pass's first token.

    Raises:
        InputError: a layer, head or width is not the model's, one of them is no intervention, or the mask is lifted
            in a pass that continues another.
    """

    def __init__(self, interventions: Collection[Intervention], config: ModelConfig, device: torch.device, start: int):
        self._start = start
        self._hidden: list[HiddenToken] = []
        self._lifted: list[LiftedMask] = []
        self._replaced: dict[tuple[str, int | None], list[Replacement]] = {}
        for one in interventions:
            if isinstance(one, HiddenToken):
                self._hidden.append(one)
            elif isinstance(one, LiftedMask):
                if start:
                    raise InputError("without the causal mask a text is read at once; this pass continues another")
                self._lifted.append(one)
            elif isinstance(one, Replacement):
                _check(one, config)
                there = replace(one, values=one.values.to(device))
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
    def remasks(self) -> bool:
        """Whether attention is to see other tokens than the causal mask lets it."""
        return bool(self._hidden or self._lifted)

    def remask(self, mask: Tensor, n_rows: int) -> Tensor:
        """A causal mask (T, S) with -inf also at the keys that are hidden, and without it where it is lifted,
        (1 or n_rows, 1, T, S)."""
        T, S = mask.shape
        by_row = any(
            row is not None for row in [*(one.row for one in self._hidden), *(one.row for one in self._lifted)]
        )
        mask = mask.expand(n_rows if by_row else 1, 1, T, S).clone()
        for lifted in self._lifted:
            mask[_rows(lifted, n_rows)] = 0
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
    if one.part in PER_HEAD:
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
