"""How familiar an example is to a fine-tuned model: its texts' surprise under the model's own language modelling, in
the task's rows, and their words, beside those of the examples that the model was tested on; see gptcore.familiar."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from gptcore.familiar import Familiarity, Usual, Words, compare, look_up
from gptcore.measures import Perplexity
from gptcore.model.language_model import LanguageModel
from gptcore.tasks.formats import task_token_ids
from gptcore.tasks.predict import FineTuned, Prediction, predict


class TestedModel(FineTuned, Protocol):
    """A fine-tuned checkpoint that tells what it has read and what it was tested on."""

    @property
    def card(self) -> Mapping[str, Any]: ...

    @property
    def words(self) -> Words | None: ...


def familiarity(
    checkpoint: TestedModel, texts: Sequence[str], prediction: Prediction | None = None
) -> Familiarity | None:
    """Puts an example beside those that a fine-tuned model was tested on.

    Args:
        texts: in the order of gptcore.tasks.examples.Example.
        prediction: the model's own for these texts, where it is known: they are not read once more.

    Returns:
        None where the model does not tell what is usual, or which words it has read.

    Raises:
        InputError: the model was not fine-tuned, or a text has no tokens.
    """
    if prediction is None:
        prediction = predict(checkpoint, texts)
    usual, words = Usual.from_card(checkpoint.card), checkpoint.words
    if usual is None or words is None:
        return None
    model = checkpoint.model
    ids = torch.tensor([row.ids for row in prediction.input.rows], device=model.device)[None]
    is_text = ~torch.isin(ids, torch.tensor(task_token_ids(checkpoint.tokenizer), device=model.device))
    with torch.no_grad():
        (measure,) = text_perplexities(model, prediction.hidden[None], ids, is_text)
    return compare(usual, measure, look_up(texts, words))


def text_perplexities(model: LanguageModel, hidden: Tensor, ids: Tensor, is_text: Tensor) -> list[Perplexity]:
    """How well each example's texts were predicted, over all its rows; the marks [Delim] and [Extract] are not.

    Args:
        hidden: (B, R, T, D), what the output layer reads.
        ids: (B, R, T).
        is_text: (B, R, T): neither special nor padding.
    """
    predicted = is_text[..., 1:]
    losses = model.surprisal(hidden[..., :-1, :][predicted], ids[..., 1:][predicted])
    counts = predicted.sum(dim=(1, 2)).tolist()
    return [
        Perplexity(-float(part.sum()), count) for part, count in zip(losses.cpu().split(counts), counts, strict=True)
    ]
