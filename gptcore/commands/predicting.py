"""The command that lets a fine-tuned model answer a file: predict."""

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gptcore.commands.command import Outcome, add_command, require_place
from gptcore.commands.labelled import add_reading_options, mapping
from gptcore.errors import InputError
from gptcore.tasks.examples import KINDS

if TYPE_CHECKING:
    from gptcore.checkpoints.checkpoint import TextModel
    from gptcore.tasks.answers import Answer
    from gptcore.tasks.files.questions import Questions
    from gptcore.tasks.task import Task

_STDIN = "-"


def add(commands: Any) -> None:
    """Adds it to a parser."""
    p = add_command(commands, "predict", _predict, "let a fine-tuned model answer a file, with labels or without")
    p.add_argument("--model", help="folder or name of a fine-tuned model; that of --task without it")
    p.add_argument("--task", choices=KINDS, help="the kind of task, whose first model in the app answers")
    p.add_argument(
        "--file",
        required=True,
        help="examples as finetune reads them, whose labels may be missing; to classify, a .txt file with a text on "
        f"each line will do; {_STDIN} is what comes in",
    )
    add_reading_options(p)
    p.add_argument("--out", help="CSV file to write the answers to, instead of showing them")


def _predict(arguments: argparse.Namespace) -> Outcome:
    from gptcore.commands.progress import counting
    from gptcore.tasks.answers import answer_questions
    from gptcore.tasks.files.questions import read_questions

    _require_file(arguments)
    name, checkpoint, task = _model(arguments)
    source, title = (_incoming(), "stdin") if arguments.file == _STDIN else (arguments.file, None)
    asked = read_questions(source, task, mapping(arguments), title, arguments.labels_from)
    with counting(len(asked.questions), asked.unit) as report:
        answers, unread = answer_questions(checkpoint, asked, report)
    if not answers:
        reasons = "; ".join(f"{asked.unit} {number:,}: {reason}" for number, reason in list(unread.items())[:3])
        raise InputError(f"{asked.source} has nothing that can be answered{f' ({reasons})' if reasons else ''}")
    done = _Done(name, checkpoint, task, asked, answers, unread)
    if arguments.out:
        from gptcore.files import write_text

        write_text(Path(arguments.out), done.csv())
    return Outcome(done.text(arguments.out), done.values())


def _require_file(arguments: argparse.Namespace) -> None:
    """Makes sure, before any work, that --out can be written and is not what is read."""
    if arguments.out is None:
        return
    out = Path(arguments.out)
    require_place("--out", str(out.parent) if arguments.out else "")
    if out.is_dir():
        raise InputError(f"--out {out} is a folder; name a file")
    if arguments.file != _STDIN and out.exists() and Path(arguments.file).exists() and out.samefile(arguments.file):
        raise InputError(f"--out {out} is the file that is read; give the answers a file of their own")


def _model(arguments: argparse.Namespace) -> tuple[str, "TextModel", "Task"]:
    from gptcore.checkpoints.defaults import default_model
    from gptcore.checkpoints.masked import load_any_model

    if arguments.model is None and arguments.task is None:
        raise InputError(f"which model is to answer? give --model, or --task with one of {', '.join(KINDS)}")
    name = arguments.model or default_model(arguments.task)
    if name is None:
        raise InputError(f"no model here was fine-tuned for {arguments.task}; fine-tune one, or give --model")
    checkpoint = load_any_model(name)
    if checkpoint.head is None:
        raise InputError(f"{name} was not fine-tuned, so it answers nothing; give another --model, or --task")
    task = checkpoint.head.task
    if arguments.task not in (None, task.kind):
        raise InputError(f"{name} was fine-tuned for {task.kind}, not for {arguments.task}")
    return name, checkpoint, task


def _incoming() -> bytes:
    from gptcore.tasks.files.tables import MAX_FILE_BYTES

    return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)


@dataclass(frozen=True)
class _Done:
    """All that is to be told."""

    name: str
    checkpoint: "TextModel"
    task: "Task"
    asked: "Questions"
    answers: Sequence["Answer"]
    unread: dict[int, str]

    def values(self) -> dict[str, Any]:
        """For programs."""
        from gptcore.tasks.answers import as_record, measure

        return {
            "model": self.name,
            "task": self.task.kind,
            "file": self.asked.source,
            "notes": list(self.asked.notes),
            "rows": [as_record(self.task, answer) for answer in self.answers],
            "unread": [{"row": number, "reason": reason} for number, reason in self.unread.items()],
            "measures": measure(self.task, self.answers),
        }

    def text(self, out: str | None) -> str:
        """For people: each answer, unless they are in the file `out`, and what there is to say of all."""
        from gptcore.tasks.answers import measure
        from gptcore.tasks.files.rows import count

        lines = [] if out else [self._line(answer) for answer in self.answers]
        lines += [f"{self.asked.unit} {number:,} is not answered: {reason}" for number, reason in self.unread.items()]
        lines += [f"note: {note}" for note in self.asked.notes]
        if all(answer.familiarity is None for answer in self.answers):
            lines.append(f"note: {self.name} does not tell what it has read, so how familiar a text is stays unknown")
        strange = sum(answer.familiarity is not None and answer.familiarity.is_strange for answer in self.answers)
        where = f" in {out}" if out else ""
        unlike = f"; {strange:,} of them to texts that are not like what it learnt from" if strange else ""
        lines.append(f"{count(len(self.answers), 'answer')} of {self.name}{where}{unlike}")
        measures = measure(self.task, self.answers)
        labels = measures.pop("by_label", {})
        lines += [
            f"{name:15} {value if isinstance(value, int) else f'{value:.4f}'}" for name, value in measures.items()
        ]
        lines += [f"label {name!r}: {of['accuracy']:.1%} of {of['examples']:,} right" for name, of in labels.items()]
        return "\n".join(lines)

    def csv(self) -> str:
        """A table that is safe to open in a spreadsheet."""
        from gptcore.tasks.answers import as_record
        from gptcore.tasks.files.cells import as_guarded

        records = [as_record(self.task, answer) for answer in self.answers]
        shares = list(dict.fromkeys(name for record in records for name in record.get("probabilities", {})))
        told = ("is_strange", "times", "share_unseen")
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        columns = [*self.asked.columns, *(["label"] if any("label" in record for record in records) else []), "answer"]
        header = ["row", *columns, *(f"probability of {name}" for name in shares), *told]
        writer.writerow(map(as_guarded, header))
        for answer, record in zip(self.answers, records, strict=True):
            values = {**dict(zip(self.asked.columns, answer.question.texts, strict=True)), **record}
            cells = [record["row"], *(values.get(name, "") for name in columns)]
            cells += [record.get("probabilities", {}).get(name, "") for name in shares]
            writer.writerow(map(as_guarded, [*cells, *((record["familiarity"] or {}).get(name, "") for name in told)]))
        return file.getvalue()

    def _line(self, answer: "Answer") -> str:
        from gptcore.tasks.answers import written
        from gptcore.tasks.files.rows import count

        said, right = written(self.task, answer.answer), answer.question.target
        parts = [f"{said:.2f}" if self.task.is_regression else f"{said} {max(answer.probabilities or (0,)):.1%}"]
        if right is not None and (self.task.is_regression or right != answer.answer):
            parts.append(f"labelled {written(self.task, right)}")
        told = answer.familiarity
        if told is not None and told.is_strange:
            unseen = count(sum(map(len, told.unseen)), "word")
            parts.append(f"not like what it learnt from ({told.times:.1f} times as surprising, {unseen} never seen)")
        if answer.is_cut:
            parts.append("only its beginning was read")
        return f"{self.asked.unit} {answer.question.number:,}: {'; '.join(parts)}"
