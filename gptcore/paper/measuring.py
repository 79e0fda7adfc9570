"""From trained runs to values: what each kind of claim measures of one condition with one seed."""

import math
from collections.abc import Iterator

from gptcore.checkpoints.checkpoint import load_text_model
from gptcore.paper import zero_shot
from gptcore.paper.claim import Look, Training, Value
from gptcore.paper.drift import drift
from gptcore.paper.experiment import FineTuned, Pretrained
from gptcore.tasks.files.datasets import read_examples
from gptcore.train.run_folder import RunFolder

_ZERO_SHOT_EXAMPLES = 300
"""Of the test file, for each task and checkpoint."""
_CLEAR = 0.05
"""How far above guessing a fine-tuned model must be for anything to be put between the two."""
LAMBDA = 0.5
"""The paper's; what L1's gradients are multiplied by."""


def accuracy(look: Look) -> Iterator[Value]:
    """The share of test examples that a fine-tuned model answers right."""
    condition = look.condition
    value = _result(look, condition.training, "accuracy")
    yield Value("accuracy", condition.name, value, condition.line, condition.x)


def accuracy_and_perplexity(look: Look) -> Iterator[Value]:
    """Beside it, how well the model that fine-tuning started from predicts stories that it never saw."""
    yield from accuracy(look)
    condition = look.condition
    perplexity = math.exp(_result(look, _base(condition.training), "valid_loss"))
    yield Value("perplexity", condition.name, perplexity, condition.line, condition.x)


def zero_shots(look: Look) -> Iterator[Value]:
    """Heuristics without any label, at every checkpoint of a pre-training; as they are, and between guessing (0) and
    the fine-tuned Transformer (1)."""
    condition, base = look.condition, _base(look.condition.training)
    snapshots = RunFolder(look.folder_of(base)).snapshots()
    for task, tuned in BESIDE.items():
        best, guessing = _result(look, tuned, "accuracy"), zero_shot.GUESSING[task]
        _, test_file = look.data.labelled(task, tuned.n_labels(look.scale))
        examples = read_examples(test_file, tuned.kind).examples[:_ZERO_SHOT_EXAMPLES]
        for step, folder in snapshots.items():
            right = zero_shot.accuracy(load_text_model(folder), task, examples)
            line, name = f"{task}, {condition.name}", f"{step:,} updates"
            yield Value("accuracy", name, right, line, step)
            if best - guessing > _CLEAR:
                yield Value("normalised", name, (right - guessing) / (best - guessing), line, step)


BESIDE = {task: FineTuned(task=task) for task in zero_shot.GUESSING}
"""What zero-shot answers are put beside: the usual model fine-tuned on the usual number of labels."""


def gradients_and_drift(look: Look) -> Iterator[Value]:
    """Lengths of both losses' gradients, and how far a layer's weights and attention move."""
    condition = look.condition
    found = drift(look.run, LAMBDA)
    layers = ["embeddings", *(f"block {layer}" for layer in range(1, len(found.weights)))]
    if dict(condition.training.changes if isinstance(condition.training, FineTuned) else ()).get("lm_weight") is None:
        for when, gradients in (("start", found.before), ("end", found.after)):
            for loss, lengths in (("L2", gradients.task), (f"{LAMBDA} L1", gradients.language)):
                for x, (layer, length) in enumerate(zip(layers, lengths, strict=True)):
                    yield Value("gradients", layer, float(length), f"{loss}, {when}", x)
    for x, (layer, moved) in enumerate(zip(layers, found.weights, strict=True)):
        yield Value("weights", layer, float(moved), condition.name, x)
    for x, (layer, moved) in enumerate(zip(layers[1:], found.attention, strict=True), 1):
        yield Value("attention", layer, float(moved), condition.name, x)


def _base(training: Training) -> Pretrained:
    return training.base if isinstance(training, FineTuned) else training


def _result(look: Look, training: Training, name: str) -> float:
    """A number of a finished run."""
    return float((RunFolder(look.folder_of(training)).result() or {})[name])
