"""What rows of a task have beside their ids, as a masked model reads them; a GPT's have nothing."""

from collections.abc import Sequence

import torch

from gptcore.model.marks import Marks
from gptcore.tasks.formats import Row


def marks_of(rows: Sequence[Row], device: torch.device) -> Marks | None:
    """Of N rows, padded to the longest, T: segments and padding, each (N, T). None for a GPT's rows."""
    if not rows or not rows[0].segments:
        return None
    length = max(len(row.ids) for row in rows)
    segments = torch.zeros(len(rows), length, dtype=torch.long)
    padding = torch.ones(len(rows), length, dtype=torch.bool)
    for i, row in enumerate(rows):
        n = sum(row.mask)
        segments[i, :n], padding[i, :n] = torch.tensor(row.segments[:n]), False
    return Marks(segments.to(device), padding.to(device))
