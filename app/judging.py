"""What the Tasks page shows right now: an example's rows, the model's verdict, and what [Extract] looks at."""

from dataclasses import dataclass

import numpy as np

from app import resources
from app.resources import ModelKey
from app.theme import display_token
from gptcore.runs.checkpoint import Checkpoint
from gptcore.tasks.examples import Kind
from gptcore.tasks.formats import TaskInput, task_input
from gptcore.tasks.judge import Verdict
from gptcore.text.styles import TASK_TOKENS

_MARKS = dict(zip(TASK_TOKENS, ("[Start]", "[Delim]", "[Extract]"), strict=True))


@dataclass(frozen=True)
class Judging:
    """One example as one model sees it. Without a fine-tuned model there are rows, but nobody judges them."""

    key: ModelKey
    checkpoint: Checkpoint
    texts: tuple[str, ...]
    input: TaskInput
    verdict: Verdict | None
    looks: tuple[np.ndarray, ...]
    """Per row, (L, H, extract + 1): the weights with which [Extract] looks at itself and everything before it."""

    def token_name(self, token_id: int) -> str:
        """A token for showing; the three new ones by the paper's names."""
        tokenizer = self.checkpoint.tokenizer
        if token_id >= tokenizer.vocab_size:
            return list(_MARKS.values())[token_id - tokenizer.vocab_size]
        return _MARKS.get(tokenizer.token(token_id)) or display_token(tokenizer.token_text(token_id))

    def stamp(self, *more: object) -> str:
        """Changes whenever a picture of this example does."""
        return f"{abs(hash((self.key, self.texts, more))):x}"


def judging(key: ModelKey, kind: Kind, texts: tuple[str, ...]) -> Judging:
    """Builds the rows and, if the model was fine-tuned for this kind of task, lets it judge them.

    Raises:
        InputError: a text has no tokens.
    """
    checkpoint = resources.checkpoint(key)
    if checkpoint.head is None or checkpoint.head.task.kind != kind:
        given = task_input(checkpoint.tokenizer, kind, texts, checkpoint.config.n_positions)
        return Judging(key, checkpoint, texts, given, None, ())
    verdict, looks = resources.judgement(key, texts)
    return Judging(key, checkpoint, texts, verdict.input, verdict, looks)
