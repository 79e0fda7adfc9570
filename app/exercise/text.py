"""What the Exercise page says. Braces are filled with numbers that were measured or computed."""

from collections.abc import Mapping
from typing import Literal

from gptcore.exercise.settings import Optimizer, Over, Start

Moment = Literal["untrained", "pretrained", "finetuned"]

TITLE = "The final exercise, live"
INTRO = (
    "The course text ends with this: a GPT-1 of one block and ten tokens reads five sentences and learns which word "
    "comes next; then four labelled ones teach it to tell praise from blame. Press **Train** and watch. Then change "
    "one thing, the optimizer first, and train again."
)
WORLD_SENTENCES = "**Five sentences:** {sentences}"
WORLD_LABELLED = "**Four with a label,** each between \\[Start] and \\[Extract]: {labelled}"
WORLD_TOKENS = "**Ten tokens:** {tokens}"

LABELS: Mapping[str, str] = {
    "optimizer": "Optimizer",
    "pretrain_epochs": "Pre-training: epochs",
    "pretrain_rate": "Pre-training: learning rate",
    "finetune_epochs": "Fine-tuning: epochs",
    "finetune_rate": "Fine-tuning: learning rate",
    "lm_weight": "λ, the weight of L1",
    "d_model": "Width",
    "n_head": "Heads",
    "start": "Initial weights",
    "over": "L1 of a sentence",
    "seed": "Seed",
}
OPTIMIZERS: dict[Optimizer, str] = {"sgd": "SGD", "adam": "Adam"}
STARTS: dict[Start, str] = {"xavier": "Xavier", "gpt1": "N(0, 0.02)"}
OVERS: dict[Over, str] = {"sum": "Sum", "mean": "Mean"}
TRAIN, AGAIN, WITH_THESE = "Train", "Train again", "Train with these"
RESET = "The text's settings"
OTHER_SETTINGS = "What is shown was trained with other settings than those that are chosen now. Press **Train again**."

PROGRESS = {"pretrain": "Pre-training: {now} of {all} epochs", "finetune": "Fine-tuning: {now} of {all} epochs"}
NOT_YET = "Nothing is learnt yet: what you see is guessing with random weights. Press **Train**."
NO_EPOCHS = "With 0 epochs of both kinds nothing is learnt. Choose more, and press **Train again**."
EXPLODED = (
    "**The loss exploded** in epoch {epoch} of {phase}: each step of this learning rate overshoots, and the next one "
    "overshoots more. Take a lower rate, and press **Train with these**. The pictures show the last moment before."
)
PHASES = {"pretrain": "pre-training", "finetune": "fine-tuning"}
LOSS, PERPLEXITY, RIGHT = "Loss, nats a word", "Perplexity", "Verdicts right"
FLOOR_OF, RIGHT_OF = "the floor is {floor}", "of 4"
PRETRAINING = "Pre-training, L1"
VERDICTS = "Fine-tuning, L2"
WORDS = "Fine-tuning, L1"
OURS, BEFORE, PRINTED = "now", "before", "the text"
FLOOR, COIN = "floor", "a coin"
WHY_FLOOR = (
    "**Why there is a floor.** After “the” comes “cat” three times and “film” twice; nobody can know which. The best "
    "that a model can do is to give each its share, and that costs **{nats:.3f} nats** a word over these five "
    "sentences, a perplexity of **{perplexity:.2f}**. L1 (of the words) and L2 (of the verdicts) are drawn as "
    "losses, means in nats; every point is what an epoch found before its own updates."
)

MOMENTS: dict[Moment, str] = {
    "untrained": "Before training",
    "pretrained": "After pre-training",
    "finetuned": "After fine-tuning",
}
SHORT: dict[Moment, str] = {"untrained": "untrained", "pretrained": "pre-trained", "finetuned": "fine-tuned"}
"""Above small maps."""
NEXT_TITLE = "“{prompt} ___”"
NEXT_SUBTITLE = "Softmax over all ten tokens. {moment}."
NEXT_NOTE = "▸ comes next in one of the five sentences, each time once: a perfect reader says 50 % and 50 %. {dashed}"
VERDICTS_TITLE = "Four verdicts: “the … was …”"
VERDICT_NAME = "{subject} … {word}"
VERDICTS_SUBTITLE = "The probability of the right label: above 50 % the verdict is right. {moment}."
RIGHT_MARK, WRONG_MARK = "✓ {p:.1%}", "✗ {p:.1%}"
VERDICT_DETAIL = "“{sentence}” is {label}: {now}; {before} before"
DASHED = "Dashed: {moment}."
ATTENTION = "What the heads look at in “{sentence}”"
ATTENTION_NOTE = (
    "A row of each map is a word that looks, a column a word that it looks at: {tokens}. Only the last row, [Extract], "
    "decides the verdict. Does it look at the word that matters?"
)
SENTENCE = "Sentence"

EXPECTED = "What the text promises, and what happens"
EXPECTED_ABOUT = (
    "Seeds {seeds}, at the text's settings (width 16, 2 heads, λ 0.5, rates 0.01 and 0.005), from the lowest to the "
    "highest. The text does not say whether L1 is a sum or a mean in fine-tuning, so both were tried, and Adam at the "
    "same rates. Its losses are log-probabilities: 0 is perfect."
)
EXPECTED_COMMAND = "python -m gptcore exercise --measure measured.json"
EXPECTED_BROKEN = "The measured numbers cannot be read; the command above makes them anew. The reason:"
FINDINGS = (
    "**Pre-training is quicker than promised.** At epoch 10 the text has {printed_10}; SGD reaches {sgd_10}, Adam "
    "{adam_10}.",
    "**Fine-tuning is far slower with SGD.** At epoch 25 the text has {printed_25} and every verdict right. With SGD "
    "L2 is {sgd_25}, and a coin has −0.693. With Adam it is {adam_25}, and every verdict is right.",
    "So none of the three gives both: the promised log is not one that this exercise prints.",
    "**L1 jumps when fine-tuning begins,** to {lm_0} where the text has {printed_lm_0}: [Start] and [Extract] have "
    "never been read before, and “the” now stands one place further.",
    "**“sat” is not third.** The text gives it {printed_sat} after “the film was”. In the five sentences it never "
    "comes there: it gets {sgd_sat} with SGD and {adam_sat} with Adam.",
)
PARTS = ("Pre-training", "Fine-tuning", "At the end")
QUANTITY, TEXT = "Quantity", "The text"
VARIANTS = {"sgd": "SGD, L1 as a sum", "mean": "SGD, L1 as a mean", "adam": "Adam, L1 as a sum"}
ROWS = {
    "pretrain": "epoch {epoch}: mean log P",
    "task": "epoch {epoch}: L2",
    "lm": "epoch {epoch}: L1, mean",
    "right": "epoch {epoch}: verdicts right",
    "verdict": "{sentence}: P(right label)",
    "next": "the film was ___: {word}",
}

TAKE_HOME = "Take it home"
TAKE_HOME_ABOUT = (
    "The same model in numpy, and nothing but numpy: forward, gradients by hand, training. In **exercise.py** {n} "
    "parts are left for you, each with a hint; `python exercise.py` tries what you wrote and says which part is next. "
    "**solution.py** has them all. Both hold the settings chosen above, and print the numbers of this page."
)
EXERCISE_FILE, SOLUTION_FILE = "exercise.py", "solution.py"
PARTS_LIST = "What the {n} parts are"
BIGRAM = "A smaller one: the bigram of seven words"
PYTHON = "Python"
PYTHON_NOTE = "These lines train the same model; run them with `.venv/bin/python`, or in a notebook."
CAPTION = "Every number is of a model with ten tokens that this page has trained."
