"""What is said of two views beside each other, whatever the lens."""

WHOLE = "the whole model"
SAME = "**{name}** is what you see. Change something, and the difference appears: a word, the model, a slider, a head."
CANNOT = "**{name}** cannot stand beside this view:"
PERPLEXITY = ":blue[■] here a perplexity of **{now}**, :red[■] in {name} **{beside}**"
IN_BYTES = (
    ":blue[■] here **{now:.2f}** bits per byte, :red[■] in {name} **{beside:.2f}**: their vocabularies differ, so "
    "perplexities do not compare"
)
OTHER_TEXT = ", over another text"
TOO_SHORT = ":blue[■] here, :red[■] in {name}: one of the two is a single token, which nothing predicts"
ALONE = " · This lens shows this view alone; Tokens, Attention and Prediction draw both."
NOT_OF_A_PEER = " · There is none of this in {kind}; Tokens and Prediction draw both."
DRAW_BOTH = ("tokens", "attention", "prediction", "layers")
"""Lenses that do."""
