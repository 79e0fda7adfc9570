"""A repetition penalty and a ban on n-grams: what transformers makes of the same logits, and of the same weights."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, NoRepeatNGramLogitsProcessor, RepetitionPenaltyLogitsProcessor

from gptcore.decode.generate import generate
from gptcore.decode.repetition import adjusted, banned_tokens, penalized, without_repeated_ngrams
from gptcore.decode.sampling import distribution
from gptcore.errors import ConfigError
from tests.core.conftest import tiny
from tests.core.hf_folders import KINDS, same_logits, written

V = 12


def _cases(n: int = 60):
    """Logits and texts of all lengths, of few tokens so that much repeats."""
    numbers = np.random.default_rng(4)
    for number in range(n):
        ids = numbers.integers(0, V // 2, numbers.integers(1, 40)).tolist()
        yield numbers.normal(size=V).astype(np.float32) * 3, ids if number % 2 else (ids[:9] * 4)


@pytest.mark.parametrize("penalty", [0.5, 1.0, 1.2, 3.0, 100.0])
def test_the_penalty_is_that_of_transformers(penalty):
    theirs = RepetitionPenaltyLogitsProcessor(penalty)
    for logits, ids in _cases():
        before = logits.copy()
        expected = theirs(torch.tensor([ids]), torch.tensor(logits[None]))[0].numpy()
        np.testing.assert_array_equal(penalized(logits, ids, penalty), expected)
        np.testing.assert_array_equal(logits, before)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_the_ban_is_that_of_transformers(size):
    theirs = NoRepeatNGramLogitsProcessor(size)
    n_banned = 0
    for logits, ids in _cases():
        expected = theirs(torch.tensor([ids]), torch.tensor(logits[None]))[0].numpy()
        np.testing.assert_array_equal(without_repeated_ngrams(logits, ids, size), expected)
        n_banned += int((expected == -np.inf).sum())
    assert n_banned > 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("settings", [(1.0, 0), (1.3, 0), (1.0, 2), (1.0, 1), (1.15, 3)], ids=str)
def test_a_greedy_text_is_that_of_transformers_on_the_same_weights(tmp_path, kind, settings):
    ours = same_logits(written(tmp_path / "hf", kind), kind)
    theirs = AutoModelForCausalLM.from_pretrained(tmp_path / "hf")
    theirs.generation_config.pad_token_id = 0
    prompt = torch.tensor([[5, 6, 5, 6, 7, 5]])
    written_on = theirs.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        max_new_tokens=16,
        min_new_tokens=16,
        eos_token_id=None,
        do_sample=False,
        repetition_penalty=settings[0],
        no_repeat_ngram_size=settings[1],
    )[0, 6:]
    options = dict(repetition_penalty=settings[0], no_repeat_ngram_size=settings[1])
    assert [step.id for step in generate(ours.model, prompt[0], 16, 0, **options)] == written_on.tolist()


def test_both_are_off_at_first_and_then_touch_nothing():
    logits = np.arange(V, dtype=np.float32)
    assert adjusted(logits, [1, 2, 1]) is logits
    model = tiny()
    for step in generate(model, [1, 2], 5, 0.8):
        assert step.logits is step.model_logits
    plain = [step.id for step in generate(model, [1, 2], 20, 0.8)]
    assert plain == [step.id for step in generate(model, [1, 2], 20, 0.8, repetition_penalty=1, no_repeat_ngram_size=0)]
    assert plain != [step.id for step in generate(model, [1, 2], 20, 0.8, repetition_penalty=5.0)]


def test_a_step_holds_what_the_model_said_and_what_was_drawn_from():
    model, text = tiny(), [3, 4, 3, 4, 3]
    steps = generate(model, text, 24, 0.9, top_k=30, top_p=0.95, repetition_penalty=1.4, no_repeat_ngram_size=2)
    for step in steps:
        context = torch.tensor([text[step.dropped :]])
        with torch.no_grad():
            np.testing.assert_allclose(step.model_logits, model(context)[0, -1], atol=1e-4)
        np.testing.assert_array_equal(step.logits, adjusted(step.model_logits, text, 1.4, 2))
        drawn_from = distribution(step.logits, 0.9, 30, 0.95)
        assert step.probability == drawn_from.final[step.id]
        banned = banned_tokens(text, 2)
        assert not drawn_from.kept[banned].any() and not drawn_from.final[banned].any()
        text.append(step.id)
    pairs = list(pairwise(text[4:]))
    assert len(pairs) == len(set(pairs))


def test_a_ban_on_everything_bans_nothing():
    model = tiny(vocab_size=3)
    ids = [step.id for step in generate(model, [0], 10, 1.0, no_repeat_ngram_size=1)]
    assert sorted([0, *ids[:2]]) == [0, 1, 2] and len(ids) == 10  # then all three are there, and it goes on


def test_banned_tokens_are_no_part_of_what_is_kept():
    logits = np.array([3.0, 2.0, -np.inf, 1.0, -np.inf], dtype=np.float32)
    for settings in [(), (1.0, 5), (1.0, 4, 0.99999), (0,)]:
        found = distribution(logits, *settings)
        assert not found.kept[[2, 4]].any() and not found.kept_by_top_k[[2, 4]].any()
        assert found.final.sum() == pytest.approx(1) and np.isfinite(found.final).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(repetition_penalty=0), "repetition_penalty"),
        (dict(repetition_penalty=-1.0), "repetition_penalty"),
        (dict(repetition_penalty=float("nan")), "repetition_penalty"),
        (dict(repetition_penalty=101.0), "repetition_penalty"),
        (dict(repetition_penalty=True), "repetition_penalty"),
        (dict(repetition_penalty="2"), "repetition_penalty"),
        (dict(no_repeat_ngram_size=-1), "no_repeat_ngram_size"),
        (dict(no_repeat_ngram_size=101), "no_repeat_ngram_size"),
        (dict(no_repeat_ngram_size=2.0), "no_repeat_ngram_size"),
    ],
    ids=str,
)
def test_settings_out_of_range_fail_at_the_call(settings, message):
    with pytest.raises(ConfigError, match=message):
        generate(tiny(), [1], 3, **settings)
    with pytest.raises(ConfigError, match=message):
        adjusted(np.zeros(V, dtype=np.float32), [1], **settings)
