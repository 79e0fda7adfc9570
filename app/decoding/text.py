"""What the Decoding page says around its three laboratories."""

LOOKS = {"strategies": "Side by side", "beam": "Beam search", "by_hand": "By hand"}
PROMPT_LABEL = "The beginning of a text"
PROMPT_PLACEHOLDER = "Type the beginning of a text"
DEFAULT_PROMPT = "Once upon a time there was a little"
EMPTY = "Type the beginning of a text above: everything on this page is written on from it."
