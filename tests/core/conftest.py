"""What the core's tests share: a small text, a tokenizer learnt from it, tiny models."""

import csv
from pathlib import Path

import pytest
import torch

from gptcore.__main__ import main
from gptcore.config import ModelConfig
from gptcore.model.gpt import GPT
from gptcore.text.tokenizer import Tokenizer

TEXT = (
    "Once there was a fox who lived under a hill. The fox had a friend, and the friend was a crow.\n"
    'One day the fox said to the crow, "Let us look for the river." And the crow said, "It is behind the hill."\n'
    "So they went over the hill, and the sun was warm, and by the evening they had found the river.\n"
)
SMALL = ["--preset", "nano", "--d-model", "16", "--n-positions", "16", "--vocab-size", "300", "--steps", "8"]
SMALL += ["--batch-size", "2", "--warmup", "2", "--save-every", "4", "--validate-every", "4", "--threads", "1"]


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return Tokenizer.train([TEXT] * 4, 320)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """A text file that is long enough for a few epochs of tiny batches."""
    path = tmp_path_factory.mktemp("corpus") / "fox.txt"
    path.write_text("<|endoftext|>\n".join([TEXT] * 12), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def run(corpus, tmp_path_factory):
    """A finished pre-training run of a few updates."""
    folder = tmp_path_factory.mktemp("cli") / "run"
    assert main(["pretrain", "--corpus", str(corpus), "--out", str(folder), *SMALL]) == 0
    return folder


def tiny(seed: int = 0, **changes) -> GPT:
    """A model in evaluation mode, with weights large enough that attention is far from uniform."""
    shape = dict(vocab_size=90, n_positions=24, n_layer=2, n_head=2, d_model=16, init_std=0.2)
    config = ModelConfig.from_dict({**shape, **changes})
    return GPT(config, torch.Generator().manual_seed(seed)).eval()


def labelled(path: Path, rows: list[tuple[str, str]]) -> str:
    """Writes a file of texts and labels."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return str(path)


def fox_or_crow(*ends: str) -> list[tuple[str, str]]:
    """Texts labelled with the animal that they mention."""
    starts = ("the", "one day the", "over the hill the", "and the")
    return [(f"{start} {name} {end}", name) for start in starts for name in ("fox", "crow") for end in ends]
