"""What the Lab's forms make of settings, without a page."""

import pytest

from app.lab import finetune_form, pretrain_form
from app.shared import theme
from app.shared.models import ModelRef
from gptcore.train.finetune import FinetunePlan


def test_bounds_of_the_forms_lie_within_those_of_the_core():
    boxes = [*pretrain_form._PACED, *pretrain_form._SHAPE, *pretrain_form._MORE, *finetune_form._BOXES]
    for box in (*boxes, finetune_form._TRANSFERRED):
        for bound in (box.low, box.high, box.start):
            assert bound is None or box.setting.plain(bound) == bound, box.name


def test_a_model_s_reference_is_a_text_in_widgets_and_addresses():
    for ref, text in ((ModelRef("books"), "books"), (ModelRef("20260101-1", is_run=True), "run 20260101-1")):
        assert str(ref) == text and ModelRef.parse(text) == ref


@pytest.mark.parametrize("pair", ["scratch", "lambda", "layers"])
def test_a_fair_pair_differs_in_one_thing(pair):
    plan = FinetunePlan("m", "classification", "a", "b", train={"seed": 1})
    one, other = finetune_form.variants(plan, pair, n_layer=4).values()
    found = {k for k, v in one.to_dict().items() if v != other.to_dict()[k]}
    assert found <= {"from_scratch", "transfer_layers"} if pair == "scratch" else len(found) == 1


@pytest.mark.parametrize(("seconds", "says"), [(3, "3 s"), (600, "10 min"), (9_000, "2.5 h")])
def test_durations(seconds, says):
    assert theme.duration(seconds) == says
