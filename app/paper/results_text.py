"""What the paper page says about the paper's own tables."""

from typing import Literal

Kinds = Literal["all", "inference", "answers", "similarity", "classification"]
KINDS: dict[Kinds, str] = {
    "all": "All tasks",
    "inference": "Inference",
    "answers": "Questions and stories",
    "similarity": "Similarity",
    "classification": "Classification",
}

GAINS = "What GPT-1 gained, and how many examples it learnt from"
GAINS_ABOUT = (
    "A point is one of the paper's twelve tasks: above zero GPT-1 beat the best result before it. It was the best on "
    "{best} of {n}; on {behind} it was not (diamonds)."
)
GAINS_NOTE = (
    "Points of each task's own measure (accuracy, F1, or a correlation times 100), so heights of different kinds "
    "compare roughly. Sizes are those of the files that the tasks' makers hand out; the paper itself names only "
    "RTE's and SNLI's."
)
GAINS_ALT = "Points that GPT-1 gained over the best before, by the size of the training set: {values}"

QUESTION = "RTE and Story Cloze: is it the size?"
ANSWER = (
    "On RTE GPT-1 lost {rte_loss} points ({rte_gpt} against {rte_before}), and one reads that it had too few "
    "examples: {rte:,}. But Story Cloze has fewer labelled ones, {cloze:,}, and there it gained {cloze_gain} "
    "({cloze_gpt} against {cloze_before}), the second largest gain of all. (The 98,000 stories that one reads of "
    "have no labels; of 1,871 labelled ones OpenAI's code trains on 1,497.)"
)
SIZE_TELLS = (
    "Over all twelve tasks the rank correlation of size and gain is **{rho}**: size alone tells {how} of the gain. "
    "What does differ: choosing a story's ending asks which text reads better, which pre-training on books is close "
    "to; and the model that won on RTE had learnt several other tasks as well. The paper tests neither explanation."
)
LITTLE, SOMETHING = "next to nothing", "something"
FEW = 0.2
"""Of a rank correlation: next to nothing."""

TABLE = "Tables 2 to 4, task by task"
COLUMNS = (
    "Task",
    "Table",
    "Measure",
    "Examples",
    "Best before",
    "Models in it",
    "Score before",
    "GPT-1",
    "Gain",
    "Note",
)
SEVERAL = "several"
BEFORE_HELP = "The best result before the paper, as the paper names it."
ENSEMBLE_HELP = "How many models voted; GPT-1 is always one model."

ABLATIONS = "Table 5: what each part is worth"
ABLATIONS_ABOUT = (
    "Right of zero a change made the model better. Without pre-training it is {none} points worse on average, with "
    "an LSTM {lstm}; without the auxiliary loss it is **{auxiliary} points better** on average: worse on {worse}, "
    "better on {better}."
)
ABLATIONS_ALT = "Points above the full model for each change and task: {values}"
ABLATIONS_TABLE = "Table 5, as it is printed"

REAL = "Real tasks, on our own models"
REAL_ABOUT = (
    "`books`, our 7.8 million parameters (GPT-1 has 117 million), fine-tuned on real tasks, beside simpler methods. "
    "Each task by its own measure; the range is over seeds. A dash: not measured yet."
)
REAL_COMMANDS = "Commands: a row each, and the table"
REAL_DATA = (
    "`--data` names the folder of the tasks' files, which are not ours to ship; each task is a folder with train.csv "
    "and test.csv."
)
REAL_LSTM = "The row `lstm` needs `--model` too, the folder of an LSTM that was pre-trained."
MISSING = "Not measured yet: {n} of {total}. What a missing one takes is a command:"
SEEDS = {0: "", 1: " (1 seed)"}
