"""How good a model's answers are: the metrics of the paper's section 4.2, by scikit-learn and scipy."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, matthews_corrcoef

from gptcore.tasks.examples import Target
from gptcore.tasks.task import Task


def metrics(task: Task, targets: Sequence[Target], answers: Sequence[Target]) -> dict[str, float]:
    """Metrics of answers against targets, both as Example has them.

    Classes: accuracy, f1 (of each class, averaged), matthews. A choice: accuracy. A score: pearson, spearman (0 where
    either side is constant, so that nothing correlates) and rmse, the root of the mean squared error.
    """
    if task.is_regression:
        scores, right = np.asarray(answers, dtype=float), np.asarray(targets, dtype=float)
        return {
            "pearson": _correlation(pearsonr, right, scores),
            "spearman": _correlation(spearmanr, right, scores),
            "rmse": float(np.sqrt(np.mean((scores - right) ** 2))),
        }
    accuracy = {"accuracy": float(accuracy_score(targets, answers))}
    if task.labels is None:
        return accuracy
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class that never occurs in a small test file counts as 0
        f1 = f1_score(targets, answers, labels=list(task.labels), average="macro", zero_division=0)
        return {**accuracy, "f1": float(f1), "matthews": float(matthews_corrcoef(targets, answers))}


def main_metric(task: Task) -> str:
    """The one that a result is known by."""
    return "pearson" if task.is_regression else "accuracy"


def confusion(task: Task, targets: Sequence[Target], answers: Sequence[Target]) -> list[list[int]]:
    """(C, C) counts: rows are the targets, columns the answers, in the order of the task's labels."""
    counts: list[list[int]] = confusion_matrix(targets, answers, labels=list(task.labels or ())).tolist()
    return counts


def _correlation(function: Callable[..., Any], targets: np.ndarray, answers: np.ndarray) -> float:
    if len(targets) < 2 or np.ptp(targets) == 0 or np.ptp(answers) == 0:
        return 0.0
    return float(function(targets, answers).statistic)
