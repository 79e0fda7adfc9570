"""What a model's parts say on average over text that it did not learn from: means.safetensors beside it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from gptcore.checkpoints.checkpoint import TextModel
from gptcore.checkpoints.means import write_means
from gptcore.errors import InputError
from gptcore.evaluate.evaluation import read_ids
from gptcore.model.gpt import GPT
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel
from gptcore.tasks.examples import Kind
from gptcore.tasks.files.questions import read_questions
from gptcore.tasks.formats import task_input
from gptcore.trace.contexts import Sample
from gptcore.trace.means import averages
from gptcore.train.neurons import model_and_folder, sample_of

TOKENS = 40_000
"""Of a text, where nobody says how many."""
RUN_TOKENS = 4_000
"""The same at the end of a run, which should not wait for it."""
EXAMPLES = "examples that were kept back from training, as the model reads them"


def make_means(
    model: str | Path,
    out: str | Path | None = None,
    text: str | Path | None = None,
    examples: str | Path | None = None,
    n_tokens: int = TOKENS,
    source: str | None = None,
    report: Callable[[str], object] = str,
) -> tuple[Path, int]:
    """Measures what a model's parts say on average, and writes it into the model's folder.

    Args:
        model: its folder or name.
        out: another folder to write into.
        text: a text file that the model was not trained on; or
        examples: of a fine-tuned model, a file of examples that it was not trained on, as `predict` reads them.
        n_tokens: to read, at most.
        source: what text that is, in words; None: the file's name.
        report: told what is done now.

    Returns:
        (the file, tokens that were read).

    Raises:
        InputError: there is no such model, text or file of examples, or none of the two, it is empty, or
            the model is no GPT.
        CheckpointError: the model is damaged.
    """
    checkpoint, folder = model_and_folder(model, out, n_tokens)
    as_gpt(checkpoint.model)
    report("reading the text")
    if text is not None:
        ids, _ = read_ids(text, checkpoint.tokenizer)
        sample = sample_of(ids, checkpoint.config.n_positions, n_tokens)
    elif examples is None:
        raise InputError("averages are over a text that the model was not trained on: give --text or --examples")
    elif checkpoint.head is None:
        raise InputError(f"{model} was not fine-tuned, so it reads no examples; give --text")
    else:
        task = checkpoint.head.task
        texts = [question.texts for question in read_questions(examples, task).questions]
        sample = sample_of_examples(texts, task.kind, checkpoint, n_tokens)
    report("averaging")
    name = Path(text or examples or "").name
    means = averages(checkpoint.model, sample, source or name)
    return write_means(folder, checkpoint.model, means), len(sample.ids)


def sample_of_examples(examples: Sequence[tuple[str, ...]], kind: Kind, reader: TextModel, n_tokens: int) -> Sample:
    """Rows of tokens as a task makes them of examples' texts, without padding; of examples drawn with seed 0, until
    there are `n_tokens`.

    Raises:
        InputError: there are no examples.
    """
    rows: list[tuple[int, ...]] = []
    left = n_tokens
    for index in np.random.default_rng(0).permutation(len(examples)):
        for row in task_input(reader.tokenizer, kind, examples[index], reader.config.n_positions).rows:
            rows.append(row.ids[: min(row.extract + 1, left)])
            left -= len(rows[-1])
        if left <= 0:
            break
    return Sample.of(rows)


def remember_means(folder: Path, model: LanguageModel, sample: Sample, source: str) -> None:
    """Writes the file from a sample, unless the model is a peer, which has no such parts; `source` says in words what
    text it is."""
    if isinstance(model, GPT):
        write_means(folder, model, averages(model, sample, source))
