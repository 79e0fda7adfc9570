"""Tensors in a safetensors file, whole or not there."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from gptcore.files import replacing

_NUMBER = re.compile(r"os error (\d+)")


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: dict[str, str] | None = None) -> None:
    """Writes tensors, from whatever device they are on.

    Raises:
        OSError: the disk is full, say; safetensors itself tells that as an error of its own.
    """
    with replacing(path) as temporary:
        try:
            save_file({name: t.detach().cpu().contiguous() for name, t in tensors.items()}, temporary, metadata)
        except SafetensorError as error:
            number = _NUMBER.search(str(error))
            if number is None:
                raise
            # On Windows the number is one of its own, which Python translates if it comes last.
            raise OSError(int(number[1]), os.strerror(int(number[1])), str(path), int(number[1])) from error
