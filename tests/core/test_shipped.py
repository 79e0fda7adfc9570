"""What ships: every model opens, its card says where it comes from, each kind of task has a judge, and it is small."""

import pytest

from gptcore.checkpoints.checkpoint import DEFAULT_MODEL, SHIPPED, load, task_in
from gptcore.tasks.examples import KINDS
from gptcore.tasks.predict import predict

FOLDERS = sorted(weights.parent for weights in SHIPPED.glob("*/model.safetensors"))
JUDGES = [folder for folder in FOLDERS if task_in(folder)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_model_opens_and_its_card_names_the_data_without_paths(folder):
    card = load(folder).card
    assert card["name"] == folder.name
    assert card["data"] and card["settings"] and card["machine"]
    assert "/" not in str([card["data"], card["settings"]])


def test_a_language_model_ships_that_beats_a_bigram():
    measures = load(DEFAULT_MODEL).card["measures"]
    assert measures["model"]["bits_per_byte"] < measures["bigram"]["bits_per_byte"]


def test_every_kind_of_task_has_a_model():
    assert {task_in(folder).kind for folder in JUDGES} == set(KINDS)


@pytest.mark.parametrize("folder", JUDGES, ids=lambda folder: folder.name)
def test_a_fine_tuned_model_judges_the_examples_of_its_card(folder):
    model = load(folder)
    for example in model.card["examples"]:
        assert (
            predict(model, example["texts"]).logits.size == model.head.task.n_outputs or model.head.task.labels is None
        )


def test_all_assets_are_small():
    files = [path for path in SHIPPED.parent.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 24e6
    assert sum(path.stat().st_size for path in files if "stories" in path.parts or path.parent in JUDGES) < 8e6
