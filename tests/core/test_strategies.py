"""Strategies: each writes what it says it writes, tells what it chose from, and its texts are measured right."""

import math

import numpy as np
import pytest
import torch

from gptcore.decode.beam import beam_search
from gptcore.decode.generate import generate, retrace
from gptcore.decode.sampling import distribution
from gptcore.decode.strategies import MOST_SHOWN, STRATEGIES, Strategy, in_pieces, write
from gptcore.decode.text_measures import NGRAM, distinct_words, measure, repeated_ngrams, repeats_at
from gptcore.errors import ConfigError, InputError
from gptcore.measures import entropy
from tests.core.conftest import tiny

PROMPT = [3, 4, 5]
OWN = Strategy(temperature=0.9, top_k=30, top_p=0.9, repetition_penalty=1.3, no_repeat_ngram_size=3)
DRAWN = {name: how for name, how in {**STRATEGIES, "own": OWN}.items() if how.width is None}


@pytest.fixture(scope="module", params=["post", "pre"])
def model(request):
    return tiny(norm=request.param, tied=request.param == "post")


def _fresh(model, text):
    """(V,) log-probabilities and probabilities of the next token, the whole text read anew."""
    with torch.no_grad():
        logits = model(torch.tensor([text]))[0, -1].double()
    return logits.log_softmax(0).numpy(), logits.softmax(0).numpy()


@pytest.mark.parametrize("name", STRATEGIES)
def test_each_choice_has_the_models_own_numbers_whatever_the_strategy(model, name):
    text = list(PROMPT)
    for chosen in write(model, PROMPT, 12, STRATEGIES[name], 1):
        log_p, p = _fresh(model, text)
        assert chosen.position == len(text)
        assert chosen.log_probability == pytest.approx(log_p[chosen.id], abs=1e-4)
        assert chosen.entropy == pytest.approx(-(p * np.log2(p)).sum(), abs=1e-3)
        assert 0 <= chosen.entropy <= math.log2(model.config.vocab_size)
        raws = [candidate.raw for candidate in chosen.candidates[:MOST_SHOWN]]
        np.testing.assert_allclose(raws, np.sort(p)[::-1][:MOST_SHOWN], atol=1e-4)
        assert [c.id for c in chosen.candidates].count(chosen.id) == 1 and len(chosen.candidates) <= MOST_SHOWN + 1
        text.append(chosen.id)
    assert len(text) == len(PROMPT) + 12


@pytest.mark.parametrize("name", DRAWN)
def test_it_writes_what_generate_does_and_tells_what_was_drawn_from(model, name):
    how = DRAWN[name]
    generator = torch.Generator().manual_seed(7)
    against = dict(repetition_penalty=how.repetition_penalty, no_repeat_ngram_size=how.no_repeat_ngram_size)
    steps = list(generate(model, PROMPT, 15, *how.cuts, generator, **against))
    choices = list(write(model, PROMPT, 15, how, 7))
    assert [chosen.id for chosen in choices] == [step.id for step in steps]
    for chosen, step in zip(choices, steps, strict=True):
        final = distribution(step.logits, *how.cuts).final
        assert (chosen.probability, chosen.uniform) == (step.probability, step.uniform)
        assert chosen.n_kept == np.count_nonzero(final)
        own = distribution(step.model_logits).raw
        assert chosen.share_kept == pytest.approx(own[final > 0].sum())
        assert all(candidate.final == final[candidate.id] for candidate in chosen.candidates)
        if chosen.uniform is not None:  # counted up from the first id, the number falls on the token
            total = np.cumsum(final) / final.sum()
            assert total[chosen.id] - final[chosen.id] <= chosen.uniform + 1e-12
            assert chosen.uniform < total[chosen.id] + 1e-12


def test_a_seed_decides_and_only_where_something_is_drawn(model):
    for how in (*STRATEGIES.values(), OWN):
        first, second = ([chosen.id for chosen in write(model, PROMPT, 9, how, seed)] for seed in (1, 2))
        assert first == [chosen.id for chosen in write(model, PROMPT, 9, how, 1)]
        assert (first != second) == how.is_random


def test_it_stops_where_it_should(model):
    free = [chosen.id for chosen in write(model, PROMPT, 10, STRATEGIES["top_p"], 3)]
    stopped = [chosen.id for chosen in write(model, PROMPT, 10, STRATEGIES["top_p"], 3, stop_ids=[free[4]])]
    assert stopped == free[: free.index(free[4]) + 1]
    for how in STRATEGIES.values():
        assert list(write(model, PROMPT, 0, how)) == []
    with pytest.raises(InputError, match="at least one token"):
        write(model, [], 3, STRATEGIES["greedy"])


def test_retracing_a_text_gives_the_steps_that_wrote_it_past_a_full_context(model):
    steps = list(generate(model, PROMPT, 40, 0.9))
    again = list(retrace(model, PROMPT, [step.id for step in steps]))
    assert [step.id for step in again] == [step.id for step in steps]
    assert [step.dropped for step in again] == [step.dropped for step in steps] and steps[-1].dropped > 0
    for one, other in zip(steps, again, strict=True):
        np.testing.assert_array_equal(one.model_logits, other.model_logits)
        assert other.probability == distribution(one.logits).raw[one.id]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(temperature=-1), "temperature"),
        (dict(top_p=0), "top_p"),
        (dict(no_repeat_ngram_size=-1), "no_repeat_ngram_size"),
        (dict(width=0), "width"),
        (dict(width=10_000), "width"),
        (dict(width=2.0), "width"),
        (dict(width=2, temperature=0.5), "beam takes neither"),
        (dict(width=2, repetition_penalty=1.1), "beam takes neither"),
    ],
    ids=str,
)
def test_a_strategy_out_of_range_is_none(settings, message):
    with pytest.raises(ConfigError, match=message):
        Strategy(**settings)


def test_entropy_is_that_of_coins_and_dice():
    assert entropy(np.array([0.5, 0.5])) == pytest.approx(1)
    assert entropy(np.full(8, 1 / 8)) == pytest.approx(3)
    assert entropy(np.array([0.0, 1.0, 0.0])) == 0


def test_repeats_are_counted_with_the_prompt_and_by_their_ends():
    assert repeats_at([1, 2, 3, 4], [1, 2, 3, 4, 5]) == [False, False, False, True, False]
    assert repeated_ngrams([1, 2, 3, 4], [1, 2, 3, 4, 5]) == 1 / 5
    assert repeated_ngrams([1], [1] * 7) == 4 / 5  # of five runs that end in the text, the first is new
    assert repeated_ngrams([], [1, 2, 3]) is None and repeated_ngrams([1], []) is None
    numbers = np.random.default_rng(0)
    for _ in range(50):
        prompt, ids = (numbers.integers(0, 3, n).tolist() for n in (numbers.integers(0, 6), numbers.integers(1, 30)))
        text = prompt + ids
        grams = [tuple(text[i : i + NGRAM]) for i in range(len(text) - NGRAM + 1)]
        ends = [i for i in range(len(grams)) if i + NGRAM > len(prompt)]
        expected = sum(grams[i] in grams[:i] for i in ends) / len(ends) if ends else None
        assert repeated_ngrams(prompt, ids) == expected


def test_no_repeated_4_gram_means_none_is_counted(model):
    how = Strategy(temperature=0, no_repeat_ngram_size=NGRAM)
    assert measure(list(write(model, PROMPT, 60, how)), PROMPT, "").repeated == 0


def test_words_are_counted_without_their_capitals():
    assert distinct_words("The fox met the fox's friend. THE END") == 6 / 8
    assert distinct_words(" … !") is None


def test_measures_of_a_text(model):
    choices = list(write(model, PROMPT, 9, STRATEGIES["temperature"], 2))
    found = measure(choices, PROMPT, "a b a")
    total, text = 0.0, list(PROMPT)
    for chosen in choices:
        total += _fresh(model, text)[0][chosen.id]
        text.append(chosen.id)
    assert found.log_probability == pytest.approx(total, abs=1e-3)
    assert found.per_token == pytest.approx(total / 9, abs=1e-3)
    assert (found.n_tokens, found.distinct_words) == (9, 2 / 3)
    assert found.entropy == pytest.approx(np.mean([chosen.entropy for chosen in choices]))
    empty = measure([], PROMPT, "")
    assert (empty.n_tokens, empty.per_token, empty.entropy, empty.repeated) == (0, None, None, None)


def test_a_beam_writes_the_best_text_of_its_search(model):
    how = Strategy(width=4, length_penalty=0.5)
    best = beam_search(model, PROMPT, 10, 4, 0.5)[0]
    choices = list(write(model, PROMPT, 10, how))
    assert tuple(chosen.id for chosen in choices) == best.ids
    assert sum(chosen.log_probability for chosen in choices) == pytest.approx(best.log_probability, abs=1e-3)
    pieces = list(in_pieces(model, PROMPT, 10, how))
    assert pieces[:10] == [None] * 10 and pieces[10:] == choices


def test_a_beam_in_a_full_context_reads_the_end_and_writes_half_of_it(model):
    context = model.config.n_positions
    long = [i % 7 for i in range(context + 5)]
    choices = list(write(model, long, 100, STRATEGIES["beam"]))
    assert len(choices) == context // 2
    assert choices[0].position == len(long) and choices[0].dropped == len(long) + context // 2 - 1 - context
