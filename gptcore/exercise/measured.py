"""What really happens at the course text's settings: a few trainings, the numbers that its log prints of each."""

from collections.abc import Callable, Sequence
from typing import Any

from gptcore.exercise.learning import epochs, untrained
from gptcore.exercise.looking import look
from gptcore.exercise.settings import ExerciseSettings
from gptcore.exercise.world import LABELLED, VOCABULARY
from gptcore.places import ASSETS
from gptcore.worked import given

MEASURED = ASSETS / "exercise" / "measured.json"
SEEDS = (0, 1, 2)
VARIANTS = {
    "sgd": ExerciseSettings(),
    "mean": ExerciseSettings(over="mean"),
    "adam": ExerciseSettings(optimizer="adam"),
}
"""The text's settings; L1 as a mean, which its fine-tuning may mean; and its rates with Adam."""
_DIGITS = 4


def measure(seeds: Sequence[int] = SEEDS, done: Callable[[], object] = lambda: None) -> dict[str, Any]:
    """A training of each variant for each seed: what `python -m gptcore exercise --measure` writes.

    Args:
        done: called after each training.

    Returns:
        "seeds", and "variants" by name: of each "settings" and, a number for each seed, "pretrain" and "finetune" by
        epoch, "next" by word and "verdicts" by sentence. Losses are log-probabilities, as the text prints them.
    """
    variants = {}
    for name, settings in VARIANTS.items():
        runs = []
        for seed in seeds:
            runs.append(_run(settings.with_changes(seed=seed)))
            done()
        variants[name] = {"settings": settings.to_dict(), **_by_key(runs)}
    return {"seeds": list(seeds), "variants": variants}


def _run(settings: ExerciseSettings) -> dict[str, Any]:
    model = untrained(settings)
    pretrain, finetune = {}, {}
    for epoch in epochs(model, settings):
        key = str(epoch.number)
        if epoch.task_loss is None or epoch.accuracy is None:
            pretrain[key] = -epoch.lm_loss
        else:
            finetune[key] = {"task": -epoch.task_loss, "lm": -epoch.lm_loss, "right": epoch.accuracy}
    seen = look(model)
    return {
        "pretrain": {key: pretrain[key] for key in given.TRAINING_LOG["epoch"]},
        "finetune": {key: finetune[key] for key in given.FINETUNING_LOG["epoch"]},
        "next": dict(zip(VOCABULARY, seen.next_words.tolist(), strict=True)),
        "verdicts": {
            sentence: p
            for (sentence, _), p in zip(LABELLED, seen.of_right_label.tolist(), strict=True)
            if sentence in given.EXPECTED_VERDICTS["sentence"]
        },
    }


def _by_key(runs: Sequence[Any]) -> Any:
    """Equal nested dictionaries of numbers as one, with a list of numbers at each leaf."""
    if isinstance(runs[0], dict):
        return {key: _by_key([run[key] for run in runs]) for key in runs[0]}
    return [round(float(value), _DIGITS) for value in runs]
