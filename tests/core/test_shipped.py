"""What ships: every model opens, its card says where it comes from, it is as good as the README says, and it is small.

The README's figures are from thousands of examples; here each is tried on a sample of new ones.
"""

from pathlib import Path

import numpy as np
import pytest
import torch

from gptcore.checkpoints.card import initial_seed
from gptcore.checkpoints.checkpoint import DEFAULT_MODEL, SHIPPED, load, task_in
from gptcore.evaluate.evaluation import evaluate_ids
from gptcore.model.gpt import GPT
from gptcore.tasks import storyworld
from gptcore.tasks.examples import KINDS
from gptcore.tasks.metrics import main_metric, metrics
from gptcore.tasks.predict import predict

FOLDERS = sorted(weights.parent for weights in SHIPPED.glob("*/model.safetensors"))
FINE_TUNED = [folder for folder in FOLDERS if task_in(folder)]
STORY_WORLD = [folder for folder in FINE_TUNED if folder.name.startswith("story-")]
CARDS = sorted(SHIPPED.parent.rglob("model.safetensors"))
OUR_STORY = """\
Once upon a time a little fox lived with her mother at the edge of a wood. One morning she said, "Mother, may I go \
down to the river by myself?" "You may," said her mother, "but come home before the sun goes down."
So the fox ran down the path, past the old mill and over the bridge, until she came to the water. There she met a \
crow who was looking for something in the grass. "What have you lost?" asked the fox. "I have lost my ring," said the \
crow, and began to cry. They looked for it together the whole day, and when the sun was low the fox found it under a \
stone.
"""


def _name(folder: Path) -> str:
    return folder.name


@pytest.mark.parametrize("folder", FOLDERS, ids=_name)
def test_a_model_opens_and_its_card_names_the_data_without_paths(folder):
    card = load(folder).card
    assert card["name"] == folder.name
    assert card["data"] and card["settings"] and card["machine"]
    assert "/" not in str([card["data"], card["settings"]])


@pytest.mark.parametrize("weights", CARDS, ids=lambda path: path.parent.name)
def test_a_card_names_the_sources_of_its_data_and_their_licences(weights):
    sources = load(weights.parent).card["sources"]
    assert sources
    assert all(source["name"] and source["licence"] for source in sources)
    if "task" not in load(weights.parent).card:
        assert {source["licence"] for source in sources} <= {"public domain", "CC BY", "MIT"}


def test_the_language_model_is_far_better_than_a_bigram_and_than_it_was():
    books = load(DEFAULT_MODEL)
    measured = books.card["measures"]
    assert measured["model"]["bits_per_byte"] < measured["bigram"]["bits_per_byte"]
    untrained = GPT(books.config, torch.Generator().manual_seed(initial_seed(books.card))).eval()
    ids = np.array(books.tokenizer.encode(OUR_STORY).ids)
    now, before = (evaluate_ids(m, ids, len(OUR_STORY)).perplexity.value for m in (books.model, untrained))
    assert now < measured["bigram"]["perplexity"] / 2 and before > measured["unigram"]["perplexity"]


def test_every_task_of_the_story_world_has_a_model():
    assert {folder.name.removeprefix("story-") for folder in STORY_WORLD} == set(storyworld.TASKS)
    assert {task_in(folder).kind for folder in STORY_WORLD} == set(KINDS)
    assert {load(folder).card["parent"] for folder in STORY_WORLD} == {"stories"}


@pytest.mark.slow
@pytest.mark.parametrize("folder", STORY_WORLD, ids=_name)
def test_a_model_of_the_story_world_answers_new_examples_of_the_other_split(folder):
    model, task = load(folder), folder.name.removeprefix("story-")
    assert model.card["examples"]  # that the page offers
    examples = list(storyworld.examples(task, 60, seed=77, split="test"))
    answers = [predict(model, example.texts).answer for example in examples]
    found = metrics(model.head.task, [example.target for example in examples], answers)
    assert found[main_metric(model.head.task)] > (0.9 if task == "similarity" else 0.95)


def test_all_assets_are_small():
    files = [path for path in SHIPPED.parent.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 40e6
    assert sum(path.stat().st_size for path in files if "stories" in path.parts or path.parent in STORY_WORLD) < 5e6
