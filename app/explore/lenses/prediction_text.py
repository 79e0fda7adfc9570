"""What the Prediction lens says."""

FUNNEL = "From the softmax to the draw"
FUNNEL_TITLE = f"#### {FUNNEL}"
FUNNEL_HELP = "The tokens the model likes best, at each stage of sampling. An empty cell is a cut token."
STAGES = {
    "raw": "softmax of the logits: what the model says",
    "scaled": "logits divided by the temperature, then the softmax",
    "after cuts": "what top-k and top-p leave",
    "renormalised": "divided by its sum, so that it adds up to 1 again",
}
CERTAIN = "Nothing is left to chance:"
DRAWN = "The seed gives the number {uniform:.4f}; counting probabilities up from the first id, it falls on"
CONTINUE = "Continue"
CONTINUE_HELP = "Writes this many tokens with the settings above."
WRITE_ON = "Write on anyway"
WRITE_ON_HELP = "The text has ended. What is written now is another text, which begins after the end-of-text token."
WRITING = "{done} of {total} tokens"
DECODING = "All ways to choose, side by side"
CONTEXT_FULL = "The context is full: the older half was dropped and the rest read anew."
PERPLEXITY_TITLE = "#### How surprised was the model by this text?"
PERPLEXITY = (
    "The log-probabilities of the **{count}** predicted tokens add up to **{total:.2f}** nats. "
    "That is {mean:.3f} nats per token, and e to the power of {mean:.3f} is a perplexity of **{value:,.1f}**: as "
    "unsure as when choosing among that many equally likely tokens."
)
NEEDS_TWO = "With a single token nothing is predicted yet, so there is no perplexity. Type one more word."
SURPRISAL_ALT = "Bars: the surprisal of every token but the first, in bits. The table below has the numbers."
END_OF_TEXT_BAR = "It is the token between two texts: a click ends the text here."
DRAWN_ARITHMETIC = "The arithmetic of this probability"
PERPLEXITY_ARITHMETIC = "The arithmetic of the perplexity"
