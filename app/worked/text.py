"""What the Worked examples page says: for each example a title, what it shows, its steps, and where its text slips.

Five texts are meant: the course text (six lessons on GPT-1), the mathematics text (its objective and losses), the code
text (snippets in numpy), the primer (a page of results) and the summary. Braces are filled with live numbers.
"""

from collections.abc import Mapping
from typing import NamedTuple

CHOOSE = "Example"
RECOMPUTED = "GPT Explorer. Every step is recomputed from the numbers above it."
YOURS = "Your numbers"
RESET = "Reset"
RESET_HELP = "Brings back the text's own numbers."
CANNOT_COMPUTE = "**This cannot be computed yet.** Change the cell, or press Reset."
CHECKS_TITLE = "**What the text says, and where it slips**"
CHECKS_COUNT = "Of {all} printed figures, {right} are right to the last digit."
NOT_ONE = "These probabilities sum to **{total}**, so they are no distribution: a model's always sum to 1."
RENORMALISE = "Divide by their sum"
LOG_OF_ZERO = (
    "A probability of 0 has no finite logarithm: the model called impossible what then happened. One such token makes "
    "L1 minus infinity and the perplexity infinite. A softmax never gives exactly 0 (and code takes its logarithm "
    "before a computer could round it to 0), which is why this does not occur in training."
)

SEED = "Seed"
SEED_HELP = (
    "Of the sentences that are drawn. The text's snippet uses numpy's older generator, which draws others from 42."
)
NUMPY = "The same in numpy"
NEVER_SEEN = "Some pair on this path was never seen, and nothing is added to its count: the whole product is 0."
ROW_TITLE = "What the model reads"
ROWS_TITLE = "What the model reads, three times"
ROW_NOTE = "Numbers under the tokens count from 1; positions, as the texts have them, count from 0."
ROLES = (
    ("start", "[Start]", "begins every row"),
    ("text-0", "first text", ""),
    ("delimiter", "[Delim]", "parts the texts"),
    ("text-1", "second text", ""),
    ("extract", "[Extract]", "where the head reads"),
)


class Example(NamedTuple):
    """One worked example."""

    label: str
    title: str
    shows: str
    steps: Mapping[str, str]


EXAMPLES = {
    "cat": Example(
        "The cat sat",
        "How well is “The cat sat” predicted?",
        "L1 and the perplexity, from the probabilities that a model gave to what really came (course text, lesson 2).",
        {
            "pick": "Of each column only one number counts: the probability of the token that really came.",
            "log": "Take natural logarithms. A product of probabilities becomes a sum that no computer rounds to 0.",
            "sum": "Add them up. This is **L1**, the log-likelihood: pre-training pushes it up towards 0.",
            "perplexity": "Divide by the number of predictions, turn the sign, undo the logarithm: the "
            "**perplexity**. The model was as unsure as if it chose among that many equally likely "
            "tokens.",
        },
    ),
    "one": Example(
        "Perplexity",
        "What does one prediction cost, and what is a good perplexity?",
        "For a single prediction the perplexity is 1 / P. Over many it is the exponential of minus the mean "
        "log-probability (course text, lesson 2 and the final exercise).",
        {
            "one": "One prediction: the logarithm, and back.",
            "many": "A training log prints mean log-probabilities: each becomes a perplexity. Guessing evenly among "
            "{size} tokens has perplexity {size}.",
        },
    ),
    "forward": Example(
        "I love cats",
        "From three words to the next one",
        "A whole forward pass with a vocabulary of 5 and vectors of 4 numbers; the block's output is given (course "
        "text, lesson 3).",
        {
            "embed": "Look up each token's row of $W_e$ and add its position's row of $W_p$: this is $h_0$.",
            "scores": "The block turns $h_0$ into $h_1$ (given). Multiply its row {row} with every row of $W_e$, "
            "number by number, and add up: a score for each token.",
            "softmax": "Take e to the power of each score, and divide each by their sum {total}: the probabilities sum "
            "to {sum}.",
            "answer": "The next token is most likely {best}, with {probability}.",
        },
    ),
    "chai": Example(
        "chai bahut …",
        "After “chai bahut”, what comes next?",
        "Logits, softmax and loss for one position, every digit checked (mathematics text). *garam* means hot.",
        {
            "logits": "A logit is the product of the state $h$ with the token's own embedding.",
            "softmax": "Exponentials make all numbers positive; dividing by their sum {total} makes them sum to 1.",
            "loss": "The true next token has probability {probability}. Minus its logarithm is the **loss**: 0 "
            "if the model had been certain.",
            "next": "Most likely: {first} with {p_first}, then {second} with {p_second}.",
        },
    ),
    "head": Example(
        "A task's head",
        "Positive or negative? The one new layer",
        "Fine-tuning adds a matrix $W_y$: the last state times $W_y$, a softmax, and the log-probability of the "
        "right label (course text, lesson 4; mathematics text).",
        {
            "logits": "Multiply the state with each class's column of $W_y$.",
            "softmax": "A softmax over the classes; the exponentials sum to {total}.",
            "loss": "The right label is {label}. The paper's $L_2$ is the log-probability, never above 0 and "
            "to be maximised. What code calls the loss is the same with a minus.",
        },
    ),
    "loss": Example(
        "L3",
        "Two goals at once: L3 = L2 + λ L1",
        "While it learns the task, the model goes on predicting words (course text, lesson 6; code text).",
        {
            "task": "The task: the logarithm of the right label's probability.",
            "language": "The language model: the logarithm of each next token's probability, and their mean.",
            "total": "Add them, the second one weighted by λ.",
            "signs": "The two conventions differ in nothing but the sign, so they agree on which model is better:",
            "sum": "With the **sum** over the {count} tokens, as the paper's equation 1 is written, L3 is "
            "{with_sum}. Training code takes means: with sums, long texts would drown the task.",
        },
    ),
    "parameters": Example(
        "Parameters",
        "Where do 117 million parameters sit?",
        "$W_e$, $W_p$, $W_y$ and the blocks between them, counted from the model's configuration (course text, "
        "lessons 3 and 4).",
        {
            "embeddings": "One row of {width} numbers per token, and one per position.",
            "blocks": "Each block's attention, feed-forward network and two LayerNorms.",
            "tying": "The output layer is $W_e$ once more. **Tying** saves a second matrix of that size:",
            "head": "A task's head is tiny: {width} × {classes} weights, {share} of the model.",
        },
    ),
    "entailment": Example(
        "Entailment row",
        "Two sentences become one row",
        "GPT-1 has one input. A premise and a hypothesis go into it with three marks that are learnt in "
        "fine-tuning (course text, lesson 5; here a token is a word).",
        {
            "row": "Write them one after the other; positions count from 0.",
            "count": "Count: [Start], {premise} words, [Delim], {hypothesis} words, [Extract].",
            "extract": "The head reads the state at [Extract], position {extract}: the only place that has seen all.",
        },
    ),
    "choices": Example(
        "Marie Curie",
        "A question with three answers: three rows",
        "Question answering as GPT-1 does it: one row per answer, one score per row, a softmax over the scores "
        "(course text, lesson 5).",
        {
            "rows": "Document and question form one text; each answer makes a row of its own.",
            "scores": "A head with a single output gives each row a score. The exercise has none: these are ours.",
            "softmax": "The softmax runs over the **answers**, not over a vocabulary; it sums to 1 across rows.",
        },
    ),
    "bigram": Example(
        "Bigram",
        "A language model made of counting",
        "The simplest model of the next word: count pairs, add a little to every count, divide (code text).",
        {
            "count": "How often did each word (column) follow each other one (row)? Add {smoothing} to every "
            "count, so that nothing is impossible, and divide by the row's sum.",
            "path": "A sentence's probability is the product along its path, [START] and [END] included.",
            "sample": "Draw a sentence: the row of the last word divides the line from 0 to 1 among all words, and a "
            "random number falls into one of the shares. [END] ends it.",
            "more": "{count} sentences, drawn one after the other, each with its probability. Is the likeliest one "
            "among them?",
        },
    ),
    "norm": Example(
        "LayerNorm, GELU",
        "LayerNorm and GELU by hand",
        "The two small functions that the final exercise asks for, on a row of lesson 3's $h_1$ (course text).",
        {
            "mean": "Mean and variance of the row (divided by the number of entries).",
            "scale": "Subtract the mean and divide by the square root of variance + 0.00001; then multiply by the "
            "learnt gain and add the learnt bias.",
            "gelu": "GELU lets positive numbers pass and holds negative ones back softly. GPT-1 computes it by a "
            "formula with tanh; the exact one differs by less than 0.001.",
        },
    ),
    "schedule": Example(
        "Learning rate",
        "How fast does it learn, and when?",
        "GPT-1's two schedules: up, then down along a cosine for pre-training; up, then straight down for fine-tuning "
        "(paper, section 4.1).",
        {
            "pretraining": "Pre-training: a straight rise over {warmup} updates, then half a cosine wave down. The "
            "paper gives 100 epochs and no number of updates; {steps} is an example of ours.",
            "fine_tuning": "Fine-tuning: {steps} updates in all, {warmup} of them rising, then a line down.",
            "ratio": "The peaks differ by a factor of {ratio}.",
        },
    ),
    "ablations": Example(
        "Table 5",
        "What is each part worth?",
        "The paper's ablations: the full model without one part at a time, in points of the GLUE tests (table 5).",
        {
            "means": "An average is the plain mean of eight scores.",
            "tasks": "Task by task, full model minus variant. Above 0, the part helps:",
            "sum": "Without the auxiliary loss the model is {which} by {points} points on average. It is "
            "worse on: {tasks}.",
        },
    ),
    "slips": Example(
        "All slips",
        "What the texts say, what the paper says",
        "Every slip that we found and could check in five texts on GPT-1 (a course, one on the mathematics, one with "
        "code, a primer, a summary), with the reason that it is one.",
        {},
    ),
}
