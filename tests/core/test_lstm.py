"""The LSTM: its cell by hand, its gradients, its state, its size, and that the runs of a GPT train it as well."""

import json

import numpy as np
import pytest
import torch

import gptcore
from gptcore.__main__ import main
from gptcore.config import PRESETS, ModelConfig
from gptcore.errors import ConfigError, InputError
from gptcore.model.lstm import LSTM
from gptcore.model.parameters import equal_lstm, parameter_count
from gptcore.tasks.predict import predict
from gptcore.train.events import Saved
from gptcore.train.finetune import finetune
from gptcore.train.plans import FinetunePlan, PretrainPlan
from gptcore.train.pretrain import pretrain
from tests.core.conftest import SMALL, fox_or_crow, labelled


def _lstm(n_layer: int = 2, **changes) -> LSTM:
    shape = dict(vocab_size=23, n_positions=12, n_layer=n_layer, n_head=1, d_model=6, init_std=0.5)
    return LSTM(ModelConfig(**{**shape, **changes}, architecture="lstm"), torch.Generator().manual_seed(3)).eval()


def _by_hand(model: LSTM, ids: torch.Tensor) -> torch.Tensor:
    """(B, T) -> (B, T, V), one token and one gate at a time."""
    weights = dict(model.named_parameters())
    h = weights["token_embedding.weight"][ids]
    for layer in range(model.config.n_layer):
        w, u, b, c = (weights[f"blocks.{layer}.{n}_l0"] for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        state = cell = torch.zeros(len(ids), model.config.d_model, dtype=h.dtype)
        out = []
        for x in h.unbind(1):
            i, f, g, o = (x @ w.t() + b + state @ u.t() + c).chunk(4, dim=1)
            cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
            state = o.sigmoid() * cell.tanh()
            out.append(state)
        h = torch.stack(out, 1)
    return h @ weights["token_embedding.weight"].t()


@pytest.mark.parametrize("n_layer", [1, 2])
def test_numbers_and_gradients_are_those_of_a_cell_by_hand(n_layer):
    model = _lstm(n_layer).double()
    ids = torch.randint(23, (3, 9), generator=torch.Generator().manual_seed(1))
    found, wanted = model.unembed(model.hidden_states(ids)), _by_hand(model, ids)
    torch.testing.assert_close(found.double(), wanted, rtol=1e-6, atol=1e-6)  # logits are float32
    table = model.output_table
    ours = torch.autograd.grad((model.hidden_states(ids) @ table.t()).logsumexp(-1).sum(), list(model.parameters()))
    theirs = torch.autograd.grad(_by_hand(model, ids).logsumexp(-1).sum(), list(model.parameters()))
    for mine, hers in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, hers, rtol=1e-9, atol=1e-12)


def test_gradients_agree_with_finite_differences():
    model = _lstm(1, d_model=4, vocab_size=7).double()
    ids = torch.tensor([[1, 5, 2, 2, 6]])
    names, values = zip(*model.named_parameters(), strict=True)

    def loss(*weights: torch.Tensor) -> torch.Tensor:
        with torch.nn.utils.parametrize.cached():
            hidden = torch.func.functional_call(model, dict(zip(names, weights, strict=True)), (ids,), strict=True)
        return hidden.double().log_softmax(-1)[0, torch.arange(4), ids[0, 1:]].sum()

    small = tuple(value.detach().clone().requires_grad_() for value in values)
    assert torch.autograd.gradcheck(loss, small, eps=1e-3, atol=1e-3, rtol=1e-2)  # logits are float32


def test_a_state_carried_from_token_to_token_gives_the_same_numbers():
    model, generator = _lstm(), torch.Generator().manual_seed(5)
    ids = torch.randint(23, (4, 30), generator=generator)  # longer than training reads at once
    with torch.no_grad():
        whole, memory = model(ids), model.new_memory()
        parts = torch.cat([model(part, cache=memory) for part in ids.split([1, 1, 7, 20, 1], dim=1)], 1)
        torch.testing.assert_close(parts, whole, rtol=1e-4, atol=1e-5)
        assert memory.length == 30
        first = model.new_memory()
        model(ids[:1, :9], cache=first)
        model(ids[:1, 9:12], cache=first)
        first.back_to(9, 4)  # the first call's end
        again = model(ids[:1, 9:].expand(4, -1), cache=first)
        torch.testing.assert_close(again, whole[:1, 9:].expand(4, -1, -1), rtol=1e-4, atol=1e-5)
        memory.select(torch.tensor([2, 0]))
        moved = model(torch.tensor([[3], [3]]), cache=memory)
        direct = model(torch.cat([ids[[2, 0]], torch.tensor([[3], [3]])], 1))[:, -1:]
        torch.testing.assert_close(moved, direct, rtol=1e-4, atol=1e-5)
    with pytest.raises(InputError, match="read them again"):
        memory.back_to(17, 1)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("n_layer", [1, 2])
def test_it_has_as_many_parameters_as_the_transformer(preset, n_layer):
    gpt = ModelConfig.preset(preset)
    lstm = equal_lstm(gpt, n_layer)
    assert abs(parameter_count(lstm) / parameter_count(gpt) - 1) < 0.01
    assert lstm.n_layer == n_layer and lstm.n_positions == gpt.n_positions
    assert parameter_count(lstm) == sum(p.numel() for p in LSTM(lstm, device="meta").parameters())


def test_what_a_transformer_has_is_refused_in_its_config():
    with pytest.raises(ConfigError, match="norm is a transformer's; an LSTM has none"):
        ModelConfig(50, 8, 1, 1, 8, norm="pre", architecture="lstm")
    for foreign in ({"mask": "none"}, {"segments": 2}):
        with pytest.raises(ConfigError, match="is a transformer's"):
            ModelConfig(50, 8, 1, 1, 8, architecture="lstm", **foreign)
    lstm = ModelConfig(50, 8, 1, 1, 8, architecture="lstm")
    with pytest.raises(ConfigError, match="an LSTM reads from left to right"):
        PretrainPlan("x", lstm, {"steps": 1}, objective="masked")


@pytest.fixture(scope="module")
def lstm_run(corpus, tmp_path_factory):
    """A finished pre-training run of an LSTM."""
    folder = tmp_path_factory.mktemp("lstm") / "run"
    flags = ["--architecture", "lstm", "--lstm-layers", "2", "--dropout", "0.1"]
    assert main(["pretrain", "--corpus", str(corpus), "--out", str(folder), *SMALL, *flags]) == 0
    return folder


def test_a_run_trains_it_and_a_stopped_one_goes_on_to_the_same_weights(lstm_run, tmp_path):
    model = gptcore.load(lstm_run).model
    assert isinstance(model, LSTM) and model.config.n_layer == 2
    assert parameter_count(model.config) == pytest.approx(parameter_count(ModelConfig(300, 16, 2, 2, 16)), rel=0.06)
    plan, out = PretrainPlan.from_dict(json.loads((lstm_run / "settings.json").read_text())), tmp_path / "again"
    for event in pretrain(plan, out):
        if event == Saved(4):
            break
    *_, finished = pretrain(plan, out, resume=True)
    assert finished.result["steps"] == 8
    again = gptcore.load(tmp_path / "again").model.state_dict()
    assert all(torch.equal(value, again[name]) for name, value in model.state_dict().items())


def test_a_task_is_learnt_from_its_state_at_extract(lstm_run, tmp_path):
    train = labelled(tmp_path / "train.csv", fox_or_crow("ran", "sat", "went home"))
    test = labelled(tmp_path / "test.csv", fox_or_crow("slept"))
    settings = {"learning_rate": 0.04, "batch_size": 4, "threads": 1}
    plan = FinetunePlan(str(lstm_run), "classification", train, test, settings, epochs=25, lm_weight=0.0, dropout=0.0)
    *_, finished = finetune(plan, tmp_path / "out")
    assert finished.result["accuracy"] == 1.0
    tuned = gptcore.load(tmp_path / "out")
    assert isinstance(tuned.model, LSTM) and not (tmp_path / "out" / "means.safetensors").exists()
    assert predict(tuned, ["the crow slept"]).answer == "crow"
    assert np.isfinite(tuned.card["result"]["lm_loss"])


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--architecture", "bigram"], "is counted, not trained"),
        (["--architecture", "lstm", "--norm", "pre"], "an LSTM has no --norm"),
        (["--architecture", "lstm", "--lstm-layers", "0"], "n_layer must be"),
        (["--architecture", "lstm", "--lstm-width", "0"], "d_model must be"),
        (["--architecture", "bigram"], "`python -m gptcore count` makes one"),
        (["--lstm-layers", "2"], "add --architecture lstm"),
    ],
)
def test_bad_values_end_with_one_line(flags, message, corpus, tmp_path, capsys):
    assert main(["pretrain", "--corpus", str(corpus), "--out", str(tmp_path / "run"), *SMALL, *flags]) == 2
    assert message in capsys.readouterr().err and not (tmp_path / "run").exists()
