"""What Explore says of an LSTM and of a bigram where it would draw a transformer's parts."""

_STATE = "it carries one state from token to token"
_COUNTS = "it has counted which token follows which, and that is all"

LACKS = {
    "lstm": {
        "attention": f"**An LSTM has no attention**: {_STATE}. All that it knows of the text so far is in that state; "
        "it cannot look back at an earlier token.",
        "flow": f"**An LSTM has no blocks to walk through**: {_STATE}. Gates decide what of the state is kept, what of "
        "the new token is added and what is handed on.",
        "layers": "**An LSTM has no residual stream** that each layer adds to, so that its states between the layers "
        "were never meant to be read as a prediction. Only the last one is.",
        "change": f"**An LSTM has no heads to switch off and no attention to patch**: {_STATE}.",
        "vectors": "**An LSTM has no position vectors and no feed-forward neurons**; the maps of this lens are a "
        "transformer's. Its token vectors are its output table, too, as a GPT's are.",
        "anatomy": "**An LSTM's parts are few**: a table of token vectors and, in each layer, two matrices and two "
        "biases for its four gates. This lens counts a transformer's.",
    },
    "bigram": {
        "attention": f"**A bigram has no attention**: {_COUNTS}. Only the last token counts for the next.",
        "flow": f"**A bigram has nothing to walk through**: {_COUNTS}. It looks up the last token's row.",
        "layers": "**A bigram has no layers**: from the last token to the prediction it is one step.",
        "change": f"**A bigram has no parts to switch off**: {_COUNTS}.",
        "vectors": f"**A bigram has no vectors**: a token is its number, and {_COUNTS}.",
        "anatomy": f"**A bigram has no weights**: {_COUNTS}.",
    },
}
TO_PREDICTION = "What it predicts"
NOT_OFF = {
    "lstm": "An LSTM has no heads, layers of attention or positions, so nothing is switched off here.",
    "bigram": "A bigram has no parts, so nothing is switched off here.",
}
LSTM = (
    "**An LSTM**: $c_t = f_t \\odot c_{t-1} + i_t \\odot g_t$ and $h_t = o_t \\odot \\tanh c_t$, number by number. "
    "What it keeps of the text is $c_t$; $f_t$, $i_t$ and $o_t$ are gates between 0 and 1, made from the token and "
    "from $h_{t-1}$. The prediction is the softmax of $h_t$ times its token table."
)
_SEEN = "**A bigram** looks at “{last}” alone. In its training text something followed it {times:,} times"
BIGRAM = {
    "laplace": _SEEN + ", “{token}” {pair:,} times of them. Laplace adds {added:g} to each token's count: "
    "({pair:,} + {added:g}) / ({times:,} + {share:,g}) = {probability}.",
    "kneser-ney": _SEEN + " ({types:,} different tokens), “{token}” {pair:,} times of them. Kneser-Ney takes "
    "{discount:.2f} from each of these counts and shares that out by how many tokens each one follows: {probability} "
    "for “{token}”.",
}
"""Of the likeliest token."""
