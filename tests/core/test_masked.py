"""The masked model: blocks without the mask, what is hidden from it, its objective, and where it is refused."""

import copy
import json
from dataclasses import replace

import numpy as np
import pytest
import torch

import gptcore
from gptcore.__main__ import main
from gptcore.checkpoints.checkpoint import Checkpoint, config_in, load_text_model, save
from gptcore.checkpoints.masked import is_masked, load_masked_model
from gptcore.config import ModelConfig
from gptcore.decode.fill import fill_mask, pseudo_log_likelihood
from gptcore.errors import InputError
from gptcore.evaluate.evaluation import evaluate_ids
from gptcore.model.gpt import GPT
from gptcore.model.kinds import new_model
from gptcore.model.marks import Marks
from gptcore.model.parameters import parameter_count
from gptcore.text.pairs import mask_ids, pair_row
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.events import Updated
from gptcore.train.loop import train
from gptcore.train.masked_modelling import MaskedModelling
from gptcore.train.plans import PretrainPlan
from gptcore.train.pretrain import pretrain
from gptcore.train.settings import TrainSettings

TEXT = "The cat sat on the mat. A dog ran in the park, and the cat saw it. The sun was low and the day was long.\n" * 60
CONFIG = ModelConfig(400, 24, 2, 2, 16, dropout=0.0, mask="none", segments=2)
SETTINGS = TrainSettings(steps=6, batch_size=4, warmup=1, learning_rate=1e-3, threads=1, device="cpu", seed=5)


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.train([TEXT], 300).with_mask_tokens()


@pytest.fixture(scope="module")
def config(tokenizer):
    return CONFIG.with_changes(vocab_size=tokenizer.vocab_size)


@pytest.fixture(scope="module")
def model(config):
    return GPT(config.with_changes(init_std=0.3), torch.Generator().manual_seed(2)).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def job(tokenizer, config):
    ids = np.array(tokenizer.encode(TEXT).ids)
    return MaskedModelling(ids, ids[:300], config, mask_ids(tokenizer), tokenizer.end_of_text_id, SETTINGS)


def test_batches_choose_no_special_token_and_follow_from_seed_and_step(job, tokenizer, config):
    special = {*mask_ids(tokenizer), tokenizer.end_of_text_id}
    in_two = short = 0
    for step in range(40):
        batch = job.batch(step)
        assert not special & set(batch.targets.tolist())
        assert batch.ids[:, 0].eq(mask_ids(tokenizer).cls).all()
        assert not (batch.chosen & batch.marks.padding).any()
        in_two += int(batch.marks.segments.any(dim=1).sum())
        short += int(batch.marks.padding.any(dim=1).sum())
        again = job.batch(step)
        assert torch.equal(batch.ids, again.ids) and torch.equal(batch.chosen, again.chosen)
    assert not torch.equal(job.batch(0).ids, job.batch(1).ids)
    assert 0.3 < in_two / 160 < 0.65 and 0.1 < short / 160 < 0.4


def test_only_chosen_tokens_count_in_the_loss(job, model):
    batch = job.batch(0)
    logs = model(batch.ids, marks=batch.marks).log_softmax(dim=-1)[batch.chosen]
    expected = -logs.gather(1, batch.targets[:, None]).mean()
    assert torch.allclose(job.losses(model, batch)["loss"], expected, atol=1e-5)


def test_gradients_are_those_of_finite_differences(config, job):
    model = GPT(config.with_changes(init_std=0.2), torch.Generator().manual_seed(4)).double()
    batch = job.batch(1)

    def loss():
        logs = model.hidden_states(batch.ids, marks=batch.marks)[batch.chosen] @ model.output_table.T
        return torch.nn.functional.cross_entropy(logs, batch.targets)

    float32 = copy.deepcopy(model).float()
    job.losses(float32, batch)["loss"].backward()
    draw = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            place = tuple(int(torch.randint(n, (1,), generator=draw)) for n in weights.shape)
            if name == "token_embedding.weight":
                place = (int(batch.targets[0]), place[1])
            kept, step = weights[place].item(), 1e-5
            weights[place] = kept + step
            above = loss()
            weights[place] = kept - step
            slope = float(above - loss()) / (2 * step)
            weights[place] = kept
            assert float32.get_parameter(name).grad[place].item() == pytest.approx(slope, rel=2e-3, abs=2e-5), name


def test_padding_changes_nothing_and_every_token_sees_all_others(model, tokenizer):
    row = pair_row(mask_ids(tokenizer), tokenizer.encode("The cat sat").ids, tokenizer.encode("on the mat").ids)
    alone = Marks(torch.tensor([row.segments]))
    padded = Marks(torch.tensor([row.segments + [0] * 4]), torch.tensor([[False] * len(row.ids) + [True] * 4]))
    ids = torch.tensor([row.ids])
    longer = torch.cat((ids, torch.full((1, 4), 9)), dim=1)
    states = model.hidden_states(ids, marks=alone)
    assert torch.allclose(states, model.hidden_states(longer, marks=padded)[:, : len(row.ids)], atol=1e-5)
    trace = gptcore.run_trace(model, ids[0], segments=row.segments)
    assert trace.attention.shape == (2, 2, len(row.ids), len(row.ids)) and (trace.attention > 0).all()
    assert np.allclose(trace.attention.sum(-1), 1, atol=1e-5) and trace.seen.all() and not trace.is_causal
    assert np.allclose(trace.hidden[-1], states[0], atol=1e-4), "the recorded pass is the quick one"
    other = ids.clone()
    other[0, -2] = 9
    assert not torch.allclose(model.hidden_states(other, marks=alone)[0, 1], states[0, 1], atol=1e-4)
    assert not torch.allclose(model.hidden_states(ids)[0, -1], states[0, -1], atol=1e-4), "segments count"


def test_training_with_padding_gives_the_same_gradients_as_without(model, tokenizer):
    learning = copy.deepcopy(model).requires_grad_(True)
    row = pair_row(mask_ids(tokenizer), tokenizer.encode("The cat sat on the mat").ids)
    n = len(row.ids)

    def gradient(extra):
        learning.zero_grad()
        ids = torch.tensor([row.ids + [9] * extra])
        padding = torch.tensor([[False] * n + [True] * extra])
        marks = Marks(torch.zeros_like(ids), padding)
        learning.hidden_states(ids, marks=marks)[:, :n].square().sum().backward()
        return learning.blocks[0].attn.qkv.weight.grad.clone()

    assert torch.allclose(gradient(0), gradient(5), rtol=1e-3, atol=1e-3)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    text = tmp_path_factory.mktemp("text") / "text.txt"
    text.write_text(TEXT, encoding="utf-8")
    return PretrainPlan.from_dict(
        {
            "corpus": str(text),
            "objective": "masked",
            "model": {**CONFIG.to_dict(), "mask": "causal", "segments": 0, "dropout": 0.1},
            "train": {**SETTINGS.to_dict(), "save_every": 2, "validate_every": 3},
        }
    )


@pytest.fixture(scope="module")
def whole(plan, tmp_path_factory):
    """The folder of a finished run, and its result."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    return folder, list(pretrain(plan, folder))[-1].result


def test_a_resumed_run_is_the_run(plan, whole, tmp_path):
    folder, result = whole
    done: list[int] = []
    for event in pretrain(plan, tmp_path / "parts", stop=lambda: 3 in done):
        if isinstance(event, Updated):
            done.append(event.step)
    assert done == [1, 2, 3]
    parts = list(pretrain(plan, tmp_path / "parts", resume=True))[-1].result
    assert {**parts, "seconds": 0} == {**result, "seconds": 0}
    assert 0 <= result["valid_accuracy"] <= 1
    one, other = (load_masked_model(place).model.state_dict() for place in (folder, tmp_path / "parts"))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert is_masked(folder) and config_in(folder).segments == 2
    assert set(json.loads((folder / "references.json").read_text())) == {"even", "unigram", "bigram", "neighbours"}


def test_a_published_one_is_measured_on_hidden_tokens_and_fills_gaps(plan, whole, tmp_path, capsys):
    folder, _ = whole
    out = ["--out", str(tmp_path / "small"), "--bits", "8"]
    assert main(["publish", "--run", str(folder), "--text", plan.corpus, "--source", "ours", "MIT", *out]) == 0
    card = load_masked_model(tmp_path / "small").card
    assert card["measures"]["model"]["loss"] < card["measures"]["untrained"]["loss"] < 8
    losses = [card["measures"][name]["loss"] for name in ("neighbours", "bigram", "unigram")]
    assert losses == sorted(losses) and 0 <= card["measures"]["model"]["accuracy"] <= 1
    assert "nats per hidden token" in capsys.readouterr().out
    assert main(["fill", "--model", str(tmp_path / "small"), "--text", "The [MASK] sat", "--json"]) == 0
    (gap,) = json.loads(capsys.readouterr().out.splitlines()[-1])["gaps"]
    assert len(gap) == 5 and gap[0]["probability"] >= gap[1]["probability"]
    for wrong in (["--text", "The cat sat"], ["--text", "The [MASK]", "--count", "0"]):
        assert main(["fill", "--model", str(tmp_path / "small"), *wrong]) == 2
    assert main(["generate", "--model", str(tmp_path / "small"), "--prompt", "The"]) == 2
    assert "reads both ways" in capsys.readouterr().err


def test_it_learns_what_stands_on_both_sides(tokenizer, config, job):
    learning = GPT(config, torch.Generator().manual_seed(1))
    before, _ = job.measured(learning, job.valid_rows)
    settings = replace(SETTINGS, steps=60, batch_size=4, learning_rate=5e-3, warmup=5)
    list(train(learning, job, settings))
    after, accuracy = job.measured(learning.eval(), job.valid_rows)
    assert after < before - 1 and accuracy > 0.1
    assert after < job.baselines()["even"]


def test_gaps_are_filled_from_the_whole_vocabulary(model, tokenizer):
    filled = fill_mask(model, tokenizer, "The [MASK] sat on the [MASK].")
    assert len(filled.positions) == 2 and [filled.ids[i] for i in filled.positions] == [mask_ids(tokenizer).mask] * 2
    assert filled.probabilities.shape == (2, tokenizer.vocab_size)
    assert np.allclose(filled.probabilities.sum(axis=1), 1, atol=1e-5)
    special = mask_ids(tokenizer)
    first, second, third = (tokenizer.encode(part).ids for part in ("The", " sat on the", "."))
    assert filled.ids == (special.cls, *first, special.mask, *second, special.mask, *third, special.sep)
    best = filled.best(0, 3)
    assert best[0][1] == filled.probabilities[0].max() and best[0][1] >= best[1][1] >= best[2][1]
    with pytest.raises(InputError, match=r"\[MASK\]"):
        fill_mask(model, tokenizer, "The cat sat.")


def test_pseudo_log_likelihood_hides_each_token_in_turn(model, tokenizer):
    text = "The cat sat on the mat"
    row, logs = pseudo_log_likelihood(model, tokenizer, text)
    ids = tokenizer.encode(text).ids
    assert len(logs) == len(ids) == sum(row.is_text)
    hidden = list(row.ids)
    hidden[3] = mask_ids(tokenizer).mask
    expected = model(torch.tensor([hidden])).log_softmax(dim=-1)[0, 3, row.ids[3]]
    assert logs[2] == pytest.approx(float(expected), abs=1e-4)


def test_typed_marks_are_text_and_old_shapes_open_unchanged(tokenizer):
    assert not set(mask_ids(tokenizer)) & set(tokenizer.encode("[MASK] and [CLS]").ids)
    assert tokenizer.with_mask_tokens() is tokenizer
    old = {name: value for name, value in CONFIG.to_dict().items() if name not in ("mask", "segments")}
    assert ModelConfig.from_dict(old).is_causal and ModelConfig.from_dict(old).segments == 0
    model = GPT(CONFIG)
    assert parameter_count(CONFIG) == sum(weights.numel() for weights in model.parameters())


def test_a_masked_model_is_refused_where_a_gpt_is_needed(model, tokenizer, config, tmp_path):
    ids = torch.tensor(tokenizer.encode("The cat sat on").ids)
    trace = gptcore.run_trace(model, ids)
    with pytest.raises(InputError, match="reads both ways"):
        list(gptcore.generate(model, ids, 3))
    with pytest.raises(InputError, match="reads both ways"):
        gptcore.explain(model, trace, ("attention", 0, 0, 1, 0))
    with pytest.raises(InputError, match="reads both ways"):
        gptcore.contributions(model, trace, 1, 5)
    with pytest.raises(InputError, match="reads both ways"):
        gptcore.rank_parts(model, trace)
    with pytest.raises(InputError, match="reads both ways"):
        evaluate_ids(model, ids.numpy(), 14)
    save(Checkpoint(model, tokenizer, config), tmp_path / "masked")
    with pytest.raises(InputError, match="reads both ways"):
        load_text_model(tmp_path / "masked")
    with pytest.raises(InputError, match="reads both ways"):
        gptcore.to_hf(gptcore.load(tmp_path / "masked"), tmp_path / "hf")
    gpt = GPT(config.with_changes(mask="causal", segments=0))
    save(Checkpoint(gpt, tokenizer, gpt.config), tmp_path / "gpt")
    with pytest.raises(InputError, match="is a GPT"):
        load_masked_model(tmp_path / "gpt")
    lstm = new_model(ModelConfig(config.vocab_size, 32, 1, 1, 8, architecture="lstm"))
    for wrong, said in ((gpt, "is a GPT"), (lstm, "is an LSTM")):
        with pytest.raises(InputError, match=said):
            fill_mask(wrong, tokenizer, "The [MASK] sat")
        with pytest.raises(InputError, match=said):
            gptcore.run_trace(wrong, ids, segments=[0] * len(ids))
    with pytest.raises(InputError, match="reads both ways"):
        gptcore.load(tmp_path / "masked").gpt  # noqa: B018
    assert gptcore.load(tmp_path / "masked").trained.config == config
    with pytest.raises(InputError, match="teacher"):
        PretrainPlan.from_dict({"corpus": "x", "objective": "masked", "teacher": "y", "model": gpt.config.to_dict(),
                                "train": {"steps": 1}})  # fmt: skip
    with pytest.raises(InputError, match="objective must be masked"):
        PretrainPlan.from_dict({"corpus": "x", "model": config.to_dict(), "train": {"steps": 1}})
