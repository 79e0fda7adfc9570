"""A tree of tries in the page's address: written short, and believed only for the beginning that it was written after.

Form, parted by dots: the first letters of the vocabulary's fingerprint; a mark of the prompt's ids; where one stands
(0: the prompt, n: the nth node); the nodes, six bytes each (id 3, parent 1, choice 2); what was drawn with, if anything
was. A choice is 0 (forced), 1 (the likeliest), or 2 + 2 k with the kth settings, one more where no number decided.
"""

import base64
import hashlib
from collections.abc import Sequence

from gptcore.decode.by_hand import FORCED, LIKELIEST, MOST_TRIED, ByHand, Choice, Node, Sampling
from gptcore.errors import InputError
from gptcore.text.tokenizer import Tokenizer

_ID, _PARENT, _CHOICE = 3, 1, 2
_NODE = _ID + _PARENT + _CHOICE
_FINGERPRINT = 8
_HUNDRED = 100
"""Temperature and top-p are written in hundredths, as fine as the sliders go."""


def to_link(tree: ByHand, tokenizer: Tokenizer, prompt: Sequence[int]) -> str:
    """The address of a tree; empty for an empty one."""
    if not tree.nodes:
        return ""
    drawn = dict.fromkeys(node.choice.sampling for node in tree.nodes if node.choice.sampling is not None)
    numbers = {sampling: index for index, sampling in enumerate(drawn)}
    raw = b"".join(
        node.id.to_bytes(_ID)
        + (0 if node.parent is None else node.parent + 1).to_bytes(_PARENT)
        + _number(node.choice, numbers).to_bytes(_CHOICE)
        for node in tree.nodes
    )
    at = 0 if tree.at is None else tree.at + 1
    parts = [*_place(tokenizer, prompt), str(at), base64.urlsafe_b64encode(raw).decode()]
    return ".".join([*parts, "_".join(map(_settings, drawn))] if drawn else parts)


def from_link(link: str, tokenizer: Tokenizer, prompt: Sequence[int]) -> ByHand | None:
    """The tree of an address; None if it is damaged, or was written after another beginning or in other tokens."""
    try:
        fingerprint, mark, at, letters, *rest = link.split(".")
        if [fingerprint, mark] != _place(tokenizer, prompt) or len(rest) > 1:
            return None
        raw = base64.b64decode(letters.encode("ascii"), b"-_", validate=True)
        if not raw or len(raw) % _NODE or len(raw) > _NODE * MOST_TRIED:
            return None
        drawn = [_sampling(words) for words in rest[0].split("_")[: MOST_TRIED + 1]] if rest else []
        nodes = tuple(_node(raw[k : k + _NODE], drawn) for k in range(0, len(raw), _NODE))
        if any(node.id >= tokenizer.vocab_size for node in nodes):
            return None
        return ByHand(nodes, int(at) - 1 if int(at) else None)
    except (ValueError, IndexError, InputError):
        return None


def mark_of(prompt: Sequence[int]) -> str:
    """A few letters that stand for a prompt's ids."""
    return hashlib.sha256(",".join(map(str, prompt)).encode()).hexdigest()[:_FINGERPRINT]


def _place(tokenizer: Tokenizer, prompt: Sequence[int]) -> list[str]:
    return [tokenizer.fingerprint[:_FINGERPRINT], mark_of(prompt)]


def _number(choice: Choice, numbers: dict[Sampling, int]) -> int:
    if choice.sampling is None:
        return int(choice == LIKELIEST)
    return 2 + 2 * numbers[choice.sampling] + (not choice.used_number)


def _node(raw: bytes, drawn: list[Sampling]) -> Node:
    """Raises:
    IndexError: it was drawn with settings that are not there.
    """
    token, parent = int.from_bytes(raw[:_ID]), raw[_ID]
    number = int.from_bytes(raw[_ID + _PARENT :])
    choice = (FORCED, LIKELIEST)[number] if number < 2 else Choice("drawn", drawn[number // 2 - 1], number % 2 == 0)
    return Node(token, parent - 1 if parent else None, choice)


def _settings(sampling: Sampling) -> str:
    top_p = _HUNDRED if sampling.top_p is None else round(_HUNDRED * sampling.top_p)
    return f"{sampling.seed}~{round(_HUNDRED * sampling.temperature)}~{sampling.top_k or 0}~{top_p}"


def _sampling(words: str) -> Sampling:
    """Raises:
    ValueError: these are no settings.
    InputError: they are out of range.
    """
    seed, temperature, top_k, top_p = map(int, words.split("~"))
    return Sampling(seed, temperature / _HUNDRED, top_k or None, None if top_p >= _HUNDRED else top_p / _HUNDRED)
