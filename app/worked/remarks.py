"""Where a text slips, or what to mind, in each worked example: sentences under its numbers."""

REMARKS = {
    "cat": (
        "**Three tokens, two predictions.** Nothing comes before “The”, so nothing predicts it: N is 2. Divided by "
        "3, the perplexity would come out as 1.61, too good.",
        "The text calls −1.427 a loss that is maximised. It is a log-likelihood; the loss is +1.427, and is minimised.",
        "It steps through a rounded 0.714, whose exponential is 2.042; unrounded it is 2.041. Both print as 2.04.",
    ),
    "one": (
        "The exercise's first line, a perplexity of 18.0, is worse than an even guess among its 10 tokens. That can "
        "be: its weights start so large that its random scores are spread by about 1.1, so it is confident and wrong. "
        "GPT-1's weights start with a spread of 0.02.",
        "**No run of ours prints this log.** At the exercise's settings 20 seeds gave −0.7 to −1.6 at epoch 10, not "
        "−2.102, and −0.6 to −0.8 at epoch 40, not −1.052. Its five sentences allow −0.476 at best, a perplexity of "
        "1.61.",
        "**Two signs at once.** The exercise defines the loss as minus the sum of logs, prints it as a negative "
        "number, and takes exp(−loss). With the definition as written that is exp(−2.891) = 0.056, and no perplexity "
        "is below 1. The perplexities it prints are right for mean log-probabilities.",
        "The paper's 18.4 is a mean log-probability of −2.912: a typical token got 1 / 18.4 = 5.4 %.",
    ),
    "forward": (
        "**A softmax that sums to 0.944.** The scores are right, and so are the exponentials. Each printed "
        "probability is e to the score divided by 5.93: any divisor between 5.924 and 5.942 gives all five. The "
        "sum of the exponentials is 5.600.",
        "A guess at how: with $e^{0.43} = 1.537$ counted twice in place of one $e^{0.19} = 1.209$, the sum is "
        "5.928. All five are too small by one factor, so the order survives: “love” leads, with 27.4 % and not "
        "25.9 %.",
        "A sum of 1 is the first thing to check after any softmax.",
    ),
    "chai": (
        "**The loss is 0.931, not 0.932.** Unrounded it is 0.93068, and from the rounded 0.394 it is 0.93140: both "
        "print as 0.931.",
        "Shapes: the text gives the token matrix as k × 1 and multiplies it by one of 40,000 rows, which no matrix "
        "product can do. U has one row per token with a single 1 in it: k × vocabulary.",
        "Its formula has $P(u_i)$ read from the state at position i. With the causal mask that state has seen $u_i$ "
        "itself. The example does it right: what follows “bahut” is read from the state **at** “bahut”.",
    ),
    "head": (
        "**Two texts, two signs.** The course text writes $L_2$ = −0.361 and the mathematics text 0.517, and both "
        "call it a loss. Only the second is one; its own formula for $L_2$ lacks the minus.",
        "**−0.360, not −0.361.** The course text takes the logarithm of the rounded 0.697. Round only at the end.",
        "The course text calls $W_y$ “the only new component”. It is the only new layer; the embeddings of [Start], "
        "[Delim] and [Extract] are new as well, as its next lesson says.",
    ),
    "loss": (
        "**−1.671, not −1.672.** The text adds rounded parts; unrounded it is −1.67137. In the same way the sum is "
        "−15.088, not −15.089.",
        "The text defines L1 as a sum and then quietly uses the mean. With the sum L3 is −7.707.",
        "**λ = 0.5 does not make L1 small.** The text says that it keeps L1 from dominating, and the mathematics text "
        "that its part stays small. Here λ L1 makes up 90 % of L3.",
        "The text has both losses reach the lower blocks. They reach **all** blocks, since both read what the highest "
        "puts out; only $W_y$ gets gradients from L2 alone.",
        "An exercise has L1 = −12.3 “averaged over 25 tokens”. Its literal answer is L3 = −0.45 − 6.15 = −6.6. "
        "No real model fits it: a mean of −12.3 is a perplexity of 219,696, five times worse than guessing evenly "
        "among 40,478 tokens. Read as the sum of 25, the mean is −0.492 and L3 = −0.696, but the perplexity is 1.64, "
        "far too good for plain text: GPT-1 has 18.4 on its own books.",
        "[Extract] is counted as a next token here, as OpenAI's code counts it (and [Delim], too). The Lab's L1 counts "
        "the words alone: the marks are new, cost some 16 nats each before fine-tuning, and would hide what the model "
        "forgets of its language.",
        "The code text's 0.3285 + 0.5 × 1.5 = 1.0785 is right, and is a loss: the same rule with both signs turned.",
    ),
    "parameters": (
        "**40,000 or 40,478?** The course text counts with 40,000 tokens, which is the number of merges. The 477 "
        "characters that merging starts from, and `<unk>` for all others, make it 40,478. With 40,000, $W_e$ and "
        "$W_p$ have 31,113,216 numbers and tying saves 30,720,000; in GPT-1 they have 31,480,320 and it saves "
        "31,087,104.",
        "117 million is right: 116,534,784. A head for 4 classes has 3,072 weights, 0.0026 % of it.",
        "2,304 appears twice by chance: three classes, and three new tokens, of 768 numbers each.",
    ),
    "entailment": (
        "**18 tokens, not 19.** 1 + 8 + 1 + 7 + 1 = 18, at positions 0 to 17; [Extract] is at 17, not 18. The "
        "text's own list has 18 entries.",
        "It says that “elderly person” entails “old man”. It is the other way round: the premise entails the "
        "hypothesis, and not every elderly person is a man.",
    ),
    "choices": (
        "The primer puts a delimiter between document and question too, and leaves out [Extract] here and in its "
        "entailment row. The paper has one delimiter, before the answer, and [Extract] at the end of every row.",
        "A model that knows its history may like “Polonium”: Curie found that element too. Only the document makes "
        "“Radium” right, which is why it stands in the row.",
    ),
    "bigram": (
        "**The promised output is a rare one.** “chai bahut garam hai” comes once in 450 sentences. With its seed "
        "of 42 the snippet really gives “chai” alone.",
        "The smoothing is dear here: after “chai”, half of the probability goes to words that never followed it.",
        "A comment says that all previous tokens predict the next. A bigram sees one; GPT-1 sees up to 512.",
    ),
    "norm": (
        "Lesson 3 calls its $h_1$ the output of a block, LayerNorm included. Its rows do have mean 0, but "
        "variances of 0.665, 0.810 and 0.485. A LayerNorm fresh from initialisation would give 1: only learnt "
        "gains could lead to such rows.",
    ),
    "schedule": (
        "The course text's factor of 4 between the two peaks is right. RTE's 2,490 examples make 78 updates per epoch, "
        "the last one of 26 examples, and 234 in three epochs.",
        "The primer asks for learning rates that differ by layer. The paper has **one** rate for all layers.",
        "It also asks for gradients to be clipped at a norm of 1. The paper does not say so; OpenAI's code for "
        "fine-tuning does it, and so do we.",
        "The code text's 64 GPUs may come from the batch: 64 rows of 512 tokens, 32,768 tokens per update.",
    ),
    "ablations": (
        "**The wrong way round.** The course text says that leaving the auxiliary loss out costs 0.3 points. Table "
        "5 has 74.7 with it and 75.0 without: on average it **costs** 0.3 (0.375 before rounding).",
        "It also says that the effect is small on RTE, the smallest of the eight. RTE gains most of all: 56.0 against "
        "54.4, 1.6 points; MNLI, with 392,000 examples, gains 0.7.",
        "The primer says 1 to 2 % for larger datasets. QQP gains 0.5, MNLI 0.7, QNLI 1.2.",
        "14.8 and 5.6 are **points**, not percent: of 74.7, they are 19.8 % and 7.5 %.",
        "The LSTM's eight scores average to 69.16; the paper prints 69.1. Each score is rounded too, by up to "
        "0.05, so both can be true.",
    ),
}
