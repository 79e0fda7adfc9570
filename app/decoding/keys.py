"""The Decoding page's session keys; a widget's key is a URL key too: a link restores the view."""

from app.shared import state

PROMPT = state.BEGINNING
SAMPLE = "beginning"
LOOK = "decoding"
N_NEW = "n_tokens"
SEED = "seed"
WIDTH = "width"
TOP_K = "k"
TOP_P = "p"
TEMPERATURE = "t"
MIX_TEMPERATURE, MIX_TOP_K, MIX_TOP_P = "mix_t", "mix_k", "mix_p"
MIX_PENALTY, MIX_NGRAM = "penalty", "ngram"
TOKEN = "look_at"
"""Which token of which text is looked at: "top_k.12", counted from 1."""
WRITING = "_writing"
"""Ours: what is written side by side."""
BEAM_SAMPLE, BEAM_WIDTH, BEAM_TOKENS, BEAM_PENALTY = "beam_sample", "beam_width", "beam_tokens", "beam_penalty"
BEAM_DEPTH, BEAM_NODE = "beam_shown", "beam_node"
"""How many tokens of the tree are shown; which node is looked at, by the ids that lead to it: "12.5.99"."""
BEAM_PROVEN = "_beam_proven"
"""Ours: of which search the best text of all is known."""
