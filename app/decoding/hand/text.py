"""What the laboratory "By hand" says."""

VIEWS = {"tree": "Your tries", "log": "One step", "cache": "Cache"}
NOT_OF_A_PEER = {
    "lstm": "**An LSTM has no key-value cache and no positions**: it carries one state from token to token, so a "
    "step reads the new token alone, however long the text is. The list of a step is a transformer's.",
    "bigram": "**A bigram keeps nothing**: a step looks up the last token's counts, and that is all. The list of a "
    "step is a transformer's.",
}
BAND_QUESTION = "How surprising was each token?"
BANDS = ("top 10", "top 100", "top 1,000", "rarer")
SUMMARY = "{prompt} of the beginning + {written} written · log-probability {total} · {mean} a token"
SUMMARY_EMPTY = "{prompt} of the beginning · nothing written yet"
CHIP = "{name}\nid {id}\nprobability {p}, rank {rank:,}\n{how}"
FIRST_CHIP = "{name}\nid {id}\nNothing stands before it, so nothing predicted it."
OF_BEGINNING = "of the beginning; a click goes back to its end"

BARS_TITLE = "What comes after “{name}”?"
BARS = "Softmax over all {n:,} tokens. Click one to take it."
BARS_NOTE = "Dashed: the model’s own. Solid: what is drawn from, with the settings below; {n:,} are cut."
TOKEN_DETAIL = "“{name}”, id {id}: {p} from the model"
CUT_DETAIL = ", cut"
DRAWN_DETAIL = ", {p} after temperature and cuts"
END_DETAIL = ". It is the token between two texts: a click ends the text here."
ENDED = (
    "The text has ended: its last token is the one between two texts, and a generator would stop here. What you "
    "take now begins another text."
)

LIKELIEST = "Likeliest"
LIKELIEST_HELP = "Takes the token with the longest bar, as greedy decoding always does."
DRAW = "Draw"
DRAW_HELP = (
    "Draws a token with the settings below. The first draw takes the seed’s first number, the second its second, and "
    "so on; to draw another one at the same place, change the seed."
)
BACK = "Back one"
BACK_HELP = "What you wrote stays in the tree: taking another token now begins a branch."
UNDO = "Undo"
UNDO_HELP = "As it was before your last act, deletions included."
ANEW = "Start anew"
ANEW_HELP = "Deletes all that you tried. “Undo” brings it back."

WORD_LABEL = "A word of your own"
WORD_PLACEHOLDER = "Force a word of your own"
WORD_HELP = (
    "It is taken however unlikely it is, cut into tokens, one after another. A space is put before it; begin with + to "
    "join it to the last token instead."
)
TAKE = "Take"
ONE_TOKEN = "“{word}” is one token: {tokens}."
MORE_TOKENS = "“{word}” is not one token of this vocabulary: it was taken as {n}, {tokens}."
NO_TOKEN = "“{word}” has no tokens in this vocabulary; type a word."

LOST = (
    "The address holds a tree that was written after another beginning, or in another model’s tokens: it is left out."
)
NOTHING_TRIED = (
    "Nothing is written yet. Click a bar on the left, draw, or type a word of your own. All that you try stays here, "
    "as a tree: go back, take another token, and a branch begins."
)
TREE_TITLE = "What you tried"
TREE_HINT = (
    "Each line is a text, each token with the probability that the model gave it. A click on a token goes there."
)
HOW = {"forced": "your own", "likeliest": "the likeliest", "drawn": "drawn"}
HOW_LONG = {
    "forced": "your own choice",
    "likeliest": "taken as the likeliest",
    "drawn": "drawn with seed {seed}, {settings}",
}
BRANCH = "{total} · {mean} a token"
COMPARED = "Your text: **{total}** over {n}, {mean} a token. Greedy over as many: **{greedy}**, {greedy_mean} a token: "
COMPARED_SHORT = (
    "Your text: **{total}** over {n}, {mean} a token. Greedy ends its text after {greedy_n}: **{greedy}**, "
    "{greedy_mean} a token: "
)
AHEAD = (
    " The nearer to 0, the likelier the model finds the text: yours is likelier than greedy’s, which only looks one "
)
AHEAD += "token ahead."
TREE_FULL = "{n} of {most} tokens are tried: delete a branch (×) to have room for more."
TABLE = "Every token that was tried"
READING = "Reading what you tried …"

LOG_TITLE = "Step {n}: how “{name}” came to be written"
LOG_TITLE_TO_COME = "Step {n}: what the model has done so far"
LOG_HINT = "Seven steps; the course texts count six, because to them the choice is part of the softmax."
