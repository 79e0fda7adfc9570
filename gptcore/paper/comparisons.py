"""What the paper's tables say when they are put side by side: gains and sizes, and what each part is worth."""

from collections.abc import Mapping

from scipy.stats import spearmanr

from gptcore.paper.results import Ablation, tasks

AVERAGE = "on average"


def gained(full: Ablation, row: Ablation) -> Mapping[str, float]:
    """Points by which a row of table 5 is above the full model: on average, of the means as they are printed, and by
    task. Below 0 where the full model is better."""
    by_task = {task: round(row.scores[task] - score, 1) for task, score in full.scores.items()}
    return {AVERAGE: round(row.mean - full.mean, 1), **by_task}


def size_and_gain() -> float:
    """Spearman's rank correlation of the twelve tasks' numbers of examples with their gains: 1 if more examples always
    went with a larger gain, 0 if size tells nothing."""
    sized = [(result.examples, result.gain) for result in tasks() if result.examples is not None]
    return float(spearmanr(*zip(*sized, strict=True)).statistic)
