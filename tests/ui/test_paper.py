"""The paper page in AppTest: every claim, measured or not, figures with the record's numbers, and the small runs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.paper import text
from app.paper.figures import bars, curves, pictures
from app.paper.real import missing_commands
from app.paper.results_figure import gains, table_five
from app.shared import learner, running
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.errors import InputError
from gptcore.lab.store import State
from gptcore.paper import real
from gptcore.paper import record as records
from gptcore.paper.claims import CLAIMS
from gptcore.paper.experiment import FULL
from gptcore.paper.lab_runs import lab_runs
from gptcore.paper.lab_series import latest, placed, series_name, so_far
from gptcore.paper.record import Point, Record
from gptcore.paper.results import RESULTS, ablations, tasks
from gptcore.places import ASSETS
from gptcore.train.events import Updated
from gptcore.train.run_folder import RunFolder
from tests.ui.page import Page

MEASURED = ("no-pretraining", "labels-needed", "positions", "drift")
HOSTILE = "<b>x</b> :red[y] $z$"


def measured(name: str, seeds: tuple[int, ...] = FULL.seeds, machine: str = "a machine") -> Record:
    """A record of a claim with other numbers at each point."""
    points, claim = [], CLAIMS[name]
    for chart in claim.charts:
        if name == "drift":
            lines = ("L2, start", "0.5 L1, start", "L2, end", "0.5 L1, end")
            lines = lines if chart.name == "gradients" else ("lambda 0.5", "lambda 0")
            places = [(f"block {x}", line, float(x)) for line in lines for x in range(1, 4)]
        else:
            places = [(c.name, c.line, c.x) for c in claim.conditions(FULL)]
        for index, place in enumerate(places):
            values = {str(seed): 0.3 + 0.02 * index + 0.013 * seed for seed in seeds}
            points.append(Point(chart.name, *place, values))
    versions = {"python": "3.11", "torch": "2"}
    return Record(name, "full", seeds, tuple(points), f"python -m gptcore claim {name}", machine, versions, 60.0, {})


@pytest.fixture(scope="module")
def figures_of_ours(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("paper")
    for name in MEASURED:
        records.write(measured(name, machine=HOSTILE), folder)
    records.write(measured("activation", seeds=(1, 2)), folder)
    records.file_of(folder, "context").write_text('{"claim": "context"}')
    return folder


@pytest.fixture(autouse=True)
def ours(figures_of_ours, monkeypatch):
    """Some claims are measured, one with two seeds, one file is damaged; every page is the same learner's."""
    monkeypatch.setattr(records, "SHIPPED", figures_of_ours)
    monkeypatch.setattr(learner, "learner_id", lambda: "a" * 32)
    monkeypatch.setattr(running, "settle", lambda: None)  # the worker of these runs has no process
    for module in (checkpoints, real):
        monkeypatch.setattr(module, "SHIPPED", ASSETS / "models")


def opened(**query: str) -> Page:
    page = Page().run()
    page.at.switch_page("paper/page.py")
    page.at.query_params.update(query)
    return page.run()


def charts(page: Page) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in page.at.get("plotly_chart")]


def test_every_claim_in_turn():
    page = opened()
    (radio,) = page.at.radio
    captions = dict(zip(CLAIMS, radio.proto.captions, strict=True))
    assert captions["lstm"] == "not measured yet" and captions["context"] == text.CANNOT_READ
    assert captions["no-pretraining"].startswith(("here too", "not here", "not clear"))
    for name, claim in CLAIMS.items():
        page.choose("radio", "claim", name)
        assert claim.title in page.words and claim.words in page.words.replace("\\", "")
        commands = [code.value for code in page.at.code]
        if name == "context":
            assert page.at.error and not charts(page)
        elif name in MEASURED or name == "activation":
            assert len(charts(page)) == len(claim.charts) == len(page.at.dataframe)
            assert text.NOT_MEASURED not in page.words and "<b>" not in page.words and ":red[" not in page.words
            assert all(chart.proto.alt for chart in page.at.get("plotly_chart"))
            assert ("2 of 3 seeds" in page.words) == (name == "activation")
            assert commands[0].endswith("--seeds 1 2 3" if name == "activation" else f"claim {name}")
        else:
            assert text.NOT_MEASURED in page.words and not charts(page) and not page.at.dataframe
            assert commands == [f"python -m gptcore claim {name} --out claims --seeds 1 2 3"]
        assert ("did not test" in page.words) is (not claim.said.is_tested)


def test_links_restore_a_view_and_hostile_ones_open_the_first():
    assert "ReLU or GELU" in opened(claim="activation").words
    page = opened(claim=HOSTILE, paper="../../etc")
    assert next(iter(CLAIMS.values())).title in page.words and "<b>" not in page.words
    page = opened(paper="results", tasks_of="similarity")
    table = next(grid.value for grid in page.at.dataframe if "Best before" in grid.value)
    assert list(table["Task"]) == ["MRPC", "STS-B", "QQP"] and table["Models in it"].tolist() == ["1", "several", "1"]
    words = page.words.replace("\\", "")
    for must in ("2,490", "1,497", "**0.3 points better**", "RTE, SST-2, MRPC", "**0.05**"):
        assert must in words
    grid = page.choose("segmented_control", "tasks_of", "all").at.dataframe[0]
    assert len(grid.value) == len(RESULTS)
    assert grid.value["Examples"].hasnans and grid.proto.placeholder == "–"  # and not "None"
    cells = real.table()
    commands = next(code.value for code in page.at.code if "gptcore real rte" in code.value)
    assert commands.splitlines() == missing_commands(cells) and len(cells) + len(missing_commands(cells)) == 54


def test_figures_hold_the_records_own_numbers():
    record, chart = measured("no-pretraining"), CLAIMS["no-pretraining"].chart("accuracy")
    bar, dots = bars(chart, {"ours": record}).data
    points = record.of("accuracy")
    assert list(bar.x) == [point.mean for point in points] and list(bar.error_x.array) == [p.spread for p in points]
    assert list(dots.x) == [value for point in points for value in point.values.values()]
    record, chart = measured("labels-needed"), CLAIMS["labels-needed"].chart("accuracy")
    small = replace(record, seeds=(1,), points=tuple(replace(p, values={"1": p.values["1"]}) for p in record.points))
    figure = curves(chart, {"ours": record, "small": small}, {"pre-trained": "pre-trained"})
    band, line, dashed = figure.data
    ours = record.of("accuracy", "pre-trained")
    assert list(line.y) == [point.mean for point in ours] and list(line.x) == [point.x for point in ours]
    assert band.y[0] == ours[0].mean + ours[0].spread and dashed.line.dash == "dash"
    (title,) = pictures(chart, {"ours": record})
    assert title == chart.title
    many = [Point("normalised", "", f"{t}, {m}", 1.0, {"1": 0.1}) for t in "abcd" for m in ("Transformer", "LSTM")]
    zero = replace(record, claim="zero-shot", points=tuple(many))
    assert len(pictures(CLAIMS["zero-shot"].chart("normalised"), {"ours": zero})) == 4
    above, below = gains(tasks()).data
    assert dict(zip(below.x, below.y, strict=True)) == {2_490: -5.7, 67_349: -1.9, 3_668: -3.7} and len(above.x) == 9
    without = next(trace for trace in table_five(ablations()).data if trace.name == "no LM loss")
    assert without.y[0] == "on average" and without.x[0] == 0.3


def test_the_button_queues_the_small_version_and_its_results_stand_beside_ours():
    page = opened(claim="labels-needed").press(text.SMALL_TITLE)
    planned = lab_runs(CLAIMS["labels-needed"], learner.STORE.home)
    rows = latest(CLAIMS["labels-needed"], learner.STORE.of("a" * 32))
    assert [(row.kind, row.variant, row.seed) for row in rows] == [(p.kind, p.variant, p.seed) for p in planned]
    first, *tuned = rows
    assert all(row.plan["model"] == str(learner.STORE.folder(first.id)) for row in tuned)
    assert [row.plan.get("from_scratch", False) for row in tuned] == ["scratch" in row.variant for row in tuned]
    assert all(row.plan["train"]["seed"] == row.seed == 1 for row in rows) and len({row.series for row in rows}) == 1
    assert text.LATER in page.words and not [b for b in page.at.button if b.label == text.SMALL_TITLE]
    before = len(charts(page))
    learner.STORE.claim(first.id, "test")
    learner.STORE.beat(first.id)
    folder = RunFolder(learner.STORE.folder(first.id))
    folder.metrics.append(Updated(7, 500, {"loss": 1.0}, 1e-3, 1.0, 0.1))
    assert "7 of 500 updates" in page.run().words
    for row in rows[:3]:
        finish(row.id, accuracy=0.5, valid_loss=2.0)
    page.run()
    assert text.QUEUED.format(done=3, total=5) in str([bar.proto.text for bar in page.at.get("progress")])
    assert len(charts(page)) == before + 1 and text.SCALE in page.words
    beside = next(trace for trace in charts(page)[-1]["data"] if text.SMALL in trace.get("name", ""))
    assert beside["x"] == [250, 1000] and beside["y"] == [0.5, 0.5]
    page.press(text.STOP)
    assert {learner.STORE.get(row.id).state for row in rows[3:]} == {State.STOPPED}
    assert "2 of its runs did not finish" in " ".join(warning.value for warning in page.at.warning)
    learner.STORE.delete(rows[1].id, "a" * 32)
    page.run()
    assert text.GONE.format(n=1) in [warning.value for warning in page.at.warning]
    assert any(button.label == text.AGAIN for button in page.at.button)


def test_a_full_queue_leaves_no_half_of_a_comparison(monkeypatch):
    page, start = opened(claim="no-pretraining"), running.start

    def full(kind, *arguments, **about):
        if kind == "finetune":
            raise InputError("20 of your runs are waiting or running")
        return start(kind, *arguments, **about)

    monkeypatch.setattr(running, "start", full)
    page.press(text.SMALL_TITLE)
    assert "20 of your runs are waiting" in " ".join(toast.value for toast in page.at.toast)
    assert learner.STORE.of("a" * 32) == [] and any(b.label == text.SMALL_TITLE for b in page.at.button)


def test_runs_of_every_claim_are_told_apart_and_measured_as_far_as_they_are(tmp_path):
    for claim in CLAIMS.values():
        planned = lab_runs(claim, tmp_path)
        assert len({(run.kind, run.variant, run.seed) for run in planned}) == len(planned)
        assert so_far(claim, planned, [None] * len(planned), tmp_path) is None
        assert placed(planned, []) == [None] * len(planned) and series_name(claim) != series_name(claim)


def finish(run_id: str, **result: float) -> None:
    """As a worker leaves a run."""
    folder = learner.STORE.folder(run_id)
    kind = "accuracy" if learner.STORE.get(run_id).kind == "finetune" else "valid_loss"
    values = {"measure": kind, "seconds": 1.0, **result}
    (folder / "card.json").write_text(json.dumps({"result": values}))
    learner.STORE.claim(run_id, "test")
    assert learner.STORE.end(run_id, State.FINISHED)
