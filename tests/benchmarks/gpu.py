"""On a GPU: the card's own peak, then writing and training beside transformers' GPT-2 of equal shape with SDPA.

Training is our real loop, batches and all, from one update to the next; the peer takes its steps over one batch that
lies on the card. Both in bfloat16, with the same dropouts, clipping and fused AdamW, as they are and compiled. (GPT-2
normalises before its blocks, not after; OpenAIGPT has no SDPA.)
"""

import gc
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from gptcore.config import ModelConfig
from gptcore.decode.generate import generate
from gptcore.model.gpt import GPT
from gptcore.model.parameters import parameter_count
from gptcore.train.device import autocast, resolve_device
from gptcore.train.events import Updated
from gptcore.train.language_modelling import LanguageModelling
from gptcore.train.loop import train
from gptcore.train.settings import TrainSettings
from tests.benchmarks.contest import ratio, seconds
from tests.benchmarks.report import Figure, Row

SIZES = {"books": (ModelConfig(8_192, 512, 7, 8, 256), 64), "paper": (ModelConfig(40_478, 512, 12, 12, 768), 32)}
"""Shape and rows per update: our own model, and GPT-1."""
REHEARSED = {"books": (ModelConfig(500, 32, 2, 2, 32), 4), "paper": (ModelConfig(900, 64, 2, 2, 32), 4)}
"""What a processor can do of it in a moment, to try the same code."""
WARM_UP, LONG_ENOUGH, MOST_STEPS = 5, 5.0, 100
"""Steps that do not count; seconds and steps that are enough of those that do."""
PATIENCE = 150
"""Seconds that one row may take, compiling and all."""

Times = list[float]
"""Seconds of each step, the first ones included."""


def run(device: str = "cuda", sizes: str = "books,paper", skip: str = "") -> Iterator[Row]:
    """The peak; then per size generation, training, and training compiled, unless `skip` has one's name."""
    if device.startswith("cuda") and not torch.cuda.is_available():
        yield Row("GPU", note="not measured: there is none here (`--device cpu` tries the same on tiny models)")
        return
    where = resolve_device(device)
    on_gpu = where.type == "cuda"
    peak = _peak(where, 8_192 if on_gpu else 512)
    yield Row("GPU", note=torch.cuda.get_device_name(where) if on_gpu else f"none: rehearsed on {where}")
    yield Row("peak of bfloat16, measured", Figure(peak / 1e12, "TFLOP/s"))
    for size in sizes.split(","):
        config, batch_size = (SIZES if on_gpu else REHEARSED)[size]
        if "generation" not in skip:
            yield from _told(f"{size}: generation, greedy", lambda c=config: _generation(c, where))
        for compiled in (False, True):
            name = "compiled" if compiled else "training"
            if name not in skip:
                yield from _training(f"{size}: {name}", config, batch_size, where, compiled, peak)


def _peak(device: torch.device, n: int) -> float:
    """Operations a second of the product of two n x n matrices of random numbers."""
    a, b = (torch.randn(n, n, device=device, dtype=torch.bfloat16) for _ in range(2))

    def multiply() -> None:
        a @ b
        _wait(device)

    for _ in range(WARM_UP):
        multiply()
    return 2 * n**3 / statistics.median(seconds(multiply) for _ in range(30))


def _generation(config: ModelConfig, device: torch.device) -> Row:
    ours = GPT(config).to(device).eval()
    theirs = _peer(config, device).eval()
    n_new = min(200, config.n_positions // 2)
    prompt = torch.randint(0, config.vocab_size, (1, 8), device=device)
    length = dict(min_new_tokens=n_new, max_new_tokens=n_new, pad_token_id=0, do_sample=False, use_cache=True)

    def mine() -> None:
        for _ in generate(ours, prompt[0].cpu(), n_new, temperature=0):
            pass

    def reference() -> None:
        theirs.generate(prompt, attention_mask=torch.ones_like(prompt), **length).cpu()

    times, mine_s, theirs_s = ratio(mine, reference, rounds=3)
    note = f"{n_new / mine_s:,.0f} against {n_new / theirs_s:,.0f} tokens/s"
    return Row(f"generation, {n_new} tokens", Figure(times, "x transformers'", at_least=1), note=note)


def _training(
    what: str, config: ModelConfig, batch_size: int, device: torch.device, compiled: bool, peak: float
) -> Iterator[Row]:
    """A row of theirs, then one of ours against it, if both can be had."""
    n_tokens = batch_size * config.n_positions
    # A forward and a backward product per weight; scores and sums of values, as PaLM counts them (mask not deducted).
    per_token = 6 * parameter_count(config) + 12 * config.n_layer * config.n_positions * config.d_model
    theirs = 0.0

    def row(steps: Callable[[], Iterator[float]]) -> Row:
        nonlocal theirs
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
        times = _enough(steps())
        speed = n_tokens / statistics.median(times[WARM_UP:])
        figures = [Figure(speed, "tokens/s"), Figure(100 * speed * per_token / peak, "% of the peak")]
        if theirs:
            figures.append(Figure(speed / theirs, "x", at_least=1))
        theirs = speed
        note = f"first step {times[0]:.1f} s"
        if device.type == "cuda":
            note += f", memory {torch.cuda.max_memory_allocated(device) / 1e9:.2f} GB"
        return Row("", *figures, note=note)

    yield from _told(f"{what}, transformers", lambda: row(lambda: _their_steps(config, batch_size, device, compiled)))
    yield from _told(f"{what}, ours", lambda: row(lambda: _our_steps(config, batch_size, device, compiled)))


def _our_steps(config: ModelConfig, batch_size: int, device: torch.device, compiled: bool) -> Iterator[float]:
    """How long each update of the real loop takes, from the one before to it."""
    settings = TrainSettings(
        steps=10_000, batch_size=batch_size, device=str(device), precision="bfloat16", compile=compiled
    )
    ids = np.random.default_rng(0).integers(0, config.vocab_size, 1_000_000, dtype=np.int32)
    job = LanguageModelling(ids, ids[: 4 * config.n_positions], config, settings)
    before = time.perf_counter()
    for event in train(GPT(config), job, settings):
        if isinstance(event, Updated):
            yield time.perf_counter() - before
        before = time.perf_counter()


def _their_steps(config: ModelConfig, batch_size: int, device: torch.device, compiled: bool) -> Iterator[float]:
    model = _peer(config, device).train()
    losses_of = torch.compile(model) if compiled else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
    rows = torch.randint(0, config.vocab_size, (batch_size, config.n_positions), device=device)

    def step() -> None:
        with autocast(device, torch.bfloat16):
            loss = losses_of(rows, labels=rows).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        _wait(device)

    while True:
        yield seconds(step)


def _peer(config: ModelConfig, device: torch.device) -> GPT2LMHeadModel:
    shape = GPT2Config(
        vocab_size=config.vocab_size,
        n_positions=config.n_positions,
        n_layer=config.n_layer,
        n_head=config.n_head,
        n_embd=config.d_model,
        bos_token_id=None,
        eos_token_id=None,
    )
    return GPT2LMHeadModel._from_config(shape, attn_implementation="sdpa").to(device)


def _enough(steps: Iterator[float]) -> Times:
    """The first steps, and after them as many as say how long one takes."""
    times: Times = []
    for taken in steps:
        times.append(taken)
        counted = times[WARM_UP:]
        if len(counted) == MOST_STEPS or (len(counted) >= 3 and sum(counted) > LONG_ENOUGH):
            break
    return times


def _told(what: str, measure: Callable[[], Row]) -> Iterator[Row]:
    """The row under this name; of one that fails or takes too long, what went wrong, so that the others go on."""
    try:
        with _patience(PATIENCE):
            row = measure()
    except Exception as error:
        row = Row("", note=f"failed: {type(error).__name__}: {str(error).strip().partition(chr(10))[0]:.200}")
    row.what = what
    torch._dynamo.reset()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    yield row


@contextmanager
def _patience(most: int) -> Iterator[None]:
    def end(*_: object) -> None:
        raise TimeoutError(f"more than {most} s")

    signal.signal(signal.SIGALRM, end)
    signal.alarm(most)
    try:
        yield
    finally:
        signal.alarm(0)


def _wait(device: torch.device) -> None:
    """Until the card has done all that it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
