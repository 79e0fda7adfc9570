"""The logit lens: its last layer is the model's own answer, and what is kept of it is what is in it."""

import numpy as np
import pytest
import torch

import gptcore
from gptcore.errors import InputError
from gptcore.model.intervention import hide_token, replace, zero_mlp
from gptcore.trace import lens
from gptcore.trace.lens import follow, guesses, logit_lens
from gptcore.trace.trace import run_trace
from tests.core.conftest import tiny

IDS = np.array([5, 9, 3, 5, 9, 7, 5, 2, 3])
SHAPES = [{}, {"norm": "pre"}, {"tied": False}, {"positions": "none"}, {"norm": "pre", "tied": False}]


@pytest.fixture(params=SHAPES, ids=str)
def model(request):
    return tiny(**request.param)


def test_the_last_layer_is_the_models_own_answer(model):
    trace = run_trace(model, IDS)
    found = gptcore.logit_lens(model, trace)
    assert found.shape == (3, len(IDS), 90) and found.dtype == np.float32
    np.testing.assert_allclose(found[-1], trace.logits, atol=1e-5)


@torch.no_grad()
def test_a_model_cut_after_a_block_says_what_the_lens_says(model):
    found = logit_lens(model, run_trace(model, IDS, ("hidden",)))
    for n_blocks in range(3):
        cut = tiny(**{**model.config.to_dict(), "n_layer": n_blocks or 1})
        cut.load_state_dict(model.state_dict(), strict=False)
        if n_blocks == 0:  # a model of no blocks cannot be made: its one block adds nothing
            read = cut.embed(torch.tensor(IDS)[None])
            logits = cut.unembed(read if cut.final_norm is None else cut.final_norm(read))
        else:
            logits = cut(torch.tensor(IDS)[None])
        np.testing.assert_allclose(found[n_blocks], logits[0], atol=1e-5)


@pytest.mark.parametrize("change", [zero_mlp(1), hide_token(2), replace("final", None, np.ones(16), [3])], ids=str)
def test_what_was_changed_in_the_pass_is_changed_in_the_lens(model, change):
    trace = run_trace(model, IDS, interventions=[change])
    np.testing.assert_allclose(logit_lens(model, trace)[-1], trace.logits, atol=1e-5)
    assert np.abs(logit_lens(model, trace)[-1] - run_trace(model, IDS).logits).max() > 0.01


def test_what_is_kept_is_what_is_in_the_whole(model, monkeypatch):
    monkeypatch.setattr(lens, "_CHUNK", 4)
    trace = run_trace(model, IDS)
    whole = torch.from_numpy(logit_lens(model, trace)).double()
    chances = whole.softmax(-1)
    paused = []
    following = [*IDS[1:].tolist(), None]
    found = guesses(model, trace.hidden, trace.logits, following, most=3, pause=lambda: paused.append(1))
    np.testing.assert_array_equal(found.tokens, whole.topk(3).indices)
    np.testing.assert_allclose(found.probability, chances.topk(3).values, atol=1e-5)
    answers = whole[-1].argmax(-1)
    for column, answer in enumerate(answers.tolist()):
        for boundary in range(3):
            row = whole[boundary, column]
            assert found.final_rank[boundary, column] == (row > row[answer]).sum() + 1
            assert found.final_probability[boundary, column] == pytest.approx(
                chances[boundary, column, answer].item(), abs=1e-5
            )
            if following[column] is not None:
                assert found.next_rank[boundary, column] == (row > row[following[column]]).sum() + 1
    assert (found.final_rank[-1] == 1).all()
    assert (found.next_rank[:, -1] == 0).all() and np.isnan(found.next_probability[:, -1]).all()
    assert len(paused) == 3 * 3  # boundaries times pieces of columns


def test_no_piece_is_larger_than_some_columns(monkeypatch):
    model = tiny(n_positions=200)
    trace = run_trace(model, np.arange(200) % 90)
    sizes = []
    unembed = type(model).unembed
    monkeypatch.setattr(type(model), "unembed", lambda self, h: sizes.append(len(h)) or unembed(self, h))
    guesses(model, trace.hidden, trace.logits, [None] * 200)
    assert max(sizes) == 64


def test_rivals_are_followed_through_the_layers(model):
    trace = run_trace(model, IDS)
    whole = torch.from_numpy(logit_lens(model, trace)).double()[:, 4]
    found = follow(model, trace, 4, [7, 11])
    np.testing.assert_allclose(found.logit, whole[:, [7, 11]], atol=1e-5)
    np.testing.assert_allclose(found.probability, whole.softmax(-1)[:, [7, 11]], atol=1e-5)
    for boundary, row in enumerate(whole):
        assert found.rank[boundary].tolist() == [int((row > row[token]).sum()) + 1 for token in (7, 11)]


@pytest.mark.parametrize("change", [(), (zero_mlp(0),)], ids=len)
def test_a_step_of_writing_brings_the_states_that_it_was_chosen_from(model, change):
    start = IDS[:4].tolist()
    steps = list(gptcore.generate(model, start, 30, interventions=change))  # past the context of 24
    for step in (steps[0], steps[7], steps[-1]):
        read = [*start, *(one.id for one in steps)][step.dropped : step.position]
        trace = run_trace(model, np.array(read), interventions=change)
        np.testing.assert_allclose(step.states, trace.hidden[:, -1], atol=1e-4)
        found = guesses(model, step.states[:, None], step.logits[None], [step.id])
        assert found.tokens[-1, 0, 0] == step.logits.argmax()
    several = [guesses(model, one.states[:, None], one.logits[None], [one.id]) for one in steps[:3]]
    joined = several[0].joined(several[1]).joined(several[2]).last(2)
    np.testing.assert_array_equal(joined.next_rank, np.concatenate([one.next_rank for one in several[1:]], axis=1))


def test_what_does_not_fit_is_refused(monkeypatch):
    model = tiny()
    trace = run_trace(model, IDS)
    with pytest.raises(InputError, match="ask run_trace"):
        logit_lens(model, run_trace(model, IDS, ("logits",)))
    with pytest.raises(InputError, match="9 states"):
        guesses(model, trace.hidden, trace.logits[:3], [None] * 9)
    with pytest.raises(InputError, match="position 9"):
        follow(model, trace, 9, [1])
    with pytest.raises(InputError, match="not known"):
        follow(model, trace, 0, [90])
    monkeypatch.setattr(lens, "MOST_BYTES", 1000)
    with pytest.raises(InputError, match="shorten the text"):
        logit_lens(model, trace)
