"""What a model says of itself, in card.json beside its weights."""

from typing import Any, TypedDict


class Card(TypedDict, total=False):
    """Where a model comes from and how good it is. Anybody may write one: whoever reads it expects any value."""

    name: str
    about: str
    """What its data is, a line for people."""
    parent: str
    """The model that it was fine-tuned from."""
    step: int
    """Of a snapshot: the update after which it was kept."""
    format: str
    """"hf" for one that transformers wrote."""
    model_type: str
    """Which of transformers' models it is."""
    left_out: list[str]
    """Weights of heads that were not read."""
    bits: int
    """Of a published one: in which a number of its weights is kept; 4: of its difference from the parent."""
    settings: dict[str, Any]
    """What its training was asked for."""
    machine: dict[str, Any]
    data: dict[str, Any]
    """Pre-trained: corpus, train_tokens, validation, valid_tokens. Fine-tuned: train and test, each a file in short."""
    result: dict[str, Any]
    """What its training came to, as `--json` prints it."""
    measured_on: dict[str, Any]
    """text, tokens, bytes."""
    measures: dict[str, dict[str, float]]
    """The model's perplexity and bits per byte, and its peers'; of a masked one loss (nats per hidden token) and
    accuracy."""
    familiarity: dict[str, Any]
    """What is usual in the texts that it was tested on, as gptcore.familiar.Usual has it."""
    as_trained: dict[str, float]
    """Of a fine-tuned one in 8 or 4 bits: its measures before its weights were rounded; those in `result` and the
    confusion are of what is kept."""
    looked_at_once: dict[str, dict[str, float]]
    """The same of further texts, measured when all was decided."""
    task: dict[str, Any]
    """As gptcore.tasks.task.Task has it."""
    examples: list[dict[str, Any]]
    """Some of the test file: texts and target."""
    confusion: list[list[int]]
    """(C, C): rows are the targets, columns the answers."""
    sources: list[dict[str, Any]]
    """Where its data comes from: name and licence."""
    peers: dict[str, Any]
    """What simpler methods and other runs reach, and what its mistakes have in common: see gptcore.train.account."""
    mistakes: dict[str, Any]
    command: str
    """That makes the run again."""
    calibration: dict[str, Any]
    """How sure it is beside how often it is right: see gptcore.tasks.calibration.calibration."""


def initial_seed(card: Card) -> int:
    """The seed that a model's weights started from, by its card; 0 if the card names none that can be."""
    match card:
        case {"settings": {"train": {"seed": int(seed)}}} if 0 <= seed < 2**63:
            return seed
    return 0
