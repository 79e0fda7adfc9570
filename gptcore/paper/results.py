"""The paper's results as data: tables 2 to 5, with the size of each training set.

Scores are the paper's, in its own units: percent, but Matthews' and Pearson's correlation times 100. The paper names
two sizes itself (RTE 2,490; SNLI about 550,000); the others are those of the files that the tasks' makers hand out.
"""

from dataclasses import dataclass
from typing import Literal

from gptcore.worked import given

Measure = Literal["accuracy", "F1", "Matthews", "Pearson", "mean"]


@dataclass(frozen=True)
class Rival:
    """The best result before the paper."""

    name: str
    score: float
    ensemble: int | None = 1
    """How many models voted; None: several, and the paper does not say how many."""


@dataclass(frozen=True)
class TaskResult:
    """One column of tables 2 to 4."""

    task: str
    table: int
    kind: Literal["inference", "answers", "similarity", "classification"]
    measure: Measure
    gpt: float
    before: Rival
    examples: int | None
    """To learn from; None for a mean over several tasks, or where it is part of another row's."""
    note: str = ""

    @property
    def gain(self) -> float:
        """Points that GPT-1 is above the best before; below 0 where it is not."""
        return round(self.gpt - self.before.score, 1)


_SAN, _BILSTM = "Stochastic Answer Network", "BiLSTM with ELMo and attention"
_MRU = "BiAttention MRU"
RESULTS: tuple[TaskResult, ...] = (
    TaskResult("MNLI, matched", 2, "inference", "accuracy", 82.1, Rival(_SAN, 80.6, 3), 392_702),
    TaskResult("MNLI, mismatched", 2, "inference", "accuracy", 81.4, Rival(_SAN, 80.1, 3), None, "learnt with MNLI"),
    TaskResult("SNLI", 2, "inference", "accuracy", 89.9, Rival("ESIM with ELMo", 89.3, 5), 550_000, "about"),
    TaskResult("SciTail", 2, "inference", "accuracy", 88.3, Rival("CAFE", 83.3), 23_596),
    TaskResult(
        "QNLI",
        2,
        "inference",
        "accuracy",
        88.1,
        Rival("GenSen", 82.3),
        104_743,
        "as it is handed out today; it was made anew after the paper",
    ),
    TaskResult("RTE", 2, "inference", "accuracy", 56.0, Rival("BiLSTM with attention, many tasks", 61.7), 2_490),
    TaskResult(
        "Story Cloze",
        3,
        "answers",
        "accuracy",
        86.5,
        Rival("Hidden Coherence Model", 77.6),
        1_497,
        "labelled rows that OpenAI's code trains on, of 1,871; the 98,000 that one reads of have no labels",
    ),
    TaskResult("RACE, middle school", 3, "answers", "accuracy", 62.9, Rival(_MRU, 60.2, 9), None, "part of RACE"),
    TaskResult("RACE, high school", 3, "answers", "accuracy", 57.4, Rival(_MRU, 50.3, 9), None, "part of RACE"),
    TaskResult("RACE", 3, "answers", "accuracy", 59.0, Rival(_MRU, 53.3, 9), 87_866),
    TaskResult("CoLA", 4, "classification", "Matthews", 45.4, Rival(_BILSTM, 35.0), 8_551),
    TaskResult("SST-2", 4, "classification", "accuracy", 91.3, Rival("Sparse byte mLSTM", 93.2), 67_349),
    TaskResult("MRPC", 4, "similarity", "F1", 82.3, Rival("TF-KLD", 86.0), 3_668),
    TaskResult("STS-B", 4, "similarity", "Pearson", 82.0, Rival("ECNU, mixed", 81.0, None), 5_749),
    TaskResult("QQP", 4, "similarity", "F1", 70.3, Rival(_BILSTM, 66.1), 363_846),
)
"""Tables 2 to 4, in their order."""
GLUE = TaskResult(
    "GLUE",
    4,
    "classification",
    "mean",
    72.8,
    Rival(f"{_BILSTM}, many tasks", 68.9),
    None,
    "a mean of several measures",
)
"""The last column of table 4."""
MATCHED_TWICE = ("MNLI, mismatched", "RACE, middle school", "RACE, high school")
"""Rows that are a part of another task: without them there are the paper's twelve."""


@dataclass(frozen=True)
class Ablation:
    """One row of table 5."""

    name: str
    scores: dict[str, float]
    """By task."""
    mean: float
    """As it is printed."""


def tasks() -> tuple[TaskResult, ...]:
    """The twelve tasks of which the paper counts nine as best."""
    return tuple(result for result in RESULTS if result.task not in MATCHED_TWICE)


def behind() -> tuple[TaskResult, ...]:
    """Those where GPT-1 was not the best."""
    return tuple(result for result in tasks() if result.gain < 0)


def ablations() -> tuple[Ablation, ...]:
    """Table 5; the scores are those of the worked example."""
    return tuple(
        Ablation(name, dict(zip(given.TASKS, map(float, given.ABLATIONS[name]), strict=True)), float(mean))
        for name, mean in given.PRINTED_MEANS.items()
    )
