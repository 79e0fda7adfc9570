"""What interventions take and refuse, and that gradients flow through them."""

import numpy as np
import pytest
import torch

from gptcore import (
    generate,
    hide_token,
    lift_mask,
    replace,
    run_trace,
    zero_attention,
    zero_head,
    zero_mlp,
    zero_positions,
)
from gptcore.errors import InputError
from gptcore.model.intervention import in_row
from tests.core.conftest import tiny
from tests.core.interventions import T, some_ids

# Gradients.


def test_gradients_of_a_pass_with_a_head_off_are_those_of_the_model_without_it():
    ours, without, ids = tiny(), tiny(), torch.from_numpy(some_ids())[None]
    with torch.no_grad():
        without.blocks[0].attn.proj.weight[:, 8:16] = 0
    for model, interventions in ((ours, [zero_head(0, 1)]), (without, [])):
        model(ids, interventions=interventions)[0, -1, 5].backward()
    for (name, mine), theirs in zip(ours.named_parameters(), without.parameters(), strict=True):
        if "blocks.0.attn" not in name:
            torch.testing.assert_close(mine.grad, theirs.grad, msg=lambda text, name=name: f"{name}: {text}")
    assert not ours.blocks[0].attn.qkv.weight.grad[[8, 24, 40]].any(), "nothing depends on that head"


def test_gradients_flow_into_replaced_values_and_past_hidden_tokens():
    model, ids = tiny(), torch.from_numpy(some_ids())
    h = torch.from_numpy(run_trace(model, ids).hidden[1].copy()).requires_grad_()
    others = [hide_token(4), zero_head(0, 0)]
    logits = model(ids[None], interventions=[*others, replace("hidden", 1, h)])
    logits[0, -1, 5].backward()
    assert h.grad[-1].any() and not h.grad[4].any() and h.grad.isfinite().all()
    step = torch.zeros_like(h)
    step[2, 3] = 1e-2
    with torch.no_grad():
        up, down = (
            model(ids[None], interventions=[*others, replace("hidden", 1, h + sign * step)])[0, -1, 5]
            for sign in (1, -1)
        )
    assert h.grad[2, 3].item() == pytest.approx((up - down).item() / 2e-2, rel=0.05, abs=1e-3)


# What is refused.


def test_without_the_mask_no_pass_continues_another_and_a_row_may_be_alone_in_it():
    model, ids = tiny(), torch.from_numpy(some_ids())[None]
    with pytest.raises(InputError, match="read at once"):
        list(generate(model, ids[0], 2, 0, interventions=[lift_mask()]))
    with torch.no_grad():
        both = model(ids.expand(2, -1), interventions=[in_row(lift_mask(), 1)])
        torch.testing.assert_close(both[0], model(ids)[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(both[1], model(ids, interventions=[lift_mask()])[0], atol=1e-5, rtol=0)
    assert (both[0] - both[1]).abs().max() > 1e-2


def test_values_are_copied_when_they_are_given():
    for values in (np.zeros(16, dtype=np.float32), torch.zeros(16)):
        one = replace("mid", 0, values)
        values += 1
        assert not one.values.any()


def test_values_may_be_any_numbers_of_numpy_a_traces_too():
    trace = run_trace(tiny(), some_ids())
    for values in (trace.mid[0], trace.mid[0, ::-1], np.arange(16), np.arange(32).reshape(2, 16).T[:, 0], [1] * 16):
        one = replace("mid", 0, values)
        np.testing.assert_array_equal(one.values, np.asarray(values, dtype=np.float32))


MALFORMED = {
    "no such part": (lambda: replace("logits", None, 0), "logits' cannot be replaced; choose from token_embedding"),
    "a layer too many": (lambda: replace("final", 0, 0), "final is of no layer"),
    "no layer": (lambda: replace("mid", None, 0), "mid needs a layer"),
    "no heads": (lambda: replace("mid", 0, 0, head=1), "mid has no heads; these have: q, k, v, head_out"),
    "not finite": (lambda: replace("mid", 0, [np.nan, 1.0]), "values must be finite"),
    "not numbers": (lambda: replace("mid", 0, ["a"]), "values must be numbers"),
    "ragged": (lambda: replace("mid", 0, [[1.0], [1.0, 2.0]]), "values must be numbers"),
    "nothing": (lambda: replace("mid", 0, None), "values must be numbers"),
    "too many axes": (lambda: replace("mid", 0, np.ones((2, 3, 16))), r"shape \(2, 3, 16\) do not fit mid"),
    "too many axes for a head": (lambda: replace("q", 0, np.ones((2, 3, 8)), head=0), r"\(2, 3, 8\) do not fit q"),
    "positions that do not match": (
        lambda: replace("mid", 0, np.ones((3, 16)), positions=[1]),
        "values for 3 tokens, but 1 positions",
    ),
    "a position twice": (lambda: replace("mid", 0, 0, positions=[1, 1]), "named twice"),
    "a position below 0": (lambda: replace("mid", 0, 0, positions=[-1]), "whole number from 0, not -1"),
    "a position that is no number": (lambda: hide_token("1"), "a position is a whole number from 0, not '1'"),
    "a position that is a truth": (lambda: hide_token(True), "whole number from 0, not True"),
    "a layer below 0": (lambda: zero_mlp(-1), "a layer is a whole number from 0, not -1"),
    "half a layer": (lambda: zero_attention(0.5), "a layer is a whole number from 0"),
    "a head below 0": (lambda: zero_head(0, -1), "a head is a whole number from 0, not -1"),
    "a row below 0": (lambda: in_row(zero_mlp(0), -1), "a row is a whole number from 0"),
}


@pytest.mark.parametrize("make, message", MALFORMED.values(), ids=MALFORMED)
def test_what_can_fit_no_model_is_refused_at_once(make, message):
    with pytest.raises(InputError, match=message):
        make()


UNFIT = {
    "layer": (lambda: zero_head(2, 0), "head_out of a model of 2 layers has no layer 2"),
    "boundary": (lambda: replace("hidden", 3, 0), "hidden of a model of 2 layers has no layer 3"),
    "head": (lambda: zero_head(0, 2), "no head 2; this model has 2"),
    "width": (lambda: zero_mlp(0, np.ones(8)), r"shape \(8,\) do not fit mlp_out, whose vectors have 16 numbers"),
    "one number a token": (lambda: replace("mid", 0, np.ones((3, 1))), r"\(3, 1\) do not fit mid"),
    "width of a head": (lambda: zero_head(0, 0, np.ones(16)), "head_out, whose vectors have 8 numbers"),
    "width of the neurons": (lambda: replace("mlp_act", 0, np.ones(16)), "mlp_act, whose vectors have 64 numbers"),
    "heads": (lambda: replace("q", 0, np.ones((3, 4, 8))), r"\(3, 4, 8\) do not fit q"),
    "row": (lambda: in_row(zero_mlp(0), 1), "row 1 of a batch, from 0, which has only 1"),
    "row of a hidden token": (lambda: in_row(hide_token(0), 4), "row 4 of a batch"),
    "no intervention": (lambda: "h1", "'h1' is no intervention"),
}


@pytest.mark.parametrize("make, message", UNFIT.values(), ids=UNFIT)
def test_what_does_not_fit_the_model_is_refused_by_the_pass(make, message):
    model, one = tiny(), make()
    with pytest.raises(InputError, match=message):
        run_trace(model, some_ids(), interventions=[one])
    if "row" not in message:
        with pytest.raises(InputError, match=message):
            generate(model, some_ids(), 3, interventions=[one])
        with pytest.raises(InputError, match=message):
            model.changes([one])


@pytest.mark.parametrize(
    "one", [hide_token(T), hide_token(500), replace("mid", 0, 0, positions=[T, 40]), replace("mid", 0, 0, positions=[])]
)
def test_what_is_about_tokens_that_the_text_does_not_have_changes_nothing(one):
    model, ids = tiny(), some_ids()
    np.testing.assert_allclose(run_trace(model, ids, interventions=[one]).logits, run_trace(model, ids).logits)


def test_positions_of_a_model_that_has_none_change_nothing():
    model, ids = tiny(positions="none"), some_ids()
    np.testing.assert_allclose(
        run_trace(model, ids, interventions=[zero_positions()]).logits, run_trace(model, ids).logits
    )


def test_numbers_may_be_numpys():
    layer, head = np.unravel_index(3, (2, 2))
    assert (zero_head(layer, head).layer, zero_head(layer, head).head) == (1, 1)
    assert hide_token(np.int64(2)) == hide_token(2)
    assert replace("mid", 0, 0, positions=np.arange(2)).positions == (0, 1)
