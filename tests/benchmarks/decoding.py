"""Five strategies side by side, as the Decoding page writes them: how long all take, and the first token."""

import time
from collections.abc import Iterator
from statistics import median

import torch

from gptcore.checkpoints.checkpoint import load_text_model
from gptcore.decode.strategies import STRATEGIES, in_pieces
from tests.benchmarks.report import Figure, Row

N_TOKENS, ROUNDS = 30, 5
FIVE = ("greedy", "beam", "top_k", "top_p", "temperature")


def run() -> Iterator[Row]:
    """One row, on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield _five()
    finally:
        torch.set_num_threads(threads)


def _five() -> Row:
    checkpoint = load_text_model("books")
    ids = checkpoint.tokenizer.encode("Once upon a time there was a little").ids
    firsts, totals = [], []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        first = None
        for name in FIVE:
            for _ in in_pieces(checkpoint.model, ids, N_TOKENS, STRATEGIES[name]):
                first = first or time.perf_counter()
        firsts.append(1000 * ((first or started) - started))
        totals.append(time.perf_counter() - started)
    return Row(  # without the first round, in which torch prepares what it keeps
        f"five strategies of {N_TOKENS} tokens, books",
        Figure(median(totals[1:]), "s", "median", at_most=2.5),
        Figure(median(firsts[1:]), "ms", "to the first token", at_most=200),
    )
