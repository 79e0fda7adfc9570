r"""The symbol of a cell: in LaTeX, x^{(3)}_{8,41}, and in plain text, x₄₁.

The paper's where it has one: U, W_e, W_p, h_l (section 3.1), W_y (3.2). Layers, heads, tokens and the numbers of a
vector count from 1; a weight has its place in Python, [17, 40] from 0, and a token of the vocabulary its id. In a cell
with a None there stands j (v for the vocabulary), which counts like the number in its place. The second
of a task's rows is marked (2), ahead of the symbol.
"""

import re
from collections.abc import Sequence

from gptcore.config import ACTIVATION_NAMES, ModelConfig
from gptcore.provenance.cells import KINDS, TASK_KINDS, Cell

# LaTeX, plain text
_SYMBOLS: dict[str, tuple[str, str]] = {
    "token_embedding": ("(U W_e)", "(U W_e)"),
    "position_embedding": ("(W_p)", "(W_p)"),
    "attn_in": ("x", "x"),
    "q": ("q", "q"),
    "k": ("k", "k"),
    "v": ("v", "v"),
    "raw_score": (r"(q \cdot k)", "(q·k)"),
    "scores": ("s", "s"),
    "masked_score": (r"\tilde{s}", "s̃"),
    "attention": (r"\alpha", "α"),
    "weighted_value": (r"(\alpha v)", "(αv)"),
    "head_out": ("o", "o"),
    "attn_out": ("a", "a"),
    "attn_sum": ("(x + a)", "(x + a)"),
    "mid": ("n", "n"),
    "mlp_in": ("n", "n"),
    "mlp_up": ("f", "f"),
    "mlp_act": (r"\mathrm{act}(f)", "act(f)"),
    "mlp_out": ("m", "m"),
    "mlp_sum": ("(n + m)", "(n + m)"),
    "mean": (r"\mu", "μ"),
    "std": (r"\sigma", "σ"),
    "normalised": (r"\hat{x}", "x̂"),
    "logit": ("z", "z"),
    "probability": ("P", "P"),
    "sampled": ("P'", "P′"),
    "surprisal": ("S", "S"),
    "surprisal_bits": (r"S^{\text{bits}}", "S"),
    "mean_surprisal": (r"\bar{S}", "S̄"),
    "perplexity": (r"\mathrm{PPL}", "PPL"),
    "task_logit": ("z_{#}", "z#"),  # with its number at the #
    "task_probability": ("P(y_{#})", "P(y#)"),
    "task_score": (r"\hat{y}", "ŷ"),
    "task_loss": ("-L_2", "−L₂"),
    "lm_loss": ("-L_1", "−L₁"),
    "weighted_lm_loss": (r"-\lambda L_1", "−λ L₁"),
    "total_loss": ("-L_3", "−L₃"),
}
_PRE = {"attn_in": (r"\mathrm{LN}_1(x)", "LN₁(x)"), "mlp_in": (r"\mathrm{LN}_2(n)", "LN₂(n)")}
_WEIGHTS: dict[str, tuple[str, str]] = {
    "token_embedding.weight": ("W_e", "W_e"),
    "position_embedding.weight": ("W_p", "W_p"),
    "attn.qkv.weight": ("W_{qkv}", "W_qkv"),
    "attn.qkv.bias": ("b_{qkv}", "b_qkv"),
    "attn.proj.weight": ("W_o", "W_o"),
    "attn.proj.bias": ("b_o", "b_o"),
    "ln_1.weight": (r"\gamma_1", "γ₁"),
    "ln_1.bias": (r"\beta_1", "β₁"),
    "mlp.fc.weight": ("W_1", "W₁"),
    "mlp.fc.bias": ("b_1", "b₁"),
    "mlp.proj.weight": ("W_2", "W₂"),
    "mlp.proj.bias": ("b_2", "b₂"),
    "ln_2.weight": (r"\gamma_2", "γ₂"),
    "ln_2.bias": (r"\beta_2", "β₂"),
    "final_norm.weight": (r"\gamma_f", "γ_f"),
    "final_norm.bias": (r"\beta_f", "β_f"),
    "lm_head.weight": ("W_u", "W_u"),
    "head.linear.weight": ("W_y", "W_y"),
}
_BLOCK = re.compile(r"blocks\.(\d+)\.(.+)")
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_HIGH = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")


def block_of(name: str) -> tuple[int | None, str]:
    """The block, from 0, that a weight or a LayerNorm belongs to, and its name in there; None outside of all."""
    found = _BLOCK.fullmatch(name)
    return (int(found[1]), found[2]) if found else (None, name)


def low(*numbers: int) -> str:
    """Numbers as a subscript in plain text."""
    return ",".join(map(str, numbers)).translate(_LOW)


def tex(cell: Cell, config: ModelConfig) -> str:
    """In LaTeX."""
    kind, *at = cell
    if kind == "product":
        return r" \, ".join(tex(factor, config) for factor in at)
    if kind == "weight":
        layer, name = block_of(at[0])
        symbol = _WEIGHTS[name][0] + ("" if layer is None else f"^{{({layer + 1})}}")
        return symbol + "[" + r",\,".join("j{-}1" if i is None else str(i) for i in at[1:]) + "]"
    if kind == "row":
        return (f"{{}}^{{({at[0] + 1})}}" if at[0] else "") + tex(tuple(at[1:]), config)
    if kind in TASK_KINDS:
        return _SYMBOLS[kind][0].replace("#", "".join("j" if i is None else str(i + 1) for i in at))
    if kind == "hidden":
        return f"(h_{{{at[0]}}}){_below(at[1:], kind)}"
    if kind == "final":
        return last_state(config) + _below(at, kind)
    return _symbol(kind, config)[0] + _above(kind, at) + _below(_lower(kind, at), kind)


def plain(cell: Cell, config: ModelConfig) -> str:
    """In plain text and short: of a vector its number alone, for it stands below what tells the rest."""
    kind, *at = cell
    if kind == "product":
        return " · ".join(plain(factor, config) for factor in at)
    if kind == "weight":
        return f"{weight_symbol(at[0])}[{', '.join(map(str, at[1:]))}]"
    if kind == "row":
        return (_high(at[0] + 1) if at[0] else "") + plain(tuple(at[1:]), config)
    if kind in TASK_KINDS:
        return _SYMBOLS[kind][1].replace("#", low(*(i + 1 for i in at)))
    if kind == "hidden":
        return f"(h{low(at[0])}){low(at[-1] + 1)}"
    if kind == "final":
        state = f"(h{low(config.n_layer)})"
        return ("LN_f" + state if config.norm == "pre" else state) + low(at[-1] + 1)
    if kind == "head_out":
        return f"o{_high(at[1] + 1)}{low(at[-1] + 1)}"  # beside those of other heads
    if kind == "weighted_value":
        return f"α{low(at[3] + 1)} v{low(at[3] + 1, at[-1] + 1)}"
    symbol, axes = _symbol(kind, config)[1], KINDS[kind]
    if not axes or axes[-1] == "any":
        return symbol
    return symbol + low(at[-1] + (axes[-1] != "token"))


def weight_symbol(name: str) -> str:
    """A weight's symbol in plain text; its own name if it has none."""
    within = block_of(name)[1]
    return _WEIGHTS[within][1] if within in _WEIGHTS else name


def last_state(config: ModelConfig) -> str:
    """What the output layer reads, in LaTeX."""
    state = f"(h_{{{config.n_layer}}})"
    return r"\mathrm{LN}_f" + state if config.norm == "pre" else state


def output_table(config: ModelConfig) -> str:
    """The output layer's, in LaTeX."""
    return "W_e" if config.tied else "W_u"


def _symbol(kind: str, config: ModelConfig) -> tuple[str, str]:
    if kind == "mlp_act":
        name = ACTIVATION_NAMES[config.activation]
        return rf"\mathrm{{{name}}}(f)", f"{name}(f)"
    if kind == "position_embedding" and config.positions == "sinusoidal":
        return "p", "p"
    return (_PRE if config.norm == "pre" and kind in _PRE else _SYMBOLS)[kind]


def _high(number: int) -> str:
    return f"({number})".translate(_HIGH)


def _above(kind: str, at: Sequence[int | str]) -> str:
    """Layer and head, or the LayerNorm."""
    upper = [
        _norm(str(i)) if axis == "norm" else "j" if i is None else str(int(i) + 1)
        for axis, i in zip(KINDS[kind], at, strict=True)
        if axis in ("layer", "head", "norm")
    ]
    return f"^{{({','.join(upper)})}}" if upper else ""


def _norm(name: str) -> str:
    layer, within = block_of(name)
    return r"\mathrm{LN}_f" if layer is None else rf"{layer + 1},\,\mathrm{{LN}}_{within[-1]}"


def _lower(kind: str, at: Sequence[int]) -> list[int]:
    axes = KINDS[kind]
    return [i for axis, i in zip(axes, at, strict=True) if axis not in ("layer", "head", "norm", "any")]


def _below(at: Sequence[int | None], kind: str) -> str:
    by_id = bool(KINDS[kind]) and "token" in KINDS[kind]
    letters = [
        ("v" if by_id else "j") if i is None else str(i if by_id and place else i + 1) for place, i in enumerate(at)
    ]
    return f"_{{{','.join(letters)}}}" if letters else ""
