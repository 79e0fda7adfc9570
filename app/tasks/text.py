"""What the Tasks page says: the kinds of task, what each mark in a row is for, what a model knows."""

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
    "new": ("word", "never in its fine-tuning"),
    "unknown": ("word", "never in its pre-training either"),
    "padding": ("padding", "makes rows equally long; comes after [Extract], so nothing sees it"),
}

ROWS_TITLE = "The rows the model reads"
LOOKS_NOTE = (
    "Bars: how [Extract] shares its attention out over the row in layer {layer}, head {head}; the tallest is {share} "
    "on {token}. [Extract] is the last real token, so it may look at all others."
)
LACKS_ATTENTION = "An LSTM has no attention: [Extract] is read from the one state that it has carried so far."
BOARD_TITLE = "What [Extract] looks at, in every head"
BOARD_NOTE = "Rows are layers, columns heads; colours as above, each to its own scale. Hover to preview, click to keep."
BOARD_ALT = "Attention of the last token in all layers and heads, as small bar charts. Arrow keys choose one."

PREDICTION = "The verdict"
RIGHT_ANSWER = "✓ Right: the expected answer is {target}."
WRONG_ANSWER = "✗ Wrong: the expected answer is {target}."
NEAR = "✓ Near: the expected score is {target}."
FAR = "✗ Far off: the expected score is {target}."
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

LOSSES = "Losses of this example:"
LOSS = "{symbol} = {value}"

COURSE = "Course text"
SMALL_WORLD = (
    "A small world that can be learnt completely: `stories`, which this model was made from, has read nothing but the "
    "sentences of our story generator."
)
STORY_FIRST = (
    "It comes first because no model here that read plain English was fine-tuned for this kind of task. Fine-tune "
    "`books` on examples of your own in the Lab, and you can choose it here."
)
STORY_FIRST_NO_BETTER = (
    "It comes first because the model of plain English in this list is not clearly better at this task than counting "
    "words."
)

LEARNT = "Learnt from {n} examples{of}; "
OF_SOURCE = " of {source}"
RIGHT = "right on **{value}** of {n} that it never saw"
ALWAYS = "; always saying “{name}” would be right on {share}"
ANY = "; always the same answer would be right on {share}"
CORRELATES = "on {n} that it never saw, its scores correlate with the right ones at **{value}** (Pearson)."
NO_BETTER = (
    "A bag of words, which counts words and knows no order, comes to {bag} on the same examples: this model's {own} is "
    "not clearly better."
)
SHARED_WORDS = (
    "It is no great reader yet: a linear model that is only told which words the two texts share is right on {shared}."
)
NO_STANDING = "This model's card does not say what it learnt from, nor how often it is right."


MARKED = {"new": "\nnever seen in fine-tuning", "unknown": "\nnever seen, not in pre-training either"}
UNSEEN = {
    "new": "Words that were never in its fine-tuning: {words}.",
    "unknown": "Never in its pre-training either: {words}.",
}
MORE = " and {n} more"
_SURPRISING = "To the model this text is {how} what it learnt from (perplexity {{perplexity}} beside {{usual}})."
TIMES = _SURPRISING.format(how="**{times} times** as surprising as")
ALIKE = _SURPRISING.format(how="about as surprising as")
LESS = _SURPRISING.format(how="less surprising than")

STRANGE = "**This is not what the model learnt from.**"
STRANGE_TO = "**This is not what the model learnt from: it knows {source}.**"
STRANGE_WHY = " {why}. Take its answer as a guess."
REASONS = {
    "perplexity": "the text is {times} times as surprising to it as its own test examples",
    "words": "its words are rare there, or never came up ({share} of them)",
}
AND = ", and "
REASON_OF_BOTH = "the text and its words are both unusual there"


CARD = "What this model learnt from, and how far to trust it"
DATA = "Data: "
SOURCE = "{name} ({licence})"
THIS = "this model"
RUNS = {
    "fine_tuned": "the same, {runs} seeds",
    "from_scratch": "without pre-training, {runs} seeds",
}
SPREAD = "{mean} ({least} to {most})"
PEERS = {
    "bag_of_words": "bag of words",
    "shared_words": "which words both texts have",
    "one_text": "the second text alone",
    "answers_alone": "the answers alone",
    "overlap": "how many words are shared",
    "majority": "always the commonest answer",
}
MEASURES = {"accuracy": "right", "pearson": "Pearson's correlation"}
BESIDE = "All on the same {n} examples, which none of them saw before."
CALIBRATION = "**When it is so sure, how often is it right?**"
CALIBRATION_ALT = "How often the model is right, over how sure it is, on {n} test examples: {points}."
POINT = "{sure} sure, {right} right"
CALIBRATION_NOTE = (
    "On the dotted line the two agree; below it the model is surer than it should be. Larger dots are more examples."
)
CALIBRATION_BEFORE = " Dashed: before the logits were divided by the temperature."
COMMAND = "Made with:"
MISTAKES = "**What its mistakes have in common**"


def listed(index: int, line: str, from_course: bool) -> str:
    """An example in the list."""
    return f"{index + 1}  {COURSE}: {line}" if from_course else f"{index + 1}  {line}"


PYTHON = "Python"
PYTHON_NOTE = "These lines give this verdict; `gptcore` is the library under this page."
