"""The Python lines for what stands beside a view: its own trace, and what compares the two."""

from app.explore.beside import Beside
from app.explore.chosen import Chosen
from app.explore.reading import Reading
from gptcore.trace.comparing import both

Block = list[str]


def beside_lines(reading: Reading, chosen: Chosen, other: Beside, traced: list[Block]) -> list[Block]:
    """The blocks; they stand behind those of the view itself, whose names they use.

    Args:
        traced: lines that make `model`, `ids` and `trace` of the other reading, as those of the view's own.
    """
    name = f"the pin {other.name!r}" if other.is_pin else other.name
    blocks = [["trace_here, ids_here = trace, ids"], [f"# beside it: {name}", *(line for line in traced[0] if line)]]
    blocks += traced[1:]
    if not other.shares_vocabulary(reading):
        return blocks
    blocks += [_surprise()]
    if chosen.lens == "attention" and _has_head(other, chosen) and both(other.pairs(reading)):
        blocks.append(_attention())
    if chosen.lens == "prediction":
        blocks.append(_next(reading, chosen, other))
    return blocks


def _has_head(other: Beside, chosen: Chosen) -> bool:
    config = other.reading.checkpoint.config
    return other.reading.is_gpt and chosen.layer < config.n_layer and chosen.head < config.n_head


def _surprise() -> Block:
    return [
        "from gptcore.measures import token_scores",
        "from gptcore.trace.comparing import align, surprise",
        "",
        "pairs = align(ids_here, ids)  # which token stands for which",
        "bits = surprise(pairs, token_scores(trace_here.logits, ids_here), token_scores(trace.logits, ids))",
        "print(bits.now, bits.beside, bits.difference)",
    ]


def _attention() -> Block:
    return [
        "from gptcore.trace.comparing import weights_apart",
        "",
        "apart = weights_apart(weights, trace.attention[layer, head], pairs)  # of the tokens that both have",
        "print(apart)",
    ]


def _next(reading: Reading, chosen: Chosen, other: Beside) -> Block:
    temperature, top_k, top_p = other.sampling
    place = other.place_of(reading, chosen.position)
    settings = f"temperature={temperature!r}, top_k={top_k!r}, top_p={top_p!r}"
    return [
        "from gptcore.measures import kl_divergence",
        "",
        f"beside = distribution(trace.logits[{place}], {settings})",
        "print(kl_divergence(stages.raw, beside.raw), kl_divergence(beside.raw, stages.raw))  # bits",
        "print(kl_divergence(stages.final, beside.final), kl_divergence(beside.final, stages.final))",
    ]
