"""Interventions are the same by every way through a model: in pieces, in a batch, in generation, in many threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from gptcore import (
    generate,
    hide_token,
    replace,
    run_trace,
    zero_head,
    zero_mlp,
)
from gptcore.model.cache import KVCache
from gptcore.model.intervention import in_row, moved
from gptcore.trace.trace import attention_by_layer, block_trace
from tests.core.conftest import tiny
from tests.core.interventions import SHAPES, some_ids, some_of_all

# Every way through the model is the same.


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@torch.no_grad()
def test_with_a_cache_piece_by_piece(shape, seed):
    model, ids = tiny(**shape), torch.from_numpy(some_ids())
    interventions, cache = some_of_all(model, seed), KVCache(model.config)
    pieces = [model(part[None], cache=cache, interventions=interventions)[0] for part in ids.split([4, 1, 1, 5])]
    whole = run_trace(model, ids, ("logits",), interventions=interventions).logits
    np.testing.assert_allclose(torch.cat(pieces), whole, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@torch.no_grad()
def test_rows_of_a_batch_are_passes_one_by_one(shape):
    model, ids = tiny(**shape), torch.from_numpy(some_ids())
    by_row = [some_of_all(model, seed) for seed in range(5)] + [[]]
    always = [hide_token(2), zero_head(0, 0)]
    asked = [*always, *(in_row(one, row) for row, several in enumerate(by_row) for one in several)]
    together = model(ids.expand(6, -1), interventions=asked)
    for row, several in enumerate(by_row):
        alone = model(ids[None], interventions=[*always, *several])[0]
        np.testing.assert_allclose(together[row], alone, atol=1e-5)
    back_for_all = [in_row(in_row(one, 5), None) for one in by_row[0]]
    np.testing.assert_allclose(
        model(ids.expand(2, -1), interventions=back_for_all), model(ids.expand(2, -1), interventions=by_row[0])
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@torch.no_grad()
def test_going_on_from_any_boundary(shape, seed):
    model, ids = tiny(**shape), some_ids()
    interventions = some_of_all(model, seed)
    trace = run_trace(model, ids, interventions=interventions)
    for layer in range(model.config.n_layer + 1):
        h = torch.from_numpy(trace.hidden[layer].copy())[None]
        np.testing.assert_allclose(model.resume(h, layer, interventions)[0], trace.final, atol=1e-5)
    asked = []
    heads = torch.from_numpy(trace.head_out[0].copy())[None]
    first = torch.from_numpy(trace.hidden[0].copy())[None]
    found = model.resume(first, 0, interventions, lambda: asked.append(1), heads)
    np.testing.assert_allclose(found[0], trace.final, atol=1e-5)
    assert len(asked) == model.config.n_layer


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_parts_of_a_trace_one_block_at_a_time(shape):
    model, ids = tiny(**shape), some_ids()
    interventions = [*some_of_all(model, 7), hide_token(3)]
    trace = run_trace(model, ids, interventions=interventions)
    weights = attention_by_layer(model, ids, interventions)
    for layer, of_layer in enumerate(weights):
        np.testing.assert_allclose(of_layer[0], trace.attention[layer], atol=1e-5)
        block = block_trace(model, trace, layer, ("q", "attention", "attn_out", "mlp_out"))
        for part in ("q", "attention", "attn_out", "mlp_out"):
            np.testing.assert_allclose(block.part(part)[0], trace.part(part)[layer], atol=1e-5, err_msg=part)


def test_a_generator_of_interventions_is_used_up_only_once():
    trace = run_trace(tiny(), some_ids(), interventions=(one for one in [zero_mlp(0)]))
    assert len(trace.interventions) == 1 and not trace.mlp_out[0].any()


# Generation.


@pytest.mark.parametrize("seed", range(4))
def test_greedy_generation_is_full_passes(seed):
    model = tiny(seed)
    text, interventions = some_ids(6).tolist(), [*some_of_all(model, seed), hide_token(1)]
    steps = list(generate(model, text, 12, temperature=0, interventions=interventions))
    for step in steps:
        logits = run_trace(model, text, ("logits",), interventions=interventions).logits[-1]
        np.testing.assert_allclose(step.logits, logits, atol=1e-5)
        assert step.id == logits.argmax()
        text.append(step.id)


def test_positions_move_when_a_full_context_drops_its_start():
    model = tiny(n_positions=8)
    ids = some_ids(6).tolist()
    interventions = [hide_token(2), hide_token(5), replace("hidden", 1, np.ones((3, 16)), positions=[0, 4, 7])]
    interventions += [zero_head(1, 0), replace("v", 0, np.full((2, 8), 2.0), positions=[9, 1], head=1)]
    text, drops = ids, set()
    for step in generate(model, ids, 14, temperature=0, interventions=interventions):
        d = step.dropped
        here = [hide_token(p - d) for p in (2, 5) if p >= d] + [zero_head(1, 0)]
        here += [replace("hidden", 1, 1.0, positions=[p - d for p in (0, 4, 7) if p >= d])]
        here += [replace("v", 0, 2.0, positions=[p - d for p in (9, 1) if p >= d], head=1)]
        logits = run_trace(model, text[d:], ("logits",), interventions=here).logits[-1]
        np.testing.assert_allclose(step.logits, logits, atol=1e-5)
        text, drops = [*text, step.id], drops | {d}
    assert len(drops) >= 3


def test_what_is_about_dropped_tokens_alone_is_gone():
    everywhere, late = zero_mlp(0), replace("hidden", 0, np.arange(32.0).reshape(2, 16), positions=[6, 3])
    left = moved([hide_token(1), everywhere, late, replace("mid", 0, 1.0, positions=[0, 1])], 4)
    assert left[0] is everywhere and len(left) == 2
    assert left[1].positions == (2,) and left[1].values[0, 0] == 0
    assert moved([hide_token(4)], 4) == [hide_token(0)]


# Many learners share one model.


def test_thirty_threads_with_different_interventions_never_mix():
    model, ids = tiny(n_layer=3, n_head=4), some_ids()
    asked = [some_of_all(model, seed) for seed in range(30)]
    expected = [run_trace(model, ids, interventions=several) for several in asked]
    with ThreadPoolExecutor(30) as pool:
        jobs = [
            (which, pool.submit(run_trace, model, ids, interventions=several))
            for _ in range(6)
            for which, several in enumerate(asked)
        ]
        for which, job in jobs:
            np.testing.assert_allclose(job.result().logits, expected[which].logits, atol=1e-6)
    assert len({trace.logits.tobytes() for trace in expected}) == 30
    np.testing.assert_array_equal(run_trace(model, ids).logits, run_trace(tiny(n_layer=3, n_head=4), ids).logits)
