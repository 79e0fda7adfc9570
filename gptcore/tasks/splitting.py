"""A share of labelled examples kept back, to choose settings by: the test file stays for the last word."""

from collections.abc import Sequence

import numpy as np

from gptcore.tasks.examples import Example


def hold_out(examples: Sequence[Example], share: float) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Examples to learn from, and about `share` of all that are not; the same two whenever it is asked.

    Examples with the same first text (questions about one story, hypotheses about one premise) stay together, or what
    is held out would half be known.
    """
    first_texts = list(dict.fromkeys(example.texts[0] for example in examples))
    order = np.random.default_rng(0).permutation(len(first_texts))
    kept_back = {first_texts[i] for i in order[: round(share * len(first_texts))]}
    rest, held_out = (
        tuple(example for example in examples if (example.texts[0] in kept_back) is wanted) for wanted in (False, True)
    )
    return rest, held_out
