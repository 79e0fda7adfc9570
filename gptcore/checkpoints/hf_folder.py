"""A model from a folder that transformers wrote. Works on files alone and needs no transformers."""

import re
from pathlib import Path

import torch
from torch import Tensor

from gptcore.checkpoints.card import Card
from gptcore.checkpoints.hf_layouts import HEAD, Layout, config_from_hf, layout_of, transposed
from gptcore.checkpoints.weights import WEIGHTS, model_with, read_tensors, weights_file
from gptcore.config import ModelConfig
from gptcore.errors import CheckpointError, InputError
from gptcore.files import read_object
from gptcore.model.gpt import GPT
from gptcore.model.kinds import as_gpt
from gptcore.text.hf_files import has_tokenizer
from gptcore.text.tokenizer import Tokenizer

_BUFFERS = re.compile(r"(h\.\d+\.attn\.(bias|masked_bias)|position_ids)")
"""Masks that old versions saved with the weights; nothing is learnt in them."""


def read_hf(folder: Path) -> tuple[GPT, Tokenizer | None, ModelConfig, Card]:
    """The parts of a Checkpoint; arguments and errors as in gptcore.checkpoints.hf.from_hf."""
    path = folder / "config.json"
    values = read_object(path)
    config, layout = config_from_hf(values, path), layout_of(values, path)
    if (source := weights_file(folder)) is None:
        raise _without_weights(folder)
    theirs = {name.removeprefix("transformer."): value for name, value in read_tensors(source).items()}
    config = config.with_changes(tied=_share_one_table(theirs, layout, config.tied))
    weights, left_out = _our_weights(theirs, layout, config, source)
    model = as_gpt(model_with(config, weights, source))
    tokenizer = Tokenizer.load(folder).resized(config.vocab_size) if has_tokenizer(folder) else None
    card: Card = {"name": folder.name, "format": "hf", "model_type": layout.model_type}
    if left_out:
        card["left_out"] = left_out
    return model.eval().requires_grad_(False), tokenizer, config, card


def _share_one_table(theirs: dict[str, Tensor], layout: Layout, tied: bool) -> bool:
    """Whether the output layer is the token table, as transformers decides it: two that differ are two, whatever the
    config says. A table that stands under the other name only is put under the token table's."""
    table = layout.their_name("token_embedding.weight")
    if tied and table not in theirs and HEAD in theirs:
        theirs[table] = theirs[HEAD]
    if tied and (HEAD not in theirs or torch.equal(theirs[table].float(), theirs[HEAD].float())):
        theirs.pop(HEAD, None)
        return True
    return False


def _our_weights(
    theirs: dict[str, Tensor], layout: Layout, config: ModelConfig, source: Path
) -> tuple[dict[str, Tensor], list[str]]:
    """Weights by our names, and the names of theirs that belong to other heads and are left out."""
    weights = {}
    for name, expected in GPT(config, device="meta").state_dict().items():
        their_name = layout.their_name(name)
        if (value := theirs.pop(their_name, None)) is None:
            raise CheckpointError(f"{source} has no {their_name}, which its config.json asks for")
        weights[name] = transposed(name, value)
        if weights[name].shape != expected.shape:
            asked = tuple(transposed(name, expected).shape)
            raise CheckpointError(f"{their_name} is {tuple(value.shape)} in {source}, but config.json asks for {asked}")
    rest = [name for name in theirs if not _BUFFERS.fullmatch(name)]
    if unknown := [name for name in rest if layout.is_body(name)]:
        raise CheckpointError(f"{source} has {unknown[0]}, for which the model that config.json describes has no place")
    return weights, rest


def _without_weights(folder: Path) -> InputError:
    if unsafe := [name for name in ("pytorch_model.bin", "pytorch_model.bin.index.json") if (folder / name).exists()]:
        return InputError(
            f"{folder} has its weights only in {unsafe[0]}, which would have to be unpickled, and that can run code. "
            "Where you trust it, save it as safetensors: AutoModelForCausalLM.from_pretrained(X).save_pretrained(Y)"
        )
    return InputError(f"{folder} has no {WEIGHTS}; other weight files are not read. Save the model as safetensors")
