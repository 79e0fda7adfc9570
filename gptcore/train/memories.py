"""Texts for a fine-tuned model to rehearse (gptcore.train.rehearsal): those of a file, or written ones.

Where there is no file, the model writes half of them itself: fine-tuning with L1 has taught it to write rows like those
it was tuned on (Sun et al. 2020, "LAMOL"). They are like its training data and nothing else, so the others are
sentences of our story world: plain English, as learners write it. Nobody labels them; what counts is that the answers
stay as they are.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from gptcore.decode.side_by_side import continued
from gptcore.files import write_text
from gptcore.model.language_model import LanguageModel
from gptcore.tasks import storyworld
from gptcore.tasks.examples import TEXT_COLUMNS, Example, Kind
from gptcore.tasks.formats import task_token_ids
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.metrics import json_lines
from gptcore.train.phases import never

COUNT = 400
"""Texts of a run, of which each update takes some."""
_STORY_TASKS: dict[Kind, str] = {
    "classification": "sentiment",
    "entailment": "entailment",
    "similarity": "similarity",
    "multiple_choice": "endings",
}
_TOGETHER = 25
"""Rows that are written side by side."""
_SHORTEST, _LONGEST = 4, 24
"""Tokens of a text: as many as short examples have. Where a text ends, the model was never taught."""


class Memory(NamedTuple):
    """An example without an answer."""

    texts: tuple[str, ...]
    own: bool
    """Whether it is of the kind that the model was fine-tuned on."""


def kept(path: Path, make: Callable[[], Sequence[Memory]]) -> list[Memory]:
    """What is in a run's file, which is made once: a run that goes on rehearses the same."""
    if not path.exists():
        lines = [json.dumps(memory._asdict(), ensure_ascii=False) for memory in make()]
        write_text(path, "\n".join(lines) + "\n")
    return [Memory(tuple(row["texts"]), row["own"]) for row in json_lines(path)]


def some(examples: Sequence[Example], seed: int) -> list[Memory]:
    """Texts of examples, COUNT at most."""
    chosen = np.random.default_rng(seed).permutation(len(examples))[:COUNT]
    return [Memory(examples[i].texts, True) for i in chosen]


def written(
    model: LanguageModel,
    tokenizer: Tokenizer,
    kind: Kind,
    n_answers: int | None,
    seed: int,
    report: Callable[[], object] = never,
) -> list[Memory]:
    """About COUNT texts, half of them the model's own.

    Args:
        model: in evaluation mode.
        tokenizer: with [Start], [Delim] and [Extract].
        n_answers: of a choice.
        report: called now and then.
    """
    own = [Memory(texts, True) for texts in _written(model, tokenizer, kind, n_answers or 0, COUNT // 2, seed, report)]
    ours = [example.texts for example in storyworld.examples(_STORY_TASKS[kind], COUNT - len(own), seed)]
    width = len(TEXT_COLUMNS[kind]) + (n_answers or 0)
    return own + [Memory(texts, False) for texts in ours if len(texts) == width]


def _written(
    model: LanguageModel,
    tokenizer: Tokenizer,
    kind: Kind,
    n_answers: int,
    count: int,
    seed: int,
    report: Callable[[], object],
) -> Iterator[tuple[str, ...]]:
    """What the model writes after [Start]; a second text after [Delim], with all answers of a choice after one
    context."""
    (start, delimiter, _), marks = task_token_ids(tokenizer), _marks(tokenizer)
    generator, draw = torch.Generator().manual_seed(seed), np.random.default_rng(seed)
    n_more = n_answers or len(TEXT_COLUMNS[kind]) - 1
    longest = max(1, min(_LONGEST, (model.config.n_positions - 3) // 2))
    for _ in range(-(-count // _TOGETHER)):
        report()
        lengths = draw.integers(min(_SHORTEST, longest), longest, 1 + n_more, endpoint=True)
        first = continued(model, torch.full((_TOGETHER, 1), start), int(lengths[0]), generator, marks)
        row = [first]
        if n_more:
            around = torch.tensor([[start], [delimiter]]).expand(2, _TOGETHER)
            prompt = torch.cat([around[0, :, None], first, around[1, :, None]], dim=1)
            row += [continued(model, prompt, int(n), generator, marks) for n in lengths[1:]]
        for ids in zip(*(part.tolist() for part in row), strict=True):
            texts = tuple(tokenizer.decode(part).strip() for part in ids)
            if all(texts):
                yield texts


def _marks(tokenizer: Tokenizer) -> list[int]:
    """What no text has inside."""
    return [*task_token_ids(tokenizer), *tokenizer.stop_ids]
