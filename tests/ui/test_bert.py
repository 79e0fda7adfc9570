"""The page GPT beside BERT: one sentence, both kinds of model, and what is said of them."""

import base64
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from streamlit.util import calc_hash

from app.bert import accuracy, choosing, measured
from app.bert import text as content
from app.bert.claims import Known, answers
from app.bert.samples import DEFAULT, SAMPLES
from app.shared import models
from gptcore import lift_mask, run_trace
from gptcore.checkpoints.checkpoint import Checkpoint, load, save
from gptcore.config import ModelConfig
from gptcore.decode.fill_in import fill_in
from gptcore.decode.sampling import distribution
from gptcore.model.gpt import GPT
from gptcore.model.parameters import parameter_count
from gptcore.text.pairs import mask_ids
from tests.ui.page import Page

HOSTILE = '<b>a</b> $x$ **b** [l](javascript:alert(1)) `c` :red[d] <img src=x onerror="alert(1)">'


class Bert(Page):
    """The page, opened by its address."""

    def __init__(self, **query: str):
        super().__init__(**query)
        self.at._page_hash = calc_hash("bert")

    def say(self, text: str) -> "Bert":
        """Another sentence."""
        self.at.text_input(key="sentence").set_value(text)
        self.run()
        return self

    def maps(self) -> list[tuple[str, np.ndarray]]:
        """Names and numbers of the heads that stand side by side."""
        drawn = self.data("bert_map")["maps"]
        return [(one["name"], np.frombuffer(base64.b64decode(one["values"]), "<f4")) for one in drawn]


@pytest.fixture(scope="module")
def masked(stand_in):
    """A small masked model beside the GPT, gone again after this file."""
    import shutil

    tokenizer = load(stand_in / "models" / "books").tokenizer.with_mask_tokens()
    config = ModelConfig(
        tokenizer.vocab_size, n_positions=32, n_layer=2, n_head=2, d_model=16, mask="none", segments=2, init_std=0.3
    )
    model = GPT(config, torch.Generator().manual_seed(5)).eval()
    folder = stand_in / "models" / "tiny-bert"
    save(Checkpoint(model, tokenizer, config, {"name": "tiny-bert"}), folder)
    yield load(folder)
    shutil.rmtree(folder)


def test_without_a_masked_model_the_page_says_how_to_make_one():
    page = Bert().run()
    assert {"bert_map", "bert_left", "bert_both", "bert_surprises", "bert_rows"} <= page.drawn
    assert "bert_mask" not in page.drawn and content.NO_MASKED in page.words
    assert any(code.value == content.NO_MASKED_COMMAND for code in page.at.code)


def test_both_kinds_read_the_sentence_and_the_switch_lifts_the_mask(stand_in, masked):
    page = Bert().run()
    assert not {"tiny-bert"} & {*models.readers(), *models.gpts(), *models.bases()}, "what they draw reads to the right"
    gpt = load(stand_in / "models" / "books")
    ids = gpt.tokenizer.encode(DEFAULT.text).ids
    (name, triangle), (_, theirs) = page.maps()
    whole = run_trace(gpt.model, ids, ("attention",)).attention[2, 5]
    assert "with its mask" in name and triangle == pytest.approx(whole[np.tril_indices(len(ids))], abs=1e-6)
    row = page.data("bert_masked_row")["rows"][0]["chips"]
    special = mask_ids(masked.tokenizer)
    assert [chip["text"] for chip in row][:1] == ["[CLS]"] and row[-1]["text"] == "[SEP]"
    assert sum(chip["role"] == "mask" for chip in row) >= 1 and len(theirs) == len(row) ** 2
    gap = page.data("bert_strip")["selected"]
    read = [*ids[:gap], special.mask, *ids[gap + 1 :]]
    logits = run_trace(masked.model, [special.cls, *read, special.sep], ("logits",)).logits
    guessed = distribution(logits[1 + gap]).raw
    assert page.data("bert_mask")["rows"][0]["probability"] == pytest.approx(guessed.max(), abs=1e-6)
    page.choose("segmented_control", "mask", "square")
    (name, square), _ = page.maps()
    lifted = run_trace(gpt.model, ids, ("attention",), interventions=[lift_mask()]).attention[2, 5]
    assert "mask off" in name and square == pytest.approx(lifted.ravel(), abs=1e-6)
    assert page.data("bert_map")["maps"][1]["square"] is True
    found = fill_in(gpt.model, ids[:gap], ids[gap + 1 :], 256)
    assert page.data("bert_both")["rows"][0]["probability"] == pytest.approx(found.from_both[0], abs=1e-6)
    page.send("bert_strip", "position", 3)
    assert page.at.query_params["gap"] == "4" and page.data("bert_strip")["selected"] == 3
    titles = [one["title"] for one in page.data("bert_rows")["rows"]]
    assert len(titles) == 5 and content.SEGMENTS in titles[-1]
    assert page.data("bert_rows")["rows"][-1]["chips"][-1]["text"] == "[SEP]"


def test_a_pair_that_is_not_fair_is_called_so(masked, monkeypatch):
    size = parameter_count(masked.config) / 1e6
    assert content.SIZE.format(model="tiny-bert", size=size) in Bert().run().words.replace("\\", "")
    monkeypatch.setattr(choosing, "_MUCH", 1e6)
    assert "million parameters" not in Bert().run().words


def test_texts_of_any_kind_are_shown_as_they_are_and_links_bring_the_view(masked):
    page = Bert(sentence=HOSTILE, second_text=HOSTILE, gap="999", mask="square", bert_layer="2", model="books").run()
    assert page.at.text_input(key="sentence").value == HOSTILE
    assert page.data("bert_strip")["selected"] == len(page.data("bert_strip")["tokens"]) - 1
    assert "<b>" not in page.words and "javascript:" not in page.words
    page.say("")
    assert content.EMPTY in page.words
    page.say("a")
    assert content.SHORT in page.words
    page.say("the cat " * 60)
    assert content.CUT.format(n=64) in page.words and len(page.data("bert_strip")["tokens"]) == 64
    page.at.pills(key="_bert_sample").set_value(SAMPLES[2].label)
    page.run()
    tokens = page.data("bert_strip")
    assert SAMPLES[2].hidden.startswith(tokens["tokens"][tokens["selected"]]["text"].strip("·"))


def test_what_the_measurements_say_is_what_the_page_says(tmp_path, monkeypatch):
    ahead, passes = measured.look_ahead(), measured.passes()
    page = Bert().run()
    assert f"**{ahead.triangle:.1f}**" in page.words and passes.machine in page.words
    known = Known(ahead, passes, measured.gaps(), 0.3, None, [], None)
    (gpt, *_) = passes.models
    quick = gpt._replace(times={**gpt.times, "read_square": gpt.times["read"]._replace(ms=0.01)})
    other = replace(known, ahead=ahead._replace(square=ahead.triangle / 2), passes=passes._replace(models=[quick]))
    verdicts = [{verdict for verdict, _ in answers(one).values()} for one in (known, other)]
    assert content.HOLDS not in verdicts[0] and content.HOLDS in verdicts[1], "another measurement, another verdict"
    row = {"task": "entailment", "measure": "accuracy", "tested_on": 100, "lambda": 0.0}
    seeds = [dict(row, model="a", is_causal=True, seeds={"1": 0.9, "2": 0.92}), dict(row, model="b", is_causal=False)]
    (tmp_path / "tasks.json").write_text(json.dumps({"rows": [seeds[0], seeds[1] | {"seeds": {"1": 0.5}}]}))
    monkeypatch.setattr(accuracy, "TASKS", tmp_path / "tasks.json")
    found = accuracy.results()
    table = accuracy.accuracy_table(found)
    assert accuracy.pairs(found) == ["entailment"] and table["Lambda"].tolist() == ["0", "0"]
    assert table["Result"].tolist() == ["91.0 % ± 1.4", "50.0 %"]
    assert accuracy.ahead(found) == content.TASKS_AHEAD[0].format(tasks="entailment")
    with_loss = found[0]._replace(by_seed=(0.3, 0.6), lm_weight=0.5)
    assert accuracy.ahead([with_loss, *found]) == accuracy.ahead(found), "a masked model has no auxiliary loss either"
    overlapping, worse = found[0]._replace(by_seed=(0.4, 0.6)), found[0]._replace(by_seed=(0.4,), task="tokens")
    both = [overlapping, found[1], worse, found[1]._replace(task="tokens")]
    told = accuracy.ahead(both)
    assert content.TASKS_AHEAD[1].format(tasks="tokens") in told and told.endswith(content.TASKS_TOKENS)
    assert content.TASKS_AHEAD[2].format(tasks="entailment") in told
    assert "91.0" in Bert().run().at.dataframe[1].value.to_string()
    (tmp_path / "broken.json").write_text(json.dumps({"models": 3}))
    monkeypatch.setattr(measured, "FOLDER", tmp_path)
    monkeypatch.setattr(measured, "PASSES", tmp_path / "broken.json")
    page = Bert().run()
    assert content.NO_MEASURE in page.words and content.UNMEASURED in page.words
