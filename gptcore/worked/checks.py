"""What the texts print beside what follows from their own numbers, unrounded until the end; which agree is computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gptcore.config import ModelConfig
from gptcore.worked import given
from gptcore.worked.ablations import compare
from gptcore.worked.likelihood import likelihood, perplexity_of
from gptcore.worked.loss import combined
from gptcore.worked.parameters import counts
from gptcore.worked.rows import row
from gptcore.worked.scores import embed, softmax, times_columns, times_rows


@dataclass(frozen=True)
class Check:
    """One printed figure."""

    quantity: str
    printed: str
    exact: float

    @property
    def rounded(self) -> str:
        """The exact value with as many decimals as the text prints."""
        places = len(self.printed.partition(".")[2])
        # 15 digits, so that a half that binary fractions miss by a hair (74.65) still rounds up
        value = Decimal(f"{self.exact:.15g}").quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        return f"{value:,f}" if "," in self.printed else f"{value:f}"

    @property
    def agrees(self) -> bool:
        """Whether the text prints what it should."""
        return Decimal(self.rounded.replace(",", "")) == Decimal(self.printed.replace(",", ""))


def numbers(cells: Sequence[str]) -> tuple[float, ...]:
    """Cells of `given`, which are all plain numbers."""
    return tuple(float(cell) for cell in cells)


def matrix(table: Mapping[str, Sequence[str]], columns: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """Rows of a table of `given`."""
    return tuple(zip(*(numbers(table[column]) for column in columns), strict=True))


def cat() -> tuple[Check, ...]:
    """L1 and the perplexity of "The cat sat"."""
    columns = ("after The", "after The cat")
    found = likelihood([float(given.CAT[name][i]) for name, i in zip(columns, given.CAT_NEXT, strict=True)])
    return (
        Check("log P(cat | The)", "-0.916", found.log_probabilities[0]),
        Check("log P(sat | The cat)", "-0.511", found.log_probabilities[1]),
        Check("L1", "-1.427", found.total),
        Check("-L1 / N", "0.714", -found.mean),
        Check("perplexity", "2.04", found.perplexity),
    )


def training_log() -> tuple[Check, ...]:
    """Perplexities of the final exercise."""
    means = given.TRAINING_LOG["mean log P"]
    return tuple(
        Check(f"perplexity in epoch {epoch}", printed, perplexity_of(float(mean)))
        for epoch, mean, printed in zip(given.TRAINING_LOG["epoch"], means, given.TRAINING_PERPLEXITIES, strict=True)
    )


def forward() -> tuple[Check, ...]:
    """The forward pass of "I love cats"."""
    tokens = matrix(given.TOKEN_TABLE, given.DIMENSIONS)
    start = embed(given.SENTENCE, tokens, matrix(given.POSITION_TABLE, given.DIMENSIONS))
    printed_start = ("0.2", "0.0", "0.5", "0.2"), ("0.9", "0.4", "-0.3", "0.2"), ("0.1", "0.6", "0.4", "-0.4")
    scores = softmax(times_rows(matrix(given.AFTER_BLOCK, given.DIMENSIONS)[2], tokens))
    return (
        *(
            Check(f"h0, position {t}, number {i + 1}", printed, start[t][i])
            for t, line in enumerate(printed_start)
            for i, printed in enumerate(line)
        ),
        *_checks("score of {}", given.VOCABULARY, ("-0.54", "0.43", "0.19", "0.19", "0.06"), scores.logits),
        *_checks("P({})", given.VOCABULARY, ("0.098", "0.259", "0.204", "0.204", "0.179"), scores.probabilities),
    )


def chai() -> tuple[Check, ...]:
    """The next token after "chai bahut", every printed digit."""
    words = given.CHAI["token"]
    state = matrix(given.CHAI_STATE, ("1", "2", "3"))[0]
    found = softmax(times_rows(state, matrix(given.CHAI, ("1", "2", "3"))))
    return (
        *_checks("logit({})", words, ("0.380", "-0.120", "1.160", "0.540", "-0.180"), found.logits),
        *_checks("e^logit({})", words, ("1.462", "0.887", "3.190", "1.716", "0.835"), found.exponentials),
        Check("sum", "8.090", found.total),
        *_checks("P({})", words, ("0.181", "0.110", "0.394", "0.212", "0.103"), found.probabilities),
        Check("loss", "0.932", found.loss(given.CHAI_NEXT)),
    )


def head(name: str) -> tuple[Check, ...]:
    """One of the two sentiment heads; the label is "positive"."""
    table = given.HEADS[name]
    found = softmax(times_columns(numbers(table["h"]), matrix(table, given.CLASSES)))
    printed = {
        "course": (("0.52", "-0.315"), ("1.682", "0.730"), ("0.697", "0.303"), ("log P(positive)", "-0.361")),
        "mathematics": (("0.690", "0.300"), ("1.994", "1.350"), ("0.596", "0.404"), ("-log P(positive)", "0.517")),
    }[name]
    sign = -1 if printed[3][1].startswith("-") else 1
    return (
        *_checks("logit({})", given.CLASSES, printed[0], found.logits),
        *_checks("e^logit({})", given.CLASSES, printed[1], found.exponentials),
        *_checks("P({})", given.CLASSES, printed[2], found.probabilities),
        Check(*printed[3], sign * found.loss(0)),
    )


def objective() -> tuple[Check, ...]:
    """L3 of the course text, and of the code text with its opposite sign."""
    labels, course = given.OBJECTIVE_LABELS, given.OBJECTIVES["course"]
    tokens, weight = course["what comes"], float(given.WEIGHT)
    found = combined(float(labels["course"]), numbers(course["P"]), weight)
    logs = ("-3.912", "-2.526", "-1.050", "-2.996", "-4.605")
    task_loss = likelihood([float(labels["code"])]).total
    return (
        Check("L2", "-0.163", found.task),
        *_checks("log P({})", tokens, logs, found.language.log_probabilities),
        Check("L1, sum", "-15.089", found.language.total),
        Check("L1, mean", "-3.018", found.language.mean),
        Check("L3", "-1.672", found.with_mean),
        Check("code text: task loss", "0.3285", -task_loss),
        Check("code text: total loss", "1.0785", -task_loss + weight * given.CODE_LANGUAGE_LOSS),
    )


def parameters() -> tuple[Check, ...]:
    """Counts that the texts print, with GPT-1's own vocabulary."""
    three = counts(ModelConfig.preset("gpt1"), 3)
    return (
        Check("vocabulary", "40,000", ModelConfig.preset("gpt1").vocab_size),
        Check("W_y for 3 classes", "2,304", three.head),
        Check("three new token embeddings", "2,304", three.special),
        Check("pre-trained parameters, in millions", "117", three.model / 1e6),
    )


def entailment() -> tuple[Check, ...]:
    """The row of two sentences."""
    tokens = row([given.PREMISE, given.HYPOTHESIS], ["The premise", "The hypothesis"])
    return (Check("tokens", "19", len(tokens)), Check("position of [Extract]", "18", len(tokens) - 1))


def ablations() -> tuple[Check, ...]:
    """Means of table 5, from its own eight columns."""
    full = numbers(given.ABLATIONS["full"])
    return tuple(
        Check(f"average, {name}", printed, compare(full, numbers(given.ABLATIONS[name])).mean)
        for name, printed in given.PRINTED_MEANS.items()
    )


def _checks(pattern: str, names: Sequence[str], printed: Sequence[str], exact: Sequence[float]) -> tuple[Check, ...]:
    return tuple(
        Check(pattern.format(name), figure, value) for name, figure, value in zip(names, printed, exact, strict=True)
    )
