"""Writing on: the cache changes nothing, what the context loses is told, and bad input fails at the call."""

import numpy as np
import pytest
import torch

from gptcore.config import ModelConfig
from gptcore.decode.generate import generate
from gptcore.decode.sampling import distribution, draw
from gptcore.errors import InputError
from gptcore.model.gpt import GPT

CONTEXT = 8


@pytest.fixture(scope="module", params=[("post", "learned"), ("pre", "sinusoidal"), ("post", "none")], ids=str)
def model(request) -> GPT:
    norm, positions = request.param
    return _model(norm=norm, positions=positions)


def _model(**changes) -> GPT:
    """Weights far from 0, so that every token and position moves the logits."""
    shape = dict(vocab_size=40, n_positions=CONTEXT, n_layer=2, n_head=2, d_model=16, init_std=0.3)
    return GPT(ModelConfig(**{**shape, **changes})).eval()


def _seed(number: int) -> torch.Generator:
    return torch.Generator().manual_seed(number)


def _logits(model: GPT, ids: list[int]) -> np.ndarray:
    """Of the next token, the whole context read afresh."""
    with torch.no_grad():
        return model(torch.tensor([ids]))[0, -1].numpy()


@pytest.mark.parametrize("length", [1, 3, CONTEXT, CONTEXT + 5])
def test_every_step_is_what_a_fresh_reading_of_its_context_gives(model, length):
    text = list(range(2, 2 + length))
    for step in generate(model, text, 20, temperature=0.9, generator=_seed(1)):
        context = text[step.dropped :]
        assert step.position == len(text) and 1 <= len(context) <= CONTEXT
        np.testing.assert_allclose(step.logits, _logits(model, context), atol=1e-4)
        assert step.probability == distribution(step.logits, 0.9).final[step.id]
        text.append(step.id)
    assert len(text) == length + 20


def test_randomness_is_the_generators_alone(model):
    def run(seed: int) -> list[int]:
        return [step.id for step in generate(model, [1, 2], 15, 1.5, generator=_seed(seed))]

    expected = run(3)
    torch.manual_seed(99)
    state = torch.get_rng_state()
    assert run(3) == expected != run(4)
    assert torch.equal(torch.get_rng_state(), state)
    default = [step.id for step in generate(model, [1, 2], 15, 1.5)]
    assert default == [step.id for step in generate(model, [1, 2], 15, 1.5)]


def test_it_draws_as_the_sampler_does(model):
    settings, generator = (1.3, 12, 0.8), _seed(8)
    for step in generate(model, [5], 12, *settings, generator=_seed(8)):
        drawn = draw(distribution(step.logits, *settings), generator)
        assert (step.id, step.probability, step.uniform) == (drawn.id, drawn.probability, drawn.uniform)


def test_temperature_zero_takes_the_likeliest(model):
    generator = _seed(0)
    before = generator.get_state()
    for step in generate(model, [1, 2, 3], 12, temperature=0, generator=generator):
        assert (step.id, step.probability, step.uniform) == (step.logits.argmax(), 1.0, None)
    assert torch.equal(generator.get_state(), before)


@pytest.mark.parametrize("context", [1, 2, 7, 8])
def test_a_full_context_drops_its_older_half(context):
    model = _model(n_positions=context)
    kept_at_least = max(1, context // 2)
    dropped = 0
    for step in generate(model, [3], 4 * context, generator=_seed(0)):
        seen = step.position - step.dropped
        if step.dropped > dropped:  # only a full context is cut, and half of it stays
            assert step.position - dropped == context + 1 and seen == kept_at_least
        assert kept_at_least <= seen <= context or step.dropped == 0
        dropped = step.dropped
    assert dropped > 0


def test_a_long_prompt_keeps_as_much_as_fits():
    steps = list(generate(_model(), list(range(CONTEXT + 6)), 2, 0))
    assert [step.dropped for step in steps] == [6, CONTEXT + 7 - CONTEXT // 2]
    assert steps[0].position == CONTEXT + 6


def test_each_token_is_read_once(monkeypatch):
    model = _model(n_positions=32)
    widths: list[int] = []
    read = model.hidden_states

    def counted(ids, *arguments, **named):
        widths.append(ids.shape[1])
        return read(ids, *arguments, **named)

    monkeypatch.setattr(model, "hidden_states", counted)
    list(generate(model, list(range(10)), 22, generator=_seed(0)))
    assert widths == [10] + [1] * 21
    widths.clear()
    list(generate(model, list(range(30)), 36, generator=_seed(0)))
    assert widths == [30, 1, 1, 16] + [1] * 16 + [16] + [1] * 15


def test_the_caller_stops_by_not_asking(monkeypatch):
    model = _model()
    calls = []
    read = model.hidden_states
    monkeypatch.setattr(model, "hidden_states", lambda *a, **k: (calls.append(1), read(*a, **k))[1])
    steps = generate(model, [1], 1_000)
    assert not calls
    next(steps)
    assert len(calls) == 1


def test_a_stop_id_is_the_last(model):
    free = [step.id for step in generate(model, [1, 2], 20, 2.0, generator=_seed(5))]
    stop = free[6]
    stopped = [step.id for step in generate(model, [1, 2], 20, 2.0, generator=_seed(5), stop_ids=[stop])]
    assert stopped == free[: free.index(stop) + 1]


@pytest.mark.parametrize("kind", [list, tuple, np.array, torch.tensor, lambda ids: np.array(ids, dtype=np.uint16)])
def test_a_prompt_may_be_any_row_of_ids(model, kind):
    ids = [4, 9, 2]
    prompt = kind(ids)
    expected = [step.id for step in generate(model, ids, 5, 0)]
    assert [step.id for step in generate(model, prompt, 5, 0)] == expected
    assert list(map(int, prompt)) == ids
    assert list(generate(model, prompt, 0)) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(ids=[]), "at least one token"),
        (dict(ids=torch.tensor([[1, 2]])), r"one row.*\(1, 2\)"),
        (dict(ids=[40]), "vocabulary of 40"),
        (dict(ids=[-1]), "vocabulary of 40"),
        (dict(max_new_tokens=-1), "max_new_tokens"),
        (dict(max_new_tokens=2.0), "max_new_tokens"),
        (dict(temperature=-1), "temperature"),
        (dict(top_k=0), "top_k"),
        (dict(top_p=1.5), "top_p"),
    ],
    ids=str,
)
def test_bad_input_fails_at_the_call(arguments, message):
    with pytest.raises(InputError, match=message):
        generate(_model(), **{"ids": [1], "max_new_tokens": 3, **arguments})


def test_a_model_in_training_mode_is_refused():
    """Its attention would read no cached key but the first, and dropout would draw from torch's global state."""
    with pytest.raises(InputError, match=r"model\.eval\(\)"):
        generate(_model().train(), [1], 3)


def test_no_gradients_are_kept(model):
    with torch.enable_grad():
        list(generate(model, [1, 2, 3], 3))
    assert all(weight.grad is None for weight in model.parameters())


def test_without_dropout_training_mode_makes_no_difference():
    model = _model(dropout=0.0)
    expected = [step.id for step in generate(model, [1, 2], 6, 0)]
    assert [step.id for step in generate(model.train(), [1, 2], 6, 0)] == expected
