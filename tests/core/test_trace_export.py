"""A trace as .npz and a model as a zip: what other tools open."""

import io
import re
import zipfile

import numpy as np
import pytest
import torch

from gptcore.checkpoints.checkpoint import Checkpoint
from gptcore.checkpoints.hf import from_hf, hf_zip_bytes, to_hf_zip
from gptcore.errors import InputError
from gptcore.model.capture import PARTS
from gptcore.trace.export import AXES, README, npz
from gptcore.trace.trace import run_trace, whole_trace_bytes
from tests.core.conftest import tiny

IDS = np.array([5, 9, 3, 5, 9])
TOKENS = ['"', "\\", "é\n", "👩‍👩‍👧‍👦", " fox"]


@pytest.fixture(scope="module")
def trace():
    return run_trace(tiny(), IDS)


def test_numpy_opens_it_without_unpickling_and_finds_the_same_arrays(trace):
    with np.load(io.BytesIO(npz(trace, TOKENS)), allow_pickle=False) as saved:
        assert set(saved) == {README, "ids", "tokens", "layers", *PARTS}
        assert saved["tokens"].tolist() == TOKENS
        assert saved["layers"].tolist() == [0, 1]
        for part in PARTS:
            np.testing.assert_array_equal(saved[part], trace.part(part))


def test_the_readme_names_every_array_with_its_shape_and_as_many_axes(trace):
    file = npz(trace, TOKENS, about="model: tiny")
    with zipfile.ZipFile(io.BytesIO(file)) as archive, np.load(io.BytesIO(file), allow_pickle=False) as saved:
        readme = archive.read(README).decode()
        assert "model: tiny" in readme
        for name in set(saved) - {README}:
            line = next(line for line in readme.splitlines() if line.startswith(f"{name} "))
            assert "x".join(map(str, saved[name].shape)) in line.split()
            axes = re.search(r"\(([^)]*)\)", AXES[name])[1]
            assert len([axis for axis in axes.split(",") if axis.strip()]) == saved[name].ndim


def test_only_what_was_recorded_is_in_it():
    part = run_trace(tiny(), IDS, ["attention"], layers=[1])
    with np.load(io.BytesIO(npz(part, TOKENS))) as saved:
        assert set(saved) == {README, "ids", "tokens", "layers", "attention"}
        assert saved["layers"].tolist() == [1]


def test_what_is_too_large_is_refused_with_both_sizes(trace):
    with pytest.raises(InputError, match=r"5 tokens has \d+ MB, and at most 0 MB"):
        npz(trace, TOKENS, most=1_000)
    with pytest.raises(InputError, match="4 texts for 5 tokens"):
        npz(trace, TOKENS[:4])


def test_the_size_that_is_said_before_is_that_of_the_file(trace):
    size = len(npz(trace, TOKENS))
    assert size == pytest.approx(whole_trace_bytes(tiny().config, len(IDS)), rel=0.3, abs=10_000)


@pytest.mark.parametrize("norm", ["post", "pre"])
def test_the_zip_holds_the_model_that_transformers_opens(tmp_path, tokenizer, norm):
    model = tiny(vocab_size=tokenizer.vocab_size, norm=norm)
    packed = to_hf_zip(Checkpoint(model, tokenizer, model.config))
    assert len(packed) <= hf_zip_bytes(Checkpoint(model, tokenizer, model.config))
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path)
    back = from_hf(tmp_path)
    ids = torch.tensor([[1, 2, 3]])
    torch.testing.assert_close(back.model.eval()(ids), model(ids))
    assert back.tokenizer.fingerprint == tokenizer.fingerprint


def test_a_model_that_transformers_has_not_says_why():
    model = tiny(positions="sinusoidal")
    with pytest.raises(InputError, match="positions must be learned"):
        hf_zip_bytes(Checkpoint(model, None, model.config))
