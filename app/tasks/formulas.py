"""Fine-tuning's formulas, the paper's equations 3 to 5, as the model at hand was fine-tuned."""

from typing import Any

from app.shared.browser.formula.pieces import Formula, Part, Pattern, Piece, Row, Script, sizes
from gptcore.checkpoints.card import Card
from gptcore.config import ModelConfig
from gptcore.tasks.task import Task

_SOURCE = "The paper's equations {which}. Point at a part to see what it is."
_STATE: Pattern = ("row", None, "final")
_TOKENS: Pattern = ("row", None, "token")


def formula_of(task: Task, config: ModelConfig, card: Card, n_tokens: int, n_rows: int) -> Formula:
    """What the model answers, and what it was fine-tuned to make large.

    Args:
        task: what its head was trained for.
        card: anybody may have written it.
        n_tokens: of the example's first row, from [Start] to [Extract].
        n_rows: rows of the example.
    """
    learnt = _learnt(task), _total(card)
    if task.is_regression:
        source = _SOURCE.format(which="4 and 5, a score's squared error in place of log P") + " " + _REGRESSION
        return Formula("The score, and what fine-tuning maximises", source, (_score(task, config, n_tokens), *learnt))
    which = _SOURCE.format(which="3, 4 and 5")
    return Formula("Fine-tuning", which, (_answer(task, config, n_tokens, n_rows), *learnt))


_REGRESSION = "The paper does not write down how a score is read."


def _answer(task: Task, config: ModelConfig, n_tokens: int, n_rows: int) -> Row:
    """P(y | x) = softmax(h W_y), or over the rows of a choice."""
    of_choice = task.kind == "multiple_choice"
    n_outputs = n_rows if of_choice else task.n_outputs
    over = "an output for every row: each answer has one" if of_choice else "an output for every class"
    logits = _part("Logits", over, sizes(n_outputs), [("task_logit",)], *_head(task, config, n_tokens))
    inside: Row = (logits,)
    if task.temperature != 1:
        asked = f"{task.temperature:.2f}, a temperature that held-out examples asked for; not in the paper"
        inside = (logits, "/", _part("T", asked, "", [("task_probability",)], "T"))
    softmax = "e to the power of each logit, divided by their sum: all positive, together 1"
    found = _part("softmax", softmax, sizes(n_outputs), [("task_probability",)], "softmax", "(", *inside, ")")
    return (_given("how likely each answer is, once the row is read", sizes(n_outputs), n_tokens), "=", found)


def _score(task: Task, config: ModelConfig, n_tokens: int) -> Row:
    """mean + std h W_y."""
    raw = _part("Output", "one number, in standard units", "", [("task_logit",)], *_head(task, config, n_tokens))
    mean = _part(
        "μ", f"{task.score_mean:.2f}, the mean score of the examples it learnt from", "", [("task_score",)], "μ"
    )
    std = _part("σ", f"{task.score_std:.2f}, their standard deviation", "", [("task_score",)], "σ")
    return (_part("Score", "what the model answers", "", [("task_score",)], "score"), "=", mean, "+", std, raw)


def _head(task: Task, config: ModelConfig, n_tokens: int) -> Row:
    """h_l^m W_y; both orders' states are added for a similarity."""
    where = f"the state at [Extract], the last of {n_tokens} tokens, after block {config.n_layer}"
    where += " and the final LayerNorm" if config.norm == "pre" else ""
    layer = str(config.n_layer)
    state: Row = (_part("State", where, sizes(config.d_model), [_STATE], Script("h", layer, "m")),)
    if task.kind == "similarity":
        other = "the same of the row with both texts the other way round"
        second = _part("Second state", other, sizes(config.d_model), [("row", 1, "final")], Script("h′", layer, "m"))
        state = ("(", *state, "+", second, ")")
    new = "the one new layer, learnt in fine-tuning alone"
    weights: Pattern = ("weight", "head.linear.weight")
    return (*state, _part("W_y", new, sizes(config.d_model, task.n_outputs), [weights], Script("W", "y")))


def _given(says: str, shape: str, n_tokens: int) -> Part:
    row = _part(
        "x¹ … xᵐ", "the tokens of the row, marks and all", f"{n_tokens} tokens", [_TOKENS], _x("1"), "…", _x("m")
    )
    return _part("P", says, shape, [("task_probability",)], "P", "(", "y", "|", row, ")")


def _learnt(task: Task) -> Row:
    """L_2 = sum log P(y | x), or of a score's squared errors."""
    l2 = _part(
        "L₂", "the task's objective: what is minimised is its negative mean", "", [("task_loss",)], Script("L", "2")
    )
    if task.is_regression:
        error = "how far a score is from the labelled one, squared, in standard units"
        squared = _part("Error", error, "", [("task_loss",)], "(", "score", "−", "y", Script(")", above="2"))
        return (l2, "=", "−", Script("∑", "x , y"), squared)
    one = "how likely the right answer of one labelled example is, as a logarithm"
    right = _part("log P", one, "", [("task_loss",)], "log", "P", "(", "y", "|", _x("1"), "…", _x("m"), ")")
    return (l2, "=", _part("Sum", "over all labelled examples", "", [("task_loss",)], Script("∑", "x , y")), right)


def _total(card: Card) -> Row:
    """L_3 = L_2 + lambda L_1."""
    whole = "what fine-tuning makes as large as it can: the task's objective and a share of the language model's"
    l3 = _part("L₃", whole, "", [("total_loss",)], Script("L", "3"))
    l2 = _part("L₂", "the task's objective", "", [("task_loss",)], Script("L", "2"))
    l1 = "the language model's objective, equation 1, over the same examples' texts"
    return (
        *(l3, "=", l2, "+"),
        _part("λ", _weight(card), "", [("weighted_lm_loss",)], "λ"),
        _part("L₁", l1, "", [("lm_loss",), ("weighted_lm_loss",)], Script("L", "1")),
    )


def _weight(card: Card) -> str:
    """Lambda in words, with this model's value where its card tells."""
    counts = "how much the language model counts beside the task"
    settings: Any = card.get("settings")
    match settings:
        case {"rehearse": int(n)} if n:
            return f"{counts}; this model was taught, and rehearsed other texts for it"
        case {"lm_weight": bool()}:
            pass
        case {"lm_weight": float() | int() as value}:
            return f"{value:g} in this model's training: {counts}"
    return f"{counts}; this model's card does not tell its value"


def _x(index: str) -> Script:
    return Script("x", above=index)


def _part(name: str, says: str, shape: str, lights: list[Pattern], *row: Piece) -> Part:
    return Part(name, says, shape, tuple(lights), row)
