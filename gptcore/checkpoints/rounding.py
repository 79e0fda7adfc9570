"""Matrices in fewer bits: whole numbers, and how much one step of them is worth in each row.

A number w of a row is kept as q, the whole number nearest to w / scale, and read back as q * scale. q goes from -127 to
127 in 8 bits and from -7 to 7 in 4; the scale is the row's largest magnitude over 127 or 7, so that no number is off by
more than half a step. (A smaller scale that cuts the largest numbers off was tried: in 8 bits the mean square of the
errors stays the same; in 4 it falls by a fifth or more, but a fine-tuned model's answers do not move less.)
"""

import torch
from torch import Tensor

SCALE = torch.bfloat16
"""Of a scale. It reaches as far as float32; that it is coarse costs nothing, for q is chosen for the scale as kept."""
_LARGEST = {8: 127, 4: 7}


def rounded(matrix: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    """A matrix (R, C) as whole numbers, and the scale of each row (R,).

    Args:
        bits: 8 gives int8 (R, C). 4 gives uint8 (R, C / 2 rounded up), two numbers to a byte, each with 8 added: an
            even column in the lower half, the odd one after it in the upper.
    """
    matrix, largest = matrix.float(), _LARGEST[bits]
    scale = (matrix.abs().amax(1) / largest).clamp_min(torch.finfo(SCALE).tiny).to(SCALE)
    whole = (matrix / scale.float()[:, None]).round()
    if bits == 8:
        return whole.to(torch.int8), scale
    halves = torch.nn.functional.pad(whole, (0, matrix.shape[1] % 2)).to(torch.int8).add(8).to(torch.uint8)
    return halves[:, 0::2] | halves[:, 1::2] << 4, scale


def restored(whole: Tensor, scale: Tensor, n_columns: int) -> Tensor:
    """What `rounded` has made of a matrix of so many columns, in float32 (R, C)."""
    if whole.dtype == torch.int8:
        return whole * scale.float()[:, None]
    matrix = torch.empty(len(whole), n_columns)
    matrix[:, 0::2] = whole & 15
    matrix[:, 1::2] = (whole >> 4)[:, : n_columns // 2]
    return matrix.sub_(8).mul_(scale.float()[:, None])
