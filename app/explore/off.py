"""What is switched off in the model that reads: as the address has it, and as gptcore's interventions.

In the address: h4.1 (layer 4, head 1), a3 (layer 3's attention), m2 (layer 2's feed-forward network), p (positions),
t5 (token 5 is hidden), parted by "~" and counted from 1 as the page counts. Values and pure functions.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gptcore.config import ModelConfig
from gptcore.model.intervention import (
    Intervention,
    hide_token,
    zero_attention,
    zero_head,
    zero_mlp,
    zero_positions,
)
from gptcore.trace.means import Means

Kind = Literal["head", "attention", "mlp", "positions", "token"]
Switch = tuple[str | int, ...]
"""("head", layer, head), ("attention", layer), ("mlp", layer), ("positions",) or ("token", position); from 0."""
MOST = 200
"""Switches at once."""
_BETWEEN = "~"
_LETTERS: dict[str, Kind] = {"h": "head", "a": "attention", "m": "mlp", "p": "positions", "t": "token"}
_WORD = re.compile(r"(h)(\d{1,3})\.(\d{1,3})|([am])(\d{1,3})|(t)(\d{1,5})|(p)")


@dataclass(frozen=True)
class Off:
    """What is switched off, each once, in the order in which it was."""

    switches: tuple[Switch, ...] = ()
    by_mean: bool = False
    """Off means what the part says on average, not zero."""

    def __bool__(self) -> bool:
        return bool(self.switches)

    @property
    def hidden(self) -> "Off":
        """Of these the tokens alone."""
        return Off(tuple(one for one in self.switches if one[0] == "token"))

    def toggled(self, switch: Switch) -> "Off":
        """With one more off, or on again."""
        left = tuple(one for one in self.switches if one != switch)
        return Off(left if switch in self.switches else (*left, switch)[-MOST:], self.by_mean)

    def within(self, config: ModelConfig, n_tokens: int) -> "Off":
        """Those that this model and this text have."""
        return Off(tuple(one for one in self.switches if exists(one, config, n_tokens)), self.by_mean)

    def interventions(self, means: Means | None) -> tuple[Intervention, ...]:
        """As a forward pass takes them. Without means, off is zero."""
        return tuple(_intervention(one, means if self.by_mean else None) for one in self.switches)


NOTHING_OFF = Off()


def exists(switch: Switch, config: ModelConfig, n_tokens: int) -> bool:
    """Whether a model and a text have what a switch is of; a switch from outside may be anything. Of a peer none."""
    if config.architecture != "transformer":
        return False
    limits = {"layer": config.n_layer, "head": config.n_head, "token": n_tokens}
    axes = {"head": ("layer", "head"), "attention": ("layer",), "mlp": ("layer",), "token": ("token",), "positions": ()}
    match switch:
        case ["positions"]:
            return config.positions != "none"
        case [str(kind), *at] if kind in axes and len(at) == len(axes[kind]):
            return all(type(i) is int and 0 <= i < limits[axis] for i, axis in zip(at, axes[kind], strict=True))
    return False


def to_link(switches: Iterable[Switch]) -> str:
    """As the address has them."""
    letters = {kind: letter for letter, kind in _LETTERS.items()}
    return _BETWEEN.join(letters[kind] + ".".join(str(int(i) + 1) for i in at) for kind, *at in switches)  # type: ignore[index]  # kind is a str


def from_link(link: str) -> tuple[Switch, ...]:
    """What an address asks for; words that are no switches are left out."""
    found = (_switch(word) for word in link.split(_BETWEEN)[:MOST])
    return tuple(dict.fromkeys(switch for switch in found if switch is not None))


def _switch(word: str) -> Switch | None:
    if (match := _WORD.fullmatch(word)) is None:
        return None
    letter, *numbers = (part for part in match.groups() if part is not None)
    at = [int(number) - 1 for number in numbers]
    return None if min(at, default=0) < 0 else (_LETTERS[letter], *at)


def _intervention(switch: Switch, means: Means | None) -> Intervention:
    match switch:
        case ["head", int(layer), int(head)]:
            return zero_head(layer, head, None if means is None else means.head_out[layer, head])
        case ["attention", int(layer)]:
            return zero_attention(layer, None if means is None else means.attn_out[layer])
        case ["mlp", int(layer)]:
            return zero_mlp(layer, None if means is None else means.mlp_out[layer])
        case ["positions"]:
            return zero_positions(None if means is None else means.position_embedding)
        case ["token", int(position)]:
            return hide_token(position)
    raise ValueError(f"{switch!r} is no switch")
