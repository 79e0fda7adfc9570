"""What the Flow lens says: the names of the parts of its picture, and a sentence for each stage of the walk."""

from gptcore.config import ACTIVATION_NAMES, ModelConfig
from gptcore.provenance.symbols import low

Step = tuple[str, str, str, tuple[str, ...]]

TITLE = "How does “{token}” become the next word?"
HINT = "Click a block to open it, a token to follow it, any cell to open its number."
NOTE = (
    "Every row is a token of your text, every strip the vectors between two blocks; the strong line is the way of the "
    "chosen token, the others are paler. Lines into it: what attention took from each row, in the open block by the "
    "chosen head, in the others on average over their heads. ⊕ adds, the square is the feed-forward network, a bar "
    "across a line is LayerNorm."
)
POOLED_CELLS = (
    "A cell stands for neighbouring numbers ({states} in a strip, {inside} in a vector of the open block) and shows "
    "the one that is farthest from zero."
)
POOLED_ROWS = (
    "The text has {tokens} tokens: a row stands for {each} of them, and a cell shows the number among all of theirs "
    "that is farthest from zero. The chosen token has a row of its own, exact."
)
COLOURS = (
    "Blue is positive, red negative; a colour is full from the number beside its strip or panel on (at most 2 in 100 "
    "cells of vectors lie beyond)."
)
ALT = (
    "The model from left to right: the tokens, their embeddings, the state after each block, and the next token's "
    "probabilities; below it the open block. Left and right arrows walk through the stages, the space bar plays. "
    "Arrow down enters the numbers: arrows then move among them, Enter opens one, Escape leaves."
)
BLOCKS_NOTE = (
    "Under each block, for “{token}”: by how many degrees the block turned its vector; the bars are the lengths of "
    "what attention (upper) and the feed-forward network (lower) added."
)
OPEN_BLOCK = "Inside block {layer}, head {head}"

_GRIDS = {
    "token": ("token embedding", "UWₑ"),
    "place": ("position", "Wₚ"),
    "final": ("last LayerNorm", "LN(h)"),
    "x": ("what the block reads", "x"),
    "ln1": ("LayerNorm", "LN(x)"),
    "q": ("queries", "q"),
    "k": ("keys", "k"),
    "v": ("values", "v"),
    "raw": ("query · key", "q·k"),
    "scaled": ("divided by √{d_head}", "q·k / √d"),
    "masked": ("later tokens masked", "later: −∞"),
    "weights": ("softmax: the weights", "a"),
    "out": ("weighted sum of values", "Σ a v"),
    "concat": ("all heads side by side", "[head₁ … head{n_head}]"),
    "proj": ("attention adds", "× Wₒ"),
    "sum1": ("added to x", "x + attn(x)"),
    "n": ("LayerNorm", "n"),
    "ln2": ("LayerNorm", "LN(n)"),
    "up": ("up to {d_ff:,}", "× W₁"),
    "act": ("{activation}", "{activation}(·)"),
    "down": ("feed-forward adds", "× W₂"),
    "sum2": ("added to n", "n + mlp(n)"),
    "y": ("LayerNorm: the block's output", "y"),
}
_PRE_NORM = {"n": ("added to x", "n = x + attn"), "y": ("added to n: the output", "y = n + mlp")}


def grid(name: str, config: ModelConfig) -> tuple[str, str]:
    """A panel's title in plain words and its symbol."""
    title, symbol = (_PRE_NORM if config.norm == "pre" else {}).get(name) or _GRIDS[name]
    facts = {
        "d_head": config.d_head,
        "d_ff": config.d_inner,
        "n_head": low(config.n_head),
        "activation": ACTIVATION_NAMES[config.activation],
    }
    return title.format(**facts), symbol.format(**facts)


def state(layer: int) -> tuple[str, str]:
    """The title and the symbol of what stands after so many blocks."""
    return ("the sum: what block 1 reads" if layer == 0 else f"after block {layer}"), f"h{low(layer)}"


def stages(config: ModelConfig) -> list[Step]:
    """The stops of the walk in order: id, title, sentence (its names: app.explore.lenses.flow_steps), and the parts of
    the picture that it is about."""
    is_post = config.norm == "post"
    return [step for step in _steps(config, is_post) if step]


def _steps(config: ModelConfig, is_post: bool) -> list[Step | None]:
    head = "Layer {layer}, head {head}: "
    norm = "LayerNorm brings each vector to mean 0 and variance 1, then applies a learnt gain and bias"
    table = "Wₑᵀ, the token table again" if config.tied else "the output matrix"
    embed = {
        "learned": "Row {id} of the table Wₑ ({V:,} × {D}) for “{token}”, plus row {place} of Wₚ ({P:,} × {D}) for its "
        "place: h₀ = UWₑ + Wₚ, {T} × {D} numbers.",
        "sinusoidal": "Row {id} of the table Wₑ ({V:,} × {D}) for “{token}”, plus fixed sine waves for its place: "
        "h₀ = UWₑ + Wₚ, {T} × {D} numbers.",
        "none": "Row {id} of the table Wₑ ({V:,} × {D}) for “{token}”; this model adds nothing for its place: "
        "h₀ = UWₑ.",
    }[config.positions]
    added = (
        "What attention adds is summed with x, then normalised: n = LN(x + attn(x)). " + norm + "."
        if is_post
        else "What attention adds is summed with x: n = x + attn(LN(x)). Nothing else touches the stream."
    )
    output = (
        "The sum is normalised again: y = LN(n + mlp(n)) = {after}. Block {layer} turned “{token}” by {turned}°."
        if is_post
        else "What the network adds is summed with n: y = n + mlp(LN(n)) = {after}. Block {layer} turned “{token}” by "
        "{turned}°."
    )
    return [
        (
            "tokens",
            "Tokens",
            "The text is cut into {tokens}, U; token {place}, “{token}”, has the id {id}.",
            ("names",),
        ),
        ("embed", "Embedding", embed, ("token", "place", "h0")),
        (
            "read",
            "Into block {layer}",
            "Block {layer} reads {before}: {D} numbers for each of {tokens}.",
            ("x", "gap"),
        ),
        None if is_post else ("norm1", "LayerNorm", norm + "; attention reads that: LN(x).", ("ln1",)),
        (
            "qkv",
            "Queries, keys, values",
            head + "three matrices make of each vector a query q, a key k and a value v, {T} × {d} numbers each.",
            ("q", "k", "v"),
        ),
        (
            "scores",
            "q · k",
            head + "each token's query (a row) is compared with every key (a column): q·k, {T} × {T} numbers.",
            ("raw",),
        ),
        (
            "scale",
            "Divided by √d",
            head + "divided by √{d} = {root}, or longer vectors would make the softmax too sharp.",
            ("scaled",),
        ),
        ("mask", "Mask", head + "no token may see what comes after it: those scores are set to −∞.", ("masked",)),
        (
            "softmax",
            "Softmax",
            head + "each row becomes weights a that sum to 1. “{token}” takes most from “{seen}” (token {seen_place}): "
            "{weight}.",
            ("weights", "gap"),
        ),
        (
            "values",
            "Weighted sum",
            head + "“{token}” gets the values of the tokens it sees, each times its weight: Σ a v, {d} numbers.",
            ("v", "out"),
        ),
        (
            "heads",
            "Heads side by side",
            "The {H} heads of block {layer} stand side by side: {H} × {d} = {D} numbers a token.",
            ("concat",),
        ),
        (
            "project",
            "Output projection",
            "Wₒ ({D} × {D}) mixes the heads: what attention adds to each token. For “{token}” a vector of length "
            "{attention_length}.",
            ("proj",),
        ),
        ("add1", "Add" + " and normalise" * is_post, added, ("sum1", "n") if is_post else ("n",)),
        None if is_post else ("norm2", "LayerNorm", norm + "; the feed-forward network reads that: LN(n).", ("ln2",)),
        (
            "up",
            "Feed-forward: up",
            "W₁ takes each token's {D} numbers to {F:,}; from here no token sees another.",
            ("up",),
        ),
        (
            "act",
            "Feed-forward: {activation}",
            "{activation} lets through what is positive and nearly stops the rest.",
            ("act",),
        ),
        (
            "down",
            "Feed-forward: down",
            "W₂ takes {F:,} back to {D}: what the network adds. For “{token}” a vector of length {mlp_length}.",
            ("down",),
        ),
        ("add2", "Add" + " and normalise" * is_post, output, ("sum2", "y") if is_post else ("y",)),
        (
            "blocks",
            "All blocks",
            "The same in each of {L} blocks, every one with its own matrices. Block {most_turned} turned “{token}” "
            "most: by {most_degrees}°.",
            ("stream",),
        ),
        None if is_post else ("final", "Last LayerNorm", norm + "; the output layer reads that.", ("final",)),
        (
            "logits",
            "Logits",
            "The last vector of “{token}” times " + table + ": {V:,} logits, one for each token of the vocabulary. "
            "“{best}” has {best_logit}.",
            ("next",),
        ),
        (
            "next",
            "Next token",
            "softmax(logits{divided}): {V:,} probabilities that sum to 1{cut}. After “{token}” comes “{best}” with "
            "{probability}.",
            ("next",),
        ),
    ]
