"""The paper's claims, one after the other, and our experiment for each: all in the story world."""

from gptcore.errors import InputError
from gptcore.paper import conditions
from gptcore.paper.claim import Chart, Claim, Said
from gptcore.paper.measuring import BESIDE, accuracy, accuracy_and_perplexity, gradients_and_drift, zero_shots

_RIGHT = "right on unseen examples, %"
_GUESSING = 1 / 3
"""Of entailment's three classes."""


def _bars(title: str) -> Chart:
    return Chart("accuracy", title, "bars", _RIGHT, is_share=True, guessing=_GUESSING)


def _lines(title: str, x: str, is_log_x: bool = False) -> Chart:
    return Chart("accuracy", title, "lines", _RIGHT, x, is_share=True, is_log_x=is_log_x, guessing=_GUESSING)


_PERPLEXITY = Chart("perplexity", "Perplexity of unseen stories after pre-training", "bars", "perplexity")


CLAIMS: dict[str, Claim] = {
    claim.name: claim
    for claim in (
        Claim(
            "no-pretraining",
            "Without pre-training",
            "A model that has read a lot of plain text before learns a task far better than one that has not.",
            Said("74.7 with pre-training, 59.9 without: 14.8 points less on average", "table 5"),
            "The same model is fine-tuned on the same labels: once after reading stories, once from new weights.",
            (_bars("After fine-tuning on a thousand labels"),),
            conditions.no_pretraining,
            accuracy,
        ),
        Claim(
            "lstm",
            "An LSTM instead",
            "A Transformer makes more of pre-training than an LSTM in its place.",
            Said("74.7 with the Transformer, 69.1 with one layer of 2,048 LSTM units: 5.6 points less", "table 5"),
            "Both are about as large, read the same stories for as many updates, and learn from the same labels; the "
            "LSTM at ten times the Transformer's learning rates, the best of four tried for it.",
            (_bars("After fine-tuning on a thousand labels"), _PERPLEXITY),
            conditions.lstm,
            accuracy_and_perplexity,
        ),
        Claim(
            "auxiliary-loss",
            "The auxiliary loss, and how much data there is",
            "Going on with language modelling during fine-tuning helps where there are many labels, not where few.",
            Said(
                "74.7 with it, 75.0 without: better on QQP, MNLI, QNLI and RTE, worse on CoLA, SST-2, MRPC and STS-B",
                "table 5",
            ),
            "Lambda, its weight in L3 = L2 + lambda L1, takes four values, with several numbers of labels.",
            (_lines("By how many labels there are", "labels", is_log_x=True),),
            conditions.auxiliary,
            accuracy,
        ),
        Claim(
            "labels-needed",
            "How many labels it takes",
            "After pre-training few labels go as far as many without it.",
            Said("from 5,749 examples (STS-B) to 550,000 (SNLI) with the same method", "section 4.2", is_tested=False),
            "Both models learn from the first 50 labels, from more, and from all.",
            (_lines("By how many labels there are", "labels", is_log_x=True),),
            conditions.labels,
            accuracy,
        ),
        Claim(
            "layer-transfer",
            "How many layers are transferred",
            "Every layer that is taken over from pre-training helps; the embeddings alone do not explain the gain.",
            Said("each layer helps, up to 9 points on MultiNLI above the embeddings alone", "figure 2, left"),
            "The embeddings and the lowest k blocks start pre-trained, the blocks above them from new weights.",
            (_lines("By how many blocks start pre-trained", "blocks transferred"),),
            conditions.layers,
            accuracy,
        ),
        Claim(
            "top-layers",
            "Fine-tuning only the top layers",
            "All layers are fine-tuned; how much is lost if only the top ones may move?",
            Said("all layers are fine-tuned; fewer were not tried", "section 3.2", is_tested=False),
            "The embeddings and all but the top k blocks keep their pre-trained weights.",
            (_lines("By how many blocks may move", "top blocks that are trained"),),
            conditions.top,
            accuracy,
        ),
        Claim(
            "positions",
            "Positions: learned, sinusoidal, none",
            "Learned position embeddings take the place of the first Transformer's sinusoids.",
            Said("learned ones are used; nothing is compared", "section 4.1", is_tested=False),
            "Three models that differ in their position embeddings alone.",
            (_bars("After fine-tuning on a thousand labels"), _PERPLEXITY),
            conditions.positions,
            accuracy_and_perplexity,
        ),
        Claim(
            "activation",
            "ReLU or GELU",
            "The feed-forward networks use GELU.",
            Said("GELU is used; nothing is compared", "section 4.1", is_tested=False),
            "Two models that differ in the activation of their feed-forward networks alone.",
            (_bars("After fine-tuning on a thousand labels"), _PERPLEXITY),
            conditions.activation,
            accuracy_and_perplexity,
        ),
        Claim(
            "shuffled",
            "Whole documents or shuffled sentences",
            "Long stretches of text teach a model what one sentence has to do with another; shuffled sentences do not.",
            Said(
                "books, for their long stretches (perplexity 18.4); shuffled sentences were not tried",
                "section 4.1",
                is_tested=False,
            ),
            "One model reads whole stories, the other the same sentences in stories of the same lengths, shuffled.",
            (_bars("After fine-tuning on a thousand labels"), _PERPLEXITY),
            conditions.shuffled,
            accuracy_and_perplexity,
        ),
        Claim(
            "context",
            "How long a context pre-training needs",
            "Pre-training reads 512 tokens at once.",
            Said("512 tokens; other lengths were not tried", "section 4.1", is_tested=False),
            "Four models read as many tokens in each update, in rows of 32 to 256.",
            (
                _lines("By the context of pre-training", "tokens read at once", is_log_x=True),
                Chart(
                    "perplexity",
                    "Perplexity of unseen stories",
                    "lines",
                    "perplexity",
                    "tokens read at once",
                    is_log_x=True,
                ),
            ),
            conditions.context,
            accuracy_and_perplexity,
        ),
        Claim(
            "zero-shot",
            "Without any label, while pre-training goes on",
            "A language model learns to do tasks on the way, steadily, and the Transformer more so than the LSTM.",
            Said(
                "rising curves between guessing (0) and the best models then (1); the LSTM's vary more",
                "figure 2, right",
            ),
            "At checkpoints of pre-training, heuristics answer four tasks without a label; 0 is guessing, 1 the same "
            "Transformer fine-tuned on a thousand labels. The story world is made so that neither a word nor a fluent "
            "sentence gives an answer away, which leaves likelihood little to go by.",
            (
                Chart(
                    "normalised",
                    "Between guessing and the fine-tuned model",
                    "lines",
                    "0 = guessing, 1 = fine-tuned",
                    "updates of pre-training",
                ),
                Chart("accuracy", "As they are", "lines", _RIGHT, "updates of pre-training", is_share=True),
            ),
            conditions.zero_shot,
            zero_shots,
            also=tuple(BESIDE.values()),
        ),
        Claim(
            "drift",
            "Where the gradients go, and how far a model moves",
            "The auxiliary loss keeps the model near what it learnt while reading.",
            Said(
                "it is said to generalise better and to converge sooner; no gradients are shown",
                "section 3.2",
                is_tested=False,
            ),
            "At the start and the end of fine-tuning: the length of each loss's gradient in each layer; and how far "
            "weights and attention have moved in between, with the auxiliary loss and without.",
            (
                Chart("gradients", "Length of each loss's gradient", "lines", "length", "0 = embeddings, then blocks"),
                Chart(
                    "weights",
                    "How far the weights move",
                    "lines",
                    "of their own length, %",
                    "0 = embeddings, then blocks",
                    is_share=True,
                ),
                Chart(
                    "attention",
                    "How far the attention moves",
                    "lines",
                    "of a token's attention, %",
                    "block",
                    is_share=True,
                ),
            ),
            conditions.drift,
            gradients_and_drift,
        ),
    )
}
"""By name, in the order of a page."""


def claim(name: str) -> Claim:
    """Raises:
    InputError: there is none of this name.
    """
    if name not in CLAIMS:
        raise InputError(f"there is no claim {name!r:.60}; choose one of {', '.join(CLAIMS)}")
    return CLAIMS[name]
