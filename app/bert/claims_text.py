"""Common sentences about GPT and BERT in our words, and what is said to each."""

TWO_KINDS = "GPT is a decoder and BERT an encoder: two architectures."
SAME_BLOCKS = (
    "The blocks are the same, product by product; the one difference inside of them is the mask. What else differs "
    "lies around them: BERT's rows have [CLS], [SEP] and segment embeddings, and it learns from gaps."
)
ADDED = "The masked model above has {n:,} parameters that a GPT of its shape and vocabulary has not."
BEFORE_ONLY = "A GPT's token attends only to the tokens before it."
ITSELF = (
    "And to itself: in your sentence the tokens give {share} of all heads' attention to themselves. The first token "
    "has nothing else to look at."
)
BETTER_BOTH = "Seeing both sides makes a model better."
BOTH_SIDES = (
    "If it was trained so. `{model}` reads the same sentences with a perplexity of **{triangle}** as it is and of "
    "**{square}** once it may look ahead, though the answer then stands in plain sight."
)
BOTH_SIDES_UNMEASURED = "The measurement cannot be read; the command for it stands further up."
LEFT_ONLY = "A GPT cannot use what stands behind a gap."
NO_RIGHT_SIDE = (
    "Not in one pass. But it can weigh whole sentences: p(word | both sides) is proportional to p(word | left) "
    "times p(right | left, word), and the middle picture above does that. What it takes is a row for each "
    "candidate, where BERT takes one pass for all of them."
)
GAPS_GPT = "Of {n} hidden words, `{model}` guesses {left} % at once by the left side, and {both} % by whole texts."
GAPS_MASKED = "`{model}`, a masked model, guesses {both} % of {n}, and {left} % of them without the right side."
GENERATES = "GPT generates, BERT understands."
UNDERSTANDS = (
    "A fine-tuned GPT answers questions about texts, too: `{task}` is right on {accuracy} % of examples that it "
    "never saw. Whether a masked model of this size would be right more often is not measured here."
)
UNDERSTANDS_BOTH = (
    "Both were fine-tuned on the same {n} tasks: the table below has their accuracy side by side, with the seeds. "
    "The kind of mask does not say which of them understands."
)
UNDERSTANDS_UNMEASURED = "No fine-tuned model is here to ask."
PARALLEL = "BERT is faster than GPT, because it processes all words in parallel."
FASTER = (
    "So does a GPT that reads: one pass, all tokens at once. The same weights (`{model}`) take {read} ms with the "
    "mask and {square} ms without it. One after the other come only the tokens that are **written**."
)
FASTER_UNMEASURED = "The times cannot be read; the command for them stands further up."
NOT_FOR_WRITING = "BERT cannot write."
WRITES = (
    "It was not made for it, but a [MASK] at the end can be filled, and then the next. What it lacks is a cache: "
    "every new token changes what all others see. For `{model}`, {n} tokens take {kept} ms with kept keys and "
    "values and {anew} ms without. How good such a text is, is not measured here."
)
WRITES_MASKED = (
    "It was not made for it, but a [MASK] at the end can be filled, and then the next. What it lacks is a cache: "
    "every new token changes what all others see. {n} tokens take `{gpt}` {kept} ms with kept keys and values, and "
    "`{masked}` {anew} ms. How good such a text is, is not measured here."
)
WRITES_UNMEASURED = FASTER_UNMEASURED
AT_INDEX = "Asked “Where was Einstein born?” of “Albert Einstein was born in Germany.”, BERT points at index 6."
INDEX = (
    "The question stands in the row, too: [CLS] where was einstein born ? [SEP] albert einstein was born in germany "
    ". [SEP]. With a token for each word and sign, “germany” has index **12**, counted from 0. It would be 6 in a "
    "row without the question."
)
