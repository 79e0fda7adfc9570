"""A cell in words, for crumbs and for who listens; layers, heads, tokens and the numbers of a vector count from 1."""

from collections.abc import Callable

from gptcore.provenance.cells import Cell

Name = Callable[[int], str]

# what it is; in short, with {layer}, {head}, {row} and {column}, {at} (the number of a vector) and {token}
_KINDS: dict[str, tuple[str, str]] = {
    "token_embedding": ("token embedding", "W_e row of token {row}, number {at}"),
    "position_embedding": ("position embedding", "position {row}, number {at}"),
    "hidden": ("state", "h{low}, token {row}, number {at}"),
    "attn_in": ("input of attention", "x{at_low} of token {row}"),
    "q": ("query", "q{at_low} of token {row}"),
    "k": ("key", "k{at_low} of token {row}"),
    "v": ("value", "v{at_low} of token {row}"),
    "raw_score": ("query times key", "q·k {row}→{column}"),
    "scores": ("score", "score {row}→{column}"),
    "masked_score": ("masked score", "masked score {row}→{column}"),
    "attention": ("attention weight", "weight {row}→{column}"),
    "weighted_value": ("weighted value", "weight × v{at_low} {row}→{column}"),
    "head_out": ("output of a head", "head {head}, o{at_low} of token {row}"),
    "attn_out": ("attention output", "a{at_low} of token {row}"),
    "attn_sum": ("sum with the attention output", "(x + a){at_low} of token {row}"),
    "mid": ("state between attention and feed-forward", "n{at_low} of token {row}"),
    "mlp_in": ("input of the feed-forward network", "n{at_low} of token {row}, read"),
    "mlp_up": ("feed-forward neuron before the activation", "neuron {at} of token {row}, before"),
    "mlp_act": ("feed-forward neuron", "neuron {at} of token {row}"),
    "mlp_out": ("feed-forward output", "m{at_low} of token {row}"),
    "mlp_sum": ("sum with the feed-forward output", "(n + m){at_low} of token {row}"),
    "final": ("final state", "final state, token {row}, number {at}"),
    "mean": ("mean of a LayerNorm", "mean, token {row}"),
    "std": ("standard deviation of a LayerNorm", "standard deviation, token {row}"),
    "normalised": ("normalised number", "x̂{at_low} of token {row}"),
    "logit": ("logit", "logit {token} at token {row}"),
    "probability": ("probability", "P({token}) after token {row}"),
    "sampled": ("probability to be drawn", "drawn: {token} after token {row}"),
    "surprisal": ("surprisal", "surprisal of token {row}"),
    "surprisal_bits": ("surprisal in bits", "bits of token {row}"),
    "mean_surprisal": ("mean surprisal", "mean surprisal"),
    "perplexity": ("perplexity", "perplexity"),
    "weight": ("weight", ""),
    "product": ("product", ""),
    "task_logit": ("logit of an answer", "answer {any}: logit"),
    "task_probability": ("probability of an answer", "P(answer {any})"),
    "task_score": ("score", "score"),
    "task_loss": ("loss of the task, L2", "L₂"),
    "lm_loss": ("loss of the language model, L1", "L₁"),
    "weighted_lm_loss": ("λ times L1", "λ L₁"),
    "total_loss": ("loss of fine-tuning, L3", "L₃"),
}


def name_of(cell: Cell) -> str:
    """What it is, without where it stands: "attention weight"."""
    return _KINDS[cell[0]][0]
