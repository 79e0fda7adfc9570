"""The texts' own numbers, as they write them: what each worked example starts from.

Tables are columns of cells; a cell is text, because a learner edits it and "0.40" is not "0.4" on a screen.
Numbers that no text gives are named OURS.
"""

Table = dict[str, tuple[str, ...]]

# The course text, lesson 2: two predictions for the three tokens of "The cat sat".
CAT: Table = {
    "token": ("the", "cat", "sat", "dog", "on"),
    "after The": ("0.05", "0.40", "0.10", "0.35", "0.10"),
    "after The cat": ("0.05", "0.05", "0.60", "0.05", "0.25"),
}
CAT_NEXT = (1, 2)
"""Rows of the tokens that really came: cat, sat."""

# The course text, lesson 2, exercise: "I love ..." goes on with "cats".
LOVE: Table = {
    "token": ("cats", "dogs", "pizza", "sleep", "rocks"),
    "P": ("0.30", "0.25", "0.20", "0.15", "0.10"),
}
LOVE_NEXT = 0

# The course text, final exercise: the losses and perplexities that its training is said to print.
TRAINING_LOG: Table = {
    "epoch": ("0", "10", "20", "30", "40"),
    "mean log P": ("-2.891", "-2.102", "-1.634", "-1.287", "-1.052"),
}
TRAINING_PERPLEXITIES = ("18.0", "8.2", "5.1", "3.6", "2.9")
TRAINING_VOCABULARY = 10
FINETUNING_LOG: Table = {
    "epoch": ("0", "5", "10", "15", "20", "25"),
    "classification": ("-0.693", "-0.412", "-0.198", "-0.089", "-0.045", "-0.024"),
    "language model": ("-1.891", "-1.654", "-1.523", "-1.487", "-1.462", "-1.451"),
    "right": ("50%", "75%", "100%", "100%", "100%", "100%"),
}
EXPECTED_VERDICTS: Table = {"sentence": ("the film was great", "the film was terrible"), "P": ("0.971", "0.966")}
"""Probabilities of the right labels."""
EXPECTED_NEXT: Table = {"word": ("great", "terrible", "sat"), "P": ("0.412", "0.389", "0.078")}

# The course text, lesson 3: one forward pass over "I love cats".
VOCABULARY = ("I", "love", "cats", "dogs", "the")
DIMENSIONS = ("1", "2", "3", "4")
TOKEN_TABLE: Table = {
    "token": VOCABULARY,
    "1": ("0.2", "0.8", "0.1", "0.3", "-0.5"),
    "2": ("-0.1", "0.4", "0.7", "0.6", "0.2"),
    "3": ("0.5", "-0.2", "0.3", "0.2", "0.4"),
    "4": ("0.3", "0.1", "-0.4", "-0.3", "0.6"),
}
POSITION_TABLE: Table = {
    "position": ("0", "1", "2"),
    "1": ("0.0", "0.1", "0.0"),
    "2": ("0.1", "0.0", "-0.1"),
    "3": ("0.0", "-0.1", "0.1"),
    "4": ("-0.1", "0.1", "0.0"),
}
SENTENCE = (0, 1, 2)
"""Rows of W_e: I, love, cats."""
AFTER_BLOCK: Table = {
    "position": ("0", "1", "2"),
    "1": ("-0.8", "0.5", "-0.2"),
    "2": ("1.2", "-0.3", "0.9"),
    "3": ("0.3", "1.1", "-1.0"),
    "4": ("-0.7", "-1.3", "0.3"),
}

# The primer on the mathematics: the language model's head on a vector of three numbers.
CHAI_STATE: Table = {"": ("h",), "1": ("0.6",), "2": ("-0.2",), "3": ("0.8",)}
CHAI: Table = {
    "token": ("chai", "bahut", "garam", "hai", "acha"),
    "1": ("0.4", "0.1", "0.7", "0.2", "-0.3"),
    "2": ("0.1", "0.5", "-0.1", "0.3", "0.4"),
    "3": ("0.2", "-0.1", "0.9", "0.6", "0.1"),
}
CHAI_NEXT = 2

# Two heads for sentiment: the course text's lesson 4 and the primer on the mathematics.
CLASSES = ("positive", "negative")
HEADS: dict[str, Table] = {
    "course": {
        "dimension": ("1", "2", "3", "4"),
        "h": ("-0.2", "0.9", "-1.0", "0.3"),
        "positive": ("0.15", "0.30", "-0.25", "0.10"),
        "negative": ("-0.20", "0.10", "0.40", "-0.15"),
    },
    "mathematics": {
        "dimension": ("1", "2", "3"),
        "h": ("0.5", "0.8", "-0.3"),
        "positive": ("0.6", "0.3", "-0.5"),
        "negative": ("-0.4", "0.7", "0.2"),
    },
}

# L3: the course text's lesson 6, and the code text, which gives a mean loss of 1.5: one token with P = e^-1.5 has it.
OBJECTIVES: dict[str, Table] = {
    "course": {
        "what comes": ("This", "film", "was", "brilliant", "[Extract]"),
        "P": ("0.02", "0.08", "0.35", "0.05", "0.01"),
    },
    "code": {"what comes": ("the average token",), "P": ("0.22313",)},
}
OBJECTIVE_LABELS = {"course": "0.85", "code": "0.72"}
WEIGHT = "0.5"
CODE_LANGUAGE_LOSS = 1.5

# Sizes (paper, section 4.1), and the rounded vocabulary that the texts count with.
SIZES: Table = {
    "size": ("vocabulary", "positions", "layers", "heads", "width", "classes"),
    "number": ("40,478", "512", "12", "12", "768", "3"),
}
ROUNDED_VOCABULARY = 40_000

# Rows of tokens: the course text's lesson 5.
PREMISE = "The old man spoke to the young girl"
HYPOTHESIS = "An elderly person talked to a child"
DOCUMENT = "Marie Curie discovered radium in 1898."
QUESTION = "What element did Curie discover?"
ANSWERS: Table = {
    "answer": ("Uranium", "Radium", "Polonium"),
    "score": ("-1.2", "2.1", "0.9"),
}
"""The scores are OURS: the exercise has none."""

# The code text's bigram model.
BIGRAM_SENTENCES: Table = {"sentence": ("chai bahut garam hai", "chai acha", "chai bahut acha hai", "")}
BIGRAM_PATH = "chai bahut garam hai"
SMOOTHING = "1"

# LayerNorm: a row of lesson 3's h_1; gain and bias as training starts.
NORM: Table = {
    "dimension": ("1", "2", "3", "4"),
    "x": ("-0.2", "0.9", "-1.0", "0.3"),
    "gain": ("1", "1", "1", "1"),
    "bias": ("0", "0", "0", "0"),
}
NORM_EPS = 1e-5

# Learning rates: the paper's; the length of pre-training is OURS, for the paper gives epochs and not updates.
PRETRAINING: Table = {
    "setting": ("peak rate", "warm-up updates", "updates in all"),
    "number": ("2.5e-4", "2000", "100000"),
}
FINE_TUNING: Table = {
    "setting": ("peak rate", "examples", "batch", "epochs", "warm-up share"),
    "number": ("6.25e-5", "2490", "32", "3", "0.2 %"),
}

# Table 5 of the paper.
TASKS = ("CoLA", "SST-2", "MRPC", "STS-B", "QQP", "MNLI", "QNLI", "RTE")
ABLATIONS: Table = {
    "task": TASKS,
    "full": ("45.4", "91.3", "82.3", "82.0", "70.3", "81.8", "88.1", "56.0"),
    "no pre-training": ("18.9", "84.0", "79.4", "30.9", "65.5", "75.7", "71.2", "53.8"),
    "no LM loss": ("47.9", "92.0", "84.9", "83.2", "69.8", "81.1", "86.9", "54.4"),
    "LSTM": ("30.3", "90.5", "83.2", "71.8", "68.1", "73.7", "81.1", "54.6"),
}
PRINTED_MEANS = {"full": "74.7", "no pre-training": "59.9", "no LM loss": "75.0", "LSTM": "69.1"}
