"""A GPT-1 of one block in numpy: it learns five sentences, then to tell praise from blame. It needs numpy alone.

Run it with `python NAME`. It tries each part in turn and says which one is missing or wrong; once all are right, it
trains and prints what GPT Explorer's page "Exercise" shows. A sentence is an array of T ids, and x a matrix (T, WIDTH)
with a row for each of its words.
"""

import sys

import numpy as np

# ---- The world -------------------------------------------------------------------------------------------------------

VOCABULARY = ["[Start]", "[Delim]", "[Extract]", "the", "film", "was", "great", "terrible", "cat", "sat"]
SENTENCES = ["the cat sat", "the film was great", "the film was terrible", "the cat was great", "the cat sat sat"]
LABELS = ["negative", "positive"]
LABELLED = [
    ("the film was great", 1),
    ("the film was terrible", 0),
    ("the cat was great", 1),
    ("the cat was terrible", 0),
]

# ---- The settings ----------------------------------------------------------------------------------------------------

WIDTH = 16  # numbers in the vector of a word
HEADS = 2
PRETRAIN_EPOCHS = 50
PRETRAIN_RATE = 0.01
FINETUNE_EPOCHS = 30
FINETUNE_RATE = 0.005
LAMBDA = 0.5  # weight of L1 beside L2
OPTIMIZER = "sgd"  # or "adam"
START = "xavier"  # initial weights; or "gpt1": all with standard deviation 0.02
OVER = "sum"  # L1 is a sum over a sentence's words; or "mean"
SEED = 0
POSITIONS = 10
EPS = 1e-5  # added to the variance in LayerNorm


def ids_of(sentence):
    """The ids of a sentence's words."""
    return np.array([VOCABULARY.index(word) for word in sentence.split()])


def row_of(sentence):
    """The ids of a sentence between the marks of fine-tuning."""
    return ids_of(f"[Start] {sentence} [Extract]")


# ---- Small functions -------------------------------------------------------------------------------------------------


def softmax(x):
    """Turns the last axis into probabilities."""
    # PART 1: softmax
    # Subtract the largest number of each row first, for e to the power of 1,000 overflows. Then take exponentials and
    # divide them by their sum along the last axis (keepdims=True keeps the shapes fitting).
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
    # END


def gelu(x):
    """GPT-1's activation."""
    # PART 2: GELU
    # 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    # END


def gelu_slope(x):
    """The derivative of gelu."""
    t = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)


def layer_norm(x, gain, bias):
    """Each row gets mean 0 and variance 1, then the learnt gain and bias."""
    # PART 3: LayerNorm
    # Subtract each row's mean and divide by sqrt(variance + EPS), the variance being the mean of the squares. Multiply
    # by gain, add bias.
    x = x - x.mean(axis=-1, keepdims=True)
    return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + EPS) * gain + bias
    # END


def layer_norm_back(d, x, gain):
    """From the gradient d of layer_norm's result to those of x, gain and bias."""
    x = x - x.mean(axis=-1, keepdims=True)
    std = np.sqrt((x**2).mean(axis=-1, keepdims=True) + EPS)
    z, dz = x / std, d * gain
    d_x = (dz - dz.mean(axis=-1, keepdims=True) - z * (dz * z).mean(axis=-1, keepdims=True)) / std
    return d_x, (d * z).sum(axis=0), d.sum(axis=0)


def may_see(n):
    """(n, n): True where the word of the row may look at the word of the column."""
    # PART 4: the causal mask
    # A word sees itself and what stands before it: True on the diagonal and below. See np.tri or np.tril.
    return np.tri(n, dtype=bool)
    # END


# ---- The model -------------------------------------------------------------------------------------------------------


def initial_weights(rng):
    """All that is learnt, by name. Matrices are inputs by outputs."""

    def drawn(n_in, n_out):
        return rng.normal(0, 0.02 if START == "gpt1" else np.sqrt(2 / (n_in + n_out)), (n_in, n_out))

    w = {"token": drawn(len(VOCABULARY), WIDTH), "position": drawn(POSITIONS, WIDTH)}
    for name in ("q", "k", "v", "o"):
        w["w_" + name], w["b_" + name] = drawn(WIDTH, WIDTH), np.zeros(WIDTH)
    w["w_1"], w["b_1"] = drawn(WIDTH, 4 * WIDTH), np.zeros(4 * WIDTH)
    w["w_2"], w["b_2"] = drawn(4 * WIDTH, WIDTH), np.zeros(WIDTH)
    for name in ("1", "2"):
        w["gain_" + name], w["bias_" + name] = np.ones(WIDTH), np.zeros(WIDTH)
    w["w_y"] = drawn(WIDTH, len(LABELS))  # the head of fine-tuning
    return w


def embed(w, ids):
    """(T, WIDTH): what the block reads."""
    # PART 5: embeddings
    # To each word's row of w["token"] add the row of w["position"] of the place where it stands, from 0.
    return w["token"][ids] + w["position"][: len(ids)]
    # END


def split(x):
    """(T, WIDTH) -> (HEADS, T, WIDTH / HEADS): each head has its own share of the columns."""
    return x.reshape(len(x), HEADS, -1).transpose(1, 0, 2)


def join(x):
    """The other way round."""
    return x.transpose(1, 0, 2).reshape(x.shape[1], -1)


def attend(q, k, v):
    """What each head looks at (HEADS, T, T), and what it gathers there (HEADS, T, d)."""
    # PART 6: attention
    # The score of a query with a key is their product divided by sqrt(d). Where may_see says no, put -np.inf instead.
    # A softmax over the keys gives the weights; their products with the values are what is gathered. The matrix
    # product @ works on all heads at once; k.transpose(0, 2, 1) turns each head's keys over.
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
    weights = softmax(np.where(may_see(q.shape[1]), scores, -np.inf))
    return weights, weights @ v
    # END


def attend_back(d, q, k, v, weights):
    """From the gradient d of what the heads gather to those of q, k and v."""
    # PART 7: attention, backwards
    # The gradient of v is weights turned over times d, and that of the weights is d times v turned over. The softmax:
    # d_scores = weights * (d_weights - the sum along the row of d_weights * weights). The scores were q k / sqrt(d).
    d_v = weights.transpose(0, 2, 1) @ d
    d_weights = d @ v.transpose(0, 2, 1)
    d_scores = weights * (d_weights - (d_weights * weights).sum(axis=-1, keepdims=True)) / np.sqrt(q.shape[-1])
    return d_scores @ k, d_scores.transpose(0, 2, 1) @ q, d_v
    # END


def forward(w, ids):
    """The states (T, WIDTH) that words and verdict are read from, and all that backward needs."""
    x = embed(w, ids)
    q, k, v = (split(x @ w["w_" + name] + w["b_" + name]) for name in "qkv")
    weights, gathered = attend(q, k, v)
    joined = join(gathered)
    a = joined @ w["w_o"] + w["b_o"]
    # PART 8: two residual sums and the feed-forward network
    # sum_1 is x + a, and n its layer_norm with gain_1 and bias_1. up is n through w_1 and b_1; m is gelu of that
    # through w_2 and b_2. sum_2 is n + m, and the states are its layer_norm with gain_2 and bias_2.
    sum_1 = x + a
    n = layer_norm(sum_1, w["gain_1"], w["bias_1"])
    up = n @ w["w_1"] + w["b_1"]
    m = gelu(up) @ w["w_2"] + w["b_2"]
    sum_2 = n + m
    states = layer_norm(sum_2, w["gain_2"], w["bias_2"])
    # END
    return states, (ids, x, q, k, v, weights, joined, sum_1, n, up, sum_2)


def word_logits(w, states):
    """(T, 10): a score of each word, as the next one."""
    # PART 9: the next word
    # The output layer is the token table once more: multiply the states with w["token"] turned over.
    return states @ w["token"].T
    # END


def verdict_logits(w, states):
    """(1, 2): a score of each label."""
    # PART 10: the verdict
    # Only the state at [Extract], the last row, is read: multiply it with w["w_y"]. states[-1:] keeps it a matrix.
    return states[-1:] @ w["w_y"]
    # END


def backward(w, kept, d):
    """From the gradient d of the states to those of all weights but w_y, by name."""
    ids, x, q, k, v, weights, joined, sum_1, n, up, sum_2 = kept
    g = {}
    d_sum, g["gain_2"], g["bias_2"] = layer_norm_back(d, sum_2, w["gain_2"])
    # PART 11: the feed-forward network, backwards
    # For y = x @ w + b: the gradient of w is x turned over times that of y; of b the sum over the rows of that of y;
    # of x that of y times w turned over. d_sum is the gradient of n + m: it reaches n directly and through m. Set
    # g["w_2"], g["b_2"], d_up (with gelu_slope), g["w_1"], g["b_1"] and d_n.
    g["w_2"], g["b_2"] = gelu(up).T @ d_sum, d_sum.sum(axis=0)
    d_up = d_sum @ w["w_2"].T * gelu_slope(up)
    g["w_1"], g["b_1"] = n.T @ d_up, d_up.sum(axis=0)
    d_n = d_sum + d_up @ w["w_1"].T
    # END
    d_sum, g["gain_1"], g["bias_1"] = layer_norm_back(d_n, sum_1, w["gain_1"])
    g["w_o"], g["b_o"] = joined.T @ d_sum, d_sum.sum(axis=0)
    d_x = d_sum.copy()
    for name, d_y in zip("qkv", attend_back(split(d_sum @ w["w_o"].T), q, k, v, weights), strict=True):
        g["w_" + name], g["b_" + name] = x.T @ join(d_y), join(d_y).sum(axis=0)
        d_x += join(d_y) @ w["w_" + name].T
    g["token"], g["position"] = np.zeros_like(w["token"]), np.zeros_like(w["position"])
    np.add.at(g["token"], ids, d_x)  # a word that comes twice gets both
    g["position"][: len(ids)] = d_x
    return g


def cross_entropy(logits, targets):
    """The mean of -log P(target) over the rows, and its gradient with respect to the logits."""
    # PART 12: the loss and where it pushes
    # Pick each row's probability of its target with p[np.arange(n), targets]. The gradient is p, less 1 at the target,
    # divided by the number of rows.
    rows, p = np.arange(len(targets)), softmax(logits)
    loss = -np.log(p[rows, targets]).mean()
    p[rows, targets] -= 1
    return loss, p / len(rows)
    # END


def learn_from(w, ids, label=None):
    """The losses of one sentence (L1 as a mean over its words; L2, or None without a label), whether the verdict is
    right, and the gradients by name: of L1, or with a label of L3."""
    states, kept = forward(w, ids)
    l1, d_words = cross_entropy(word_logits(w, states[:-1]), ids[1:])
    d_words = d_words * (len(ids) - 1 if OVER == "sum" else 1)
    l2, is_right, d_states = None, None, np.zeros_like(states)
    if label is not None:
        logits = verdict_logits(w, states)
        l2, d_verdict = cross_entropy(logits, [label])
        is_right = logits.argmax() == label
        # PART 13: L3 = L2 + lambda L1
        # d_words is the gradient of L1: scale it. The verdict's gradient reaches the last state alone, through w["w_y"]
        # turned over: add it to d_states[-1:].
        d_words = LAMBDA * d_words
        d_states[-1:] += d_verdict @ w["w_y"].T
        # END
    d_states[:-1] += d_words @ w["token"]
    g = backward(w, kept, d_states)
    g["token"] += d_words.T @ states[:-1]  # the table is read twice, so it learns from both ends
    g["w_y"] = np.zeros_like(w["w_y"]) if label is None else states[-1:].T @ d_verdict
    return l1, l2, is_right, g


# ---- Training --------------------------------------------------------------------------------------------------------


def sgd(w, g, rate):
    """One step downhill: changes the weights in place."""
    # PART 14: the step
    # Subtract rate times its gradient from each array of w: w[name] -= ...
    for name in w:
        w[name] -= rate * g[name]
    # END


class Adam:
    """The same with a step size of its own for every weight (Kingma and Ba, 2015)."""

    def __init__(self, b1=0.9, b2=0.999, eps=1e-8):
        self.b1, self.b2, self.eps, self.t, self.m, self.v = b1, b2, eps, 0, {}, {}

    def __call__(self, w, g, rate):
        self.t += 1
        for name in w:
            self.m[name] = self.b1 * self.m.get(name, 0.0) + (1 - self.b1) * g[name]
            self.v[name] = self.b2 * self.v.get(name, 0.0) + (1 - self.b2) * g[name] ** 2
            m, v = self.m[name] / (1 - self.b1**self.t), self.v[name] / (1 - self.b2**self.t)
            w[name] -= rate * m / (np.sqrt(v) + self.eps)


def pretrain(w):
    """Reads the five sentences again and again."""
    step = Adam() if OPTIMIZER == "adam" else sgd
    for epoch in range(PRETRAIN_EPOCHS):
        total = count = 0
        for ids in map(ids_of, SENTENCES):
            l1, _, _, g = learn_from(w, ids)
            step({name: w[name] for name in w if name != "w_y"}, g, PRETRAIN_RATE)
            total, count = total + l1 * (len(ids) - 1), count + len(ids) - 1
        if epoch % 10 == 0:
            mean = total / count
            print(f"epoch {epoch:3}  mean log-probability {-mean:.3f}  perplexity {np.exp(mean):.2f}")


def finetune(w):
    """Reads the four labelled ones."""
    step = Adam() if OPTIMIZER == "adam" else sgd
    for epoch in range(FINETUNE_EPOCHS):
        found = []
        for sentence, label in LABELLED:
            l1, l2, is_right, g = learn_from(w, row_of(sentence), label)
            step(w, g, FINETUNE_RATE)
            found.append((l2, l1, is_right))
        if epoch % 5 == 0:
            l2, l1, right = np.mean(found, axis=0)
            print(f"epoch {epoch:3}  verdict's loss {l2:.3f}  words' loss {l1:.3f}  right {right:.0%}")


def show_next(w):
    """What comes after "the film was"."""
    states, _ = forward(w, ids_of("the film was"))
    p = softmax(word_logits(w, states))[-1]
    best = np.argsort(-p)[:3]
    print("the film was ___ ", ", ".join(f"{VOCABULARY[i]} {p[i]:.3f}" for i in best))


def show_verdicts(w):
    """What the head says of the four sentences."""
    for sentence, label in LABELLED:
        p = softmax(verdict_logits(w, forward(w, row_of(sentence))[0]))[0]
        mark = "right" if p.argmax() == label else "wrong"
        print(f"{sentence:22} {LABELS[p.argmax()]} {p.max():.3f}  {mark}")


# ---- Checks: what is true of a right part ----------------------------------------------------------------------------


def same(found, wanted, what):
    """Raises unless two arrays are equal, up to rounding."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert found.shape == wanted.shape, f"{what}: the shape is {found.shape} and should be {wanted.shape}"
    assert np.allclose(found, wanted, atol=1e-6), f"{what}: it gives {found.round(4)} and should give {wanted.round(4)}"


def slope(f, x):
    """The gradient of a number f() with respect to the array x, by trying."""
    d = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        was = x[i]
        x[i] = was + 1e-5
        more = f()
        x[i] = was - 1e-5
        d[i], x[i] = (more - f()) / 2e-5, was
    return d


def check_softmax():
    same(softmax(np.array([[0.0, np.log(3.0)], [1.0, 1.0]])), [[0.25, 0.75], [0.5, 0.5]], "softmax of two rows")
    same(softmax(np.array([1000.0, 1000.0])), [0.5, 0.5], "softmax of large numbers")


def check_gelu():
    same(gelu(np.array([-1.0, 0.0, 1.0, 2.0])), [-0.158808, 0.0, 0.841192, 1.954598], "gelu of -1, 0, 1 and 2")


def check_layer_norm():
    rows, gain, bias = np.array([[1.0, 3.0], [4.0, 3.998]]), np.array([1.0, 2.0]), np.array([0.0, 10.0])
    same(layer_norm(rows, gain, bias), [[-0.999995, 11.99999], [0.301511, 9.396977]], "layer_norm of two rows")


def check_may_see():
    same(may_see(3), [[True, False, False], [True, True, False], [True, True, True]], "may_see(3)")


def some_weights():
    """Weights to try things with: not small, and biases not 0."""
    rng = np.random.default_rng(1)
    return {name: rng.normal(0.5 * ("gain" in name), 0.4, x.shape) for name, x in initial_weights(rng).items()}


def check_embed():
    w = some_weights()
    x = embed(w, ids_of("the cat sat sat"))
    same(x[3] - x[2], w["position"][3] - w["position"][2], "the same word at two places")
    same(embed(w, ids_of("film"))[0] - x[0], w["token"][4] - w["token"][3], "two words at one place")
    same(x[0], w["token"][3] + w["position"][0], "the first word")


def check_attend():
    q, k = np.zeros((1, 2, 4)), np.zeros((1, 2, 4))
    q[0, 1, 0], k[0, 1, 0], v = 2.0, np.log(3.0), np.array([[[0.0], [8.0]]])
    weights, gathered = attend(q, k, v)
    same(weights, [[[1.0, 0.0], [0.25, 0.75]]], "the weights of two words")
    same(gathered, [[[0.0], [6.0]]], "what they gather")


def check_attend_back():
    rng = np.random.default_rng(2)
    q, k, v, d = rng.normal(size=(4, 2, 3, 5))
    found = attend_back(d, q, k, v, attend(q, k, v)[0])
    for name, x, d_x in zip("qkv", (q, k, v), found, strict=True):
        same(d_x, slope(lambda: (attend(q, k, v)[1] * d).sum(), x), f"the gradient of {name}")


def check_block():
    w = some_weights()
    w["gain_1"][:], w["bias_1"][:], w["w_2"][:], w["b_2"][:] = 0, 1, 0, np.arange(WIDTH)
    w["gain_2"][:], w["bias_2"][:] = 1, 0
    states, kept = forward(w, ids_of("the cat"))
    even = (np.arange(WIDTH) - (WIDTH - 1) / 2) / np.sqrt((WIDTH**2 - 1) / 12 + EPS)
    same(states, [even, even], "the states where n is 1 everywhere, w_2 is 0 and b_2 counts from 0")
    same(kept[7] - kept[1], kept[6] @ w["w_o"] + w["b_o"], "sum_1 - x")
    same(kept[9], np.tile(w["w_1"].sum(axis=0) + w["b_1"], (2, 1)), "up")
    w = some_weights()
    _, kept = forward(w, ids_of("the cat"))
    same(kept[8], layer_norm(kept[7], w["gain_1"], w["bias_1"]), "n")
    same(kept[10] - kept[8] - w["b_2"], gelu(kept[9]) @ w["w_2"], "sum_2 - n - b_2")


def check_word_logits():
    w = some_weights()
    same(word_logits(w, np.eye(WIDTH)), w["token"].T, "the logits of unit vectors")


def check_verdict_logits():
    w = some_weights()
    same(verdict_logits(w, np.eye(WIDTH)[:2]), w["w_y"][1:2], "the scores of two unit vectors")


def check_backward():
    w, ids = some_weights(), ids_of("the cat sat sat")
    d = np.random.default_rng(3).normal(size=(4, WIDTH))
    found = backward(w, forward(w, ids)[1], d)
    for name in ("w_2", "b_2", "b_1", "gain_1"):
        same(found[name], slope(lambda: (forward(w, ids)[0] * d).sum(), w[name]), f"the gradient of {name}")
    same(found["w_1"][:2], slope(lambda: (forward(w, ids)[0] * d).sum(), w["w_1"])[:2], "the gradient of w_1")


def check_cross_entropy():
    logits, targets = np.log([[0.25, 0.75], [0.5, 0.5]]), [1, 0]
    loss, d = cross_entropy(logits, targets)
    same(loss, (-np.log(0.75) - np.log(0.5)) / 2, "the loss of 0.75 and 0.5")
    same(d, [[0.125, -0.125], [-0.25, 0.25]], "its gradient")


def check_l3():
    w, ids = some_weights(), row_of("the cat was great")

    def l3():
        l1, l2, _, _ = learn_from(w, ids, 1)
        return l2 + LAMBDA * l1 * (len(ids) - 1 if OVER == "sum" else 1)

    g = learn_from(w, ids, 1)[-1]
    for name in ("token", "w_y", "bias_2"):
        same(g[name], slope(l3, w[name]), f"the gradient of {name}")


def check_sgd():
    w = {"one": np.array([1.0, 2.0]), "two": np.array([[3.0]])}
    sgd(w, {"one": np.array([10.0, -10.0]), "two": np.array([[0.0]])}, 0.1)
    same(w["one"], [0.0, 3.0], "1 and 2, after a step of rate 0.1 along 10 and -10")
    same(w["two"], [[3.0]], "a weight whose gradient is 0")


CHECKS = {
    1: check_softmax,
    2: check_gelu,
    3: check_layer_norm,
    4: check_may_see,
    5: check_embed,
    6: check_attend,
    7: check_attend_back,
    8: check_block,
    9: check_word_logits,
    10: check_verdict_logits,
    11: check_backward,
    12: check_cross_entropy,
    13: check_l3,
    14: check_sgd,
}


def problem_with(number):
    """What is wrong with a part, in words; empty if it is right."""
    try:
        CHECKS[number]()
    except NotImplementedError as missing:
        return f"still to be written ({missing})"
    except AssertionError as wrong:
        return str(wrong)
    except Exception as error:  # whatever an unfinished part may do
        return f"{type(error).__name__}: {error}"
    return ""


def main():
    """Checks all parts, then trains."""
    for number in CHECKS:
        if problem := problem_with(number):
            print(f"{number - 1} of {len(CHECKS)} parts are right. Next is TODO {number}: {problem}")
            return 1
    print(f"All {len(CHECKS)} parts are right.")
    w = initial_weights(np.random.default_rng(SEED))
    print("\nBefore training")
    show_next(w)
    print("\nPre-training: the next word of five sentences")
    pretrain(w)
    show_next(w)
    print("\nFine-tuning: four verdicts, and the next word")
    finetune(w)
    show_verdicts(w)
    show_next(w)
    return 0


if __name__ == "__main__":
    sys.exit(main())
