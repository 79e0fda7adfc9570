"""What parts say on average: the averages themselves, the file beside a model, the command, and what runs keep."""

import json
import shutil

import numpy as np
import pytest
import torch

from gptcore import run_trace, zero_attention
from gptcore.__main__ import main
from gptcore.checkpoints.checkpoint import config_in, load_text_model
from gptcore.checkpoints.means import MEANS, read_means, write_means
from gptcore.checkpoints.weights import read_metadata, read_tensors, write_tensors
from gptcore.errors import CheckpointError, InputError
from gptcore.model.gpt import GPT
from gptcore.places import ASSETS
from gptcore.tasks.formats import task_input
from gptcore.trace import means as measuring
from gptcore.trace.contexts import Sample
from gptcore.trace.means import averages
from gptcore.train.means import sample_of_examples
from tests.core.conftest import fox_or_crow, labelled, tiny

TEXTS = [[3, 4, 5, 6, 7], [8, 9], [1] * 12, [30], [3, 4, 5, 2, 2, 1]]
NAMES = ("head_out", "attn_out", "mlp_out", "position_embedding")


@pytest.mark.parametrize("pass_bytes", [1, 16_000_000])
@pytest.mark.parametrize(
    "shape", [{}, {"norm": "pre", "n_head": 4}, {"positions": "none"}, {"positions": "sinusoidal", "n_layer": 3}]
)
def test_averages_are_those_of_traces(shape, pass_bytes, monkeypatch):
    monkeypatch.setattr(measuring, "_PASS_BYTES", pass_bytes)
    model = tiny(**shape)
    found = averages(model, Sample.of(TEXTS), "five texts")
    traces = [run_trace(model, text) for text in TEXTS]
    for name in NAMES:
        if name == "position_embedding" and model.config.positions == "none":
            assert found.position_embedding is None
            continue
        every = np.concatenate([getattr(trace, name) for trace in traces], axis=-2)  # tokens come last but one
        np.testing.assert_allclose(getattr(found, name), every.mean(axis=-2), atol=1e-5, err_msg=name)
    assert found.source == "five texts"


def test_off_by_its_mean_is_nearer_to_the_model_than_off_by_zero():
    """Of a part whose bias says much: its mean is then most of what it says."""
    model = tiny()
    with torch.no_grad():
        model.blocks[0].attn.proj.bias += torch.linspace(-3, 3, 16)  # a LayerNorm would take off one number for all
    means = averages(model, Sample.of(TEXTS), "")
    whole, zero, mean = (
        run_trace(model, TEXTS[0], ("logits",), interventions=ones).logits
        for ones in ([], [zero_attention(0)], [zero_attention(0, means.attn_out[0])])
    )
    assert np.abs(mean - whole).mean() < np.abs(zero - whole).mean()


@pytest.mark.parametrize("shape", [{}, {"positions": "none"}])
def test_the_file_holds_what_was_measured(tmp_path, shape):
    model = tiny(**shape)
    assert read_means(tmp_path, model) is None
    found = averages(model, Sample.of(TEXTS), "five texts")
    written = {write_means(tmp_path, model, found).read_bytes() for _ in range(4)}
    kept = read_means(tmp_path, model)
    for name in NAMES:
        np.testing.assert_array_equal(getattr(kept, name), getattr(found, name))
    assert kept.source == "five texts" and len(written) == 1


def test_other_weights_have_no_means_and_smaller_copies_have(tmp_path):
    model = tiny()
    write_means(tmp_path, model, averages(model, Sample.of(TEXTS), ""))
    assert read_means(tmp_path, tiny(seed=1)) is None
    small = GPT(model.config, device="meta")
    small.fill({name: weights.half() for name, weights in model.state_dict().items()})
    assert read_means(tmp_path, small) is not None


DAMAGES = {
    "shape": lambda tensor: tensor[:1],
    "kind": lambda tensor: tensor.half(),
    "no number": lambda tensor: tensor * torch.nan,
    "infinite": lambda tensor: tensor + torch.inf,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_refused(tmp_path, name, damage):
    model = tiny()
    path = write_means(tmp_path, model, averages(model, Sample.of(TEXTS), ""))
    tensors, about = read_tensors(path), read_metadata(path)
    write_tensors(path, {**tensors, name: damage(tensors[name])}, about)
    with pytest.raises(CheckpointError, match=rf"damaged: its {name}.*make it again"):
        read_means(tmp_path, model)


def test_a_broken_or_bloated_file_is_refused(tmp_path):
    model = tiny()
    path = write_means(tmp_path, model, averages(model, Sample.of(TEXTS), ""))
    tensors, about = read_tensors(path), read_metadata(path)
    write_tensors(path, {name: tensor for name, tensor in tensors.items() if name != "mlp_out"}, about)
    with pytest.raises(CheckpointError, match="its mlp_out is missing"):
        read_means(tmp_path, model)
    write_tensors(path, {**tensors, "more": torch.zeros(2_000)}, about)
    with pytest.raises(CheckpointError, match="more than such a file may have"):
        read_means(tmp_path, model)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_means(tmp_path, model)
    write_tensors(path, tensors, {"means": "[" * 900})
    assert read_means(tmp_path, model) is None, "a file that names no weights is of none"


def test_a_run_keeps_the_means_of_its_validation_text_and_opens_without(run, tmp_path):
    checkpoint = load_text_model(run)
    kept = read_means(run, checkpoint.model)
    assert "kept back" in kept.source and np.abs(kept.mlp_out).max() > 0
    shutil.copytree(run, tmp_path / "old")
    (tmp_path / "old" / MEANS).unlink()
    assert read_means(tmp_path / "old", load_text_model(tmp_path / "old").model) is None


@pytest.fixture(scope="module")
def fine_tuned(run, tmp_path_factory):
    """A run that was fine-tuned a little, and its files of examples."""
    folder = tmp_path_factory.mktemp("means")
    files = [labelled(folder / f"{name}.csv", fox_or_crow("ran", "slept", "sang")) for name in ("train", "test")]
    command = ["finetune", "--model", str(run), "--task", "classification", "--train", files[0], "--test", files[1]]
    more = ["--epochs", "1", "--batch-size", "4", "--threads", "1", "--out", str(folder / "run")]
    assert main([*command, *more]) == 0
    return folder / "run", files[1]


def test_a_fine_tuned_run_keeps_those_of_its_test_examples(fine_tuned):
    folder, _ = fine_tuned
    checkpoint = load_text_model(folder)
    kept = read_means(folder, checkpoint.model)
    assert "as the model reads them" in kept.source
    texts = [(text,) for text, _ in fox_or_crow("ran", "slept", "sang")]
    again = averages(checkpoint.model, sample_of_examples(texts, "classification", checkpoint, 4_000), "")
    np.testing.assert_allclose(kept.attn_out, again.attn_out, atol=1e-5)


def test_examples_are_rows_as_the_model_reads_them_up_to_extract(fine_tuned):
    checkpoint = load_text_model(fine_tuned[0])
    pairs = [("the fox ran", "the crow sang and slept"), ("a", "b")]
    sample = sample_of_examples(pairs, "similarity", checkpoint, 1_000)
    expected = {
        row.ids[: row.extract + 1]
        for pair in pairs
        for row in task_input(checkpoint.tokenizer, "similarity", pair, checkpoint.config.n_positions).rows
    }
    stops = sample.stops.tolist()
    assert {tuple(sample.ids[a:b].tolist()) for a, b in zip(sample.starts.tolist(), stops, strict=True)} == expected
    assert len(sample_of_examples(pairs, "similarity", checkpoint, 5).ids) == 5
    with pytest.raises(InputError, match="not 0"):
        sample_of_examples([], "similarity", checkpoint, 5)


def test_the_command(run, fine_tuned, corpus, tmp_path, capsys):
    model, examples = tmp_path / "model", fine_tuned[1]
    shutil.copytree(run, model)
    shutil.copytree(fine_tuned[0], tmp_path / "task")
    capsys.readouterr()
    for folder, more, source in (
        (model, ["--text", str(corpus), "--tokens", "100"], corpus.name),
        (model, ["--text", str(corpus), "--source", "a fox’s tale"], "a fox’s tale"),
        (tmp_path / "task", ["--examples", examples], "test.csv"),
        (tmp_path / "task", ["--text", str(corpus)], corpus.name),
    ):
        (folder / MEANS).unlink()
        assert main(["means", "--model", str(folder), *more, "--json"]) == 0
        values = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
        kept = read_means(folder, load_text_model(folder).model)
        assert kept.source == source
        assert values["file"] == str(folder / MEANS) and values["bytes"] == (folder / MEANS).stat().st_size
        assert values["tokens"] <= (100 if "--tokens" in more else 40_000)
    assert main(["means", "--model", str(model), "--text", str(corpus), "--out", str(tmp_path / "new")]) == 0
    assert read_means(tmp_path / "new", load_text_model(model).model) is not None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--text", "{corpus}", "--tokens", "0"], "from 1 to 65,536"),
        (["--text", "{corpus}", "--tokens", "65537"], "from 1 to 65,536"),
        (["--text", "no such file"], "no such file"),
        (["--text", "{corpus}", "--out", ""], "--out is empty"),
        (["--text", "{corpus}", "--model", "no such model"], "there is no model"),
        (["--examples", "{corpus}"], "was not fine-tuned"),
        (["--text", "{corpus}", "--examples", "{corpus}"], "not allowed with"),
        ([], "required"),
    ],
)
def test_the_command_refuses(run, corpus, options, message, tmp_path, capsys):
    model = tmp_path / "model"
    shutil.copytree(run, model)
    (model / MEANS).unlink()
    given = [option.format(corpus=corpus) for option in options]
    try:
        code = main(["means", "--model", str(model), *given])
    except SystemExit as ended:
        code = ended.code
    said = capsys.readouterr().err
    assert code == 2 and message in said and "Traceback" not in said
    assert not (model / MEANS).exists()


@pytest.mark.parametrize("name", ["books", "sentiment", "entailment", "stories", "story-endings", "story-similarity"])
def test_what_ships_has_means_and_says_of_what(name):
    checkpoint = load_text_model(name)
    kept = read_means(checkpoint.folder, checkpoint.model)
    assert kept is not None and len(kept.source.split()) > 5
    assert (checkpoint.folder / MEANS).stat().st_size < 30_000
    table = checkpoint.model.position_embedding.weight.detach().numpy()
    assert np.abs(kept.position_embedding).max() <= np.abs(table).max()
    assert np.abs(kept.head_out).mean() > 1e-3


def test_every_gpt_that_ships_has_them():
    folders = [path.parent for path in (ASSETS / "models").glob("*/config.json")]
    configs = {folder: config_in(folder) for folder in folders}
    folders = [one for one, config in configs.items() if config.architecture == "transformer" and config.is_causal]
    assert len(folders) >= 9
    assert not [folder.name for folder in folders if not (folder / MEANS).is_file()]
