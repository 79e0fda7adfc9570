"""The Decoding page's session keys; a widget's key is a URL key too: a link restores the view."""

from app.shared import state

PROMPT = state.BEGINNING
SAMPLE = "beginning"
LOOK = "decoding"
N_NEW = "n_tokens"
SEED = "seed"

HAND_VIEW = "hand_view"
HAND_TEMPERATURE = "hand_temperature"
HAND_TOP_K = "hand_top_k"
HAND_TOP_P = "hand_top_p"
HAND_SEED = "hand_seed"
HAND_WORD = "hand_word"
HAND_STEP = "hand_step"
"""Which token's step the log shows, counted from 1; one more than were written is the step to come."""
HAND_CACHE = "kv_cache"
TRIES = "tries"
"""Of the address alone: the tree of what was tried, see app.decoding.hand.link."""
STAGE = "log_stage"
"""Of the address alone: the stage of a step that is unfolded in the log."""
HAND_KEPT = "_hand_kept"
"""Ours: the tree as it is now (app.decoding.hand.state.Kept)."""
HAND_KNOWN = "_hand_known"
"""Ours: this session's trees by what they belong to, for a beginning that comes back."""
HAND_NOTE = "_hand_note"
"""Ours: what is to be said of the last act, or empty."""
