"""Beam search against transformers', against all texts there are, and against greedy decoding."""

import itertools
import math

import numpy as np
import pytest
import torch

import gptcore
from gptcore.checkpoints.checkpoint import load
from gptcore.decode import exact
from gptcore.decode.beam import MAX_WIDTH, beam_search, beam_steps, grow
from gptcore.decode.beam_tree import Hypothesis, followed, likeliest, ranking, text_of
from gptcore.decode.exact import exhaustive_best, proven_best
from gptcore.decode.generate import generate
from gptcore.errors import InputError
from tests.core.conftest import tiny
from tests.core.hf_folders import KINDS, written

PROMPTS = [[3], [5, 17, 2], [8, 8, 41, 30, 1, 59], list(range(20, 33))]
TINY = dict(vocab_size=4, n_positions=8, n_layer=1, n_head=1, d_model=8, init_std=0.8)


@pytest.fixture(scope="module", params=["openai-gpt", "gpt2", "openai-gpt 2"])
def pair(request, tmp_path_factory):
    """The same weights in transformers and here; the third guesses less evenly."""
    kind = request.param.split()[0]
    changes = dict(afn="gelu", initializer_range=0.5) if request.param.endswith("2") else {}
    folder = written(tmp_path_factory.mktemp("hf"), kind, **changes)
    return KINDS[kind][1].from_pretrained(folder, dtype=torch.float32).eval(), load(folder).model


def _theirs(model, ids, n, width, penalty, stops) -> list[tuple[tuple[int, ...], float]]:
    settings = dict(num_beams=width, num_return_sequences=width, early_stopping=False, length_penalty=penalty)
    stop = dict(eos_token_id=list(stops) or None, pad_token_id=0)
    prompt = torch.tensor([ids])
    rest = dict(do_sample=False, max_new_tokens=n, return_dict_in_generate=True, output_scores=True)
    with torch.no_grad():
        out = model.generate(prompt, attention_mask=torch.ones_like(prompt), **settings, **stop, **rest)
    texts = []
    for row, value in zip(out.sequences[:, len(ids) :].tolist(), out.sequences_scores.tolist(), strict=True):
        end = next((i + 1 for i, token in enumerate(row) if token in stops), len(row))
        texts.append((tuple(row[:end]), value))
    return texts


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("width", [2, 4, 8])
@pytest.mark.parametrize("stops", [(), (7,), (7, 30, 41)], ids=str)
def test_it_is_the_search_of_transformers(pair, width, stops):
    theirs, ours = pair
    for ids, penalty in zip(PROMPTS, [0.0, 1.0, 2.0, -0.7], strict=True):
        expected = _theirs(theirs, ids, 9, width, penalty, stops)
        found = beam_search(ours, ids, 9, width, penalty, stops)
        assert [one.ids for one in found] == [text for text, _ in expected]
        np.testing.assert_allclose([one.score for one in found], [value for _, value in expected], atol=2e-4)
        assert [one.finished for one in found] == [one.ids[-1] in stops for one in found]


def _total(model, ids, text) -> float:
    """A text's log-probability, the whole read at once."""
    with torch.no_grad():
        logits = model(torch.tensor([[*ids, *text]]))[0].double().log_softmax(-1)
    return float(sum(logits[len(ids) - 1 + i, token] for i, token in enumerate(text)))


@pytest.mark.parametrize("shape", [{}, {"norm": "pre"}, {"positions": "none"}, {"tied": False}], ids=str)
def test_sums_scores_and_the_tree_are_what_they_say(shape):
    model, ids = tiny(3, **shape), [4, 9, 33]
    found, tree = beam_search(model, ids, 7, 5, 1.3, (11, 60), record=True)
    for one in found:
        assert math.isclose(one.log_probability, _total(model, ids, one.ids), abs_tol=1e-4)
        assert math.isclose(one.score, one.log_probability / len(one.ids) ** 1.3)
        way = followed(tree, one.ids)
        assert way[-1] == one.node and text_of(tree, one.node) == one.ids
        assert tuple(tree[i].id for i in way) == one.ids and all(tree[i].kept for i in way)
        assert math.isclose(math.exp(one.log_probability), math.prod(tree[i].token_probability for i in way))
    assert found == sorted(found, key=lambda one: -one.score)
    for depth in range(1, 8):
        nodes = [node for node in tree if node.depth == depth]
        going_on = [node for node in nodes if node.kept and (depth == 7 or not node.finished)]
        assert len(nodes) == 15 and len(going_on) == 5
        assert [node.log_probability for node in nodes] == sorted((n.log_probability for n in nodes), reverse=True)


@pytest.mark.parametrize("stops", [(), (7,), (7, 30, 41, 5, 9)], ids=str)
def test_one_tree_serves_every_length_penalty(stops):
    for seed, width, n in [(1, 3, 8), (2, 1, 5), (3, 6, 10)]:
        model = tiny(seed, init_std=0.4)
        tree = tuple(node for nodes in grow(model, [4, 9], n, width, stops) for node in nodes)
        for penalty in (0.0, 0.3, 1.0, 2.0, -1.0):
            found, grown = beam_search(model, [4, 9], n, width, penalty, stops, record=True)
            again = ranking(tree, n, width, penalty)
            assert list(again.hypotheses) == found and again.depth == grown[-1].depth
            assert grown == tree[: len(grown)]


def test_a_text_is_followed_until_it_is_pruned():
    model = tiny(3)
    _, tree = beam_search(model, [4, 9], 4, 3, record=True)
    pruned = next(i for i, node in enumerate(tree) if node.depth == 3 and not node.kept)
    ids = text_of(tree, pruned)
    way = followed(tree, (*ids, 1, 2))
    assert [tree[i].kept for i in way] == [True, True, False] and way[-1] == pruned
    never = next(token for token in range(90) if not any(node.depth == 1 and node.id == token for node in tree))
    assert followed(tree, (never, *ids)) == ()
    assert [likeliest(tree, depth) for depth in (1, 2, 3, 4)] == [0, 6, 12, 18]


@pytest.mark.parametrize("seed", range(6))
def test_width_one_is_greedy(seed):
    model = tiny(seed, init_std=0.4)
    stops = {5, 6, 7, 8, 9, 10}
    for ids in ([1], [2, 40, 3]):
        (found,) = beam_search(model, ids, 12, 1, 1.0, stops)
        assert found.ids == tuple(step.id for step in generate(model, ids, 12, 0, stop_ids=stops))


def _small(seed: int):
    """A model small enough that all texts can be written down, with a prompt, a depth and stop ids."""
    dice = np.random.default_rng(seed)
    model = tiny(seed, **{**TINY, "vocab_size": int(dice.integers(3, 6)), "norm": ["post", "pre"][seed % 2]})
    size = model.config.vocab_size
    stops = tuple(dice.choice(size, int(dice.integers(0, 3)), replace=False).tolist())
    return model, dice.integers(0, size, int(dice.integers(1, 5))).tolist(), int(dice.integers(3, 5)), stops


def _all_texts(model, ids, depth, stops, penalty) -> list[Hypothesis]:
    """Every text of so many tokens, or ended before; best first, of equals the one with lower ids."""
    size = model.config.vocab_size
    rows = list(itertools.product(range(size), repeat=depth))
    with torch.no_grad():
        logits = model(torch.tensor([[*ids, *row] for row in rows])).double().log_softmax(-1).numpy()
    texts = {}
    for row, values in zip(rows, logits, strict=True):
        length = next((i + 1 for i, token in enumerate(row) if token in stops), depth)
        total = sum(values[len(ids) - 1 + i, token] for i, token in enumerate(row[:length]))
        text = row[:length]
        texts.setdefault(text, Hypothesis(text, total, text[-1] in stops, total / length**penalty, 0))
    return sorted(texts.values(), key=lambda one: (-one.score, one.ids))


@pytest.mark.parametrize("seeds", [range(start, start + 50) for start in range(0, 200, 50)], ids=lambda s: str(s[0]))
def test_a_beam_that_is_wide_enough_misses_nothing(seeds):
    for seed in seeds:
        model, ids, depth, stops = _small(seed)
        penalty = [0.0, 1.0, 0.5, -0.5][seed % 4]
        width = model.config.vocab_size ** (depth - 1)
        if width <= MAX_WIDTH:
            best = _all_texts(model, ids, depth, stops, penalty)[:width]
            found = beam_search(model, ids, depth, width, penalty, stops)
            np.testing.assert_allclose([one.score for one in found], [one.score for one in best], atol=1e-4)
            assert (found[0].ids, found[0].finished) == (best[0].ids, best[0].finished)


@pytest.mark.parametrize("seeds", [range(start, start + 50) for start in range(0, 200, 50)], ids=lambda s: str(s[0]))
def test_the_best_of_all_is_found_without_writing_all_down(seeds):
    for seed in seeds:
        model, ids, depth, stops = _small(seed)
        penalty = [0.0, 1.0, 2.5, -0.5][seed % 4]
        best = _all_texts(model, ids, depth, stops, penalty)[0]
        found = exhaustive_best(model, ids, depth, stops, length_penalty=penalty)
        assert found.proven and found.ids == best.ids
        assert math.isclose(found.score, best.score, abs_tol=1e-4)
        sums = [_total(model, ids, found.ids[: i + 1]) for i in range(len(found.ids))]
        np.testing.assert_allclose(found.log_probabilities, sums, atol=1e-4)


def test_the_best_of_all_with_a_real_vocabulary_takes_few_looks():
    model, ids = tiny(5, init_std=0.5), [3, 4]
    found = exhaustive_best(model, ids, 3, (9,))
    assert found.proven and found.looked_at < 90**2 // 4
    assert found.log_probability >= beam_search(model, ids, 3, 64, 0.0, (9,))[0].log_probability - 1e-9


def test_a_search_that_is_cut_short_says_so(monkeypatch):
    monkeypatch.setattr(exact, "_WIDTH", 1)
    model, ids = tiny(5), [3, 4]
    cut, whole = (exhaustive_best(model, ids, 3, limit=limit) for limit in (5, 100_000))
    assert (cut.proven, cut.looked_at) == (False, 5) and whole.proven
    assert cut.score <= whole.score
    (greedy,) = beam_search(model, ids, 3, 1)
    assert cut.log_probability >= greedy.log_probability
    lucky = exhaustive_best(model, ids, 3, limit=whole.looked_at)
    assert lucky == whole  # proven by the last look that was allowed


def test_the_deepest_proof_that_its_looks_allow():
    model, ids = tiny(5, init_std=0.2, vocab_size=12), [3, 4]
    best = proven_best(model, ids, 8, limit=400)
    assert best.proven and 4 <= best.depth < 8
    assert best == exhaustive_best(model, ids, best.depth)
    assert exhaustive_best(model, ids, best.depth + 1).looked_at > 400 // 3
    assert proven_best(model, ids, 2).depth == 2
    hopeless = proven_best(tiny(5), ids, 8, limit=20)
    assert (hopeless.depth, hopeless.proven) == (4, False)


def test_steps_are_the_search_and_let_others_in_between():
    model, pauses = tiny(2), []
    steps = list(beam_steps(model, [7], 6, 3, pause=lambda: pauses.append(1)))
    found, tree = beam_search(model, [7], 6, 3, record=True)
    assert tuple(node for step in steps for node in step.nodes) == tree
    assert [step.depth for step in steps] == [1, 2, 3, 4, 5, 6] and len(pauses) == 5
    assert list(steps[-1].hypotheses) == found
    exhaustive_best(model, [7], 3, pause=lambda: pauses.append(1))
    assert len(pauses) > 6


def test_each_token_is_read_once(monkeypatch):
    model, shapes = tiny(2), []
    read = model.hidden_states
    monkeypatch.setattr(
        model, "hidden_states", lambda ids, **more: shapes.append(tuple(ids.shape)) or read(ids, **more)
    )
    beam_search(model, [7, 8, 9], 5, 4)
    assert shapes == [(1, 3), *[(4, 1)] * 4]


def test_interventions_are_made_in_every_pass():
    model, ids = tiny(4), [5, 6, 7]
    off = [gptcore.zero_head(0, 1), gptcore.hide_token(1)]
    found = beam_search(model, ids, 5, 3, interventions=off)
    assert found != beam_search(model, ids, 5, 3)
    for one in found:
        with torch.no_grad():
            logits = model(torch.tensor([[*ids, *one.ids]]), interventions=off)[0].double().log_softmax(-1)
        total = float(sum(logits[2 + i, token] for i, token in enumerate(one.ids)))
        assert math.isclose(one.log_probability, total, abs_tol=1e-4)
    best = exhaustive_best(model, ids, 2, interventions=off)
    assert best.ids[:1] == beam_search(model, ids, 2, 64, interventions=off)[0].ids[:1]


def test_a_text_may_fill_the_context_and_not_a_token_more():
    model = tiny(1)
    room = model.config.n_positions + 1
    assert len(beam_search(model, [1] * 20, room - 20, 2)[0].ids) == 5
    assert len(exhaustive_best(model, [1] * 24, 1).ids) == 1
    for n_read, n in [(20, 6), (24, 2), (25, 1), (3, 0), (3, -1), (3, True), (3, 2.0)]:
        for call in (lambda ids, n: beam_steps(model, ids, n, 2), lambda ids, n: exhaustive_best(model, ids, n)):
            with pytest.raises(InputError, match="max_new_tokens"):
                call([1] * n_read, n)


@pytest.mark.parametrize("bad", [dict(width=0), dict(width=65), dict(width=1.0), dict(width=True)], ids=str)
def test_widths_out_of_range_are_refused_at_once(bad):
    with pytest.raises(InputError, match="width"):
        beam_steps(tiny(), [1], 3, **bad)


@pytest.mark.parametrize("bad", [math.nan, math.inf, 11, -10.5, "1", True, None], ids=str)
def test_penalties_out_of_range_are_refused_at_once(bad):
    with pytest.raises(InputError, match="length_penalty"):
        beam_steps(tiny(), [1], 3, 2, bad)
    with pytest.raises(InputError, match="length_penalty"):
        exhaustive_best(tiny(), [1], 3, length_penalty=bad)


@pytest.mark.parametrize("ids", [[], [90], [-1], [[1, 2]]], ids=str)
def test_prompts_that_cannot_be_read_are_refused_at_once(ids):
    for call in (lambda: beam_steps(tiny(), ids, 3, 2), lambda: exhaustive_best(tiny(), ids, 3)):
        with pytest.raises(InputError, match="prompt"):
            call()
    with pytest.raises(InputError, match="limit"):
        exhaustive_best(tiny(), [1], 3, limit=2)
