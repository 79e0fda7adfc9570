"""Adam as the paper uses it: decoupled weight decay on all weights that are neither bias nor gain (section 4.1)."""

import torch
from torch import nn

from gptcore.train.settings import TrainSettings


def build_optimizer(model: nn.Module, settings: TrainSettings) -> torch.optim.Optimizer:
    """The settings' optimiser, one fused kernel per step, over all parameters that require a gradient."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if _decays(p)], "weight_decay": settings.weight_decay},
        {"params": [p for p in parameters if not _decays(p)], "weight_decay": 0.0},
    ]
    if settings.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=settings.learning_rate, momentum=0.9, fused=True)
    return torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, settings.beta2), eps=1e-8, fused=True)


def _decays(parameter: nn.Parameter) -> bool:
    """Not biases and LayerNorm gains, nor what says of itself that it must keep its values (see finetune.freeze)."""
    return parameter.dim() >= 2 and getattr(parameter, "decays", True)
