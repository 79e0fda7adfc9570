"""One protocol for GPT, LSTM and bigram: what decodes and scores one of them does so for each; what a peer lacks is
said in one line."""

import json
import shutil

import numpy as np
import pytest
import torch

import gptcore
from gptcore.__main__ import main
from gptcore.checkpoints.checkpoint import Checkpoint, save
from gptcore.decode.context import written_scores
from gptcore.errors import CheckpointError, InputError
from gptcore.evaluate.evaluation import evaluate_ids
from gptcore.model.bigram import BigramModel
from gptcore.model.language_model import LanguageModel
from gptcore.model.ngram import train_bigram
from tests.core.conftest import tiny

KINDS = ("transformer", "lstm", "bigram")
V = 31


def _model(kind: str) -> LanguageModel:
    if kind == "transformer":
        return tiny(vocab_size=V)
    if kind == "lstm":
        config = gptcore.ModelConfig(V, 24, 2, 1, 10, init_std=0.9, architecture="lstm")
        return gptcore.new_model(config, torch.Generator().manual_seed(2)).eval()
    walk = np.random.default_rng(1).integers(V, size=400)
    return BigramModel(train_bigram(walk, V, "laplace", 0.05)).eval()


@pytest.fixture(scope="module", params=KINDS)
def model(request) -> LanguageModel:
    return _model(request.param)


@pytest.fixture(scope="module")
def ids() -> torch.Tensor:
    return torch.randint(V, (20,), generator=torch.Generator().manual_seed(7))


def test_log_probabilities_are_distributions_and_give_the_scores_of_a_text(model, ids):
    rows = model.next_log_probabilities(ids[None])[0]
    assert rows.shape == (20, V)
    torch.testing.assert_close(rows.exp().sum(-1), torch.ones(20))
    follow = rows[:-1].gather(1, ids[1:, None])[:, 0].numpy()
    np.testing.assert_allclose(written_scores(model, ids.tolist(), 1).scores.log_probability, follow, atol=1e-5)
    with torch.no_grad():
        surprise = model.surprisal(model.hidden_states(ids[None])[0, :-1], ids[1:])
    np.testing.assert_allclose(-surprise.numpy(), follow, atol=1e-5)
    assert evaluate_ids(model, ids.numpy(), 50).perplexity.log_probability_sum == pytest.approx(follow.sum(), abs=1e-4)


def test_it_writes_the_same_with_the_same_seed_and_what_its_probabilities_say(model, ids):
    def written(seed: int) -> list:
        return list(gptcore.generate(model, ids, 12, generator=torch.Generator().manual_seed(seed)))

    steps = written(3)
    assert [step.id for step in steps] == [step.id for step in written(3)] != [step.id for step in written(4)]
    text = torch.tensor([*ids.tolist(), *(step.id for step in steps)])
    limit = model.n_positions or len(text)
    wanted = model.next_log_probabilities(text[None, :limit])[0]
    for step in steps:
        if step.position < limit and step.dropped == 0:
            probabilities = np.log(
                np.exp(step.logits - step.logits.max()) / np.exp(step.logits - step.logits.max()).sum()
            )
            np.testing.assert_allclose(probabilities, wanted[step.position - 1], atol=1e-4)
    assert any(step.dropped for step in steps) == (model.n_positions is not None)


def test_beam_search_and_the_proven_best_agree_with_trying_all(model, ids):
    best = gptcore.exhaustive_best(model, ids[:5], 2, limit=100_000)
    first = model.next_log_probabilities(ids[None, :5])[0, -1]
    pairs = torch.cat([ids[:5].expand(V, -1), torch.arange(V)[:, None]], 1)
    both = first[:, None] + model.next_log_probabilities(pairs)[:, -1]
    assert best.proven and best.ids == divmod(int(both.argmax()), V)
    assert best.log_probabilities[-1] == pytest.approx(float(both.max()), abs=1e-4)
    wide = gptcore.beam_search(model, ids[:5], 2, width=V)
    assert wide[0].ids == best.ids


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.int8], ids=str)
def test_it_is_read_back_as_it_was_written(model, ids, tmp_path, dtype):
    save(Checkpoint(model, None, model.config), tmp_path / "model", dtype)
    again = gptcore.load(tmp_path / "model")
    assert type(again.model) is type(model) and again.config == model.config
    near = 1e-6 if dtype == torch.float32 or isinstance(model, BigramModel) else 0.1
    torch.testing.assert_close(
        again.model.next_log_probabilities(ids[None]), model.next_log_probabilities(ids[None]), atol=near, rtol=near
    )


def test_a_config_without_the_field_is_a_gpt(tmp_path):
    save(Checkpoint(model := tiny(), None, model.config), tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    assert config.pop("architecture") == "transformer"
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert gptcore.load(tmp_path).gpt.config == model.config


def _trace(model):
    return gptcore.run_trace(model, torch.tensor([1, 2, 3]))


NEEDS_A_GPT = {
    "attention": lambda model: gptcore.run_trace(model, torch.tensor([1, 2]), ["attention"]),
    "an intervention": lambda model: gptcore.generate(model, [1], 2, interventions=[gptcore.zero_head(0, 0)]),
    "explain": lambda model: gptcore.explain(model, _trace(model), ("logit", 0, 1)),
    "contributions": lambda model: gptcore.contributions(model, _trace(model), 0, 1),
    "ranking": lambda model: gptcore.rank_parts(model, _trace(model)),
    "patching": lambda model: gptcore.patch_grid(model, _trace(model), _trace(model), 1, 2),
    "lens": lambda model: gptcore.logit_lens(model, _trace(model)),
    "export": lambda model: gptcore.to_hf(Checkpoint(model, None, model.config), "nowhere"),
}


@pytest.mark.parametrize("what", NEEDS_A_GPT)
@pytest.mark.parametrize("kind", ["lstm", "bigram"])
def test_what_only_a_transformer_has_is_refused_in_a_sentence(kind, what):
    with pytest.raises(InputError, match=r"^an? (LSTM|bigram) has no "):
        NEEDS_A_GPT[what](_model(kind))


def test_a_trace_of_an_lstm_has_its_states_and_logits(ids):
    model = _model("lstm")
    trace = gptcore.run_trace(model, ids)
    assert trace.part("hidden").shape == (3, 20, 10) and trace.attention is None
    np.testing.assert_array_equal(trace.part("final"), trace.part("hidden")[-1])
    np.testing.assert_allclose(
        trace.part("logits"), model.unembed(torch.tensor(trace.part("final"))).detach(), atol=1e-5
    )


@pytest.fixture(scope="module")
def counted(run, corpus, tmp_path_factory):
    """A bigram made from the command line, with a GPT's tokenizer."""
    folder = tmp_path_factory.mktemp("bigram") / "fox-bigram"
    command = ["count", "--corpus", str(corpus), "--tokenizer", str(run), "--valid", str(corpus), "--out", str(folder)]
    assert main([*command, "--smoothing", "laplace", "--added", "0.5"]) == 0
    return folder


def test_a_bigram_is_counted_evaluated_and_published(counted, corpus, tmp_path, capsys):
    def said(*command: str) -> dict:
        assert main([*command, "--json"]) == 0
        return json.loads(capsys.readouterr().out.strip().splitlines()[-1])

    found = gptcore.load(counted)
    assert found.model.bigram.smoothing == "laplace" and found.model.bigram.added == 0.5
    evaluated = said("evaluate", "--model", str(counted), "--text", str(corpus))
    assert evaluated["perplexity"] == pytest.approx(found.card["result"]["valid_perplexity"])
    text = said("generate", "--model", str(counted), "--prompt", "The fox", "--max-new-tokens", "5")["text"]
    assert text.startswith("The fox") and len(text) > 7
    published = said("publish", "--run", str(counted), "--text", str(corpus), "--out", str(tmp_path / "out"))
    assert published["model"]["perplexity"] == pytest.approx(evaluated["perplexity"], abs=0.01)
    assert "untrained" not in published
    np.testing.assert_array_equal(gptcore.load(tmp_path / "out").model.bigram.counts, found.model.bigram.counts)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["finetune", "--task", "classification", "--train", "T", "--test", "T", "--out", "O"], "counted from a text"),
        (["export", "--hf", "O"], "a bigram has no layers"),
        (["means", "--text", "CORPUS", "--out", "O"], "a bigram has no layers"),
        (["neurons", "--text", "CORPUS", "--out", "O"], "a bigram has no layers"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_commands_that_need_a_gpt_refuse_a_bigram_in_one_line(command, message, counted, corpus, tmp_path, capsys):
    labelled = tmp_path / "t.csv"
    labelled.write_text("text,label\na,x\nb,y\n")
    places = {"T": str(labelled), "O": str(tmp_path / "out"), "CORPUS": str(corpus)}
    assert main([command[0], "--model", str(counted), *(places.get(word, word) for word in command[1:])]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert message in error and "Traceback" not in error and not (tmp_path / "out").exists()


BAD_COUNTING = {
    "no k": (["--smoothing", "laplace", "--added", "0"], "added must be"),
    "no tokenizer": (["--tokenizer", "nowhere"], "nowhere has no tokenizer.json"),
    "no text": (["--corpus", "nowhere.txt"], "nowhere.txt does not exist"),
}


@pytest.mark.parametrize("case", BAD_COUNTING)
def test_a_count_that_cannot_be_made_leaves_nothing_behind(case, run, corpus, tmp_path, capsys):
    flags, message = BAD_COUNTING[case]
    command = ["count", "--corpus", str(corpus), "--tokenizer", str(run), "--out", str(tmp_path / "out"), *flags]
    assert main(command) == 2
    assert message in capsys.readouterr().err and not (tmp_path / "out").exists()


def _without(name):
    return lambda folder: (folder / name).unlink()


def _other_vocabulary(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "vocab_size": 40}))
    (folder / "tokenizer.json").unlink()


def _torn(folder):
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / "model.safetensors")
    save_file({**tensors, "followers": tensors["followers"].flip(0)}, folder / "model.safetensors")


@pytest.mark.parametrize(
    "harm",
    [
        _without("bigram.json"),
        _other_vocabulary,
        _torn,
        lambda folder: (folder / "bigram.json").write_text('{"smoothing": "none", "added": "x"}'),
    ],
    ids=["no smoothing", "other vocabulary", "followers out of order", "bad smoothing"],
)
def test_a_damaged_bigram_is_refused(harm, counted, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(counted, folder, ignore=shutil.ignore_patterns("tokens"))
    harm(folder)
    with pytest.raises(CheckpointError):
        gptcore.load(folder)
