"""Slips of the texts that are numbers: sums, signs, results, and what a program is said to print."""

from app.worked.slip import ARITHMETIC, LOGIC, MEASURED, PAPER, TABLE_5, Slip

SUMS = (
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
        "L3 is then −6.6, but no model is that bad: an even guess among 40,478 tokens has −10.6. Were −12.3 the sum of "
        "all 25, each would have −0.492, a perplexity of 1.64: far too good, for GPT-1 has 18.4 on books",
        ARITHMETIC,
        "loss",
    ),
    Slip(
        "course, mathematics",
        "λ = 0.5 keeps L1 from dominating, its part stays small",
        "λ L1 makes up 90 % of L3 in the course text's own example",
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
)

SIGNS = (
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
    Slip(
        "course",
        "L2 = −log P in the program, −0.693 in its output",
        "minus a logarithm of a probability is never below 0: +0.693",
        LOGIC,
        "head",
    ),
    Slip("course", "“elderly person” entails “old man”", "the premise entails the hypothesis", LOGIC, "entailment"),
)

RESULTS = (
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
        "summary",
        "8.9 % better in commonsense",
        "8.9 points on Story Cloze, from 77.6 to 86.5, which is 11.5 % more",
        ARITHMETIC,
    ),
    Slip(
        "course",
        "RTE is “the one weak spot”",
        "GPT-1 was not best on three of twelve: RTE (56.0 against 61.7), SST-2 (91.3, 93.2) and MRPC (82.3, 86.0)",
        "paper, tables 2 and 4",
    ),
    Slip(
        "summary",
        "SST-2 and CoLA both improve",
        "CoLA does, to 45.4 from 35.0; SST-2 has 91.3 where 93.2 was reached before",
        "paper, table 4",
    ),
    Slip(
        "course",
        "Story Cloze has some 98,000 examples to train on",
        "so many are stories without a label. 1,871 have one, and OpenAI's code trains on 1,497: fewer than RTE's "
        "2,490. Too few examples cannot be all that ails RTE",
        "the data; OpenAI's code",
    ),
    Slip("course", "it beat ensembles of 3 to 5 models", "the one on RACE had nine", "paper, table 3"),
    Slip(
        "course",
        "an LSTM, with all else the same",
        "one layer of 2,048 units in the place of twelve blocks",
        PAPER,
    ),
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
)

PRINTED = (
    Slip(
        "course",
        "mean log P of −2.102 after 10 epochs, −1.052 after 40",
        "its settings give −0.7 to −1.6 and −0.6 to −0.8, over 20 seeds. Its five sentences allow −0.476 at best",
        MEASURED,
        "one",
    ),
    Slip(
        "course",
        "a classification loss of 0.024 after 25 epochs",
        "0.60 (the median of 20 seeds; 0.05 at best): gradient descent is slow at a rate of 0.005. Adam has 0.001 to "
        "0.004 at the same rate",
        MEASURED,
    ),
    Slip(
        "course",
        "fine-tuning begins with an LM loss of 1.891",
        "2.5 to 5.4: [Start] and [Extract] are new to the model, and every word has moved by one place",
        MEASURED,
    ),
    Slip(
        "code",
        "seed 42 writes something like “chai bahut garam hai”",
        "it writes “chai”, and stops; that sentence comes once in 450",
        ARITHMETIC,
        "bigram",
    ),
)
