"""The list of slips: what can be computed of it is computed here, and what it quotes stands in the texts."""

import json
import math
import re
from collections import Counter
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from app.worked.remarks import REMARKS
from app.worked.slip import Slip
from app.worked.slips_text import GROUPS
from app.worked.text import EXAMPLES
from gptcore.config import ModelConfig
from gptcore.model.gpt import GPT
from gptcore.text.tokenizer import Tokenizer
from gptcore.worked import given
from gptcore.worked.checks import numbers
from gptcore.worked.likelihood import perplexity_of
from gptcore.worked.loss import combined

SHARED = Path(__file__).resolve().parents[3] / "shared"
BPE = SHARED / "reference" / "gpt1-bpe"
SLIPS = [slip for slips in GROUPS.values() for slip in slips]
TEXTS = {"course", "mathematics", "code", "primer", "summary"}
SENTENCES = [[3, 8, 9], [3, 4, 5, 6], [3, 4, 5, 7], [3, 8, 5, 6], [3, 8, 9, 9]]
LABELLED = [([0, 3, 4, 5, 6, 2], 1), ([0, 3, 4, 5, 7, 2], 0), ([0, 3, 8, 5, 6, 2], 1), ([0, 3, 8, 5, 7, 2], 0)]


def slip_that(says: str) -> Slip:
    """The only one with these words."""
    (found,) = (slip for slip in SLIPS if says in slip.says)
    return found


def minus(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def test_every_slip_names_its_text_its_reason_and_an_example_that_exists():
    assert len({slip.says for slip in SLIPS}) == len(SLIPS) and len(SLIPS) > 55
    for slip in SLIPS:
        assert set(slip.text.split(", ")) <= TEXTS and slip.right and slip.basis
        assert slip.example is None or slip.example in set(EXAMPLES) - {"slips"}


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the texts are not here")
def test_what_is_quoted_is_short_and_stands_in_the_texts():
    texts = " ".join(path.read_text(encoding="utf-8") for path in (SHARED / "seeds").iterdir()).casefold()
    for slip in SLIPS:
        for quoted in re.findall("“(.*?)”", slip.says):
            assert len(quoted.split()) <= 5 and quoted.casefold() in texts, quoted


def test_twelve_and_a_third_nats_per_token_fit_no_reading():
    slip = slip_that("−12.3 over 25")
    as_mean, as_sum = -0.45 + 0.5 * -12.3, -12.3 / 25
    for figure in (minus(as_mean, 1), minus(-math.log(40_478), 1), minus(as_sum, 3), f"{perplexity_of(as_sum):.2f}"):
        assert figure in slip.right
        assert figure in REMARKS["loss"][4] or figure == "−10.6"
    assert f"{perplexity_of(-12.3):,.0f}" in REMARKS["loss"][4] and perplexity_of(-12.3) > 5 * 40_478


def test_how_much_of_the_example_lambda_lets_through():
    words = numbers(given.OBJECTIVES["course"]["P"])
    found = combined(float(given.OBJECTIVE_LABELS["course"]), words, float(given.WEIGHT))
    share = f"{100 * found.language_share:.0f} %"
    assert share in slip_that("λ = 0.5").right and share in REMARKS["loss"][2]


def test_results_against_table_5_and_the_headlines():
    full = dict(zip(given.TASKS, given.ABLATIONS["full"], strict=True))
    spots = slip_that("one weak spot").right
    assert all(f"{task} ({full[task]}" in spots for task in ("RTE", "SST-2", "MRPC"))
    assert full["SST-2"] in slip_that("SST-2 and CoLA").right and full["CoLA"] in slip_that("SST-2 and CoLA").right
    assert f"{100 * (86.5 / (86.5 - 8.9) - 1):.1f} %" in slip_that("8.9 %").right


def test_germany_in_a_row_that_bert_reads():
    question, context = "where was einstein born ?", "albert einstein was born in germany ."
    row = ["[CLS]", *question.split(), "[SEP]", *context.split(), "[SEP]"]
    right = slip_that("index 6").right
    assert right.startswith(f"{row.index('germany')}:") and row[6] == "[SEP]"


@pytest.mark.skipif(not BPE.is_dir(), reason="GPT-1's own files are not here")
def test_what_gpt1_s_own_vocabulary_says(tmp_path):
    (tmp_path / "vocab.json").symlink_to(BPE / "encoder_bpe_40000.json")
    (tmp_path / "merges.txt").symlink_to(BPE / "vocab_40000.bpe")
    (beautiful,) = Tokenizer.load(tmp_path).encode("beautiful").ids
    assert f"id {beautiful}" in slip_that("beautiful").right
    ids = json.loads((BPE / "encoder_bpe_40000.json").read_text(encoding="utf-8"))
    merges = (BPE / "vocab_40000.bpe").read_text(encoding="utf-8").split("\n")[1:-1]
    start = set(ids) - {merge.replace(" ", "") for merge in merges}
    assert (len(merges), len(ids), ids["\n</w>"]) == (40_000, 40_478, 40_477)
    assert f"{len(start - {'<unk>'})} " in REMARKS["parameters"][0]
    assert not [token for token in ids if token.startswith(" ") or token != token.lower()]
    marks = [token for token in ids if re.fullmatch(r"[<\[|].*\w.*[>\]|]", token.removesuffix("</w>"))]
    assert marks == ["<unk>"]


def test_five_sentences_allow_no_less_than_0_476_nats():
    beginnings = Counter(tuple(s[:i]) for s in SENTENCES for i in range(1, len(s)))
    nexts = Counter((tuple(s[:i]), s[i]) for s in SENTENCES for i in range(1, len(s)))
    best = sum(n * math.log(n / beginnings[before]) for (before, _), n in nexts.items()) / beginnings.total()
    assert minus(best, 3) in slip_that("mean log P").right and minus(best, 3) in REMARKS["one"][1]
    assert f"{perplexity_of(best):.2f}" in REMARKS["one"][1]


def test_the_exercise_does_not_print_what_its_text_says():
    model, head = _drawn(seed=1)
    means = _learnt(lambda: (_words(model, s) for s in SENTENCES), [*model.parameters()], 0.01, 41)
    count = sum(len(s) - 1 for s in SENTENCES)
    assert 0.7 < means[10] / count < 1.6 and 0.6 < means[40] / count < 0.82  # 2.102 and 1.052 in the text

    def both(row: list[int], label: int) -> Tensor:
        state = model.hidden_states(torch.tensor([row]))[0, -1]
        tasks.append(F.cross_entropy((state @ head)[None], torch.tensor([label])))
        words.append(_words(model, row) / (len(row) - 1))
        return tasks[-1] + 0.5 * words[-1]

    tasks: list[Tensor] = []
    words: list[Tensor] = []
    _learnt(lambda: (both(*example) for example in LABELLED), [*model.parameters(), head], 0.005, 26)
    assert 2.5 < float(sum(words[:4]).detach()) / 4 < 5.4  # 1.891
    assert 0.04 < float(sum(tasks[-4:]).detach()) / 4 < 0.8  # 0.024


def _drawn(seed: int) -> tuple[GPT, Tensor]:
    """The exercise's model and head, from Xavier's weights."""
    generator = torch.Generator().manual_seed(seed)
    model = GPT(ModelConfig(vocab_size=10, n_positions=10, n_layer=1, n_head=2, d_model=16, dropout=0.0))
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() == 2:
                queries_keys_values = weight.shape[0] == 48
                fans = 32 if queries_keys_values else sum(weight.shape)
                weight.normal_(std=math.sqrt(2 / fans), generator=generator)
    head = torch.randn(16, 2, generator=generator) / 3
    return model.eval(), head.requires_grad_()


def _words(model: GPT, row: list[int]) -> Tensor:
    """Minus the log-probability of a row's words, summed."""
    return F.cross_entropy(model(torch.tensor([row]))[0, :-1], torch.tensor(row[1:]), reduction="sum")


def _learnt(losses, weights: list[Tensor], rate: float, epochs: int) -> list[float]:
    """Gradient descent, an update after each example; each epoch's losses, summed."""
    sums = []
    for _ in range(epochs):
        sums.append(0.0)
        for loss in losses():
            sums[-1] += float(loss.detach())
            for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
                weight.data -= rate * gradient
    return sums
