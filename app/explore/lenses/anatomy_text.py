"""What the Anatomy lens says."""

VECTORS_TITLE = "What does the first block read?"
VECTORS_NOTE = "The token's learnt vector plus its position's: number by number. Blue is positive, red negative."
NORMS_TITLE = "#### What does each block add?"
NORMS_NOTE = (
    "Lengths of this token's vectors. In GPT-1 a LayerNorm follows each sum, so what leaves a block is not what "
    "entered plus what was added: the length is set anew."
)
NORMS_ALT = "Bars per layer: the length of what attention adds and of what the feed-forward network adds."
DIAGRAM_TITLE = "The whole model, beside GPT-1"
DIAGRAM_NOTE = (
    "Read it from the bottom, as a token travels. Shapes are of one block, counts of all; both "
    "come from the configurations."
)
CARD_TITLE = "#### How good is this model?"
CARD = (
    "It was trained on {train_tokens:,} tokens ({corpus}) and measured on {tokens:,} tokens it was not "
    "trained on ({text})."
)
PEERS = {
    "model": "this model",
    "bigram": "bigram (Kneser-Ney)",
    "unigram": "unigram: frequencies only",
    "untrained": "this model, untrained",
}
MEASURES = {"perplexity": "perplexity", "bits_per_byte": "bits per byte"}
