"""Settings stand in the fields of their dataclasses alone: what they accept, and what else is made of them."""

import argparse
import json

import numpy as np
import pytest

from gptcore.__main__ import _parser
from gptcore.config import ModelConfig
from gptcore.errors import ConfigError, InputError
from gptcore.fields import settings_of
from gptcore.tasks.marked import MARK_KINDS
from gptcore.train.events import Finished, Stopped
from gptcore.train.plans import PAPER, FinetunePlan, PretrainPlan, plan_from
from gptcore.train.pretrain import pretrain
from gptcore.train.run_folder import RunFolder
from gptcore.train.settings import TrainSettings

SHAPE = dict(vocab_size=300, n_positions=16, n_layer=2, n_head=2, d_model=16, dropout=0.0)
PLAIN = dict(batch_size=4, warmup=2, device="cpu", precision="float32", threads=1, log_every=1)
PLANS = {
    ModelConfig: SHAPE,
    TrainSettings: {"steps": 1},
    PretrainPlan: {"corpus": "a.txt", "model": SHAPE, "train": {"steps": 1}},
    FinetunePlan: {"model": "default", "task": "entailment", "train_file": "a.csv", "test_file": "b.csv"},
}
NUMBERS = [
    (plan, name) for plan in PLANS for name, setting in settings_of(plan).items() if setting.kind in (int, float)
]


@pytest.mark.parametrize("value", [True, "3", float("nan"), float("inf"), -1e300, [3], np.True_, np.float64("nan")])
@pytest.mark.parametrize("plan, name", NUMBERS)
def test_a_number_is_a_number_within_its_bounds(plan, name, value):
    setting = settings_of(plan)[name]
    with pytest.raises(ConfigError, match=rf"^{name} must be ") as caught:
        plan.from_dict({**PLANS[plan], name: value})
    assert setting.wanted in str(caught.value) and f"{value!r:.60}" in str(caught.value)


@pytest.mark.parametrize("plan, name", NUMBERS)
def test_bounds_are_what_is_accepted(plan, name):
    """None but labels_from's numbers, which are choices, is without bounds; what lies next to them is refused."""
    setting = settings_of(plan)[name]
    about = setting.about
    if setting.choices:
        return
    assert None not in (about.ge if about.gt is None else about.gt, about.le if about.lt is None else about.lt)
    for bound, beyond in ((about.ge, -1), (about.le, 1)):
        if bound is not None:
            assert setting.plain(bound) == bound
            with pytest.raises(ConfigError):
                setting.plain(bound + beyond)
    for bound in (about.gt, about.lt):
        if bound is not None:
            with pytest.raises(ConfigError):
                setting.plain(bound)


@pytest.mark.parametrize("device", [3, "nonsense", "", "cpu:5", "cuda:-1", "cuda:", "CPU", None])
def test_a_device_is_one_by_its_name(device):
    with pytest.raises(ConfigError, match=r"^device must be auto, cpu, cuda, cuda:N or mps, not "):
        TrainSettings(1, device=device)
    with pytest.raises(ConfigError, match=r"^device must be "):
        FinetunePlan(**PLANS[FinetunePlan], train={"device": device})


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:1", "mps"])
def test_devices_that_some_machine_has(device):
    assert TrainSettings(1, device=device).device == device


def test_a_plan_tells_every_problem_of_all_that_is_in_it():
    wrong = {**SHAPE, "n_layer": 0, "norm": "before"}
    with pytest.raises(ConfigError) as caught:
        PretrainPlan("a.txt", wrong, {"steps": 0, "clip": 0}, valid="", style="letters")
    told = [problem.split(" must")[0] for problem in caught.value.problems]
    assert told == ["model: n_layer", "model: norm", "train: steps", "train: clip", "valid", "style"]
    with pytest.raises(ConfigError, match=r"d_model .16. must be a multiple of n_head .3."):
        PretrainPlan("a.txt", {**SHAPE, "n_head": 3}, TrainSettings(1))
    with pytest.raises(ConfigError, match="model: vocab_size is missing"):
        PretrainPlan("a.txt", {}, TrainSettings(1))


def test_numbers_of_numpy_and_paths_become_plain_values(tmp_path):
    settings = TrainSettings(np.int64(5), learning_rate=np.float32(0.5), weight_decay=np.float64(0.25))
    assert (
        json.loads(json.dumps(settings.to_dict())) == TrainSettings(5, learning_rate=0.5, weight_decay=0.25).to_dict()
    )
    assert [type(value) for value in (settings.steps, settings.learning_rate, settings.weight_decay)] == [
        int,
        float,
        float,
    ]
    plan = FinetunePlan(tmp_path, "entailment", tmp_path, tmp_path, train={"seed": np.int32(3)})
    assert FinetunePlan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
    assert type(plan.train["seed"]) is int and plan.model == str(tmp_path)
    assert ModelConfig.preset("nano", d_model=np.int64(128)).d_ff == 512


@pytest.mark.parametrize("kind, plan", [("pretrain", PretrainPlan), ("finetune", FinetunePlan)])
def test_a_plan_comes_back_from_json(kind, plan):
    made = plan.from_dict(PLANS[plan])
    assert plan_from(kind, json.loads(json.dumps(made.to_dict()))) == made
    with pytest.raises(ConfigError, match="'speed' is no setting of a plan"):
        plan_from(kind, {**made.to_dict(), "speed": 3})


@pytest.mark.parametrize(
    "command, plan, elsewhere", [("pretrain", PretrainPlan, {}), ("finetune", FinetunePlan, PAPER)]
)
def test_options_have_the_defaults_choices_and_words_of_their_fields(command, plan, elsewhere):
    parser = _parser()[1][command]
    known = {**settings_of(ModelConfig), **settings_of(TrainSettings), **settings_of(plan)}
    options = {action.dest: action for action in parser._actions if action.dest in known and action.dest != "train"}
    assert len(options) > 15
    words = " ".join(parser.format_help().split())
    for name, action in options.items():
        setting = known[name]
        assert " ".join(setting.about.help.split()) in words.replace("- ", "-"), name
        marks = MARK_KINDS if (command, name) == ("finetune", "task") else ()  # they have a plan of their own
        assert tuple(action.choices or ()) == (*setting.choices, *marks)
        if action.default is not None and not (command == "finetune" and name == "model"):
            assert action.default == elsewhere.get(name, setting.default), name
        assert isinstance(action, argparse._StoreTrueAction) == (setting.kind is bool)


def test_a_run_begun_before_a_setting_was_there_goes_on(corpus, tmp_path):
    """As settings.json was when it held only those fields of a model that were given."""
    plan = PretrainPlan(str(corpus), SHAPE, TrainSettings(4, **PLAIN, save_every=2, validate_every=2))
    asked = iter([False] * 6 + [True] * 99)
    assert isinstance(list(pretrain(plan, tmp_path / "run", stop=lambda: next(asked)))[-1], Stopped)
    file = tmp_path / "run" / "settings.json"
    before = json.loads(file.read_text())
    assert before["model"]["norm"] == "post"
    file.write_text(json.dumps({**before, "model": SHAPE}))
    with pytest.raises(InputError, match="norm was 'post' and is now 'pre'"):
        list(pretrain(PretrainPlan(str(corpus), {**SHAPE, "norm": "pre"}, plan.train), tmp_path / "run", resume=True))
    assert isinstance(list(pretrain(plan, tmp_path / "run", resume=True))[-1], Finished)
    list(pretrain(plan, tmp_path / "whole"))
    losses = [[u.losses for u in RunFolder(tmp_path / name).metrics.read().updates] for name in ("run", "whole")]
    assert losses[0] == losses[1] and len(losses[0]) == 4
