"""A claim's verdict follows from its numbers; the paper's tables are compared with their right signs."""

import pytest

from gptcore.paper.claims import CLAIMS
from gptcore.paper.comparisons import AVERAGE, gained, size_and_gain
from gptcore.paper.experiment import FULL
from gptcore.paper.record import Point, Record
from gptcore.paper.results import ablations
from gptcore.paper.verdict import verdict

SEEDS = (1, 2, 3)


def point(chart: str, name: str, line: str, x: float | None, mean: float, spread: float) -> Point:
    return Point(chart, name, line, x, {str(seed): mean + spread * (seed - 2) for seed in SEEDS})


def measured(name: str, mean, spread: float = 0.01, seeds=SEEDS) -> Record:
    """A record in which conditions have the means that a function of their line or name, and x, gives."""
    claim, points = CLAIMS[name], []
    if name == "zero-shot":
        for task in ("endings", "sentiment", "entailment"):
            for model in ("Transformer", "LSTM"):
                points += [point("normalised", "", f"{task}, {model}", x, mean(model, x), spread) for x in (0, 9)]
    elif name == "drift":
        for chart in ("weights", "attention"):
            points += [point(chart, "", line, 1, mean(line, chart), spread) for line in ("lambda 0.5", "lambda 0")]
    else:
        for one in claim.conditions(FULL):
            points.append(point("accuracy", one.name, one.line, one.x, mean(one.line or one.name, one.x), spread))
    return Record(name, "full", tuple(seeds), tuple(points), "", "", {}, 1.0, {})


RISING = {name: (lambda who, x: 0.5) for name in CLAIMS} | {
    "no-pretraining": lambda who, x: {"pre-trained": 0.7, "from scratch": 0.4}[who],
    "lstm": lambda who, x: {"Transformer": 0.7, "LSTM": 0.4}[who],
    "auxiliary-loss": lambda who, x: 0.5 + (0.1 if who == "lambda 0.5" else 0.0) * (x - 250) / 8_000,
    "labels-needed": lambda who, x: 0.3 + x / 20_000 + (0.6 if who == "pre-trained" else 0.0),
    "layer-transfer": lambda who, x: 0.4 + x / 10,
    "top-layers": lambda who, x: 0.4 + x / 10,
    "positions": lambda who, x: 0.7 if who == "learned" else 0.5,
    "activation": lambda who, x: 0.7 if who == "GELU" else 0.5,
    "shuffled": lambda who, x: 0.7 if who == "whole stories" else 0.5,
    "context": lambda who, x: 0.4 + x / 1_000,
    "zero-shot": lambda who, x: x / (10 if who == "Transformer" else 20),
    "drift": lambda who, x: 0.1 if who == "lambda 0.5" else 0.2,
}


@pytest.mark.parametrize("name", CLAIMS)
def test_the_same_claim_holds_or_fails_as_its_numbers_have_it(name):
    means = RISING[name]
    found = verdict(measured(name, means))
    assert found.kind == "holds" and 0 < len(found.line) < 60
    turned = verdict(measured(name, lambda who, x: 1.0 - means(who, x)))
    assert turned.kind in ("fails", "in part" if name == "labels-needed" else "fails")
    assert verdict(measured(name, means, seeds=(1,))).kind == "unclear"
    if name not in ("labels-needed", "zero-shot", "drift"):  # which are not about two sides' seeds alone
        assert verdict(measured(name, means, spread=0.9)).kind == "unclear"
    assert verdict(None).kind == "unmeasured"


def test_what_holds_in_part_is_said_so():
    dip = verdict(measured("layer-transfer", lambda _, x: 0.4 + x / 10 - 0.15 * (x == 2)))
    assert (dip.kind, "not at each step" in dip.line) == ("in part", True)
    both = verdict(measured("auxiliary-loss", lambda who, x: 0.6 if who == "lambda 0.5" else 0.5))
    assert both.kind == "in part" and "few labels" in both.line
    nearer = verdict(measured("drift", lambda who, x: 0.2 - 0.1 * ((who == "lambda 0.5") == (x == "weights"))))
    assert (nearer.kind, nearer.line) == ("in part", "less: weights")


def test_table_5_is_compared_with_the_signs_it_has():
    full, *changed = ablations()
    apart = {row.name: gained(full, row) for row in changed}
    assert {name: values[AVERAGE] for name, values in apart.items()} == {
        "no pre-training": -14.8,
        "no LM loss": 0.3,
        "LSTM": -5.6,
    }
    assert apart["no LM loss"]["CoLA"] == 2.5 and apart["no LM loss"]["QQP"] == -0.5
    assert [task for task, value in apart["LSTM"].items() if value > 0] == ["MRPC"]
    assert size_and_gain() == pytest.approx(1 - 6 * 272 / (12 * (12**2 - 1)))  # squared differences of ranks, by hand
