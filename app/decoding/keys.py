"""The Decoding page's session keys; a widget's key is a URL key too: a link restores the view."""

from app.shared import state

PROMPT = state.BEGINNING
SAMPLE = "beginning"
LOOK = "decoding"
N_NEW = "n_tokens"
SEED = "seed"
