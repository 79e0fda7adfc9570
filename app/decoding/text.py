"""What the Decoding page says around its three laboratories."""

LOOKS = {"strategies": "Side by side", "beam": "Beam search", "by_hand": "By hand"}
ABOUT = {
    "strategies": "A model gives probabilities; which token is written is another decision. Here the same beginning is "
    "written on by every way of deciding that is in use.",
    "beam": "Beam search keeps several beginnings at a time and goes on from each of them, for the likeliest text.",
    "by_hand": "You decide: take any token, go back, try another. The log says what the model does at each step.",
}
PROMPT_LABEL = "The beginning of a text"
PROMPT_PLACEHOLDER = "Type the beginning of a text, and press Enter"
EMPTY = (
    "Type the beginning of a text above and press Enter, or take one of the samples: everything on this page is "
    "written on from it."
)
LONG = "The text is longer than the model's context: its last {n:,} tokens are read."
PYTHON = "Python"
PYTHON_NOTE = "These lines give the same tokens and numbers; run them with `.venv/bin/python`, or in a notebook."
