"""The paper's claims: plans that hold, a tiny one from end to end, and sentences that follow from the numbers."""

import json
import re
from dataclasses import replace

import pytest
import torch

from gptcore.errors import CheckpointError, InputError
from gptcore.paper import record as records
from gptcore.paper.claim import Look, Value
from gptcore.paper.claims import CLAIMS, claim
from gptcore.paper.experiment import FULL, SMALL, USUAL, FineTuned, Scale
from gptcore.paper.found import found
from gptcore.paper.measuring import gradients_and_drift, zero_shots
from gptcore.paper.running import Bench, run_name, trainings_of
from gptcore.train.events import Finished, Updated
from gptcore.train.plans import FinetunePlan

TINY = Scale(
    name="tiny",
    model={"vocab_size": 300, "n_positions": 48, "n_layer": 2, "n_head": 2, "d_model": 16, "dropout": 0.0},
    steps=4,
    tokens=96,
    rate=1e-3,
    updates=4,
    tuning_rate=1e-3,
    labels=32,
    sizes=(16, 32),
    tests=24,
    seeds=(1, 2),
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory, session_mocker=None):
    """A claim's runs with both seeds, done."""
    from gptcore.lab import corpora

    before, corpora.STORIES, corpora._UNSEEN = (corpora.STORIES, corpora._UNSEEN), 60, 20
    made = Bench(tmp_path_factory.mktemp("claims"), TINY)
    for seed in TINY.seeds:
        for training in trainings_of(CLAIMS["drift"], TINY):
            list(made.start(training, seed))
    corpora.STORIES, corpora._UNSEEN = before
    return made


def test_tiny(bench):
    r = bench.record(CLAIMS["drift"], (1, 2))
    print(json.dumps(r.to_dict(), indent=1)[:3000])
    print(found(r))
