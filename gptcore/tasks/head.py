"""The one new layer of fine-tuning: W_y of the paper's equation 3, over the state at [Extract]; of a masked model, over
that at [CLS]."""

import torch
from torch import Tensor, nn

from gptcore.model.kernels.dropout import dropout
from gptcore.tasks.task import Task


def states_at(hidden: Tensor, extract: Tensor) -> Tensor:
    """What a head reads of each row: hidden (B, R, T, D) at the positions extract (B, R) -> (B, R, D)."""
    index = extract[..., None, None].expand(-1, -1, 1, hidden.shape[-1])
    return hidden.gather(2, index).squeeze(2)


class Head(nn.Module):
    """A linear layer without bias, with the classifier dropout of section 4.1 before it.

    Args:
        n_outputs: numbers that it makes of a state.
        d_model: width of the states.
        dropout: share of a state's values zeroed in training.
        generator: source of the initial weights, N(0, 0.02).
    """

    def __init__(self, n_outputs: int, d_model: int, dropout: float, generator: torch.Generator | None):
        super().__init__()
        self.dropout = dropout
        self.linear = nn.Linear(d_model, n_outputs, bias=False)
        nn.init.normal_(self.linear.weight, 0, 0.02, generator=generator or torch.Generator().manual_seed(0))

    def outputs(self, states: Tensor) -> Tensor:
        """States (..., D) -> (..., n_outputs) float32."""
        read: Tensor = self.linear(dropout(states, self.dropout, self.training)).float()
        return read


class TaskHead(Head):
    """The head that reads one state of each row; arguments as in Head, and what its outputs mean."""

    def __init__(self, task: Task, d_model: int, dropout: float = 0.1, generator: torch.Generator | None = None):
        super().__init__(task.n_outputs, d_model, dropout, generator)
        self.task = task

    def forward(self, states: Tensor) -> Tensor:
        """States at [Extract] (B, R, D) of each example's R rows -> what the example's answer is read from.

        classification, entailment: logits (B, C). similarity: the sum over both orders, logits (B, C) or, for a score,
        (B, 1) in standard units. multiple_choice: one logit for each row, (B, R).
        """
        outputs = self.outputs(states)
        return outputs.squeeze(-1) if self.task.kind == "multiple_choice" else outputs.sum(dim=1)
