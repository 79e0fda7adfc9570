"""What is said of a claim follows from its numbers; what ships was measured as the claims are defined now."""

import re
from collections.abc import Callable

import pytest

from gptcore.paper import record as records
from gptcore.paper import results
from gptcore.paper.claims import CLAIMS
from gptcore.paper.experiment import FULL
from gptcore.paper.found import found
from gptcore.paper.real import REAL_TASKS, ROWS, plan, table
from gptcore.paper.record import Point, Record
from gptcore.paper.verdict import verdict
from gptcore.worked import given

Level = Callable[[str, float | None], float]
"""A condition's mean by its line or name, and its x."""


def measured(name: str, level: Level, spread: float = 0.01) -> Record:
    """A record of a claim as if its conditions had these means, with three seeds."""
    shapes = [("accuracy", c.name, c.line, c.x) for c in CLAIMS[name].conditions(FULL)]
    if any(chart.name == "perplexity" for chart in CLAIMS[name].charts):
        shapes += [("perplexity", *rest) for _, *rest in shapes]
    made = tuple(
        Point(*shape, {"1": mean - spread, "2": mean, "3": mean + spread})
        for shape in shapes
        for mean in [level(shape[2] or shape[1], shape[3])]
    )
    return Record(name, "full", (1, 2, 3), made, "", "", {}, 1.0, {})


def said(name: str, level: Level, spread: float = 0.01) -> str:
    """All sentences about such a record."""
    return " ".join(found(measured(name, level, spread)))


def test_a_pair_is_called_better_only_where_its_seeds_are():
    def level(line: str, _: float | None) -> float:
        return {"pre-trained": 0.7, "from scratch": 0.4}[line]

    apart = said("no-pretraining", level)
    assert "70.0 % right" in apart and "30.0 points for pre-trained, and each of its seeds is above" in apart
    assert "no more than chance may do" in said("no-pretraining", level, spread=0.2)
    turned = said("no-pretraining", lambda line, _: 1.1 - level(line, _))
    assert "30.0 points for from scratch" in turned
    assert "lie at most 2.0 points" in apart


def test_labels_needed_says_where_the_gap_is_and_where_there_is_none():
    with_gap = said("labels-needed", lambda line, x: {"pre-trained": 0.5, "from scratch": 0.35}[line] + x / 40_000)
    assert "Pre-training is worth most at" in with_gap and "15.0 points" in with_gap
    assert "50 labels after pre-training" not in with_gap and "8,000 without it" in with_gap
    assert "worth nothing" in said("labels-needed", lambda line, x: 0.4 - (line == "pre-trained") / 10)


def test_a_line_that_falls_is_not_said_to_rise():
    assert "Each step adds something." in said("layer-transfer", lambda _, x: 0.4 + x / 20)
    with_fall = said("layer-transfer", lambda _, x: 0.4 + x / 20 - 0.2 * (x == 2))
    assert "no more than one before at 2 transferred" in with_fall
    assert "It does not rise." in said("layer-transfer", lambda *_: 0.4)
    assert "It does not rise." in said("layer-transfer", lambda _, x: 0.6 - x / 20)
    assert "All of them moving is best" in said("top-layers", lambda _, x: 0.4 + x / 20)
    assert "Moving the top 0 only is as good" in said("top-layers", lambda _, x: 0.6 - x / 20)


def test_the_auxiliary_loss_is_said_to_help_only_where_it_does():
    def level(line: str, x: float | None) -> float:
        return 0.5 + (float(line.removeprefix("lambda ")) - 0.25) * ((x or 0) - 1_000) / 100_000

    helps = said("auxiliary-loss", level, spread=0.001)
    assert (
        "8,000 labels lambda 0.5 is 3.5 points better" in helps and "250 labels lambda 0.5 is 0.4 points worse" in helps
    )
    assert "It helps more the more labels" in helps
    assert "does not show here" in said("auxiliary-loss", lambda line, x: 1 - level(line, x))
    assert "which chance may do" in said("auxiliary-loss", level, spread=0.1)


@pytest.mark.parametrize("name", ["positions", "activation", "shuffled", "context"])
def test_other_claims_name_what_is_best(name):
    best = CLAIMS[name].conditions(FULL)[-1]
    text = said(name, lambda line, x: 0.9 if x == best.x and line in (best.line or best.name, best.name) else 0.5)
    assert "90.0 %" in text and best.name in text


def test_each_task_counts_by_its_own_ends():
    ends = {"endings, Transformer": 0.5, "endings, LSTM": 0.2, "sentiment, Transformer": 0.1, "sentiment, LSTM": 0.3}
    made = [
        Point(chart, f"{step} updates", line, step, dict.fromkeys("123", end * step / 100))
        for chart in ("accuracy", "normalised")
        for line, end in ends.items()
        for step in (0.0, 100.0)
    ]
    record = Record("zero-shot", "full", (1, 2, 3), tuple(made), "", "", {}, 1.0, {})
    assert "The Transformer ends above the LSTM in 1 of 2 tasks." in found(record)
    assert "ahead of the LSTM in 1" in verdict(record).line


def test_no_sentence_is_made_of_one_seed_without_saying_so():
    one = measured("no-pretraining", lambda *_: 0.5)
    alone = Record(
        **{
            **vars(one),
            "seeds": (1,),
            "points": tuple(Point(p.chart, p.name, p.line, p.x, {"1": 0.5}) for p in one.points),
        }
    )
    assert "One seed only" in " ".join(found(alone))


def test_what_ships_was_measured_as_claims_are_defined_now():
    for name, one in CLAIMS.items():
        shipped = records.shipped(name)
        if shipped is None:
            continue
        assert shipped.claim == name and shipped.scale == "full" and set(shipped.seeds) <= set(FULL.seeds)
        if name not in ("zero-shot", "drift"):
            places = {(c.name, c.line, c.x) for c in one.conditions(FULL)}
            assert {(p.name, p.line, p.x) for p in shipped.of("accuracy")} == places
        assert {p.chart for p in shipped.points} == {chart.name for chart in one.charts}
        assert {frozenset(p.values) for p in shipped.points} == {frozenset(map(str, shipped.seeds))}
        assert shipped.settings["pretrain"]["train"]["steps"] == FULL.steps
        assert shipped.settings["finetune"]["train"]["learning_rate"] == FULL.tuning_rate
        means = {f"{100 * point.mean:.1f} %" for point in shipped.points}
        figures = set(re.findall(r"[\d.]+ %", " ".join(found(shipped)))) if name != "drift" else set()
        assert figures <= means


def test_results_are_the_papers():
    assert len(results.tasks()) == 12 and {r.task for r in results.behind()} == {"RTE", "SST-2", "MRPC"}
    gains = {r.task: r.gain for r in results.RESULTS}
    assert (gains["Story Cloze"], gains["RACE"], gains["MNLI, matched"], gains["SciTail"]) == (8.9, 5.7, 1.5, 5.0)
    assert (gains["SNLI"], gains["CoLA"], gains["RTE"], results.GLUE.gain) == (0.6, 10.4, -5.7, 3.9)
    by_task = {r.task: r for r in results.RESULTS}
    assert by_task["RACE"].before.ensemble == 9 and by_task["RTE"].examples == 2_490
    assert by_task["Story Cloze"].examples == 1_497 < by_task["RTE"].examples
    full = results.ablations()[0]
    assert full.scores["CoLA"] == by_task["CoLA"].gpt and full.mean == 74.7
    assert set(full.scores) == set(given.TASKS)


def test_the_table_of_real_tasks_has_what_cards_tell():
    cells = {(cell.task, cell.row): cell for cell in table()}
    assert cells["sst2", "scratch"].source == "the card of sentiment"
    assert cells["sst2", "bag_of_words"].mean == pytest.approx(0.796, abs=0.002)
    assert cells["nli", "pre-trained"].seeds == 2
    assert {task for task, _ in cells} <= set(REAL_TASKS) and {row for _, row in cells} <= set(ROWS)
    scratch = plan("rte", "scratch", 2, records.SHIPPED, "books")
    assert scratch.from_scratch and scratch.train["seed"] == 2 and scratch.train_file.endswith("rte/train.csv")
    assert plan("rte", "lambda-0", 1, records.SHIPPED, "books").lm_weight == 0
