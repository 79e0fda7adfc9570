"""What the Tasks page says: the kinds of task, what each mark in a row is for, and examples of our own."""

from gptcore.tasks.examples import Kind

INTRO = (
    "GPT-1 takes on any task by writing it as **one row of tokens** and reading **one new layer** at the row's end. "
    "Edit the texts and watch the rows and the verdict follow."
)

LAYOUTS = {
    "classification": "One text between [Start] and [Extract]. The state at [Extract] has seen all of it.",
    "entailment": "Premise and hypothesis in one row, [Delim] between them: does the second follow from the first?",
    "similarity": "Neither text comes first by nature, so both orders are read and their states at [Extract] added.",
    "multiple_choice": "One row for each answer, all with the same beginning. A softmax over the rows' scores decides.",
}

TEXT_LABELS = {
    "classification": ("Text",),
    "entailment": ("Premise", "Hypothesis"),
    "similarity": ("First text", "Second text"),
    "multiple_choice": ("Context", "Answers, one per line"),
}

LEGEND = {
    "start": ("[Start]", "a new embedding: a row begins"),
    "text-0": ("text", "tokens of the vocabulary, as in pre-training"),
    "text-1": ("second text", "the same vocabulary"),
    "delimiter": ("[Delim]", "a new embedding: the other text begins"),
    "extract": ("[Extract]", "a new embedding: the state here goes to the task's layer"),
    "padding": ("padding", "makes rows equally long; comes after [Extract], so nothing sees it"),
}

ROWS_TITLE = "The rows the model reads"
LOOKS_NOTE = (
    "Bars: how [Extract] shares its attention out over the row in layer {layer}, head {head}; the tallest is {share} "
    "on {token}. [Extract] is the last real token, so it may look at all others."
)
BOARD_TITLE = "What [Extract] looks at, in every head"
BOARD_NOTE = "Rows are layers, columns heads; colours as above, each to its own scale. Hover to preview, click to keep."
BOARD_ALT = "Attention of the last token in all layers and heads, as small bar charts. Arrow keys choose one."

PREDICTION = "The verdict"
TARGET = "The example's own answer: {target}."
DASHED = "Dashed: the example before your edit."
ALONE = "What one order alone would answer"
ALONE_NOTE = "Each as if both rows had ended in this state. They differ; their sum cannot know which text came first."

NO_MODEL = (
    "No model here was fine-tuned for this kind of task, so the rows have no verdict yet. Fine-tune one and it appears "
    "in the list:"
)
NO_MODEL_COMMAND = "python -m gptcore finetune --task {kind} --train train.csv --test test.csv --out models/my-{kind}"
EMPTY = "Write something in every box, or pick an example: a row needs at least one token of each text."
CUT = (
    "Text {number} has {of} tokens; only its first {kept} fit into the model's {n_positions} positions with the marks."
)

ARITHMETIC = "From the state at [Extract] to the verdict, in numbers"
ARITHMETIC_NOTE = (
    "The state has {d_model} numbers; each class has its own column of weights in the task's layer ({n_weights} "
    "weights in all, no bias). Their product is the logit."
)

EXAMPLES: dict[Kind, list[tuple[str, ...]]] = {
    "classification": [("The rain had stopped at last, and the children ran out laughing.",)],
    "entailment": [("Nora gave the red kite to her brother Sam.", "Sam has a kite.")],
    "similarity": [("The old dog slept by the fire.", "By the fire lay an old dog, asleep.")],
    "multiple_choice": [
        (
            "Mia had saved all summer for a drum. On her birthday she opened the big round box and shouted for joy.",
            "She beat the drum all day.",
            "She was sad that there was no drum.",
        )
    ],
}
"""Texts to start from where no model brings its own."""
