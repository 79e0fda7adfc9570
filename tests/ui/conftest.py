"""A small model with random weights stands in for the shipped one: the tests need no assets and take little time."""

import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
import torch
from streamlit import config
from streamlit.components.v2 import manifest_scanner

from app.explore import cache as explore_cache
from app.explore.lenses.tokens_text import TOKENIZERS
from app.explore.reading import Reading, read
from app.explore.samples import SAMPLES
from app.lab import cache as lab_cache
from app.shared import learner, loaded, models, running
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import Checkpoint, save
from gptcore.config import ModelConfig
from gptcore.lab.store import RunStore
from gptcore.model.gpt import GPT
from gptcore.text.tokenizer import Tokenizer
from tests.ui.page import MAIN, Page, as_learner

config._main_script_path = str(MAIN)  # as `streamlit run` does: AppTest leaves out the settings beside the script
config.get_config_options(force_reparse=True)

SHAPE = dict(n_positions=512, n_layer=6, n_head=6, d_model=24)
"""As many layers, heads and positions as a shipped model, for honest payload sizes; only the vectors are narrow."""


@pytest.fixture(scope="session", autouse=True)
def quick_pages() -> Iterator[None]:
    """AppTest looks for components in all installed packages with each page, a server once. A page's run ends with a
    look at all objects, of which pytest has many more than a server. And each empty cache measures this machine."""
    manifests = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: manifests)
        patch.setattr(lab_cache, "measure_speed", cache(lab_cache.measure_speed))
        gc.collect()
        gc.freeze()
        yield
        gc.unfreeze()


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory) -> Path:
    """A folder like assets/: models/books, and the tokenizers to compare with."""
    assets = tmp_path_factory.mktemp("assets")
    texts = [sample.text for sample in SAMPLES] * 4
    tokenizer = Tokenizer.train(texts, 420)
    config = ModelConfig(tokenizer.vocab_size, **SHAPE)
    model = GPT(config, torch.Generator().manual_seed(7))
    with torch.no_grad():
        for weights in model.parameters():
            weights *= 8 if weights.ndim == 2 else 1  # initial weights are so small that all tokens are equally likely
    card = {"name": "books", "settings": {"train": {"seed": 3}}}
    save(Checkpoint(model.eval(), tokenizer, config, card), assets / "models" / "books")
    for name in TOKENIZERS:
        style = "gpt1" if name.startswith("gpt1") else "bytes"
        Tokenizer.train(texts, 300, style).save(assets / "tokenizers" / name)
    return assets


@pytest.fixture(autouse=True)
def shipped(stand_in, tmp_path, monkeypatch) -> Iterator[None]:
    """Every test of this folder sees the stand-in, with empty caches, and may read it outside of a page too."""
    monkeypatch.setattr(checkpoints, "SHIPPED", stand_in / "models")
    for module in (explore_cache, models):
        monkeypatch.setattr(module, "ASSETS", stand_in)
    monkeypatch.setattr(checkpoints, "LOCAL", stand_in / "none of the learner's own")
    monkeypatch.setattr(learner, "STORE", RunStore(tmp_path / "runs"))
    monkeypatch.setattr(running, "ensure_worker", lambda device: None)  # no process starts; a test is its own worker
    st.cache_resource.clear()
    with as_learner("nobody"):
        yield
    st.cache_resource.clear()


@pytest.fixture
def reading() -> Reading:
    """A text as the stand-in reads it, outside of any page."""
    return read(loaded.model_key("books", False), 'The fox said to the crow, "Sing, dear crow." And so')


@pytest.fixture
def page() -> Page:
    """The page as it opens."""
    return Page().run()
