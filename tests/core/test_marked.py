"""Tasks whose answer lies in the text, and tasks by [CLS]: a masked model's and a GPT's."""

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from gptcore.__main__ import main
from gptcore.checkpoints.checkpoint import Checkpoint, save
from gptcore.checkpoints.marks import load_marks
from gptcore.checkpoints.masked import load_any_model
from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.model.kinds import new_model
from gptcore.tasks.formats import entailment, similarity
from gptcore.tasks.many import answer_many
from gptcore.tasks.mark_head import best_span, find_marks
from gptcore.tasks.mark_metrics import span_metrics, token_metrics, without_reading
from gptcore.tasks.marked import Marked, Span, ends_of, labels_of, mark_row, read_marked, write_marked
from gptcore.tasks.predict import predict
from gptcore.tasks.storyworld.marked import marked
from gptcore.text.pairs import mask_ids
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.finetune import finetune
from gptcore.train.marking import finetune_marks
from gptcore.train.plans import FinetunePlan, MarkPlan, plan_from

KINDS = ("span", "tokens")
QUICK = {
    "threads": 1,
    "device": "cpu",
    "learning_rate": 2e-3,
    "batch_size": 8,
    "precision": "float32",
    "validate_every": 9,
    "save_every": 9,
}


@pytest.fixture(scope="module")
def examples():
    return {kind: (list(marked(kind, 400, 3)), list(marked(kind, 200, 3, "test"))) for kind in KINDS}


@pytest.fixture(scope="module")
def models(examples, tmp_path_factory):
    """Folders of an untrained masked model, of a GPT and of an LSTM, tiny."""
    folder = tmp_path_factory.mktemp("models")
    tokenizer = Tokenizer.train([example.text for example in examples["span"][0]], 420)
    of = {"masked": (tokenizer.with_mask_tokens(), {"mask": "none", "segments": 2}), "gpt": (tokenizer, {})}
    for name, (own, more) in of.items():
        config = ModelConfig(own.vocab_size, 160, 2, 2, 16, dropout=0.0, **more)
        save(Checkpoint(GPT(config, torch.Generator().manual_seed(1)), own, config), folder / name)
    config = ModelConfig(tokenizer.vocab_size, 160, 1, 1, 16, dropout=0.0, architecture="lstm")
    save(Checkpoint(new_model(config, torch.Generator().manual_seed(1)), tokenizer, config), folder / "lstm")
    return folder


def test_the_same_seed_marks_the_same_and_spans_are_what_they_say(examples):
    for kind, (train, test) in examples.items():
        assert list(marked(kind, 9, 3)) == train[:9] != list(marked(kind, 9, 4))
        assert not {example.text for example in train} & {example.text for example in test}
        for example in train[:100]:
            assert example.spans and not re.search(r"[{}~]|  ", example.text), example.text
            for span in example.spans:
                word = example.text[span.start : span.end]
                assert re.fullmatch(r"[\w' -]+", word) and example.text.count(word) >= 1
            assert (example.question is not None) == (kind == "span")


def test_no_answer_can_be_had_by_place_or_list_of_words(examples):
    spans, names = (without_reading(*examples[kind]) for kind in KINDS)
    assert spans["position"]["accuracy"] < 0.15 and spans["words"]["accuracy"] < 0.45
    assert names["position"]["f1"] < 0.4 and names["words"]["f1"] < 0.65
    asked = {example.question.split()[0] for example in examples["span"][0]}
    assert asked == {"Who", "What", "Where"}
    kinds = {span.label for example in examples["tokens"][0] for span in example.spans}
    assert kinds == {"person", "thing"}


@pytest.mark.parametrize("name", ["masked", "gpt"])
def test_tokens_have_the_labels_of_their_characters(models, examples, name):
    reader = load_any_model(models / name)
    for example in examples["span"][0][:40]:
        row = mark_row(reader.tokenizer, example, 160)
        ids = [row.row.ids[place] for place in row.places]
        assert tuple(ids) == reader.tokenizer.encode(example.text).ids
        first, last = ends_of(example, row.offsets)
        span = example.spans[0]
        found = example.text[row.offsets[first][0] : row.offsets[last][1]]
        assert found.strip() == example.text[span.start : span.end]
    cut = mark_row(reader.tokenizer, examples["span"][0][0], 12)
    assert len(cut.row.ids) <= 12 and cut.places
    late = Marked("a b c d e f g h i j k l m n", (Span(26, 27, "answer"),), "Who?")
    assert ends_of(late, mark_row(reader.tokenizer, late, 12).offsets) is None
    named = Marked("Ann saw Bob", (Span(0, 3, "person"), Span(8, 11, "thing")))
    offsets = ((0, 3), (3, 7), (7, 9), (9, 11))
    assert labels_of(named, offsets, ("other", "person", "thing")) == [1, 0, 2, 2]


def test_metrics_and_the_likeliest_span():
    assert span_metrics(["red kite", "mill"], ["red kite", "old mill"]) == {"accuracy": 0.5, "f1": (1 + 2 / 3) / 2}
    assert token_metrics([0, 1, 2, 0], [0, 1, 1, 1]) == {"accuracy": 0.5, "f1": 2 * 1 / (3 + 2)}
    assert token_metrics([0, 0], [0, 0])["f1"] == 0
    draw = np.random.default_rng(0)
    for _ in range(20):
        logits = draw.normal(size=(9, 2))
        pairs = [(i, j) for i, j in itertools.product(range(9), repeat=2) if i <= j]
        assert best_span(logits) == max(pairs, key=lambda pair: logits[pair[0], 0] + logits[pair[1], 1])


def test_files_come_back_and_bad_ones_are_refused_by_line(examples, tmp_path):
    for kind, (train, _) in examples.items():
        write_marked(tmp_path / f"{kind}.jsonl", train[:20])
        assert read_marked(tmp_path / f"{kind}.jsonl", kind) == train[:20]
    bad = tmp_path / "bad.jsonl"
    for line in ('{"text": "a"}', "[1]", "{", '{"text": "ab", "question": "q", "start": 1, "end": 5}', ""):
        bad.write_text(line, encoding="utf-8")
        with pytest.raises(InputError, match=r"line 1|0 examples"):
            read_marked(bad, "span")
    with pytest.raises(InputError, match="no file"):
        read_marked(tmp_path / "none.jsonl", "span")


@pytest.mark.parametrize("kind, name", [("span", "masked"), ("tokens", "gpt"), ("span", "lstm")])
def test_marks_are_learnt_and_given_back(models, examples, tmp_path, kind, name):
    train, test = examples[kind]
    write_marked(tmp_path / "train.jsonl", train[:48])
    write_marked(tmp_path / "test.jsonl", test[:12])
    plan = MarkPlan(str(models / name), kind, str(tmp_path / "train.jsonl"), str(tmp_path / "test.jsonl"), QUICK, 3)
    assert plan_from("finetune", json.loads(json.dumps(plan.to_dict()))) == plan
    *events, last = finetune_marks(plan, tmp_path / "run")
    losses = [event.losses["loss"] for event in events if hasattr(event, "losses")]
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    assert 0 <= last.result["accuracy"] <= 1 and last.result["measure"] == ("accuracy" if kind == "span" else "f1")
    reader, head = load_marks(tmp_path / "run")
    rows = [json.loads(line) for line in (tmp_path / "run" / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows[:4]:
        found = find_marks(reader, head, row["text"], row["question"])
        said = found.answer if kind == "span" else [head.task.labels.index(label) for label in found.labels]
        assert said == row["answer"]
    card = json.loads((tmp_path / "run" / "card.json").read_text(encoding="utf-8"))
    assert set(card["peers"]["without_reading"]) == {"position", "words"}
    with pytest.raises(InputError, match="not fine-tuned on spans"):
        load_marks(models / name)


def test_the_command_learns_marks_and_refuses_what_is_for_other_tasks(models, examples, tmp_path, capsys):
    files = [str(tmp_path / f"{part}.jsonl") for part in ("train", "test")]
    for file, some in zip(files, examples["tokens"], strict=True):
        write_marked(Path(file), some[:12])
    command = ["finetune", "--model", str(models / "masked"), "--task", "tokens", "--epochs", "1"]
    command += ["--train", files[0], "--test", files[1], "--out", str(tmp_path / "run")]
    for wrong, said in ((["--column", "text=t"], "--column"), (["--lm-weight", "1"], "--lm-weight")):
        assert main([*command, *wrong]) == 2
        assert f"{said} is not known to --task tokens" in capsys.readouterr().err
    assert main(command) == 0
    assert capsys.readouterr().out.startswith("f1 ") and load_marks(tmp_path / "run")[1].task.kind == "tokens"


def test_a_masked_model_reads_pairs_by_cls_with_segments(models):
    tokenizer = load_any_model(models / "masked").tokenizer
    special = mask_ids(tokenizer)
    (row,) = entailment(tokenizer, "Ann ran", "Bob sat").rows
    one, other = tokenizer.encode("Ann ran").ids, tokenizer.encode("Bob sat").ids
    assert row.ids == (special.cls, *one, special.sep, *other, special.sep) and row.extract == 0
    assert row.segments == (0,) * (len(one) + 2) + (1,) * (len(other) + 1)
    assert row.roles[0] == "extract" and row.roles[-1] == "delimiter"
    first, second = similarity(tokenizer, "Ann", "Bob sat down").rows
    assert first.text_index[1] == 0 and second.text_index[1] == 1
    assert tokenizer.with_task_tokens() is tokenizer


def test_a_masked_model_is_fine_tuned_on_labelled_files(models, tmp_path):
    lines = ["premise,hypothesis,label"]
    for i in range(40):
        lines.append(f"Ann saw the mill by the pond {'and ran home ' * (i % 3)},It was {i}.,{('yes', 'no')[i % 2]}")
    for name in ("train", "test"):
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    files = str(tmp_path / "train.csv"), str(tmp_path / "test.csv")
    plan = FinetunePlan(str(models / "masked"), "entailment", *files, train=QUICK, epochs=1)
    *events, last = finetune(plan, tmp_path / "run")
    assert "lm_loss" not in last.result and 0 <= last.result["accuracy"] <= 1
    assert any("lambda counts as 0" in note for event in events for note in getattr(event, "notes", ()))
    model = load_any_model(tmp_path / "run")
    rows = [json.loads(line) for line in (tmp_path / "run" / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = [row["texts"] for row in rows]
    inputs = [entailment(model.tokenizer, *each, 160) for each in texts]
    together = {i: logits for i, logits, _ in answer_many(model, texts, inputs)}
    for i in (0, 1, 2):  # of three lengths, so that two of them were padded
        assert np.allclose(together[i], predict(model, texts[i]).logits, atol=1e-5)
        assert np.allclose(together[i], rows[i]["outputs"], atol=1e-4)
    rehearsing = plan.with_changes(model=str(tmp_path / "run"), keep_head=True, rehearse=2)
    with pytest.raises(InputError, match="reads both ways"):
        list(finetune(rehearsing, tmp_path / "again"))
