"""Tensors on disk: one safetensors file, or several ("shards") that an index names. Nothing is ever unpickled."""

import os
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from gptcore.config import ModelConfig
from gptcore.errors import CheckpointError
from gptcore.files import read_object, replacing
from gptcore.model.kinds import Trained, new_model

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
_NUMBER = re.compile(r"os error (\d+)")
_FLOATS = (torch.float64, torch.float32, torch.float16, torch.bfloat16)


def weights_file(folder: Path) -> Path | None:
    """The file that makes a folder a model: its weights, or the index of their shards; None if there is neither."""
    return next((path for name in (WEIGHTS, INDEX) if (path := folder / name).is_file()), None)


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Every tensor of a safetensors file, or of all shards of an index, by name.

    Raises:
        CheckpointError: a file is damaged or missing, or the index names one outside of its own folder.
    """
    if path.suffix == ".json":
        return _read_shards(path)
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error


def read_metadata(path: Path) -> dict[str, str]:
    """What a safetensors file says of itself; its tensors are not looked at.

    Raises:
        CheckpointError: the file is damaged or missing.
    """
    try:
        return dict(_metadata(path, path.stat().st_mtime_ns))
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error


@lru_cache(maxsize=64)  # a list of models asks for all of them at every edit
def _metadata(path: Path, stamp: int) -> dict[str, str]:
    with safe_open(path, framework="pt") as file:
        return file.metadata() or {}


def _read_shards(index: Path) -> dict[str, Tensor]:
    places = read_object(index).get("weight_map")
    if not isinstance(places, dict) or not all(isinstance(shard, str) for shard in places.values()):
        raise CheckpointError(f"{index} has no weight_map from names to files; fetch or save the model again")
    shards = {}
    for shard in sorted(set(places.values())):
        if "/" in shard or "\\" in shard or not shard.endswith(".safetensors"):
            raise CheckpointError(f"{index} names {shard!r:.60}; only .safetensors files in its own folder are read")
        if not (index.parent / shard).is_file():
            raise CheckpointError(f"{index.parent} lacks {shard}, which its index names; fetch the missing file")
        shards[shard] = read_tensors(index.parent / shard)
    if lost := [name for name, shard in places.items() if name not in shards[shard]]:
        raise CheckpointError(f"{places[lost[0]]} in {index.parent} lacks {lost[0]}, which the index puts there")
    return {name: shards[shard][name] for name, shard in places.items()}


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


def model_with(config: ModelConfig, weights: Mapping[str, Tensor], source: Path) -> Trained:
    """A model that holds these weights in float32. It takes memory only once they are known to fit its config.

    Raises:
        CheckpointError: a tensor is missing, unknown or of another shape; the message names both shapes.
    """
    model = new_model(config, device="meta")
    _check_fit(model.state_dict(), weights, source)
    model.fill(weights)
    return model


def load_weights(module: nn.Module, path: Path) -> None:
    """Fills a head from a safetensors file; errors as in `model_with`."""
    weights = read_tensors(path)
    _check_fit(module.state_dict(), weights, path)
    module.load_state_dict(weights)


def _check_fit(expected: Mapping[str, Tensor], weights: Mapping[str, Tensor], source: Path) -> None:
    problems = [f"{name} is missing" for name in expected if name not in weights]
    problems += [f"{name} is unknown" for name in weights if name not in expected]
    for name, value in expected.items():
        if name in weights and weights[name].shape != value.shape:
            problems.append(f"{name} is {tuple(weights[name].shape)}, the config says {tuple(value.shape)}")
        elif name in weights and weights[name].dtype not in _FLOATS:
            problems.append(f"{name} holds {weights[name].dtype}, which is no weight of a model that can be read here")
    if problems:
        raise CheckpointError(f"{source} does not fit its config: {first_few(problems)}")


def first_few(problems: Sequence[str]) -> str:
    """The first three, and how many more there are."""
    more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
    return "; ".join(problems[:3]) + more
