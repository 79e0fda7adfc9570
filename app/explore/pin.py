"""A pin: a view of the Explore page under a name, as values, and written short for the page's address.

What an address says may be anything: it is taken where it is what it claims to be, else left out. Pure functions.
"""

import base64
import json
import zlib
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from app.explore.off import NOTHING_OFF, Off, from_link, to_link
from app.explore.prompt import MAX_PROMPT

MOST = 8
"""Pins at once."""
LONGEST_NAME = 40
MOST_CHARACTERS, MOST_OF_ALL = 1_500, 4_000
"""Of an address: of one pin, and of all."""
_MOST_BYTES = 4 * MAX_PROMPT
"""Of one pin, unpacked."""
NAMELESS = "without a name"
_BETWEEN = "~"
_TYPES: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "prompt": (str,),
    "ids": (str,),
    "model": (str,),
    "step": (int,),
    "untrained": (bool,),
    "off": (str,),
    "by_mean": (bool,),
    "temperature": (int, float),
    "top_k": (int,),
    "top_p": (int, float),
    "seed": (int,),
    "position": (int,),
}
"""What an address may say of a pin."""


@dataclass(frozen=True)
class Pin:
    """One view."""

    name: str
    """The learner's own."""
    prompt: str
    """As the box shows it."""
    ids: str
    """Those that the prompt keeps, as app.explore.prompt_link writes them."""
    model: str
    step: int | None = None
    untrained: bool = False
    off: Off = field(default=NOTHING_OFF)
    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 0
    position: int | None = None
    """Of the chosen token, from 1; None: the last."""

    @property
    def sampling(self) -> tuple[float, int | None, float | None]:
        """(temperature, top_k, top_p) as gptcore takes them."""
        return self.temperature, self.top_k, self.top_p


@dataclass(frozen=True)
class Pins:
    """All of a session, and which of them stands beside the page's own view."""

    pins: tuple[Pin, ...] = ()
    beside: int | None = None
    """Counts from 0."""

    @property
    def chosen(self) -> Pin | None:
        """The one to compare with."""
        return None if self.beside is None else self.pins[self.beside]

    def added(self, pin: Pin) -> "Pins":
        """With one more, which then stands beside; of too many the oldest goes."""
        kept = (*self.pins, pin)[-MOST:]
        return Pins(kept, len(kept) - 1)

    def without(self, index: int) -> "Pins":
        """With one less."""
        beside = None if self.beside == index else self.beside
        left = self.pins[:index] + self.pins[index + 1 :]
        return Pins(left, beside - 1 if beside is not None and beside > index else beside)

    def replaced(self, index: int, pin: Pin) -> "Pins":
        """With another in one's place."""
        return Pins((*self.pins[:index], pin, *self.pins[index + 1 :]), self.beside)


def pins_to_link(pins: Pins) -> tuple[str, list[int]]:
    """As the address has them, empty for none, and which of them have no room there."""
    written, left_out, beside, room = [], [], 0, MOST_OF_ALL
    for index, pin in enumerate(pins.pins):
        letters = pin_to_link(pin)
        if len(letters) > min(MOST_CHARACTERS, room):
            left_out.append(index)
            continue
        room -= len(letters) + 1
        written.append(letters)
        if index == pins.beside:
            beside = len(written)
    return (_BETWEEN.join([str(beside), *written]) if written else ""), left_out


def pins_from_link(link: str) -> Pins:
    """What an address asks for; what is no pin in it is left out."""
    first, *letters = link[: MOST_OF_ALL + 2 * MOST].split(_BETWEEN)
    found = [pin_from_link(word) for word in letters[:MOST]]
    place = int(first) - 1 if first.isascii() and first.isdigit() and len(first) < 3 else -1
    chosen = found[place] if 0 <= place < len(found) else None
    pins = tuple(pin for pin in found if pin is not None)
    return Pins(pins, None if chosen is None else sum(pin is not None for pin in found[:place]))


def pin_to_link(pin: Pin) -> str:
    """One pin: what differs from the default, as JSON, deflated, in letters that an address leaves as they are."""
    values = {
        "name": pin.name,
        "prompt": pin.prompt,
        "ids": pin.ids,
        "model": pin.model,
        "step": pin.step,
        "untrained": pin.untrained,
        "off": to_link(pin.off.switches),
        "by_mean": pin.off.by_mean,
        "temperature": pin.temperature,
        "top_k": pin.top_k,
        "top_p": pin.top_p,
        "seed": pin.seed,
        "position": pin.position,
    }
    defaults = {"step": None, "untrained": False, "temperature": 1.0, "seed": 0, "ids": "", "off": "", "by_mean": False}
    said = {key: value for key, value in values.items() if value != defaults.get(key)}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = packed.compress(text.encode("utf-8", "replace")) + packed.flush()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def pin_from_link(letters: str) -> Pin | None:
    """The pin; None if it is damaged."""
    try:
        raw = base64.b64decode(letters.encode("ascii") + b"=" * (-len(letters) % 4), b"-_", validate=True)
        said = json.loads(zlib.decompressobj(-15).decompress(raw, _MOST_BYTES).decode("utf-8"))
    except (ValueError, zlib.error, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    values = {key: value for key, value in said.items() if _is_one(value, _TYPES.get(key, ()))}
    if not {"model", "prompt"} <= values.keys():
        return None
    off = Off(from_link(values.get("off", "")), values.get("by_mean", False))
    return Pin(
        name=named(values.get("name", "")),
        prompt=values["prompt"][:MAX_PROMPT],
        ids=values.get("ids", ""),
        model=values["model"],
        step=values.get("step"),
        untrained=values.get("untrained", False),
        off=off if off else NOTHING_OFF,
        temperature=float(values["temperature"]) if _within(values.get("temperature"), 0, 3) else 1.0,
        top_k=values["top_k"] if _within(values.get("top_k"), 1, 100) else None,
        top_p=float(values["top_p"]) if _within(values.get("top_p"), 0.05, 0.999) else None,
        seed=values["seed"] if _within(values.get("seed"), 0, 2**31 - 1) else 0,
        position=values["position"] if _within(values.get("position"), 1, MAX_PROMPT) else None,
    )


def named(name: str) -> str:
    """A name in one line, not too long."""
    return " ".join(name.split())[:LONGEST_NAME] or NAMELESS


def _is_one(value: Any, kinds: tuple[type, ...]) -> bool:
    return type(value) in kinds


def _within(value: Any, low: float, high: float) -> bool:
    return value is not None and isfinite(value) and low <= value <= high
