"""What the Tasks page shows right now: an example's rows, the model's prediction, and what [Extract] looks at."""

from dataclasses import dataclass

import numpy as np

from app.shared import loaded
from app.shared.loaded import ModelKey
from app.shared.stamp import stamp
from app.shared.theme import display_token
from app.tasks import cache
from gptcore.checkpoints.checkpoint import TextModel
from gptcore.familiar import Familiarity
from gptcore.tasks.examples import Kind
from gptcore.tasks.formats import TaskInput, task_input
from gptcore.tasks.predict import Prediction
from gptcore.text.styles import TASK_TOKENS

_MARKS = dict(zip(TASK_TOKENS, ("[Start]", "[Delim]", "[Extract]"), strict=True))


@dataclass(frozen=True)
class ReadExample:
    """One example as one model sees it. Without a fine-tuned model there are rows, but no prediction."""

    key: ModelKey
    checkpoint: TextModel
    texts: tuple[str, ...]
    input: TaskInput
    prediction: Prediction | None
    looks: tuple[np.ndarray, ...]
    """See app.tasks.cache.Answer."""
    familiarity: Familiarity | None

    def token_name(self, token_id: int) -> str:
        """A token for showing; the three new ones by the paper's names."""
        tokenizer = self.checkpoint.tokenizer
        if token_id >= tokenizer.vocab_size:
            return list(_MARKS.values())[token_id - tokenizer.vocab_size]
        return _MARKS.get(tokenizer.token(token_id)) or display_token(tokenizer.token_text(token_id))

    def stamp(self, *more: object) -> str:
        """Changes whenever a picture of this example does."""
        return stamp(self.key, self.texts, *more)


def read_example(key: ModelKey, kind: Kind, texts: tuple[str, ...]) -> ReadExample:
    """Builds the rows and, if the model was fine-tuned for this kind of task, lets it predict.

    Raises:
        InputError: a text has no tokens.
    """
    checkpoint = loaded.checkpoint(key)
    if checkpoint.head is None or checkpoint.head.task.kind != kind:
        given = task_input(checkpoint.tokenizer, kind, texts, checkpoint.config.n_positions)
        return ReadExample(key, checkpoint, texts, given, None, (), None)
    answer = cache.answer(key, texts)
    return ReadExample(
        key, checkpoint, texts, answer.prediction.input, answer.prediction, answer.looks, answer.familiarity
    )
