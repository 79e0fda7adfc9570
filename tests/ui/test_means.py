"""Off by its mean: the page finds the averages beside a model, goes without where there are none, and sees new ones."""

import os

import numpy as np

from app.explore import cache
from app.explore.off import Off
from app.shared import loaded, models
from gptcore.checkpoints.means import MEANS, write_means
from gptcore.trace.contexts import Sample
from gptcore.trace.means import averages

OFF = Off((("mlp", 1), ("head", 0, 1), ("positions",)), by_mean=True)


def test_off_by_its_mean_is_what_lies_beside_the_model(tmp_path, monkeypatch):
    key = loaded.model_key("books")
    model = loaded.checkpoint(key).model
    assert cache.means(key) is None and not any(one.values.any() for one in cache.interventions(key, OFF))
    monkeypatch.setattr(models, "folder", lambda name, step=None: tmp_path)
    path = write_means(tmp_path, model, averages(model, Sample.of([[5, 6, 7]]), "three tokens"))
    found = cache.means(key)
    expected = found.mlp_out[1], found.head_out[0, 1], found.position_embedding
    for one, values in zip(cache.interventions(key, OFF), expected, strict=True):
        np.testing.assert_array_equal(one.values, values)
    assert cache.means(key._replace(untrained=True)) is None, "other weights"
    write_means(tmp_path, model, averages(model, Sample.of([[8, 9]]), "two tokens"))
    os.utime(path, ns=(1, 1))
    assert cache.means(key).source == "two tokens"


def test_a_file_that_cannot_be_read_is_as_none(tmp_path, monkeypatch):
    key = loaded.model_key("books")
    loaded.checkpoint(key)  # read before its folder is another
    monkeypatch.setattr(models, "folder", lambda name, step=None: tmp_path)
    (tmp_path / MEANS).write_bytes(b"no tensors")
    assert cache.means(key) is None
