"""What neurons answer to: the strongest places really are, names hold, and the file is small and its own model's."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from gptcore.__main__ import main
from gptcore.checkpoints import contexts as files
from gptcore.checkpoints.checkpoint import load_text_model
from gptcore.checkpoints.contexts import NEURONS, read_contexts, room_for, write_contexts
from gptcore.checkpoints.weights import read_metadata, read_tensors, write_tensors
from gptcore.config import ModelConfig
from gptcore.errors import CheckpointError, InputError
from gptcore.model.gpt import GPT
from gptcore.trace.contexts import Contexts, Sample, strongest
from gptcore.trace.neuron_names import Traits
from gptcore.trace.trace import run_trace
from gptcore.train.neurons import sample_of
from tests.core.conftest import SMALL, tiny

TEXTS = [[5, 9, 3, 5, 9, 7], [5, 9, 4], [8], [5, 9, 3, 1], [2, 2, 2, 2, 2, 2, 2, 2], [8, 1]]


@pytest.fixture
def sample():
    return Sample.of(TEXTS)


def _every_activation(model, sample) -> list[tuple[int, np.ndarray]]:
    """(place, (L, F)) of each place that no earlier text has with all that stands before it."""
    found, known = [], set()
    for start, stop in zip(sample.starts, sample.stops, strict=True):
        ids = sample.ids[start:stop]
        acts = run_trace(model, ids, ("mlp_act",)).mlp_act
        for offset in range(len(ids)):
            if (text := tuple(ids[: offset + 1])) not in known:
                known.add(text)
                found.append((start + offset, acts[:, offset]))
    return found


@pytest.mark.parametrize("norm", ["post", "pre"])
@pytest.mark.parametrize("together", [1, 10**9])
def test_the_strongest_places_are_those_of_every_place(sample, norm, together, monkeypatch):
    monkeypatch.setattr("gptcore.trace.contexts._PASS_BYTES", together)
    model = tiny(norm=norm)
    found = strongest(model, sample, 5)
    every = _every_activation(model, sample)
    for layer in range(model.config.n_layer):
        for neuron in range(model.config.d_inner):
            best = sorted((float(acts[layer, neuron]) for _, acts in every), reverse=True)[:5]
            np.testing.assert_allclose(found.values[layer, neuron], best, atol=1e-5)
            at = {place: float(acts[layer, neuron]) for place, acts in every}
            there = [at[place] for place in found.places[layer, neuron]]  # none is a repeated beginning
            np.testing.assert_allclose(there, best, atol=1e-5)
            places, values = found.of(layer, neuron)
            assert len(places) == len(values) == sum(value > 0 for value in found.values[layer, neuron])


def test_a_sample_knows_its_texts(sample):
    assert [sample.text_at(place) for place in (0, 5, 6, 9, 10)] == [(0, 6), (0, 6), (6, 9), (9, 10), (10, 14)]
    first = [bool(first) for first in sample.first_times()]
    assert first[6:9] == [False, False, True] and first[10:14] == [False, False, False, True]
    assert first[22:] == [False, True]
    for texts in ([], [[]], [[1] * 65_537]):
        with pytest.raises(InputError, match="1 to 65,536 tokens"):
            Sample.of(texts)


def test_fewer_places_than_are_asked_for():
    assert strongest(tiny(), Sample.of([[1, 2], [1, 2]]), 10).places.shape[-1] == 2


def test_stretches_are_taken_evenly_from_a_text():
    found = sample_of(np.arange(1_000), 16, 64)
    assert len(found.ids) == 64 and found.ids[0] == 0 and found.ids[-1] >= 975
    assert (found.stops - found.starts <= 16).all()
    assert sample_of(np.arange(3), 16, 64).ids.tolist() == [0, 1, 2]


def _contexts(places: list[int], sample: Sample) -> Contexts:
    """Of one neuron that is strongest at these places."""
    values = np.linspace(2, 1, len(places))
    return Contexts(sample, np.array([[places]]), np.array([[values]]))


TOKENS = ["the", " the", " The", " fox", "es", ".", " 12", " Anna", " sat", "3", "!"]


@pytest.mark.parametrize(
    ("places", "what", "token"),
    [
        ([1, 4, 7, 10, 13], "token", 1),
        ([1, 16, 4, 17, 18], "letters", 0),
        ([2, 5, 8, 11, 14], "after", 1),
        ([0, 3, 6, 9, 12], "first", None),
    ],
)
def test_a_name_says_what_the_places_share(places, what, token):
    texts = [[8, 1, 3], [3, 1, 5], [4, 1, 6], [7, 1, 4], [5, 1, 7], [6, 2, 2, 2], *([3, 8, 3, 4, 5] for _ in range(8))]
    sample = Sample.of(texts)
    name = Traits(sample, TOKENS).name(_contexts(places, sample), 0, 0)
    assert (name.what, name.token, name.share) == (what, token, 1.0)
    assert 0 < name.anywhere < 0.5


@pytest.mark.parametrize(
    ("kind", "two"), [("capital", (7, 2)), ("number", (6, 9)), ("punctuation", (5, 10)), ("inside", (0, 4))]
)
def test_kinds_of_tokens_are_names_too(kind, two):
    sample = Sample.of([[3, token] for token in two * 3] + [[3, 8] * 40])
    name = Traits(sample, TOKENS).name(_contexts([1, 3, 5, 7, 9, 11], sample), 0, 0)
    assert (name.what, name.token, name.share) == (kind, None, 1)


def test_what_is_so_everywhere_or_seldom_is_no_name():
    sample = Sample.of([[3, 3, 3, 3, 8, 3, 3, 3, 3, 3, 3, 3]])
    traits = Traits(sample, TOKENS)
    assert traits.name(_contexts([1, 2, 3, 6, 7], sample), 0, 0) is None  # nearly all tokens are this one
    assert traits.name(_contexts([4], sample), 0, 0) is None  # a single place says nothing


def test_the_file_holds_what_was_found(sample, tmp_path):
    model = tiny()
    found = strongest(model, sample, 5)
    path = write_contexts(tmp_path, model, found, "six texts")
    kept = read_contexts(tmp_path, model)
    assert kept.source == "six texts"
    assert kept.contexts.sample.ids.tolist() == sample.ids.tolist()
    assert kept.contexts.sample.starts.tolist() == sample.starts.tolist()
    np.testing.assert_array_equal(kept.contexts.places, found.places)
    np.testing.assert_allclose(kept.contexts.values, found.values, rtol=1e-3, atol=1e-4)
    assert path.stat().st_size < 5_000 and read_contexts(tmp_path / "elsewhere", model) is None


def test_it_belongs_to_these_weights_in_any_precision(sample, tmp_path):
    model = tiny()
    write_contexts(tmp_path, model, strongest(model, sample, 3), "")
    small = GPT(model.config, device="meta")
    small.fill({name: weights.half() for name, weights in model.state_dict().items()})
    assert read_contexts(tmp_path, small) is not None
    with pytest.raises(CheckpointError, match="other weights"):
        read_contexts(tmp_path, tiny(seed=1))


DAMAGES = {
    "ids": lambda ids: ids.int() + 1_000,
    "starts": lambda starts: starts.flip(0),
    "places": lambda places: torch.full_like(places.int(), 60_000).to(torch.uint16),
    "values": lambda values: values * torch.nan,
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_refused(sample, tmp_path, name):
    model = tiny()
    path = write_contexts(tmp_path, model, strongest(model, sample, 3), "")
    tensors, about = read_tensors(path), read_metadata(path)
    write_tensors(path, {**tensors, name: DAMAGES[name](tensors[name])}, about)
    with pytest.raises(CheckpointError, match=r"damaged.*make it again"):
        read_contexts(tmp_path, model)
    write_tensors(path, {other: value for other, value in tensors.items() if other != name}, about)
    with pytest.raises(CheckpointError, match=f"its {name} are missing"):
        read_contexts(tmp_path, model)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_contexts(tmp_path, model)


def test_a_file_never_grows_beyond_its_limit(sample, tmp_path, monkeypatch):
    gpt1 = GPT(ModelConfig.preset("gpt1"), device="meta")
    most = room_for(gpt1, 40_000)
    assert 3 <= most < 10  # so that all neurons of the paper's model have some
    assert most * 12 * 3_072 * 4 + 40_000 * 6 < files.MOST_BYTES
    with pytest.raises(InputError, match="do not fit"):
        room_for(GPT(ModelConfig.preset("gpt1", n_layer=48), device="meta"), 40_000)
    model = tiny()
    write_contexts(tmp_path, model, strongest(model, sample, 3), "")
    monkeypatch.setattr(files, "MOST_BYTES", 100)
    with pytest.raises(CheckpointError, match="more than such a file may have"):
        read_contexts(tmp_path, model)


def test_a_run_keeps_places_of_its_validation_text(run):
    checkpoint = load_text_model(run)
    kept = read_contexts(run, checkpoint.model)
    assert "kept back" in kept.source
    assert kept.contexts.places.shape[:2] == (checkpoint.config.n_layer, checkpoint.config.d_inner)
    again = strongest(checkpoint.model, kept.contexts.sample, kept.contexts.places.shape[-1])
    np.testing.assert_allclose(again.values, kept.contexts.values, rtol=1e-3, atol=1e-3)


def test_the_command(run, corpus, tmp_path, capsys):
    model = tmp_path / "model"
    shutil.copytree(run, model)
    command = ["neurons", "--model", str(model), "--tokens", "200", "--json"]
    made = []
    for more in (
        ["--text", str(corpus)],
        ["--seed", "1"],
        ["--seed", "1"],
        ["--seed", "2", "--out", str(tmp_path / "o")],
    ):
        assert main([*command, *more]) == 0
        values = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
        made.append((values, read_contexts(tmp_path / "o" if "--out" in more else model, load_text_model(model).model)))
    (values, of_text), (_, one), (_, same), (_, other) = made
    assert values["file"] == str(model / NEURONS) and values["bytes"] < 1_000_000 and values["tokens"] <= 200
    assert of_text.source == corpus.name and "wrote itself" in one.source and "seed 1" in one.source
    ids = [kept.contexts.sample.ids.tolist() for kept in (one, same, other)]
    assert ids[0] == ids[1] != ids[2] and len(ids[0]) == 200
    assert load_text_model(model).tokenizer.end_of_text_id not in ids[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--tokens", "0"], "from 1 to 65,536"),
        (["--tokens", "65537"], "from 1 to 65,536"),
        (["--seed", "-1"], "seed must be"),
        (["--text", "no such file"], "no such file"),
        (["--out", ""], "--out is empty"),
        (["--model", "no such model"], "there is no model"),
    ],
)
def test_the_command_refuses(run, options, message, tmp_path, capsys):
    model = tmp_path / "model"
    shutil.copytree(run, model)
    (model / NEURONS).unlink()
    assert main(["neurons", "--model", str(model), *options]) == 2
    said = capsys.readouterr().err
    assert message in said and "Traceback" not in said
    assert not (model / NEURONS).exists()


def test_what_ships_is_small_and_whole():
    for name in ("books", "stories", "assets/early/step-0004000"):
        checkpoint = load_text_model(name)
        kept = read_contexts(checkpoint.folder, checkpoint.model)
        assert "wrote itself" in kept.source
        some = replace(kept.contexts, places=kept.contexts.places[:, :3], values=kept.contexts.values[:, :3])
        for layer, neuron in ((0, 0), (checkpoint.config.n_layer - 1, 2)):
            for place, value in zip(*some.of(layer, neuron), strict=True):
                start, _ = kept.contexts.sample.text_at(place)
                acts = run_trace(checkpoint.model, kept.contexts.sample.ids[start : place + 1], ("mlp_act",)).mlp_act
                assert acts[layer, -1, neuron] == pytest.approx(value, abs=0.01)


def test_the_same_file_is_the_same_to_the_last_byte(sample, tmp_path):
    model = tiny()
    found = strongest(model, sample, 3)
    assert len({write_contexts(tmp_path, model, found, "six texts").read_bytes() for _ in range(8)}) == 1


@pytest.mark.parametrize("about", ["", "[]", "5", "{", '{"weights": 5}', "[" * 99_999])
def test_what_a_file_says_of_itself_may_be_anything(sample, tmp_path, about):
    model = tiny()
    path = write_contexts(tmp_path, model, strongest(model, sample, 3), "")
    write_tensors(path, read_tensors(path), {"neurons": about})
    with pytest.raises(CheckpointError, match="other weights"):
        read_contexts(tmp_path, model)


def test_a_runs_last_checkpoint_is_its_model(corpus, tmp_path):
    command = ["pretrain", "--corpus", str(corpus), "--out", str(tmp_path / "run"), *SMALL, "--snapshots", "2"]
    assert main(command) == 0
    first, last = (load_text_model(folder).model for folder in sorted((tmp_path / "run" / "snapshots").iterdir()))
    assert read_contexts(tmp_path / "run", last) is not None
    with pytest.raises(CheckpointError, match="other weights"):
        read_contexts(tmp_path / "run", first)
