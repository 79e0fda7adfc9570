"""A fine-tuned model's honest card: its peers, other seeds, its mistakes, and names for its labels."""

import csv
import json

import numpy as np
import pytest

from gptcore.__main__ import main
from gptcore.checkpoints.checkpoint import load
from gptcore.tasks.examples import Example
from gptcore.tasks.mistakes import mistakes, sentences
from gptcore.tasks.peers import peers
from gptcore.tasks.predict import predict
from gptcore.tasks.task import Task

ROWS = [
    (f"{start} {name} {end}", str(int((name == "fox") != (end == "went"))))
    for start in ("the", "one day the", "over the hill the", "and the")
    for name in ("fox", "crow")
    for end in ("was warm", "had a friend", "went", "found the river")
]


@pytest.fixture(scope="module")
def runs(run, tmp_path_factory):
    """Folders of runs on one file: two seeds, one from new weights, and one of another length."""
    folder = tmp_path_factory.mktemp("runs")
    with (folder / "train.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *ROWS])
    files = ["--train", str(folder / "train.csv"), "--test", str(folder / "train.csv"), "--threads", "1"]
    common = ["finetune", "--model", str(run), "--task", "classification", *files, "--held-out", "0.2"]
    for name, more in {
        "one": ["--seed", "1", "--epochs", "2"],
        "two": ["--seed", "2", "--epochs", "2", "--precision", "float32"],
        "new": ["--from-scratch", "--epochs", "1", "--learning-rate", "0.001"],
        "long": ["--epochs", "3"],
    }.items():
        assert main([*common, *more, "--out", str(folder / name)]) == 0
    return folder


@pytest.fixture
def publish(runs, tmp_path, capsys):
    def call(*words: str) -> tuple[int, str, dict]:
        capsys.readouterr()
        words = tuple(str(runs / word) if word in ("one", "two", "new", "long") else word for word in words)
        code = main(["publish", "--run", str(runs / "one"), "--out", str(tmp_path / "fox"), "--json", *words])
        said = capsys.readouterr()
        return code, said.err, json.loads(said.out.splitlines()[-1]) if code == 0 else {}

    return call


def test_the_card_tells_peers_seeds_mistakes_and_the_command(publish, tmp_path):
    code, _, said = publish("--seeds", "two", "--scratch", "new", "--labels", "sad", "glad", "--source", "us", "MIT")
    card = load(tmp_path / "fox").card
    assert code == 0 and said["peers"] == card["peers"] and said["mistakes"] == card["mistakes"]
    peer = card["peers"]
    assert (peer["measure"], peer["majority"]) == ("accuracy", 0.5)
    assert peer["bag_of_words"] > 0.8  # two words decide, and their pair of neighbours tells both
    tuned = peer["fine_tuned"]
    assert (tuned["runs"], tuned["seeds"]) == (2, [1, 2])
    assert tuned["least"] <= card["result"]["accuracy"] <= tuned["most"]
    assert tuned["mean"] == pytest.approx((tuned["least"] + tuned["most"]) / 2, abs=1e-4)
    assert peer["from_scratch"]["runs"] == 1 and "--from-scratch" in peer["from_scratch"]["command"]
    assert card["sources"] == [{"name": "us", "licence": "MIT"}]
    wrong = card["mistakes"]
    assert wrong["count"] == 32 - round(32 * card["result"]["accuracy"]) == sum(c["count"] for c in wrong["confused"])
    assert {c["target"] for c in wrong["confused"]} <= {"sad", "glad"}
    assert len(wrong["most_confident"]) == min(20, wrong["count"]) and set(wrong["most_confident"]) <= set(range(1, 33))
    assert "fox" not in json.dumps(wrong)


def test_the_command_on_the_card_makes_the_same_plan(publish, runs, tmp_path, monkeypatch):
    publish()
    words = load(tmp_path / "fox").card["command"].split()
    assert words[:4] == ["python", "-m", "gptcore", "finetune"] and "--epochs" in words and "--seed" in words
    monkeypatch.chdir(runs.parent)
    words = words[3:]
    words[words.index("--model") + 1] = load(runs / "one").card["settings"]["model"]
    words[words.index("--out") + 1] = str(tmp_path / "again")
    assert main(words) == 0
    assert load(tmp_path / "again").card["result"]["accuracy"] == load(runs / "one").card["result"]["accuracy"]


def test_labels_get_other_names_in_their_order_everywhere(publish, runs, tmp_path):
    publish("--labels", "sad", "glad")
    before, after = load(runs / "one"), load(tmp_path / "fox")
    assert after.head.task.labels == tuple(after.card["task"]["labels"]) == ("sad", "glad")
    assert after.head.task.temperature == before.head.task.temperature
    text = (ROWS[3][0],)
    assert predict(after, text).answer == dict(zip("01", ("sad", "glad"), strict=True))[predict(before, text).answer]
    assert [e["target"] for e in after.card["examples"]] == [
        ("sad", "glad")[int(e["target"])] for e in before.card["examples"]
    ]


def test_examples_that_are_not_ours_can_be_left_out_or_replaced(publish, tmp_path):
    publish("--no-examples")
    assert "examples" not in load(tmp_path / "fox").card
    (tmp_path / "ours.csv").write_text("text,label\nthe hill was warm,glad\n")
    publish("--labels", "sad", "glad", "--examples", str(tmp_path / "ours.csv"))
    assert load(tmp_path / "fox").card["examples"] == [{"texts": ["the hill was warm"], "target": "glad"}]
    assert publish("--examples", str(tmp_path / "ours.csv"))[0] == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--seeds", "long"], "epochs was 2 and is now 3"),
        (["--scratch", "two"], "did not start from new weights"),
        (["--labels", "one"], "2 labels ('0', '1'), not 1: give as many"),
        (["--labels", "same", "same"], "a name of its own"),
        (["--labels", "", "b"], "a name of its own"),
        (["--train", "nowhere.csv"], "give --train"),
        (["--seeds", "nowhere"], "cannot be read"),
        (["--examples", "x.csv", "--no-examples"], "not allowed with"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(publish, tmp_path, words, says):
    code, error, _ = publish(*words)
    assert code == 2 and says in error
    assert not (tmp_path / "fox").exists()


def test_the_training_file_may_lie_elsewhere_now(publish, runs, tmp_path):
    moved = tmp_path / "moved.csv"
    moved.write_bytes((runs / "train.csv").read_bytes())
    assert publish("--train", str(moved))[0] == 0


PAIRS = [
    Example((f"a {a} {x}", f"the {b} {x}"), "same" if a == b else "other")
    for a in ("fox", "crow", "hen")
    for b in ("fox", "crow", "hen")
    for x in ("sings", "sleeps", "runs")
]


def test_peers_of_pairs_see_which_words_are_shared():
    found = peers(Task("entailment", ("other", "same")), PAIRS * 10, PAIRS)
    assert list(found) == ["majority", "one_text", "overlap", "bag_of_words", "shared_words"]
    assert found["shared_words"] == 1 > found["one_text"] == pytest.approx(2 / 3, abs=1e-3)
    assert found["bag_of_words"] < 1  # it cannot know that the two are the same word
    scored = [Example(e.texts, float(e.target == "same")) for e in PAIRS]
    found = peers(Task("similarity"), scored * 10, scored)
    assert found["bag_of_words"] > 0.9 and found["overlap"] > 0.9
    assert peers(Task("similarity"), scored, scored[:1])["overlap"] == 0  # one alone correlates with nothing


def test_peers_of_choices_see_what_the_context_has():
    choices = [Example((f"a {a} sings", f"the {a}", f"the {b}"), 0) for a, b in ("xy", "yz", "zx", "yx")]
    choices += [Example((e.texts[0], e.texts[2], e.texts[1]), 1) for e in choices]
    found = peers(Task("multiple_choice"), choices, choices)
    assert (found["majority"], found["bag_of_words"]) == (0.5, 1.0)


def test_a_peer_without_a_word_to_learn_from_is_left_out():
    nothing = [Example(("a fox", "!"), "a"), Example(("a crow", "?"), "b")]
    found = peers(Task("entailment", ("a", "b")), nothing, nothing)
    assert list(found) == ["majority", "overlap", "bag_of_words", "shared_words"]  # one_text has no word


def test_mistakes_are_told_apart_by_what_was_counted():
    task = Task("classification", ("bad", "good"))
    plain = [Example((f"nice thing {i}",), "good") for i in range(40)]
    denied = [Example((f"it is not nice at all, my dear {i}",), "bad") for i in range(10)]
    sure = [0.9] * 40 + [0.6 + i / 100 for i in range(10)]
    found = mistakes(task, plain + denied, ["good"] * 50, np.array(sure), {"nice", "thing", "it", "is", "not"})
    assert (found["count"], found["of"]) == (10, 50)
    assert found["confused"] == [{"target": "bad", "answer": "good", "count": 10, "of": 10}]
    assert found["most_confident"] == list(range(50, 40, -1))
    assert (found["compared"]["negation"]["wrong"], found["compared"]["negation"]["right"]) == (1, 0)
    assert found["compared"]["confidence"]["difference"] < 0 < found["compared"]["words"]["difference"]
    assert found["sentences"][0] == "Most often bad is taken for good: 10 of its 10 examples."
    assert len(found["sentences"]) == 3 and any("9.0 words on average against 3.0" in s for s in found["sentences"])


def test_a_small_difference_or_none_makes_no_sentence():
    same = {"words": {"wrong": 10.0, "right": 9.9, "difference": 0.05, "is_clear": False}}
    assert sentences(same, [], 5) == ["Nothing that was counted tells the mistakes from the other examples."]
    assert sentences({}, [], 0) == ["It answers every test example rightly."]


def test_of_scores_the_quarter_furthest_off_stands_for_the_mistakes():
    examples = [Example((f"a {i}", "b"), float(i)) for i in range(8)]
    found = mistakes(Task("similarity"), examples, [float(i) for i in range(6)] + [0.0, 0.0], None, set())
    assert (found["count"], found["most_confident"]) == (2, [8, 7])
    assert found["compared"]["score"]["wrong"] == 6.5 and found["confused"] == []
