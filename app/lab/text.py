"""What the Lab says."""

from typing import Literal

Part = Literal["pretrain", "finetune", "runs"]

INTRO = (
    "GPT-1 learns in two stages: **pre-train** on plain text, then **fine-tune** on a task with one new layer. "
    "Start a run, watch it learn, and open it in Explore or Tasks while it does."
)
PARTS: dict[Part, str] = {"pretrain": "Pre-train", "finetune": "Fine-tune", "runs": "Runs"}

TEXTS = {
    "storyworld": "Story world (ours)",
    "shuffled": "The story world's sentences, shuffled (ours)",
    "source": "The source text of this program (ours)",
    "own": "Your own text",
}
OPTIMIZERS = {"adam": "Adam", "sgd": "SGD, momentum 0.9"}
DECAYS = {"cosine": "Warm-up, then cosine", "linear": "Warm-up, then linear"}
PRESETS = {"nano": "Nano", "micro": "Micro", "small": "Small"}
PRESET_HELP = "How large the model is. Nano learns in seconds and stays simple; Small needs patience or a GPU."
OWN_TEXT = "A text file, or paste a text below. It stays on this machine."
SAME_TEXT = "the text of “{title}”"
TEXT_READ = "{n:,} characters, read as {encoding}."
TEXT_GUESSED = "{n:,} characters, read as {encoding}, a guess from its letters; saved as UTF-8, there is no guessing."
COST = "**{parameters}** parameters · about **{memory}** of memory · about **{time}** for {tokens} tokens"
COST_HELP = (
    "Memory and time are estimates from the arithmetic of one update and this machine's speed at matrix products."
)

NO_RUN = "No run yet. Choose a text and a size on the left and press **Start pre-training**: it learns within a minute."
NO_FINETUNE = "No fine-tuning yet. Choose a model and a task on the left and press **Start fine-tuning**."
CANNOT_SHOW = "This cannot be shown; the reason:"
DAMAGED = "Damaged"
DAMAGED_WHY = "Of **{title}** something cannot be read; delete it, or look into its folder. The reason:"
TABLE_ANEW = (
    "The table of runs was damaged. It was made anew from the runs' folders, and the old file is kept as {name}. Runs "
    "that had not finished are interrupted now; resume them to go on."
)
LOSS = "Loss: the mean surprise per token, in nats. Pale: each batch; strong: text that is not trained on."
BASELINES = {
    "even": "guessing evenly, ln V",
    "bigram": "bigram (Kneser-Ney)",
    "unigram": "how often each token comes",
    "neighbours": "both neighbours (bigram)",
}
FINETUNE_LOSSES = "Losses over training steps: L3 and L2 of each batch, L2 and L1 on the test examples"
MORE_CURVES = "Learning rate and gradient norm"
BEFORE_AFTER = "The same example before and after"
VERDICT = "The model's answer"
BEFORE_DASHED = "Dashed: before the first update, with a head that has learnt nothing."
TRUTH = "The truth: {target}"
WRONG = "Examples it got wrong"

SAMPLES = "What it writes"
SAMPLES_NOTE = "Each checkpoint continues “{prompt}” (temperature 0.8, the same seed). Read from top to bottom."
PROMPT = "One sunny Friday,"
PROBE = "Mia saw a dog. The dog saw Mia."
PROBE_TITLE = "What its heads look at, as it learns"
PROBE_NOTE = (
    "“{probe}” at the same checkpoints: a row for each head, in every map a row for each token and what it looks at. "
    "They begin alike, near-even over all that came before; watch some turn to one place."
)

STEP_HELP = "Which of the run's checkpoints: does an hour more of pre-training make a better start?"
LAMBDA_HELP = (
    "L3 = L2 + lambda L1: how much the language model's loss counts beside the task's. L1 is over the texts' own "
    "tokens; [Delim] and [Extract], which OpenAI's code counts too, are left out."
)
MODEL = "Model"
MODELS = {
    "transformer": "Transformer (GPT-1's)",
    "lstm1": "LSTM, one layer",
    "lstm2": "LSTM, two layers",
    "pair": "Transformer against LSTM",
}
MODEL_HELP = (
    "An LSTM carries one state from token to token and has no attention. It is made as wide as gives it as many "
    "parameters as the transformer of this size has, and learns from the same tokens in the same order. The last "
    "choice starts one of each."
)
LACKS_ATTENTION = "An LSTM has no attention to draw: it carries one state from token to token."
LOSS_AXIS = "validation loss, nats per token (lower is better); a stroke marks the mean"
LOSS_SPREAD = "The validation loss that each run reaches, on text that neither was trained on"
FAIR_PAIRS = {
    "none": "One run",
    "scratch": "Pre-trained against from scratch",
    "lambda": "Lambda 0.5 against 0",
    "layers": "All layers transferred against one fewer",
}
FAIR_PAIR_HELP = "Two runs that differ in one thing, each with several seeds, so that luck shows as spread."
SERIES = "{n} of {total} runs have ended"
STOP_ALL = "Stop all"
FOLLOW = "Whichever runs now, or finished last"
SPREAD = "What each run reaches on the test examples: a dot for every seed, a stroke for their mean"
SPREAD_AXIS = "test result; a stroke marks the mean"
SPREAD_LATER = "As soon as both sides have a result, they are drawn here side by side."
DIFFERENCE = "**{one}**: {mean:.3f} on average. **{other}**: {other_mean:.3f}. {verdict}"
ONE_SEED = "One seed says little yet."
APART = "Every seed of one is ahead of every seed of the other, so this is hardly luck."
OVERLAP = "Their seeds overlap, so the difference may be luck: more seeds, or more test examples, would tell."
OWN_TASK = (
    "Your own labelled files, one to learn from and one to test on: CSV, TSV, JSON or Parquet, or as fastText, RACE, "
    "Story Cloze and GLUE have them. They stay on this machine."
)
OWN_FILES = {"train": "To learn from", "test": "To test on"}
OTHER_FILE = "Another file"
CANNOT_USE = "This file cannot be used:"
TRAIN_FIRST = "it is read once the file to learn from is understood"
UNDERSTOOD = "{rows:,} examples are understood; these are the first."
LABELS_FROM = {None: "As the file suggests", 0: "0", 1: "1"}
LABELS_FROM_TITLE = "Numbers of right answers count from"

OWN_COLUMNS = "Which column is which:"
COLUMNS = {
    "text": "Text",
    "premise": "Premise",
    "hypothesis": "Hypothesis",
    "text_a": "First text",
    "text_b": "Second text",
    "context": "Context",
    "answers": "Answers, in order",
    "label": "Label",
    "score": "Score",
}

LEDGER_HINT = "Tick a run to see it, several to compare them: what sets them apart, and their curves on one chart."
SHARED_HELP = "Everyone who opens this app then sees the run; only you can stop or delete it."
"""What sharing means."""
SAME_EXAMPLES = "The examples of “{title}”"
TAUGHT = "this model was taught a learner's corrections; teach it again in Tasks, where they are"
MODEL_GONE = "the model this run started from is gone"

TRAINING_FILE, TEST_FILE = "Training file", "Test file"
AS_IT_STANDS, FIRST_ROWS, CLASSES = "first rows as they stand there", "first examples", "classes"
