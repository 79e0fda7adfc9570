"""Every slip of the texts that could be checked: which text, what it says, what is right, and how we know."""

from typing import NamedTuple


class Slip(NamedTuple):
    """One slip."""

    text: str
    says: str
    right: str
    basis: str
    example: str | None = None
    """The worked example that shows it."""


ARITHMETIC, TABLE_5, PAPER, LOGIC = "arithmetic", "paper, table 5", "paper", "logic"

GROUPS = {
    "Sums that do not come out": (
        Slip(
            "course",
            "a softmax of 0.098, 0.259, 0.204, 0.204, 0.179",
            "sums to 0.944; right: 0.104, 0.274, 0.216, 0.216, 0.190",
            ARITHMETIC,
            "forward",
        ),
        Slip("course", "19 tokens, [Extract] at 18", "18 tokens, [Extract] at 17", ARITHMETIC, "entailment"),
        Slip("mathematics", "a loss of 0.932", "0.931", ARITHMETIC, "chai"),
        Slip("course", "log P(positive) = −0.361", "−0.360", ARITHMETIC, "head"),
        Slip("course", "L3 = −1.672, a sum of −15.089", "−1.671 and −15.088", ARITHMETIC, "loss"),
        Slip(
            "course",
            "an average log-probability of −12.3 over 25 tokens",
            "an even guess among 40,478 tokens has −10.6; as a sum it is a perplexity of 1.64, too good",
            ARITHMETIC,
            "loss",
        ),
        Slip(
            "course, summary",
            "a vocabulary of 40,000",
            "40,000 merges, 40,478 entries",
            "paper; its released files",
            "parameters",
        ),
        Slip("mathematics", "a token matrix of k × 1", "k × vocabulary, or there is no product", ARITHMETIC, "chai"),
        Slip("summary", "one token at a time, then “rapidly in” at once", "two tokens need two steps", ARITHMETIC),
    ),
    "Signs": (
        Slip("course", "log-likelihoods below 0, called losses", "a loss is minus the log-likelihood", LOGIC, "head"),
        Slip(
            "mathematics",
            "L2 = Σ log P, called cross-entropy",
            "cross-entropy has a minus, as in its own example",
            LOGIC,
            "head",
        ),
        Slip(
            "course",
            "loss = −Σ log P and perplexity = exp(−loss)",
            "one minus too many: below 1 for any model",
            ARITHMETIC,
            "one",
        ),
        Slip("course", "“elderly person” entails “old man”", "the premise entails the hypothesis", LOGIC, "entailment"),
    ),
    "Results": (
        Slip(
            "course",
            "without the auxiliary loss 0.3 points worse",
            "0.3 points better: 75.0 against 74.7",
            TABLE_5,
            "ablations",
        ),
        Slip(
            "course",
            "its effect is smaller on RTE than on MNLI",
            "1.6 points on RTE, 0.7 on MNLI",
            TABLE_5,
            "ablations",
        ),
        Slip("primer", "1 to 2 % from it on larger sets", "0.5 (QQP), 0.7 (MNLI), 1.2 (QNLI)", TABLE_5, "ablations"),
        Slip("course, primer", "14.8 % and 5.6 % lost", "points; 19.8 % and 7.5 % of 74.7", TABLE_5, "ablations"),
        Slip(
            "primer",
            "45 % zero-shot accuracy on SST-2",
            "no accuracy: figure 2 runs from a random guess (0) to the "
            "best of the time (1). With two classes 45 % would be worse than a coin",
            "paper, figure 2",
        ),
        Slip(
            "primer",
            "removing Transformer layers costs 9.0 %",
            "9 % is what **transferring** all layers brings on MultiNLI",
            "paper, figure 2",
        ),
        Slip(
            "primer", "removing positional encoding costs 3.1 %", "no such ablation: table 5 has three others", TABLE_5
        ),
        Slip("primer", "learnt positions beat sinusoidal ones", "never compared in table 5", TABLE_5),
    ),
    "The model and its training": (
        Slip(
            "code",
            "64 GPUs over 30 days",
            "the paper names no number; 64 is the batch. OpenAI's announcement has 8 GPUs for a month",
            "paper; announcement",
            "schedule",
        ),
        Slip("primer", "learning rates by layer", "one schedule for all layers", PAPER, "schedule"),
        Slip(
            "primer",
            "three kinds of embeddings are summed",
            "two: token and position, h₀ = U Wₑ + Wₚ",
            PAPER,
            "forward",
        ),
        Slip(
            "primer", "a delimiter between document and question", "one delimiter, before the answer", PAPER, "choices"
        ),
        Slip("primer", "similarity as one row", "both orders, their states added", PAPER),
        Slip("primer", "rows without [Extract]", "[Extract] ends every row", PAPER, "entailment"),
        Slip(
            "summary",
            "an output matrix of its own, $W_o$",
            "the token embedding again, transposed",
            PAPER,
            "parameters",
        ),
        Slip("summary", "ReLU or GELU", "GELU", PAPER, "norm"),
        Slip(
            "summary",
            "attention sums up token embeddings",
            "it sums up values, computed from the layer's input",
            "its own formula",
        ),
        Slip(
            "code",
            "GPT-2 has the same architecture",
            "GPT-2 moves LayerNorm before each part and adds a last one",
            "this project's parameter table",
            "parameters",
        ),
        Slip("code", "a bigram conditions on all previous tokens", "on one", LOGIC, "bigram"),
    ),
}
SAYS, RIGHT = "a text says", "right is"
