"""The session keys of the Lab; see app.explore.keys for the two kinds."""

LAB = "lab"
RUN = "run"
PRETRAIN = "pretrain_{}"
"""Of the pre-training form: pretrain_steps, pretrain_seed, ..."""
FINETUNE = "finetune_{}"
