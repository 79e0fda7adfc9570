"""What the log of one step says; the numbers are put in by log.py."""

TITLES = {
    "tokenize": "Tokenise",
    "position": "Position",
    "forward": "Forward pass",
    "softmax": "Softmax",
    "choose": "Choice",
    "append": "Append",
    "stop": "Stop?",
}

TOKENIZE_FIRST = (
    "The text is cut into tokens, and each becomes its id u. This happens once: what is written from now on comes as "
    "an id, and the text is never cut again."
)
TOKENIZE_NEXT = "Nothing is cut again: the token of the last step is an id already, and stands at the end of U."
TOKENIZE_BRIEF = "{n}, {new} new"
DROPPED = " The first {n} are dropped: they no longer fit the context of {context}."

POSITION = (
    "The row of the token table W_e that each new id names, and the row of the position table W_p of its place, are "
    "added: h_0 = W_e[u] + W_p[place]."
)
POSITION_FIXED = (
    "The row of the token table W_e that each new id names, and the sines and cosines of its place, are added."
)
POSITION_NONE = "This model has no positions: h_0 is the row of the token table W_e that each new id names."
POSITION_MOVED = (
    " The context was full: the older half is dropped, the rest moves to the places from 0 on. What the cache held "
    "was computed with the old places, so all of it is read again."
)
PLACE, PLACES = "place {first} (from 0)", "places {first} to {last} (from 0)"

FORWARD_FIRST = (
    "Nothing is in the cache yet: all {rows} rows go through the {layers} blocks, and the keys and values of each stay."
)
FORWARD_NEXT = (
    "One row goes through the {layers} blocks. In each, its query meets the keys of the {held} tokens before it, "
    "which are read from the cache, and its own."
)
FORWARD_AGAIN = "The cache is emptied: all {rows} rows that are left go through the {layers} blocks again."
FORWARD_BRIEF = "{rows} through {layers} blocks, {held} read from the cache"
FORWARD_TABLE = ("", "with the cache", "without")
ROWS, SCORES, MULTIPLY_ADDS = "rows through each block", "attention scores", "multiply-adds"

SOFTMAX = (
    "The last row h_n alone goes on: its product with every row of the output table gives {vocab:,} logits z, and "
    "P(u) = exp(z_u) / Σ exp(z). Here log Σ exp(z) is {log_sum}."
)
SOFTMAX_BRIEF = "likeliest “{name}”, {p}"
SOFTMAX_TABLE = ("token", "id", "z", "P(u)")

CHOOSE_FORCED = (
    "You took “{name}” yourself, which the model gives {p} (rank {rank:,}). Training does the same with every token of "
    "its text; nothing in the model prefers its own choice."
)
CHOOSE_LIKELIEST = "“{name}” has the largest logit: greedy decoding. The model gives it {p}; no chance is involved."
CHOOSE_NOW_OTHER = (
    "“{name}” was taken as the likeliest by another model of this vocabulary; this one gives it {p} (rank {rank:,})."
)
CHOOSE_DRAWN = (
    "Drawn with {settings} from {n}. Their probabilities, counted up in the order of the ids, make a line from 0 to "
    "1. Seed {seed} gives {number}, which falls on “{name}”, from {low} to {high}."
)
CHOOSE_DRAWN_OTHER = (
    "“{name}” was drawn with {settings} by another model of this vocabulary. In this one, seed {seed} gives {number}, "
    "which falls on another token."
)
CHOOSE_CERTAIN = "With {settings} a single token was left to draw from, “{name}”: no random number was needed."
CHOOSE_WAITS = "Yours to do: click a bar, draw, or force a word. The course texts always take the largest here."
CHOOSE_BRIEF = {"forced": "your own, {p}", "likeliest": "the likeliest, {p}", "drawn": "drawn, {p}"}
WAITS_BRIEF = "not yet"

APPEND = "The id {id} is put behind the others. No word is written: the text is spelt from the ids only to be read."
APPEND_BRIEF = "“{name}” is token {n}"
APPEND_WAITS = "The chosen id is put behind the others."

STOP_END = "“{name}” is end-of-text: a generator stops here."
STOP_ON = (
    "A generator stops at end-of-text, or when as many tokens are written as were asked for. Neither is so: it goes "
    "on with this id alone, at step 2."
)
STOP_NEVER = (
    "This vocabulary has no end-of-text, so a generator stops only when as many tokens are written as were asked for; "
    "until then it goes on with this id alone, at step 2."
)
STOP_FULL = " The context of {context} is full now: the next step drops the older half and reads the rest again."
STOP_BRIEF = {"end": "yes: end-of-text", "limit": "yes: as many as asked for", None: "no, on to the next token"}
STOP_WAITS = "Whether the chosen id ends the text is looked at last."
