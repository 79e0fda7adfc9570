"""The Decoding page's session keys; a widget's key is a URL key too: a link restores the view."""

PROMPT = "start"
LOOK = "decoding"
N_NEW = "n_tokens"
SEED = "seed"
