"""The session keys of GPT beside BERT; a widget's key is a URL key too: a link restores the view."""

from app.shared import state

MODEL = state.MODEL
MASKED = "masked"
SENTENCE = "sentence"
SAMPLE = "_bert_sample"
GAP = "gap"
"""Of the address alone: which token is hidden, counted from 1."""
MASK = "mask"
"""Whether our GPT looks at the triangle or at the square."""
LAYER, HEAD = "bert_layer", "bert_head"
SECOND = "second_text"
