"""A weight: where all arithmetic ends."""

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation
from gptcore.provenance.look import Look
from gptcore.provenance.symbols import block_of, tex
from gptcore.provenance.words import name_of, place

_QKV = ("query", "key", "value")
# What a weight joins; {row} and {column} count from 1, {layer} too.
_NOTES = {
    "position_embedding.weight": "Number {column} of the vector of position {row}.",
    "attn.proj.bias": "Added to number {row} of what attention adds in layer {layer}.",
    "mlp.fc.weight": "Layer {layer}, from number {column} of what the network reads to neuron {row}.",
    "mlp.fc.bias": "Added to what neuron {row} of layer {layer} adds up.",
    "mlp.proj.weight": "Layer {layer}, from neuron {column} to number {row} of what the network adds.",
    "mlp.proj.bias": "Added to number {row} of what the feed-forward network adds in layer {layer}.",
    "ln_1.weight": "The gain of number {row} in LayerNorm 1 of layer {layer}.",
    "ln_1.bias": "The bias of number {row} in LayerNorm 1 of layer {layer}.",
    "ln_2.weight": "The gain of number {row} in LayerNorm 2 of layer {layer}.",
    "ln_2.bias": "The bias of number {row} in LayerNorm 2 of layer {layer}.",
    "final_norm.weight": "The gain of number {row} in the final LayerNorm.",
    "final_norm.bias": "The bias of number {row} in the final LayerNorm.",
    "lm_head.weight": "Number {column} of the output table's row of the token with the id {id}.",
    "head.linear.weight": "The task's head, from number {column} of the state at [Extract] to output {row}.",
}


def weight(look: Look, name: str, *index: int) -> Explanation:
    """A number of a model's own.

    Raises:
        InputError: the model has no such weight, or no such place in it.
    """
    shapes = {known: tuple(value.shape) for known, value in look.model.named_parameters()}
    check_place(name, index, shapes)
    return leaf(look.config, ("weight", name, *index), look.weight(name, *index))


def leaf(config: ModelConfig, cell: Cell, value: float) -> Explanation:
    """A weight whose value is known."""
    _, name, *index = cell
    note = f"{place(cell)}: {_note(config, name, index)}"
    return Explanation(
        cell, value, name_of(cell), tex(cell, config), f"= {latex.number(value)}", (), 0.0, 0, (), (), note
    )


def check_place(name: str, index: tuple[int, ...], shapes: dict[str, tuple[int, ...]]) -> None:
    """Raises:
    InputError: there is no such weight among these, or no such place in it.
    """
    if name not in shapes:
        raise InputError(f"this model has no weight {name!r:.60}; its weights are {', '.join(list(shapes)[:4])}, ...")
    shape = shapes[name]
    if len(index) != len(shape) or not all(
        type(i) is int and 0 <= i < size for i, size in zip(index, shape, strict=True)
    ):
        sizes = " and ".join(f"0 to {size - 1}" for size in shape)
        raise InputError(f"{name} has places {sizes}, not {', '.join(map(str, index)) or 'none'!r:.60}")


def _note(config: ModelConfig, name: str, index: list[int]) -> str:
    layer, within = block_of(name)
    row, column = index[0], index[-1]
    if within == "token_embedding.weight":
        twice = " The output layer reads the same table." if config.tied else ""
        return f"number {column + 1} of the embedding of the token with the id {row}.{twice}"
    if within.startswith("attn.qkv"):
        which, place_in = divmod(row, config.d_model)
        head, number = divmod(place_in, config.d_head)
        to = f"number {number + 1} of the {_QKV[which]} of head {head + 1} in layer {int(layer or 0) + 1}"
        if within.endswith("bias"):
            return f"added to {to}."
        return f"from number {column + 1} of what attention reads to {to}."
    if within == "attn.proj.weight":
        head, number = divmod(column, config.d_head)
        from_ = f"from number {number + 1} of the output of head {head + 1} in layer {int(layer or 0) + 1}"
        return f"{from_} to number {row + 1} of what attention adds."
    said = _NOTES[within].format(row=row + 1, column=column + 1, layer=int(layer or 0) + 1, id=row)
    return said[0].lower() + said[1:]
