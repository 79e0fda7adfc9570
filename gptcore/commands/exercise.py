"""The command `exercise`: trains the course text's world of ten tokens, writes its numpy files, measures its log."""

import argparse
from typing import Any

from gptcore.commands.command import Outcome, add_command, require_place
from gptcore.commands.options import add_options
from gptcore.errors import InputError
from gptcore.exercise.settings import ExerciseSettings
from gptcore.fields import settings_of

_NAMES = tuple(settings_of(ExerciseSettings))


def add(commands: Any) -> None:
    """Adds it to a parser."""
    p = add_command(commands, "exercise", _exercise, "train the final exercise's world of ten tokens, in a second")
    add_options(p, ExerciseSettings, _NAMES)
    p.add_argument("--files", help="instead: a folder to write exercise.py and solution.py to, with these settings")
    p.add_argument("--measure", help="instead: a file to write, in JSON: what three seeds give at the text's settings")


def _exercise(arguments: argparse.Namespace) -> Outcome:
    if arguments.measure is not None:
        return _measure(arguments.measure)
    settings = ExerciseSettings(**{name: getattr(arguments, name) for name in _NAMES})
    return _train(settings) if arguments.files is None else _files(arguments.files, settings)


def _train(settings: ExerciseSettings) -> Outcome:
    from dataclasses import asdict

    import torch

    from gptcore.exercise.learning import epochs, untrained
    from gptcore.exercise.looking import look
    from gptcore.exercise.world import FLOOR, LABELLED, LABELS, PROMPT, VOCABULARY

    torch.set_num_threads(1)  # ten tokens: a second thread only burns time
    model = untrained(settings)
    passed = list(epochs(model, settings))
    seen = look(model)
    if passed and (passed[-1].has_exploded or not seen.is_finite):
        raise InputError(f"the loss exploded by epoch {passed[-1].number} of {passed[-1].phase}; take a lower rate")
    log = [asdict(epoch) for epoch in passed]
    pretraining = [epoch["lm_loss"] for epoch in log if epoch["phase"] == "pretrain"]
    best = sorted(zip(seen.next_words.tolist(), VOCABULARY, strict=True), reverse=True)[:3]
    answers = [LABELS[answer] for answer in seen.verdicts.argmax(axis=1)]
    lines = [f"pre-training: {pretraining[-1]:.3f} nats a token in the last epoch"] * bool(pretraining)
    lines += [f"no model gets below {FLOOR:.3f}"]
    lines += [
        f"{sentence}: {answer} {row.max():.3f}, {'right' if answer == label else 'wrong'}"
        for (sentence, label), answer, row in zip(LABELLED, answers, seen.verdicts, strict=True)
    ]
    lines += [f"{PROMPT} ___: " + ", ".join(f"{word} {p:.3f}" for p, word in best)]
    values = {
        "settings": settings.to_dict(),
        "floor": FLOOR,
        "epochs": log,
        "next": dict(zip(VOCABULARY, seen.next_words.tolist(), strict=True)),
        "verdicts": seen.verdicts.tolist(),
    }
    return Outcome("\n".join(lines), values)


def _files(folder: str, settings: ExerciseSettings) -> Outcome:
    from pathlib import Path

    from gptcore.exercise.handout import EXERCISE_FILE, SOLUTION_FILE, exercise, solution
    from gptcore.files import write_text

    require_place("--files", folder)
    written = {Path(folder) / EXERCISE_FILE: exercise(settings), Path(folder) / SOLUTION_FILE: solution(settings)}
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    return Outcome("\n".join(map(str, written)), {"files": list(map(str, written))})


def _measure(file: str) -> Outcome:
    import json
    from pathlib import Path

    import torch

    from gptcore.commands.progress import counting
    from gptcore.exercise.measured import SEEDS, VARIANTS, measure
    from gptcore.files import write_text

    torch.set_num_threads(1)
    path = Path(file)
    if not path.name:
        raise InputError("--measure is empty; name a file")
    require_place("--measure", str(path.parent))
    with counting(len(SEEDS) * len(VARIANTS), "trainings") as done:
        values = measure(done=done)
    write_text(path, json.dumps(values, indent=1) + "\n")
    return Outcome(f"{path}: {len(SEEDS)} seeds", values)
