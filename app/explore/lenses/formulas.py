"""Each lens's formula, in the paper's symbols and as the model at hand is configured. Equations 1 and 2 are the
paper's; what it does not number (a block's inside, the temperature, the cosine) says where it comes from.
"""

from collections.abc import Callable
from math import sqrt

from app.shared.browser.formula.pieces import Formula, Fraction, Part, Pattern, Piece, Root, Row, Script, sizes
from gptcore.config import ACTIVATION_NAMES, ModelConfig
from gptcore.provenance.symbols import low

POINT = "Point at a part to see what it is."
_LOGITS = "a score for every token of the vocabulary, after each token of the text"


def formula_of(lens: str, config: ModelConfig, n_tokens: int) -> Formula | None:
    """The formula that stands over a lens; None for a lens without one.

    Args:
        lens: its name.
        config: of the model that reads.
        n_tokens: of the text, 1 or more.
    """
    make = _FORMULAS.get(lens)
    return make(config, n_tokens) if make else None


def _tokens(config: ModelConfig, n_tokens: int) -> Formula:
    source = f"How ids become vectors: the first line of the paper's equation 2. {POINT}"
    return Formula("How ids become vectors", source, (_first_state(config, n_tokens),))


def _attention(config: ModelConfig, n_tokens: int) -> Formula:
    each = "for every token"
    per_head, pairs = sizes(n_tokens, config.d_head), sizes(n_tokens, n_tokens)
    whole = sizes(n_tokens, config.d_model)
    q = _part("q", f"a query {each}: what it looks for", per_head, "q", "q")
    k = _part("k", f"a key {each}: what it is found by", per_head, "k", Script("k", above="⊤"))
    v = _part("v", f"a value {each}: what it hands on", per_head, "v", "v")
    products = _part("q · k", "how well each token's query fits each token's key", pairs, "raw_score", q, "·", k)
    divided = f"divided by √{config.d_head} = {sqrt(config.d_head):.3g}, so that a head's width does not sharpen it"
    scores = _part("Scores", divided, pairs, "scores", Fraction((products,), (Root(("d",)),)))
    mask = _part("mask", "minus infinity where a token would see a later one, else 0", pairs, "masked_score", "mask")
    softmax = "e to the power of each, divided by its row's sum: the attention weights"
    weights = _part("softmax", softmax, pairs, "attention", "softmax", "(", scores, "+", mask, ")")
    gathered = _part("o", f"what a head gathers {each}: the values, weighted and added", per_head, "head_out", "o")
    last: Row = ("…", Script("o", str(config.n_head))) if config.n_head > 1 else ()
    heads = f"what {config.n_head} heads gathered, side by side" if config.n_head > 1 else "what the one head gathered"
    joined = _part("o₁ …", heads, whole, "head_out", "[", Script("o", "1"), *last, "]")
    mixing = "the output projection, which mixes the heads; its bias, and those of q, k and v, are left out here"
    mix = _part("W_o", mixing, sizes(config.d_model, config.d_model), "attn_out", Script("W", "o"))
    added = _part("attn", "what attention adds to the residual stream", whole, "attn_out", "attn")
    return Formula(
        "Attention",
        f"Not numbered in the GPT paper: Vaswani et al. 2017, equation 1, with a mask. {POINT}",
        ((gathered, "=", weights, v), (added, "=", joined, mix)),
    )


def _prediction(config: ModelConfig, n_tokens: int) -> Formula:
    temperature = "the temperature: the model's own probabilities are those at 1; the paper has none"
    divisor = _part("T", temperature, "", "sampled", "T")
    equations = [_probabilities(config, n_tokens, divisor)]
    source = "The last line of the paper's equation 2"
    if n_tokens > 1:
        count = n_tokens - 1
        total = "the log-likelihood L₁ of the paper's equation 1, here over the whole text"
        one = _part(
            "log P",
            "how likely a token was after those before it; its negative is the surprisal",
            sizes(count),
            "surprisal surprisal_bits",
            *("log", "P", "(", Script("u", "i"), "|", Script("u", "1"), "…", Script("u", "i − 1"), ")"),
        )
        likelihood = _part("L₁", total, "", "mean_surprisal surprisal surprisal_bits", Script("∑", "i"), one)
        share = _part(
            "1/N",
            f"{count} tokens were predicted: all but the first",
            "",
            "mean_surprisal",
            Fraction(("1",), (f"{count:,}",)),
        )
        perplexity = "as unsure as when choosing among so many equally likely tokens"
        named = _part("Perplexity", perplexity, "", "perplexity", "perplexity")
        equations.append((named, "=", "exp (", "−", share, likelihood, ")"))
        source += ", with a temperature; and what equation 1 makes of your text"
    return Formula("Prediction", f"{source}. {POINT}", tuple(equations))


def _layers(config: ModelConfig, n_tokens: int) -> Formula:
    last = low(config.n_layer)
    source = (
        f"Not in the paper: the last line of its equation 2 with h₀ to h{last} in the place of h{last}, which alone "
        f"was trained for it. {POINT}"
    )
    return Formula("What each state would predict", source, (_guesses(config, n_tokens),))


def _whole(config: ModelConfig, n_tokens: int) -> Formula:
    """Equation 2, its block unfolded."""
    return Formula(
        "The whole model",
        f"The paper's equation 2, its transformer_block written out in two lines. {POINT}",
        (_first_state(config, n_tokens), *_block(config, n_tokens), _probabilities(config, n_tokens)),
    )


def _vectors(config: ModelConfig, n_tokens: int) -> Formula:
    a = _part("a", "one vector: of a token, a position, or a state", sizes(config.d_model), _VECTORS, "a")
    b = _part("b", "another, to compare it with", sizes(config.d_model), _VECTORS, "b")
    product = _part("a · b", "their entries multiplied in pairs and added", "", _VECTORS, a, "·", b)
    lengths = _part("Lengths", "how long both are, so that only their directions count", "", _VECTORS, "‖ a ‖ ‖ b ‖")
    cosine = "1: the same direction; 0: at right angles, nothing in common; −1: opposite"
    named = _part("Cosine", cosine, "", _VECTORS, "cos", "(", "a", ",", "b", ")")
    source = f"The cosine of two vectors: not in the paper, a usual measure of likeness. {POINT}"
    return Formula("Likeness of two vectors", source, ((named, "=", Fraction((product,), (lengths,))),))


def _first_state(config: ModelConfig, n_tokens: int) -> Row:
    """h_0 = U W_e + W_p."""
    shape = sizes(n_tokens, config.d_model)
    state = _part(
        "h₀", "what the first block reads: a vector for every token", shape, [("hidden", 0)], Script("h", "0")
    )
    rows = "the text: a row for every token, all zeros but for a 1 at the token's id; so U W_e just picks rows of W_e"
    ids = _part("U", rows, sizes(n_tokens, config.vocab_size), "token", "U")
    learnt = "the token embeddings: a learnt vector for every id of the vocabulary"
    embedding = _part("W_e", learnt, sizes(config.vocab_size, config.d_model), _TOKEN_TABLE, Script("W", "e"))
    if config.positions == "none":
        return (state, "=", ids, embedding)
    kind = "learnt" if config.positions == "learned" else "fixed, of sines and cosines,"
    places = (
        f"the position embeddings: a {kind} vector for every place, the first {n_tokens:,} of {config.n_positions:,}"
    )
    return (state, "=", ids, embedding, "+", _part("W_p", places, shape, _POSITION_TABLE, Script("W", "p")))


def _block(config: ModelConfig, n_tokens: int) -> tuple[Row, Row]:
    """From h_l-1 over n to h_l, LayerNorm after each sum or before each half."""
    shape, post = sizes(n_tokens, config.d_model), config.norm == "post"
    before = "what block l reads: h₀, or what the block before it handed on"
    half = "the state between the two halves of a block"
    handed = f"what block l hands on; l counts from 1 to {config.n_layer}"
    inside = f"{config.d_model:,} → {config.d_inner:,}, {ACTIVATION_NAMES[config.activation]}, → {config.d_model:,}"
    x = _part("hₗ₋₁", before, shape, "hidden", Script("h", "l − 1"))
    n = _part("n", half, shape, "mid", "n")
    normed_x, normed_n = (x, n) if post else (_norm(x, shape, "attn_in"), _norm(n, shape, "mlp_in"))
    gathers = "what attention gathers from the token and those before it"
    attention = _part("attn", gathers, shape, _OF_ATTENTION, "attn", "(", normed_x, ")")
    alone = f"the feed-forward network, each token by itself: {inside}"
    feed_forward = _part("mlp", alone, shape, "mlp_out mlp_up mlp_act", "mlp", "(", normed_n, ")")
    sums = (x, "+", attention), (n, "+", feed_forward)
    first: Row = (_norm(sums[0], shape, "attn_sum"),) if post else sums[0]
    second: Row = (_norm(sums[1], shape, "mlp_sum"),) if post else sums[1]
    y = _part("hₗ", handed, shape, "hidden", Script("h", "l"))
    return (n, "=", *first), (y, "=", *second)


def _norm(inside: Piece | Row, shape: str, kinds: str) -> Part:
    row = inside if isinstance(inside, tuple) else (inside,)
    says = "LayerNorm: each token's numbers brought to mean 0 and spread 1, then a learnt gain and bias"
    return _part("LN", says, shape, f"{kinds} normalised mean std", "LN", "(", *row, ")")


def _probabilities(config: ModelConfig, n_tokens: int, divisor: Part | None = None) -> Row:
    """P(u) = softmax(h_n W_e^T), n being the model's own number of layers."""
    last = f"what block {config.n_layer}, the last, hands on; the paper's hₙ"
    pattern: list[Pattern] = [("hidden", config.n_layer), *([("final",)] if config.norm == "post" else [])]
    state = _part(
        "h" + low(config.n_layer), last, sizes(n_tokens, config.d_model), pattern, Script("h", str(config.n_layer))
    )
    logits = _part("Logits", _LOGITS, sizes(n_tokens, config.vocab_size), "logit", *_read_out(config, n_tokens, state))
    inside: Row = (logits,) if divisor is None else (logits, "/", divisor)
    return _softmax(config, n_tokens, "P", inside, "probability sampled")


def _guesses(config: ModelConfig, n_tokens: int) -> Row:
    """P_l(u) = softmax(h_l W_e^T)."""
    says = f"the state after block l; l counts from 0, where no block has read it, to {config.n_layer}"
    state = _part("hₗ", says, sizes(n_tokens, config.d_model), "hidden", Script("h", "l"))
    scores = "a score for every token of the vocabulary, as the output layer would give it to this state"
    logits = _part("Scores", scores, sizes(n_tokens, config.vocab_size), "logit", *_read_out(config, n_tokens, state))
    return _softmax(config, n_tokens, Script("P", "l"), (logits,), "probability")


def _read_out(config: ModelConfig, n_tokens: int, state: Piece) -> Row:
    """A state through the model's own last LayerNorm, if it has one, and its output layer."""
    table = sizes(config.d_model, config.vocab_size)
    if config.norm == "pre":
        state = _norm(state, sizes(n_tokens, config.d_model), "final")
    if config.tied:
        again = "the token embeddings again, turned: each token's score is its embedding times the state"
        return (state, _part("W_e", again, table, _TOKEN_TABLE, Script("W", "e", "⊤")))
    own = "a table of the output's own; in the paper it is W_e again, turned"
    return (state, _part("W_u", own, table, [("weight", "lm_head.weight")], Script("W", "u")))


def _softmax(config: ModelConfig, n_tokens: int, name: Piece, inside: Row, kinds: str) -> Row:
    """A name of probabilities, and the softmax that they come from."""
    shape = sizes(n_tokens, config.vocab_size)
    softmax = "e to the power of each logit, divided by their sum: all positive, together 1"
    found = _part("softmax", softmax, shape, kinds, "softmax", "(", *inside, ")")
    likely = "how likely each token of the vocabulary is to come next"
    return (_part("P", likely, shape, kinds, name, "(", "u", ")"), "=", found)


def _part(name: str, says: str, shape: str, kinds: str | list[Pattern], *row: Piece) -> Part:
    """`kinds`: of cells that light up, parted by spaces, or the patterns themselves."""
    patterns = [(kind,) for kind in kinds.split()] if isinstance(kinds, str) else kinds
    return Part(name, says, shape, tuple(patterns), row)


_TOKEN_TABLE: list[Pattern] = [("token_embedding",), ("weight", "token_embedding.weight")]
_POSITION_TABLE: list[Pattern] = [("position_embedding",), ("weight", "position_embedding.weight")]
_VECTORS = "cosine"
_OF_ATTENTION = "attn_out q k v raw_score scores masked_score attention weighted_value head_out"
_FORMULAS: dict[str, Callable[[ModelConfig, int], Formula]] = {
    "flow": _whole,
    "tokens": _tokens,
    "attention": _attention,
    "prediction": _prediction,
    "layers": _layers,
    "change": _whole,
    "vectors": _vectors,
    "anatomy": _whole,
}
