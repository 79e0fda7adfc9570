"""Worked example: how many numbers W_e, W_p, W_y and the blocks have."""

from dataclasses import dataclass

from app.worked import text as content
from app.worked.formats import tex
from app.worked.pieces import draw_table, editor, step
from gptcore.config import ModelConfig
from gptcore.fields import settings_of
from gptcore.model.parameters import parameter_table
from gptcore.worked import given
from gptcore.worked.cells import read_all, read_count
from gptcore.worked.checks import parameters as checks
from gptcore.worked.parameters import Counts, counts

NAME = "parameters"
DEFAULTS: dict[str, object] = {}
MOST_CLASSES = 10_000

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


@dataclass(frozen=True)
class Inputs:
    """What a learner set, and what follows."""

    config: ModelConfig
    classes: int
    found: Counts


def edit() -> Inputs:
    """The sizes."""
    cells = editor(NAME, given.SIZES, fixed=("size",))
    sizes = settings_of(ModelConfig)
    names = ("vocab_size", "n_positions", "n_layer", "n_head", "d_model")
    limits = [int(limit) for name in names if (limit := sizes[name].about.le) is not None]
    most = dict(zip((f"“{name}”" for name in cells["size"]), [*limits, MOST_CLASSES], strict=True))
    values = read_all(lambda text, name: read_count(text, name, most[name]), cells["number"], list(most))
    vocabulary, positions, layers, heads, width, classes = values
    config = ModelConfig(vocabulary, positions, layers, heads, width)
    return Inputs(config, classes, counts(config, classes))


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    return {"parameters": f"{inputs.found.model:,}", "saved by tying": f"{inputs.found.saved_by_tying:,}"}


def show(inputs: Inputs) -> None:
    """The steps."""
    config, found, steps = inputs.config, inputs.found, content.EXAMPLES[NAME].steps
    vocabulary, positions, width = (tex(n, 0) for n in (config.vocab_size, config.n_positions, config.d_model))
    step(
        1,
        steps["embeddings"].format(width=f"{config.d_model:,}"),
        rf"W_e:\ {vocabulary} \times {width} = {tex(found.tokens, 0)}",
        rf"W_p:\ {positions} \times {width} = {tex(found.positions, 0)}",
        rf"\text{{both: }} \mathbf{{{tex(found.embeddings, 0)}}}",
    )
    step(2, steps["blocks"])
    rows = parameter_table(config)
    draw_table(
        {
            "weights": [row.name for row in rows],
            "shape": [" × ".join(f"{size:,}" for size in row.shape) for row in rows],
            "copies": [row.copies for row in rows],
            "numbers": [row.count for row in rows],
        },
        digits=0,
    )
    with_it, without = found.model, found.model + found.saved_by_tying
    step(3, steps["tying"], rf"{tex(without, 0)} - {tex(found.saved_by_tying, 0)} = \mathbf{{{tex(with_it, 0)}}}")
    share = f"{100 * found.head_share:.2g} %"
    sentence = steps["head"].format(width=f"{config.d_model:,}", classes=inputs.classes, share=share)
    step(4, sentence, rf"W_y:\ {width} \times {inputs.classes} = \mathbf{{{tex(found.head, 0)}}}")
