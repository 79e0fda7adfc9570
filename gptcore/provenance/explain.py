"""Where any number of a forward pass comes from, one step back: its formula, with its own numbers, and its parents."""

import math
from collections.abc import Callable

from gptcore.errors import InputError
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel
from gptcore.provenance import attention, embedding, feed_forward, likelihood, norm, output, weights
from gptcore.provenance.cells import Cell, checked
from gptcore.provenance.explanation import Explanation
from gptcore.provenance.look import Look
from gptcore.provenance.otherwise import put_there
from gptcore.provenance.sums import multiplied
from gptcore.trace.trace import Trace

MOST = 12
"""Terms of a long sum that are listed without a word."""


def explain(model: LanguageModel, trace: Trace, cell: Cell, most: int = MOST) -> Explanation:
    """Tells how one number comes about.

    Args:
        model: the one that the trace is of.
        trace: with the parts that `gptcore.provenance.needs` names, of the cell's layer at least.
        cell: what gptcore.provenance.cells names: ("attention", layer, head, row, column), ("logit", position, token),
            ("weight", name, *index) and so on, counted from 0.
        most: terms of a long sum that are listed; the others are added up in `rest`.

    Returns:
        the value, which is the very number of the trace's array or of the weights, and one step of its arithmetic.
        What no array holds (a probability, a mean) is computed from the arrays in float64. Of a number that an
        intervention of the trace put there, that it was put there, with no terms and no parents.

    Raises:
        InputError: there is no such cell, the trace has not recorded a part that it needs, or the model is no GPT: a
            peer, or a masked one, whose sums run over other tokens than these.
    """
    return _explained(Look(as_gpt(model), trace, max(1, most)), checked(cell, model.config, len(trace.ids)))


def _explained(look: Look, cell: Cell) -> Explanation:
    if (told := put_there(look, cell)) is not None:
        return told
    kind, *at = cell
    return _KINDS[kind](look, *at)


def explain_product(look: Look, first: Explanation, second: Explanation) -> Explanation:
    """Two numbers, multiplied in float64.

    Raises:
        InputError: the product is not finite.
    """
    value = first.value * second.value
    if not math.isfinite(value):
        raise InputError("this product has no finite number")
    terms = [look.term(factor.cell, factor.value) for factor in (first, second)]
    return multiplied(look, ("product", first.cell, second.cell), value, terms)


def _product(look: Look, first: Cell, second: Cell) -> Explanation:
    return explain_product(look, _explained(look, first), _explained(look, second))


def _hidden(look: Look, boundary: int, position: int, d: int) -> Explanation:
    if boundary == 0:
        return embedding.first_state(look, position, d)
    return feed_forward.state(look, boundary, position, d)


_KINDS: dict[str, Callable[..., Explanation]] = {
    "token_embedding": embedding.token_embedding,
    "position_embedding": embedding.position_embedding,
    "hidden": _hidden,
    "attn_in": attention.attn_in,
    "q": attention.query,
    "k": attention.key,
    "v": attention.value,
    "raw_score": attention.raw_score,
    "scores": attention.score,
    "masked_score": attention.masked_score,
    "attention": attention.weight,
    "weighted_value": attention.weighted_value,
    "head_out": attention.head_out,
    "attn_out": attention.attn_out,
    "attn_sum": attention.attn_sum,
    "mid": attention.mid,
    "mlp_in": feed_forward.mlp_in,
    "mlp_up": feed_forward.mlp_up,
    "mlp_act": feed_forward.mlp_act,
    "mlp_out": feed_forward.mlp_out,
    "mlp_sum": feed_forward.mlp_sum,
    "final": output.final,
    "mean": norm.mean,
    "std": norm.std,
    "normalised": norm.normalised,
    "logit": output.logit,
    "probability": output.probability,
    "sampled": output.sampled,
    "surprisal": likelihood.surprisal,
    "surprisal_bits": likelihood.surprisal_bits,
    "mean_surprisal": likelihood.mean_surprisal,
    "perplexity": likelihood.text_perplexity,
    "weight": weights.weight,
    "product": _product,
}
