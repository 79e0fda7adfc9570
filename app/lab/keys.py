"""The session keys of the Lab; see app.explore.keys for the two kinds."""

from app.shared import state

LAB = state.LAB
RUN = "run"
PRETRAIN = "pretrain_{}"
"""Of the pre-training form: pretrain_steps, pretrain_seed, ..."""
FINETUNE = "finetune_{}"
