"""How often a model's first guess is the hidden word: from the left alone, and from both sides.

Each word of a text that is one token is hidden once, by itself. A GPT weighs whole texts (gptcore.decode.fill_in); a
masked model reads its row with [MASK] there, and once more a row that ends at the gap.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import torch

from gptcore.checkpoints.checkpoint import TextModel
from gptcore.decode.fill_in import fill_in, likeliest
from gptcore.errors import InputError
from gptcore.text.pairs import MaskIds, mask_ids, pair_row
from gptcore.text.tokenizer import Encoding

MOST_GAPS = 5_000
CANDIDATES = 256
"""Words that a GPT tries in a gap."""


def word_gaps(text: str, encoding: Encoding) -> list[int]:
    """Which tokens are whole words of letters, by their places in a text."""
    found = []
    for i, (start, end) in enumerate(encoding.offsets):
        word = text[start:end].strip()
        start = text.index(word, start) if word else start
        around = text[start - 1 : start] + text[start + len(word) : start + len(word) + 1]
        if word.isalpha() and not any(letter.isalnum() for letter in around):
            found.append(i)
    return found


def measure_gaps(
    checkpoint: TextModel, texts: Iterable[str], done: Callable[[], object] = lambda: None
) -> dict[str, Any]:
    """Shares of gaps in which the first guess is right, over all texts.

    Args:
        done: called after each text.

    Returns:
        gaps (how many there are), left, both.

    Raises:
        InputError: there is no gap, or too many; a text does not fit the context; or the model is a peer.
    """
    rows = [(encoding.ids, gaps) for text in texts for encoding, gaps in [_cut(checkpoint, text)]]
    n = sum(len(gaps) for _, gaps in rows)
    if not 1 <= n <= MOST_GAPS:
        raise InputError(f"{n:,} words to hide; give texts with 1 to {MOST_GAPS:,} words that are one token each")
    guess = _by_gpt if checkpoint.config.is_causal else _by_masked_model
    left = both = 0
    for ids, gaps in rows:
        for (from_left, from_both), gap in zip(guess(checkpoint, ids, gaps), gaps, strict=True):
            left += from_left == ids[gap]
            both += from_both == ids[gap]
        done()
    return {"gaps": n, "left": round(left / n, 4), "both": round(both / n, 4)}


def _cut(checkpoint: TextModel, text: str) -> tuple[Encoding, list[int]]:
    encoding = checkpoint.tokenizer.encode(text)
    return encoding, word_gaps(text, encoding)


def _by_gpt(checkpoint: TextModel, ids: Sequence[int], gaps: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(by the left side, by both) for each gap."""
    end = checkpoint.tokenizer.end_of_text_id
    begin = () if end is None else (end,)
    for gap in gaps:
        found = fill_in(checkpoint.model, ids[:gap] or begin, ids[gap + 1 :], CANDIDATES)
        yield likeliest(found.from_left, 1)[0], int(found.ids[0])


def _by_masked_model(checkpoint: TextModel, ids: Sequence[int], gaps: Sequence[int]) -> Iterator[tuple[int, int]]:
    special = mask_ids(checkpoint.tokenizer)
    for gap in gaps:
        whole = [*ids[:gap], special.mask, *ids[gap + 1 :]]
        yield _guess(checkpoint, special, whole[: gap + 1], gap), _guess(checkpoint, special, whole, gap)


@torch.no_grad()
def _guess(checkpoint: TextModel, special: MaskIds, text: Sequence[int], gap: int) -> int:
    """The likeliest token at a gap, [CLS] standing before the text."""
    row = torch.tensor([pair_row(special, text).ids], device=checkpoint.model.device)
    return int(checkpoint.model(row)[0, gap + 1].argmax())
