"""The ids of a prompt in the page's address: written short, and believed only where they spell the text they stand for.

Form: the first letters of the vocabulary's fingerprint, then for each stretch how often its text stands before it (from
the stretch before on; so typing around it changes nothing) and its ids, three bytes each, all parted by dots. A stretch
without ids is end-of-text.
"""

import base64

from app.explore.prompt import End, Piece, Prompt, Typed, Written, is_cut, written
from app.shared.lines import from_marks
from gptcore.errors import InputError
from gptcore.text.tokenizer import Tokenizer

MOST_IDS = 512
"""In a link; four letters each."""
_BYTES = 3
_FINGERPRINT = 8
_SPACE = "_"
"""Marks a stretch of words that begins with the space before it."""


def to_link(prompt: Prompt, tokenizer: Tokenizer) -> str:
    """The ids of one vocabulary that a prompt keeps; empty if there are none, or too many."""
    parts, at, since = [tokenizer.fingerprint[:_FINGERPRINT]], 0, 0
    for piece in prompt.pieces:
        if is_cut(piece, tokenizer):
            ids = piece.ids if isinstance(piece, Written) else ()
            times = _times(piece.shown, prompt.shown, since, at)
            parts += [f"{times}{_SPACE * _has_own_space(piece)}", _packed(ids)]
            since = at + len(piece.shown)
        at += len(piece.shown)
    return ".".join(parts) if len(parts) > 1 and fits(prompt) else ""


def fits(prompt: Prompt) -> bool:
    """Whether all ids that a prompt keeps have room in a link."""
    kept = (piece for piece in prompt.pieces if not isinstance(piece, Typed))
    return sum(len(piece.ids) if isinstance(piece, Written) else 1 for piece in kept) <= MOST_IDS


def from_link(link: str, shown: str, tokenizer: Tokenizer) -> Prompt:
    """What a box shows, with the ids of a link that spell it in this vocabulary; without any if it is damaged."""
    fingerprint, *parts = link.split(".")
    pieces, at = [], 0
    try:
        if len(parts) > 2 * MOST_IDS:
            raise ValueError("too many stretches")
        for times, letters in zip(parts[::2], parts[1::2], strict=True):
            if letters and fingerprint != tokenizer.fingerprint[:_FINGERPRINT]:
                continue  # another vocabulary's; end-of-text is every one's
            ids = _unpacked(letters)
            if tokenizer.end_of_text_id in ids:
                raise ValueError("end-of-text is no text that ids could spell")
            piece = written(tokenizer, ids, times.endswith(_SPACE)) if ids else End()
            start = _nth(piece.shown, int(times.removesuffix(_SPACE)), shown, at)
            pieces += [Typed(from_marks(shown[at:start])), piece]
            at = start + len(piece.shown)
    except (ValueError, InputError):
        return Prompt.from_box(shown)
    return Prompt.of([*pieces, Typed(from_marks(shown[at:]))])


def _nth(wanted: str, times: int, shown: str, since: int) -> int:
    """Where a text stands that stood `times` times before, counted from `since`.

    Raises:
        ValueError: nowhere.
    """
    start = shown.index(wanted, since)
    for _ in range(times):
        start = shown.index(wanted, start + 1)
    return start


def _times(wanted: str, shown: str, since: int, at: int) -> int:
    """How often a text begins between `since` and `at`."""
    times, start = 0, shown.find(wanted, since)
    while 0 <= start < at:
        start, times = shown.find(wanted, start + 1), times + 1
    return times


def _has_own_space(piece: Piece) -> bool:
    """Whether a space that no token has parts its first word from the text before."""
    return isinstance(piece, Written) and piece.is_words and piece.text.startswith(" ")


def _packed(ids: tuple[int, ...]) -> str:
    return base64.urlsafe_b64encode(b"".join(i.to_bytes(_BYTES) for i in ids)).decode()


def _unpacked(letters: str) -> tuple[int, ...]:
    """Raises:
    ValueError: these are no ids.
    """
    raw = base64.b64decode(letters.encode("ascii"), b"-_", validate=True)
    if len(raw) % _BYTES or len(raw) > _BYTES * MOST_IDS:
        raise ValueError("no whole ids, or too many")
    return tuple(int.from_bytes(raw[k : k + _BYTES]) for k in range(0, len(raw), _BYTES))
