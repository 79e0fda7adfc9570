"""How numbers are named: what comes from an address or a click is checked before anything is computed."""

import math

import pytest

import gptcore
from gptcore.errors import InputError
from gptcore.provenance.cells import from_text, in_row, to_text
from tests.core.provenance_cases import case, random_cells


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ((), "no cell of kind"),
        ((None,), "no cell of kind"),
        ((["q"],), "no cell of kind"),
        (("attn",), "no cell of kind"),
        (("product", 1, 2), "no cell of kind"),
        (("product", ("q", 0, 0, 0, 0)), "no cell of kind"),
        (("product", ("product", ("final", 1, 1), ("final", 1, 1)), ("final", 1, 1)), "neither is a product"),
        (("product", ("masked_score", 0, 0, 1, 3), ("final", 1, 1)), "finite"),
        (("q", 0, 0, 1), "4 numbers"),
        (("q", 2, 0, 1, 0), "layer 0 to 1"),
        (("q", 0, 0, 9, 0), "position 0 to 8"),
        (("q", 0, 0, -1, 0), "position 0 to 8"),
        (("q", 0, 0, True, 0), "position 0 to 8"),
        (("q", 0, 0, 1.0, 0), "position 0 to 8"),
        (("logit", 3, 40), "token 0 to 39"),
        (("mean", "blocks.2.ln_1", 3), "no LayerNorm"),
        (("mean", "final_norm", 3), "no LayerNorm"),
        (("mean", ["x"], 3), "no LayerNorm"),
        (("surprisal", 0), "first token"),
        (("surprisal_bits", 0), "first token"),
        (("sampled", 3, 5, "a", 0, 1), "settings"),
        (("sampled", 3, 5, math.nan, 0, 1), "settings"),
        (("sampled", 3, 5, 10**400, 0, 1), "settings"),
        (("sampled", 3, 5, -1.0, 0, 1), "temperature"),
        (("sampled", 3, 5, 1.0, 2.5, 1), "top_k"),
        (("sampled", 3, 5, 1.0, 0, 1.5), "top_p"),
        (("weight",), "no cell of kind"),
        (("weight", 3, 1), "no cell of kind"),
        (("weight", "blocks.0.attn.qkv", 1), "no weight"),
        (("weight", "lm_head.weight", 1, 1), "no weight"),
        (("weight", "token_embedding.weight", 40, 1), "0 to 39 and 0 to 15"),
        (("weight", "token_embedding.weight", 3), "0 to 39 and 0 to 15"),
        (("weight", "token_embedding.weight", -1, 3), "0 to 39 and 0 to 15"),
        (("weight", "token_embedding.weight", "1", 3), "0 to 39 and 0 to 15"),
        (("task_loss",), "no cell of kind"),
    ],
)
def test_bad_cells_are_refused_with_what_is_right(cell, message):
    model, trace, _ = case(0)
    with pytest.raises(InputError, match=message):
        gptcore.explain(model, trace, cell)


def test_every_cell_survives_an_address():
    for number in (0, 5):
        for cell in random_cells(number, 1):
            assert from_text(to_text(cell)) == cell
    product = in_row(1, ("product", ("final", 7, 2), ("weight", "head.linear.weight", 0, 2)))
    assert product == ("product", ("row", 1, "final", 7, 2), ("weight", "head.linear.weight", 0, 2))
    assert to_text(product) == "row:1:final:7:2*weight:head.linear.weight:0:2"
    assert from_text(to_text(product)) == product
