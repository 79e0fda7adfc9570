"""GPT beside BERT: what the square does to a text, a gap filled by scoring, and how long passes take."""

import json

import numpy as np
import pytest
import torch

from gptcore import lift_mask
from gptcore.__main__ import main
from gptcore.checkpoints.checkpoint import TextModel, save
from gptcore.config import ModelConfig
from gptcore.decode.fill_in import fill_in
from gptcore.errors import InputError
from gptcore.evaluate.look_ahead import look_ahead, measure_look_ahead
from gptcore.evaluate.passes import measure_passes
from gptcore.evaluate.word_gaps import measure_gaps, word_gaps
from gptcore.measures import token_scores
from gptcore.model.kinds import new_model
from gptcore.text.tokenizer import Tokenizer
from tests.core.conftest import tiny
from tests.core.interventions import some_ids

LSTM = ModelConfig(90, 24, 1, 1, 8, architecture="lstm")
SENTENCES = ["the cat sat on the mat", "a dog sat by the gate"]


def _log_probabilities(model, ids, interventions=()):
    with torch.no_grad():
        return torch.log_softmax(model(torch.tensor([list(ids)]), interventions=interventions)[0].double(), -1).numpy()


def test_the_square_sees_the_answer_and_read_so_far_it_does_not():
    model, ids = tiny(), some_ids()
    found = look_ahead(model, ids)
    assert found.triangle.log_probability == pytest.approx(
        token_scores(_log_probabilities(model, ids), ids).log_probability, abs=1e-5
    )
    without = _log_probabilities(model, ids, [lift_mask()])
    assert found.square.log_probability[4] == pytest.approx(without[4, ids[5]], abs=1e-5)
    so_far = _log_probabilities(model, ids[:5], [lift_mask()])
    assert found.square_so_far[4] == pytest.approx(so_far[4, ids[5]], abs=1e-5)
    other = np.concatenate([ids[:6], (ids[6:] + 1) % 90])
    changed = look_ahead(model, other)
    assert changed.square_so_far[:5] == pytest.approx(found.square_so_far[:5], abs=1e-6)
    assert abs(changed.square.log_probability[:5] - found.square.log_probability[:5]).max() > 1e-3
    assert 0 < found.ahead < 1
    with pytest.raises(InputError, match="both ways"):
        look_ahead(model, ids[:1])
    for wrong, said in ((tiny(mask="none"), "reads both ways"), (new_model(LSTM), "an LSTM has no attention")):
        with pytest.raises(InputError, match=said):
            look_ahead(wrong, ids)
        with pytest.raises(InputError, match=said):
            fill_in(wrong, ids[:3], ids[4:])


def test_a_gap_is_filled_by_the_likeliest_whole_text():
    model, ids = tiny(), some_ids(7)
    left, right = ids[:3].tolist(), ids[4:].tolist()
    found = fill_in(model, left, right, most=20)
    whole = []
    for word in found.ids:
        text = [*left, int(word), *right]
        logs = _log_probabilities(model, text)
        whole.append(sum(logs[i, text[i + 1]] for i in range(len(left) - 1, len(text) - 1)))
    expected = np.exp(whole - np.logaddexp.reduce(whole))
    assert found.from_both == pytest.approx(expected, abs=1e-6)
    assert (np.diff(found.from_both) <= 0).all() and found.from_left.sum() == pytest.approx(1)
    assert found.tried == pytest.approx(found.from_left[found.ids].sum())
    alone = fill_in(model, left, [], most=90)
    assert alone.from_both == pytest.approx(np.sort(alone.from_left)[::-1], abs=1e-9), "nothing follows: one answer"
    for wrong in (dict(left=[]), dict(most=0), dict(right=[10_000]), dict(right=[1] * 200)):
        with pytest.raises(InputError):
            fill_in(model, **{"left": left, "right": right, **wrong})


def test_each_word_of_one_token_is_hidden_once_and_a_masked_model_guesses_from_both_sides():
    tokenizer = Tokenizer.train(SENTENCES * 4, 300)
    text = "the cat sat on 3 mats, the cat sat"
    encoding = tokenizer.encode(text)
    words = [text[slice(*encoding.offsets[gap])].strip() for gap in word_gaps(text, encoding)]
    assert words.count("the") == words.count("cat") == 2 and not {"3", "mat", "mats", ","} & set(words)
    marked = tokenizer.with_mask_tokens()
    for vocabulary, shape in ((tokenizer, {}), (marked, dict(mask="none", segments=2))):
        model = tiny(vocab_size=vocabulary.vocab_size, n_positions=40, **shape)
        found = measure_gaps(TextModel(model, vocabulary, model.config, {}), [text, *SENTENCES])
        assert found["gaps"] >= len(words) and 0 <= found["left"] <= 1 and 0 <= found["both"] <= 1
    with torch.no_grad():  # the masked model, whose head always says the same word: right where that word is hidden
        model.token_embedding.weight.zero_()
        model.token_embedding.weight[encoding.ids[0]] = model.blocks[-1].ln_2.bias.fill_(1)
    found = measure_gaps(TextModel(model, marked, model.config, {}), ["the"])
    assert found == {"gaps": 1, "left": 1.0, "both": 1.0}
    with pytest.raises(InputError, match="words to hide"):
        measure_gaps(TextModel(model, marked, model.config, {}), ["3 3"])


def test_passes_are_counted_and_timed_by_the_given_clock():
    now = iter(range(10_000))
    found = measure_passes(tiny(), n_read=8, n_prompt=2, n_write=3, repeats=3, clock=lambda: next(now) / 1000)
    assert {name: time["passes"] for name, time in found.items()} == {
        "read": 1, "read_square": 1, "write": 3, "write_anew": 3,
    }  # fmt: skip
    assert all(time["low"] <= time["ms"] <= time["high"] and time["ms"] == pytest.approx(1) for time in found.values())
    masked = measure_passes(tiny(mask="none", segments=2), n_read=8, n_prompt=2, n_write=3, repeats=1)
    assert set(masked) == {"read", "write_anew"}
    for wrong in (dict(repeats=0), dict(n_read=0), dict(n_read=10_000)):
        with pytest.raises(InputError):
            measure_passes(tiny(), **wrong)
    with pytest.raises(InputError, match="an LSTM has no attention"):
        measure_passes(new_model(LSTM))


def test_the_commands_write_what_was_measured(tmp_path, capsys):
    tokenizer = Tokenizer.train(SENTENCES, 300)
    model = tiny(vocab_size=tokenizer.vocab_size, n_positions=64)
    checkpoint = TextModel(model, tokenizer, model.config, {})
    save(checkpoint, tmp_path / "model")
    (tmp_path / "own.txt").write_text("\n".join(["", *SENTENCES]))
    place, out = str(tmp_path / "model"), tmp_path / "found.json"
    assert main(["look-ahead", "--model", place, "--text", str(tmp_path / "own.txt"), "--out", str(out)]) == 0
    found = json.loads(out.read_text())
    assert {**measure_look_ahead(checkpoint, SENTENCES), "model": place}.items() <= found.items()
    sizes = ["--read", "8", "--write", "2", "--repeats", "1"]
    assert main(["passes", "--models", place, *sizes, "--machine", "ours", "--out", str(out)]) == 0
    found = json.loads(out.read_text())
    assert found["machine"] == "ours" and set(found["models"][0]["times"]) >= {"read", "write_anew"}
    assert main(["word-gaps", "--models", place, "--text", str(tmp_path / "own.txt"), "--out", str(out)]) == 0
    assert json.loads(out.read_text())["models"][0] == {"model": place, "is_causal": True} | measure_gaps(
        checkpoint, SENTENCES
    )
    (tmp_path / "none.txt").write_text("\n\n")
    capsys.readouterr()
    assert main(["look-ahead", "--model", place, "--text", str(tmp_path / "none.txt"), "--out", str(out)]) == 2
    assert "no sentence" in capsys.readouterr().err
