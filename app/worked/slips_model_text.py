"""Slips of the texts that are ideas: how the model works and learns, how it writes, and what stands beside it."""

from app.worked.slip import FILES, LOGIC, MEASURED, PAPER, TABLE_5, Slip

MODEL = (
    Slip(
        "summary",
        "a token attends to previous tokens only",
        "and to itself: what else could the first one look at?",
        LOGIC,
    ),
    Slip(
        "mathematics",
        "$P(u_i)$ from the state at position i",
        "from the one before: with the causal mask, the state at i has read $u_i$ itself",
        LOGIC,
        "chai",
    ),
    Slip(
        "primer",
        "three kinds of embeddings are summed",
        "two: token and position, h₀ = U Wₑ + Wₚ",
        PAPER,
        "forward",
    ),
    Slip(
        "summary",
        "each block begins with embeddings",
        "they are added once, below the first block",
        PAPER,
        "forward",
    ),
    Slip(
        "summary",
        "LayerNorm and residual once, at a block's end",
        "twice in each block: after attention and after the feed-forward network",
        PAPER,
        "parameters",
    ),
    Slip(
        "summary",
        "attention sums up token embeddings",
        "it sums up values, computed from the layer's input",
        "its own formula",
    ),
    Slip("summary", "an output matrix of its own, $W_o$", "the token embedding again, transposed", PAPER, "parameters"),
    Slip("summary", "ReLU or GELU", "GELU", PAPER, "norm"),
    Slip(
        "code",
        "64 GPUs over 30 days",
        "the paper names no number; 64 is the batch. OpenAI's announcement has 8 GPUs for a month",
        "paper; announcement",
        "schedule",
    ),
    Slip("code", "a bigram conditions on all previous tokens", "on one", LOGIC, "bigram"),
)

FINE_TUNING = (
    Slip(
        "course",
        "$W_y$ is “the only new component”",
        "the embeddings of three new tokens, too, as its next lesson says",
        PAPER,
        "parameters",
    ),
    Slip(
        "course",
        "lower layers get gradients from both losses",
        "all blocks do, the highest as well: both losses read what it puts out. $W_y$ alone gets those of one",
        LOGIC,
        "loss",
    ),
    Slip("primer", "equation 3 is the objective", "equation 3 is a label's probability; 4 and 5 are objectives", PAPER),
    Slip("primer", "learning rates by layer", "one schedule for all layers", PAPER, "schedule"),
    Slip("primer", "a delimiter between document and question", "one delimiter, before the answer", PAPER, "choices"),
    Slip("primer", "similarity as one row", "both orders, their states added", PAPER),
    Slip("primer", "rows without [Extract]", "[Extract] ends every row", PAPER, "entailment"),
    Slip(
        "summary",
        "it is adapted to translation",
        "none of the twelve tasks: they are entailment, questions, similarity and classification",
        PAPER,
    ),
)

UNTESTED = (
    Slip("primer", "removing positional encoding costs 3.1 %", "no such ablation: table 5 has three others", TABLE_5),
    Slip("primer", "learnt positions beat sinusoidal ones", "never compared in table 5", TABLE_5),
    Slip("primer", "a window of 512 tokens is essential", "no other length was tried", PAPER),
    Slip(
        "summary",
        "long texts lead to better understanding",
        "the paper's reason to choose books; it tried no other texts",
        PAPER,
    ),
    Slip(
        "course, code",
        "the auxiliary loss is there against forgetting",
        "plausible, but the paper gives other reasons (it generalises better, and learns faster) and measures no "
        "forgetting. Ours do forget: on the story world's entailment L1 goes from 3.8 to 9 or 10 with λ = 0, and to "
        "1.4 with 0.5",
        "paper; measured here",
    ),
)

WRITING = (
    Slip("code", "“beautiful” is cut into “beau” and “tiful”", "it is one token, id 1871", FILES),
    Slip(
        "summary",
        "tokens “Artificial”, “ intelligence”, with a space before",
        "that is GPT-2's way. GPT-1 writes small letters and marks where a word **ends**",
        FILES,
    ),
    Slip(
        "summary",
        "it writes until an end-of-sequence token",
        "GPT-1's 40,478 entries hold none: it stops at a length",
        FILES,
    ),
    Slip("summary", "one token at a time, then “rapidly in” at once", "two tokens need two steps", LOGIC),
    Slip(
        "summary",
        "greedy and beam search are sampling",
        "neither draws anything: the same prompt gives the same text each time",
        LOGIC,
    ),
    Slip(
        "summary",
        "beam search selects the most likely text",
        "of those that it kept. The likeliest of all may have been pruned early: see Decoding, Beam search",
        MEASURED,
    ),
)

OTHERS = (
    Slip(
        "course",
        "before GPT each task had a model of its own, from labels alone",
        "others had pre-trained a language model and fine-tuned it, with LSTMs (Dai and Le 2015; Howard and Ruder "
        "2018); the paper calls them its closest relatives",
        "paper, section 2",
    ),
    Slip(
        "code",
        "GPT-2 has the same architecture",
        "GPT-2 moves LayerNorm before each part and adds a last one",
        "this project's parameter table",
        "parameters",
    ),
    Slip(
        "summary",
        "GPT generates, BERT understands",
        "the paper tests GPT-1 on twelve tasks of understanding, and on none of writing",
        PAPER,
    ),
    Slip(
        "summary",
        "BERT is faster, as it reads in parallel",
        "GPT reads in parallel, too: to classify, each takes one pass. To **write** n tokens takes n",
        LOGIC,
    ),
    Slip(
        "summary",
        "in SQuAD “Germany” has index 6",
        "12: BERT reads [CLS], the question, [SEP] and then the text. At 6 stands [SEP]",
        "counting",
    ),
    Slip(
        "summary",
        "[SEP] parts two sentences",
        "it also ends the row, as in its own example of one sentence",
        "its own example",
    ),
)
