"""The command `strategies`: it measures what the core writes, and refuses what it cannot measure."""

import json

import numpy as np
import pytest

from gptcore.__main__ import main
from gptcore.checkpoints.checkpoint import load_text_model
from gptcore.decode.strategies import write
from gptcore.decode.text_measures import measure
from gptcore.errors import InputError
from gptcore.evaluate.strategies import MEASURED, measure_strategies, read_beginnings

TEXTS = ("The fox", "One day the crow said")


def test_means_and_spreads_are_those_of_the_texts(run, tmp_path, capsys):
    (tmp_path / "beginnings.txt").write_text("\n".join(["", *TEXTS, " "]), encoding="utf-8")
    asked = ["--model", str(run), "--prompts", str(tmp_path / "beginnings.txt"), "--tokens", "5", "--seeds", "2"]
    assert main(["strategies", *asked, "--out", str(tmp_path / "measured.json"), "--json"]) == 0
    out = capsys.readouterr().out
    measured = json.loads((tmp_path / "measured.json").read_text(encoding="utf-8"))
    assert json.loads(out.splitlines()[-1]) == measured
    assert (measured["beginnings"], measured["tokens"], measured["seeds"]) == (2, 5, 2)
    checkpoint = load_text_model(run)
    for record, (name, how) in zip(measured["strategies"], MEASURED.items(), strict=True):
        seeds = range(2 if how.is_random else 1)
        assert (record["name"], record["texts"]) == (name, 2 * len(seeds))
        likely = []
        for text in TEXTS:
            ids = checkpoint.tokenizer.encode(text).ids
            end = checkpoint.tokenizer.end_of_text_id
            likely += [
                measure(list(write(checkpoint.model, ids, 5, how, seed, (end,))), ids, "").per_token for seed in seeds
            ]
        found = record["measures"]["per_token"]
        assert (found["mean"], found["spread"]) == pytest.approx((np.mean(likely), np.std(likely, ddof=1)), abs=1e-4)


@pytest.mark.parametrize(
    ("content", "message"), [("", "0 beginnings"), ("\n \n", "0 beginnings"), (b"\xff\xfe\x00a", "UTF-8")]
)
def test_a_file_without_beginnings_is_refused(tmp_path, content, message):
    path = tmp_path / "beginnings.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=message):
        read_beginnings(path)


@pytest.mark.parametrize(
    ("tokens", "seeds", "message"), [(0, 1, "tokens"), (501, 1, "tokens"), (5, 0, "seeds"), (5, 101, "seeds")]
)
def test_numbers_out_of_range_are_refused(run, tokens, seeds, message):
    with pytest.raises(InputError, match=message):
        measure_strategies(load_text_model(run), TEXTS, tokens, seeds)


def test_flags_of_generate_reach_the_core(run, capsys):
    asked = [
        "generate",
        "--model",
        str(run),
        "--prompt",
        "The fox",
        "--temperature",
        "0",
        "--max-new-tokens",
        "12",
        "--json",
    ]
    texts = []
    for flags in ([], ["--no-repeat-ngram", "1"], ["--repetition-penalty", "5"]):
        assert main([*asked, *flags]) == 0
        texts.append(json.loads(capsys.readouterr().out.splitlines()[-1])["ids"])
    assert len(set(texts[1])) == len(texts[1]) and texts[2] != texts[0] != texts[1]
    assert main([*asked, "--repetition-penalty", "0"]) == 2
    assert "repetition_penalty" in capsys.readouterr().err
