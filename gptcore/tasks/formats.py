"""A task's texts as rows of tokens (paper, section 3.3 and figure 1): all that GPT-1 changes to take on a new task.

classification    [Start] text [Extract]
entailment        [Start] premise [Delim] hypothesis [Extract]
similarity        [Start] a [Delim] b [Extract]   and   [Start] b [Delim] a [Extract]
multiple choice   [Start] context [Delim] answer [Extract]   for each answer; for question answering the context is
                  the document and the question

A masked model, known by its vocabulary, reads [CLS] text [SEP] and [CLS] a [SEP] b [SEP] instead, with a segment for
each text (Devlin et al. 2019, figure 4); what is read of a row is the state at [CLS], its first token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gptcore.errors import InputError
from gptcore.tasks.examples import Kind
from gptcore.text.pairs import MaskIds, has_mask_tokens, mask_ids, pair_row
from gptcore.text.styles import TASK_TOKENS
from gptcore.text.tokenizer import Tokenizer

Role = Literal["start", "text", "delimiter", "extract", "padding"]

N_POSITIONS = 512
"""GPT-1's context."""


@dataclass(frozen=True)
class Row:
    """One row that the model reads. The first three tuples have one entry per token."""

    ids: tuple[int, ...]
    roles: tuple[Role, ...]
    text_index: tuple[int | None, ...]
    """Which of the task's texts a token comes from; None for the special ones."""
    extract: int
    """Position of [Extract], or of [CLS]: the state there is what the task's head reads."""
    segments: tuple[int, ...] = ()
    """Of a masked model, one entry per token: which of the row's texts it belongs to, from 0. A GPT's has none."""

    @property
    def mask(self) -> tuple[bool, ...]:
        """True where a token is real, False where it is padding."""
        return tuple(role != "padding" for role in self.roles)


@dataclass(frozen=True)
class Cut:
    """A text that was too long, of which only the beginning is read."""

    text_index: int
    kept: int
    """Tokens that are read."""
    of: int
    """Tokens that the text has."""


@dataclass(frozen=True)
class TaskInput:
    """All rows of one example, padded at their ends to one length."""

    kind: Kind
    rows: tuple[Row, ...]
    cuts: tuple[Cut, ...]


def classification(tok: Tokenizer, text: str, n_positions: int = N_POSITIONS) -> TaskInput:
    """One text to classify.

    Args:
        tok: any tokenizer. One without [Start], [Delim] and [Extract] gives them the ids that fine-tuning will:
            the three after its last entry.
        n_positions: longest row; of a longer text only the beginning is read, and `cuts` says so.

    Raises:
        InputError: a text has no tokens, or n_positions leaves no room.
    """
    return _task_input(tok, "classification", (text,), [(0,)], n_positions)


def entailment(tok: Tokenizer, premise: str, hypothesis: str, n_positions: int = N_POSITIONS) -> TaskInput:
    """Does the hypothesis follow from the premise? Arguments and errors as in `classification`."""
    return _task_input(tok, "entailment", (premise, hypothesis), [(0, 1)], n_positions)


def similarity(tok: Tokenizer, a: str, b: str, n_positions: int = N_POSITIONS) -> TaskInput:
    """How alike are two texts? Neither comes first by nature, so both orders are read and their states added."""
    return _task_input(tok, "similarity", (a, b), [(0, 1), (1, 0)], n_positions)


def multiple_choice(tok: Tokenizer, context: str, answers: Sequence[str], n_positions: int = N_POSITIONS) -> TaskInput:
    """Which answer fits the context? One row for each; a softmax over the rows' scores decides."""
    if len(answers) < 2:
        raise InputError(f"a choice needs at least two answers, not {len(answers)}")
    orders = [(0, answer) for answer in range(1, len(answers) + 1)]
    return _task_input(tok, "multiple_choice", (context, *answers), orders, n_positions)


def task_input(tok: Tokenizer, kind: Kind, texts: Sequence[str], n_positions: int = N_POSITIONS) -> TaskInput:
    """The rows of an example's texts, in the order in which Example has them."""
    if kind == "multiple_choice":
        return multiple_choice(tok, texts[0], texts[1:], n_positions)
    if kind == "classification":
        (text,) = texts
        return classification(tok, text, n_positions)
    first, second = texts
    return (entailment if kind == "entailment" else similarity)(tok, first, second, n_positions)


def task_token_ids(tok: Tokenizer) -> tuple[int, int, int]:
    """Ids of [Start], [Delim] and [Extract]: the tokenizer's own, or those that it will give them. In a masked model's
    vocabulary [CLS] is both the first and what is read, and [SEP] delimits."""
    if has_mask_tokens(tok):
        cls, sep, _ = mask_ids(tok)
        return cls, sep, cls
    own = [tok.id_of(token) for token in TASK_TOKENS]
    start, delimiter, extract = (tok.vocab_size + i if token_id is None else token_id for i, token_id in enumerate(own))
    return start, delimiter, extract


def _task_input(
    tok: Tokenizer, kind: Kind, texts: Sequence[str], orders: Sequence[tuple[int, ...]], n_positions: int
) -> TaskInput:
    """Rows that hold the texts in the given orders."""
    pieces = [tok.encode(text).ids for text in texts]
    for index, piece in enumerate(pieces):
        if not piece:
            raise InputError(f"text {index + 1} of the {kind.replace('_', ' ')} has no tokens; write something")
    special = len(orders[0]) + 1
    if n_positions < special + len(orders[0]):
        raise InputError(f"a row of {n_positions} tokens has no room for {len(orders[0])} texts and their marks")
    # Answers share a place: the longest decides, so that every row has the same beginning.
    places = [max(len(pieces[order[place]]) for order in orders) for place in range(len(orders[0]))]
    limit = _limit(places, n_positions - special)
    cuts = tuple(Cut(i, limit, len(piece)) for i, piece in enumerate(pieces) if len(piece) > limit)
    as_row = _pair if has_mask_tokens(tok) else _row
    rows = [as_row(task_token_ids(tok), [(i, pieces[i][:limit]) for i in order]) for order in orders]
    length = max(len(row.ids) for row in rows)
    return TaskInput(kind, tuple(_padded(row, length) for row in rows), cuts)


def _limit(lengths: Sequence[int], budget: int) -> int:
    """The most tokens that each text may keep so that all fit: shortening the longest first comes down to one cap."""
    cap = max(lengths)
    if sum(lengths) <= budget:
        return cap
    shorter = [length for length in lengths if length <= budget // len(lengths)]
    return (budget - sum(shorter)) // (len(lengths) - len(shorter))


def _row(special: tuple[int, int, int], texts: Sequence[tuple[int, Sequence[int]]]) -> Row:
    start, delimiter, extract = special
    tokens: list[tuple[int, Role, int | None]] = [(start, "start", None)]
    for place, (index, ids) in enumerate(texts):
        if place:
            tokens.append((delimiter, "delimiter", None))
        tokens += [(token_id, "text", index) for token_id in ids]
    tokens.append((extract, "extract", None))
    ids, roles, text_index = zip(*tokens, strict=True)
    return Row(ids, roles, text_index, len(ids) - 1)


def _pair(special: tuple[int, int, int], texts: Sequence[tuple[int, Sequence[int]]]) -> Row:
    """[CLS] a [SEP] b [SEP], as a masked model reads it."""
    cls, sep, _ = special
    row = pair_row(MaskIds(cls, sep, -1), *(ids for _, ids in texts))
    roles: list[Role] = ["text" if is_text else "delimiter" for is_text in row.is_text]
    roles[0] = "extract"
    of = [texts[segment][0] if is_text else None for segment, is_text in zip(row.segments, row.is_text, strict=True)]
    return Row(tuple(row.ids), tuple(roles), tuple(of), 0, tuple(row.segments))


def _padded(row: Row, length: int) -> Row:
    """Padding follows the row, where no token that counts can see it, or where it is masked; its id is [Extract]'s, or
    [CLS]'s, own."""
    more = length - len(row.ids)
    padding: list[Role] = ["padding"] * more
    return Row(
        row.ids + (row.ids[row.extract],) * more,
        (*row.roles, *padding),
        row.text_index + (None,) * more,
        row.extract,
        row.segments + (0,) * more * bool(row.segments),
    )
