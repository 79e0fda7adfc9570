"""What the Explore page says around its pictures."""

TIME = "Training step of this checkpoint"
PROMPT_LABEL = "Your text"
PROMPT_PLACEHOLDER = "Type a few words, or take one of the samples below"
EMPTY = "Type something above, or pick a sample: every picture on this page is drawn from your own text."
BAND_QUESTION = "How surprising was each token?"
BANDS = ("top 10", "top 100", "top 1,000", "rarer")

LENSES = {
    "flow": "Flow",
    "tokens": "Tokens",
    "attention": "Attention",
    "layers": "Layers",
    "prediction": "Prediction",
    "change": "Change",
    "vectors": "Vectors",
    "anatomy": "Anatomy",
}

START_HERE = {
    "type": ("Type", "Change the text above. Everything below is computed again as you type."),
    "walk": ("Walk through the model", "In **Flow**, press Play: a token goes from its id to the next word."),
    "open": ("Open a number", "Click a cell of a picture: how its number comes about, down to the weights."),
    "token": ("Pick a token", "Click a chip. All lenses now show the model at that token."),
    "head": ("Pick a head", "In **Attention**, click one of the small maps to see it large."),
    "temperature": ("Move the temperature", "Watch the bars: below 1 they sharpen, above 1 they even out."),
    "switch": ("Switch something off", "Turn **Switch off** on and click a head: did it matter for your text?"),
    "untrained": ("Switch off the learning", "**Untrained** shows the same model before its first training step."),
}

SHARE = (
    "The page's address holds this whole view: copy it to share what you see. With [?present=1](?present=1) everything "
    "is larger, for a hall."
)

SEES = "This model sees {n} tokens at once: the {before:,} before them are left out here."
READ_HERE = "The last {n} tokens are read here: the {before:,} before them are left out."
HAS_LINES = "⏎ is the end of a line; “Longer text” shows the lines one below the other."
ENDS_HERE = (
    "The story ends here: its last token, ∎ in the box, is end-of-text. “Write on anyway” in the Prediction lens "
    "starts another text behind it. To take it out, delete the ∎."
)
ENDED_BEFORE = "∎ is one token, end-of-text: what stands behind it is another text to the model."
IDS_NOT_IN_LINK = "A model wrote more tokens of it than the address holds: opened by a link, the text is cut anew."
TYPED_END = "A typed `<|endoftext|>` is plain text, cut into {n} tokens: it ends nothing."

STRANGE = "**Not what this model learnt from** ({text}): {why}."
SURPRISING = "{times} times as surprising as the text that it was tested on (median perplexity {usual:,.0f})"
MANY, MOST_TIMES = "more than 1,000", 1_000
NEVER_READ = "{n} of its words ({share}) never came in it"
AND = ", and "
ITS_TEXT = "its training text"

ATTENTION_CAVEAT = (
    "Attention shows where a head takes values from, not what it does with them or whether that mattered: the values, "
    "the other heads, the feed-forward network and the residual path are not in this picture."
)

OFF_HEAD = (
    "This head is switched off: it still looks where it looks, but nothing of what it finds is handed on, so these "
    "weights change nothing."
)

ROLLOUT = "All heads of all layers (attention rollout)"
ROLLOUT_NOTE = (
    "A summary, not an explanation: it adds up weights as if the values did not matter and the residual path took half."
)
ROLLOUT_HINT = (
    "Each row is a token's last state; the stronger a cell, the more of it comes from that earlier token by way of all "
    "layers. Point at a cell for its share."
)
ROLLOUT_CAVEAT = (
    "Attention rollout (Abnar and Zuidema 2020): each layer is taken as half the mean of its heads' weights and half "
    "the residual path, and the layers are multiplied. The feed-forward networks are left out, too."
)
