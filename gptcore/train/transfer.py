"""The model that fine-tuning starts from: what is kept of a pre-trained one, what is new, and what stays as it is."""

from dataclasses import dataclass, field

import numpy as np
import torch

from gptcore.checkpoints.checkpoint import TextModel
from gptcore.checkpoints.masked import load_any_model
from gptcore.errors import InputError
from gptcore.model.kinds import Trained, as_trained, new_model
from gptcore.tasks.files.datasets import Dataset
from gptcore.tasks.head import TaskHead
from gptcore.tasks.task import Task
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.plans import FinetunePlan

_SHAPE = (
    *("architecture", "n_layer", "n_head", "d_model", "d_ff", "norm", "positions", "activation"),
    "tied",
)
"""What a model has in common with one whose weights it starts from; the context may be another."""
_BY_TOKEN = ("token_embedding.weight", "lm_head.weight")
"""Tables with a row for each token."""


@dataclass(frozen=True)
class StartingPoint(TextModel):
    """A model before its first update, with the head that learns the task."""

    head: TaskHead = field(kw_only=True)


def task_of(dataset: Dataset) -> Task:
    """What a head learns from these examples."""
    if not dataset.is_regression:
        return Task(dataset.kind, dataset.labels)
    scores = [float(example.target) for example in dataset.examples]
    return Task(dataset.kind, None, float(np.mean(scores)), float(np.std(scores)))


def starting_point(plan: FinetunePlan, base: TextModel, task: Task, seed: int) -> StartingPoint:
    """The model before its first update: transferred layers, three new embeddings, a new head; or, with keep_head, all
    of a model that was fine-tuned already.

    Raises:
        InputError: the base is a bigram, has fewer layers than the plan names, or no head to keep.
    """
    as_trained(base.model)
    n_layer = base.config.n_layer
    transferred = 0 if plan.from_scratch else n_layer if plan.transfer_layers is None else plan.transfer_layers
    for name, value in (("transfer_layers", transferred), ("freeze", plan.freeze)):
        if type(value) is not int or not 0 <= value <= n_layer:
            raise InputError(f"{name} must be a whole number from 0 to the model's {n_layer} layers, not {value!r}")
    tokenizer = base.tokenizer.with_task_tokens()
    dropout = {} if plan.dropout is None else {"dropout": plan.dropout}
    config = base.config.with_changes(vocab_size=tokenizer.vocab_size, **dropout)
    generator = torch.Generator().manual_seed(seed)
    model = new_model(config, generator)
    if not plan.from_scratch:
        transfer(base.trained, model, transferred)
    head = TaskHead(task, config.d_model, generator=generator, **dropout)
    if plan.keep_head:
        head.load_state_dict(fine_tuned(plan, base).state_dict())
    return StartingPoint(model, tokenizer, config, head=head)


def fine_tuned(plan: FinetunePlan, base: TextModel) -> TaskHead:
    """The head to go on with.

    Raises:
        InputError: the model has none, or one for another kind of task.
    """
    head = base.head
    if head is None:
        raise InputError(f"{plan.model} was not fine-tuned, so there is no head to keep; leave out keep_head")
    if head.task.kind != plan.task:
        raise InputError(f"{plan.model} was fine-tuned for {head.task.kind}, so its head is none for {plan.task}")
    return head


@torch.no_grad()
def transfer(source: Trained, model: Trained, n_layer: int, known: tuple[list[int], list[int]] | None = None) -> None:
    """Copies the embeddings and the first `n_layer` blocks (with all of them, a final norm too).

    Args:
        known: ids of the same tokens, in the model's vocabulary and in the source's; without it the source's
            vocabulary is the beginning of the model's.
    """
    weights = source.state_dict()
    upper = tuple(f"blocks.{layer}." for layer in range(n_layer, source.config.n_layer))
    if upper:
        upper += ("final_norm.",)
    for name, target in model.state_dict().items():
        if name not in weights or name.startswith(upper):  # a GPT has no segments to give to a masked model
            continue
        if known is not None and name in _BY_TOKEN:
            ours, theirs = known
            target[ours] = weights[name][theirs]
        else:
            # Both tables, of tokens and of positions, may have new entries below the old ones; positions may be fewer.
            n_kept = min(len(target), len(weights[name]))
            target[:n_kept] = weights[name][:n_kept]


def start_from(path_or_name: str, model: Trained, tokenizer: Tokenizer) -> int:
    """Gives a new model the weights of another, all that it has; what the other does not know, tokens of another
    vocabulary or positions of a longer context, stays new.

    Returns:
        Of how many tokens the other knows the embeddings.

    Raises:
        InputError: there is no such model, or one of another shape, or a bigram.
    """
    base = load_any_model(path_or_name)
    ours, theirs = model.config, base.config
    for name in _SHAPE:
        if (one := getattr(ours, name)) != (other := getattr(theirs, name)):
            raise InputError(f"{path_or_name} has {name} {other}, the new model {one}; they must be the same")
    ids = {token: i for i, token in enumerate(base.tokenizer.vocab)}
    known = [i for i, token in enumerate(tokenizer.vocab) if token in ids]
    transfer(base.trained, model, ours.n_layer, (known, [ids[tokenizer.vocab[i]] for i in known]))
    return len(known)


def freeze(model: Trained, n_layer: int, n_old: int) -> None:
    """Keeps the first `n_layer` blocks and everything below them as they are; 0 freezes nothing.

    Of the token table only its `n_old` first entries stay: [Start], [Delim] and [Extract] are new and have to learn.
    """
    if not n_layer:
        return
    for block in model.blocks[:n_layer]:
        block.requires_grad_(False)
    if model.position_embedding is not None:
        model.position_embedding.requires_grad_(False)
    table = model.token_embedding.weight
    # Read by build_optimizer: decay would move entries that have no gradient.
    table.decays = False  # type: ignore[union-attr]  # a tensor has no place of its own for it
    is_new = (torch.arange(len(table)) >= n_old).float()[:, None]
    table.register_hook(lambda gradient: gradient * is_new.to(gradient.device))
