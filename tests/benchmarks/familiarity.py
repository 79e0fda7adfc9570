"""Which score tells what a fine-tuned model learnt from and what it did not: ours beside others, on texts of our own.

python -m tests.benchmarks.familiarity MODEL TEST_FILE [READER]

TEST_FILE has labelled examples of the model's own kind; READER is the model that it was fine-tuned from. For each set
in texts/ and each score: the chance that a text of the set scores higher than a test example (AUROC), and the share of
the set that scores higher than 95 % of the test examples. A task with two texts is given neighbouring lines.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from gptcore.checkpoints.checkpoint import TextModel, load_text_model
from gptcore.familiar import Familiarity
from gptcore.tasks.familiarity import familiarity
from gptcore.tasks.files.datasets import read_examples
from gptcore.tasks.predict import outputs, predict
from gptcore.train.familiarity import measured_passage

TEXTS = Path(__file__).parent / "texts"
_MOST_TESTED = 1_000

Score = Callable[[Familiarity, Sequence[str]], float]


def main(model: str, test_file: str, reader: str | None = None) -> None:
    """Prints a row per set of texts."""
    torch.set_num_threads(1)
    checkpoint = load_text_model(model)
    kind = checkpoint.head.task.kind
    examples = [example.texts for example in read_examples(test_file, kind).examples]
    sets = {"test": examples[:: max(1, len(examples) // _MOST_TESTED)]}
    for path in sorted(TEXTS.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        pairs = zip(lines, lines[1:] + lines[:1], strict=True)
        sets[path.stem] = [(line,) for line in lines] if kind == "classification" else list(pairs)
    scores = _scores(checkpoint, load_text_model(reader) if reader else None)
    values = {name: _measured(checkpoint, texts, scores) for name, texts in sets.items()}
    print(f"{'':10}" + "".join(f"{name:>14}" for name in scores))
    limits = np.quantile(values["test"], 0.95, axis=0)
    for name, found in values.items():
        chance = [_auroc(values["test"][:, i], found[:, i]) for i in range(len(scores))]
        above = (found > limits).mean(axis=0)
        print(f"{name:10}" + "".join(f"{c:9.2f} {a:4.0%}" for c, a in zip(chance, above, strict=True)))


def _scores(checkpoint: TextModel, reader: TextModel | None) -> dict[str, Score]:
    def likelihood_ratio(found: Familiarity, texts: Sequence[str]) -> float:
        before = [measured_passage(reader.model, reader.tokenizer, text) for text in texts]
        nats = -sum(b.log_probability_sum for b in before) / max(sum(b.count for b in before), 1)
        return float(np.log(found.perplexity)) - nats

    def doubt(_: Familiarity, texts: Sequence[str]) -> float:
        prediction = predict(checkpoint, texts)
        return -float(outputs(prediction.task, prediction.logits).max())

    scores: dict[str, Score] = {
        "ours": lambda found, _: sum(found.scores.values()),
        "perplexity": lambda found, _: found.perplexity,
        "its score": lambda found, _: found.scores["perplexity"],
        "words' score": lambda found, _: found.scores["words"],
        "share unseen": lambda found, _: found.share_unseen,
        "count unseen": lambda found, _: sum(map(len, found.unseen)),
        "doubt": doubt,
    }
    return scores if reader is None else {**scores, "ratio": likelihood_ratio}


def _measured(checkpoint: TextModel, examples: Sequence[Sequence[str]], scores: dict[str, Score]) -> np.ndarray:
    """(examples, scores)."""
    rows = []
    for texts in examples:
        if (found := familiarity(checkpoint, texts)) is None:
            raise SystemExit("this model does not tell what it has read; publish its run once more")
        rows.append([score(found, texts) for score in scores.values()])
    return np.array(rows)


def _auroc(usual: np.ndarray, other: np.ndarray) -> float:
    return float(roc_auc_score([0] * len(usual) + [1] * len(other), np.concatenate([usual, other])))


if __name__ == "__main__":
    main(*sys.argv[1:])
