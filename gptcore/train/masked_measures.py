"""How good a published masked model is at hidden tokens of a text, beside what knows less."""

import numpy as np
import torch

from gptcore.checkpoints.card import initial_seed
from gptcore.checkpoints.checkpoint import TextModel
from gptcore.model.gpt import GPT
from gptcore.text.pairs import mask_ids
from gptcore.train.masked_modelling import MaskedModelling
from gptcore.train.settings import TrainSettings


def masked_measures(checkpoint: TextModel, train_ids: np.ndarray, ids: np.ndarray) -> dict[str, dict[str, float]]:
    """Loss in nats per hidden token, and the share that is guessed right, on rows taken evenly from a text.

    Args:
        train_ids: of the text that it was trained on, to count the peers on.
        ids: of one that it was not.

    Returns:
        of "model" and "untrained" loss and accuracy; of "unigram", "bigram" and "neighbours"
        (MaskedModelling.baselines) the loss. All of them are asked for the same tokens.
    """
    config, tokenizer = checkpoint.config, checkpoint.tokenizer
    settings = TrainSettings(steps=1, batch_size=1, device="cpu", precision="float32")
    job = MaskedModelling(train_ids, ids, config, mask_ids(tokenizer), tokenizer.end_of_text_id, settings)
    untrained = GPT(config, torch.Generator().manual_seed(initial_seed(checkpoint.card))).eval()
    measures = {}
    for name, model in (("model", checkpoint.trained), ("untrained", untrained)):
        loss, accuracy = job.measured(model, job.valid_rows)
        measures[name] = {"loss": round(loss, 4), "accuracy": round(accuracy, 4)}
    return measures | {name: {"loss": round(loss, 4)} for name, loss in job.baselines().items()}
