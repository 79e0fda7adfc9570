"""Finished runs of a learner, made in a second: two models of different depth, and fine-tuned ones with odd texts."""

import json
from pathlib import Path

import torch

from gptcore.lab.store import Kind, RunStore
from gptcore.lab.worker import execute
from gptcore.train.finetune import FinetunePlan
from gptcore.train.pretrain import PretrainPlan
from gptcore.train.settings import TrainSettings

OWNER = "a" * 32
_TEXT = "The fox sang to the crow, and the crow sang to the fox. " * 200
_SHAPE = dict(n_head=1, d_model=16, n_positions=32, vocab_size=300)
_TRAIN = dict(steps=8, batch_size=2, learning_rate=2.5e-5, warmup=0, threads=1, log_every=2, validate_every=4)
_TUNE = dict(batch_size=4, threads=1, seed=0, learning_rate=6.25e-5)
_CHOICES = [
    {"context": "The fox sang.", "answer_1": "It was\nglad.", "answer_2": "It slept.", "label": 1},
    {"context": "The crow\nwept.", "answer_1": "It sang.", "answer_2": "  It was sad.", "label": 2},
] * 4


def make_finished_runs(home: Path) -> None:
    """Writes them into a store.

    Args:
        home: where runs are kept.
    """
    store = RunStore(home)
    threads = torch.get_num_threads()
    corpus, choices = home / "corpus.txt", home / "choices.jsonl"
    home.mkdir(parents=True, exist_ok=True)
    corpus.write_text(_TEXT)
    choices.write_text("\n".join(json.dumps(row) for row in _CHOICES))
    for n_layer, snapshots in ((3, 3), (1, 5)):
        settings = TrainSettings(**_TRAIN, save_every=2)
        plan = PretrainPlan(str(corpus), {"n_layer": n_layer, **_SHAPE}, settings, snapshots=snapshots)
        base = _finish(store, "pretrain", f"{n_layer} layers", plan.to_dict())
    tuning = dict(train_file=str(choices), test_file=str(choices), epochs=1, train=_TUNE)
    plan = FinetunePlan(model=str(store.folder(base)), task="multiple_choice", **tuning).to_dict()
    for seed in (0, 1):
        _finish(store, "finetune", "choices", plan, series="b" * 16, variant="pre-trained", seed=seed)
    torch.set_num_threads(threads)


def _finish(store: RunStore, kind: Kind, title: str, plan: dict, **about) -> str:
    run = store.add(kind, title, plan, OWNER, **about)
    store.claim(run.id, "test")
    execute(store, store.get(run.id))
    assert store.get(run.id).state == "finished", store.get(run.id).message
    return run.id
