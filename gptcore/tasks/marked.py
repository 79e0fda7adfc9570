"""Tasks whose answer lies in the text: a span of it (start and end), or a label for each token (Devlin et al. 2019,
sections 4.2 and 5.3).

span     [CLS] question [SEP] text [SEP]: where in the text does the answer begin, and where does it end?
tokens   [CLS] text [SEP]: which tokens belong to a name, and to what kind of name?

A GPT reads the same texts between its own marks; the question comes first, so that it has read it before the text.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from gptcore.errors import CheckpointError, InputError
from gptcore.files import write_text
from gptcore.tasks.formats import Row, classification, entailment
from gptcore.text.tokenizer import Tokenizer

MarkKind = Literal["span", "tokens"]
MARK_KINDS: tuple[MarkKind, ...] = get_args(MarkKind)
OTHER = "other"
"""The label of a token that belongs to no span."""
_MOST_EXAMPLES, _MOST_BYTES = 1_000_000, 500_000_000


class Span(NamedTuple):
    """A part of a text, in characters."""

    start: int
    end: int
    """After its last character."""
    label: str


@dataclass(frozen=True)
class Marked:
    """A text and what is to be found in it."""

    text: str
    spans: tuple[Span, ...]
    """Of a question the one answer; of tokens all names."""
    question: str | None = None


@dataclass(frozen=True)
class MarkTask:
    """What a head for marks has learnt."""

    kind: MarkKind
    labels: tuple[str, ...]
    """Of its outputs: start and end; or OTHER and the labels of spans."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Any) -> "MarkTask":
        """Raises:
        CheckpointError: the values describe no such task.
        """
        match values:
            case {"kind": "span" | "tokens" as kind, "labels": [_, _, *_] as labels}:
                return cls(kind, tuple(map(str, labels)))
        raise CheckpointError("marks.json describes no task of marks")


@dataclass(frozen=True)
class MarkRow:
    """An example as a row of tokens."""

    row: Row
    places: tuple[int, ...]
    """Positions of the text's tokens in the row, N of them."""
    offsets: tuple[tuple[int, int], ...]
    """(N,) of those tokens in the text, in characters."""


def mark_task(kind: MarkKind, examples: Sequence[Marked]) -> MarkTask:
    """What there is to learn from examples."""
    if kind == "span":
        return MarkTask(kind, ("start", "end"))
    return MarkTask(kind, (OTHER, *sorted({span.label for example in examples for span in example.spans})))


def mark_row(tok: Tokenizer, example: Marked, n_positions: int) -> MarkRow:
    """An example as the row that a GPT or a masked model reads.

    Raises:
        InputError: a text has no tokens.
    """
    if example.question is None:
        (row,), which = classification(tok, example.text, n_positions).rows, 0
    else:
        (row,), which = entailment(tok, example.question, example.text, n_positions).rows, 1
    places = tuple(i for i, of in enumerate(row.text_index) if of == which)
    return MarkRow(row, places, tok.encode(example.text).offsets[: len(places)])


def labels_of(example: Marked, offsets: Sequence[tuple[int, int]], labels: Sequence[str]) -> list[int]:
    """For each token the place of its label in `labels`: that of the span it shares a character with, or OTHER's. A
    token's space before it does not count."""
    found = []
    for start, end in offsets:
        start += example.text[start:end].startswith(" ")
        over = (span.label for span in example.spans if start < span.end and span.start < end)
        found.append(labels.index(next(over, labels[0])))
    return found


def ends_of(example: Marked, offsets: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The first and the last token of the answer, counted from the text's first; None where it was cut away."""
    (answer,) = example.spans
    inside = labels_of(example, offsets, (OTHER, answer.label))
    tokens = [i for i, label in enumerate(inside) if label]
    return (tokens[0], tokens[-1]) if tokens and offsets[-1][1] >= answer.end else None


def answer_of(example: Marked, offsets: Sequence[tuple[int, int]], first: int, last: int) -> str:
    """The text of a span of tokens, without space around it."""
    return example.text[offsets[first][0] : offsets[last][1]].strip()


def read_marked(path: str | Path, kind: MarkKind) -> list[Marked]:
    """Reads a JSONL file: {"text", "question", "start", "end"} for spans, {"text", "spans": [[start, end, label]]} for
    tokens.

    Raises:
        InputError: there is no such file, or a line is no such example; the message names it.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(f"{path} is larger than {_MOST_BYTES // 10**6} MB")
    examples: list[Marked] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                examples.append(_example(json.loads(line), kind))
            except (ValueError, TypeError, RecursionError) as error:
                raise InputError(f"{path}, line {number}: {error}") from error
    if not examples or len(examples) > _MOST_EXAMPLES:
        raise InputError(f"{path} has {len(examples):,} examples; from 1 to {_MOST_EXAMPLES:,} can be used")
    return examples


def write_marked(path: Path, examples: Iterable[Marked]) -> None:
    """Writes examples as `read_marked` reads them."""
    lines = []
    for example in examples:
        values: dict[str, Any] = {"text": example.text}
        if example.question is not None:
            values |= {"question": example.question, "start": example.spans[0].start, "end": example.spans[0].end}
        else:
            values["spans"] = example.spans
        lines.append(json.dumps(values, ensure_ascii=False))
    write_text(path, "\n".join(lines) + "\n")


def _example(values: Any, kind: MarkKind) -> Marked:
    match values:
        case {"text": str(text), "question": str(question), "start": start, "end": end} if kind == "span":
            return Marked(text, (_span(text, start, end, "answer"),), question)
        case {"text": str(text), "spans": [*spans]} if kind == "tokens":
            return Marked(text, tuple(_span(text, *span) for span in spans))
    needed = "text, question, start and end" if kind == "span" else "text and spans"
    raise ValueError(f"an example of {kind} has {needed}")


def _span(text: str, start: Any, end: Any, label: Any) -> Span:
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise ValueError(f"a span is two places in the text, not {start!r:.20} and {end!r:.20}")
    if not isinstance(label, str) or not label or label == OTHER:
        raise ValueError(f"a span's label is a word, not {label!r:.20}")
    return Span(start, end, label)
