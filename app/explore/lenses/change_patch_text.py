"""What the look "Patch" says."""

PARTS = {
    "hidden": "State",
    "attn_out": "Attention output",
    "mlp_out": "Feed-forward output",
    "head_out": "Heads",
}
"""What is taken from the second text."""

TITLE = "#### What tells these two texts apart, and where in the model is it?"
INTRO = (
    "“Activation patching”: your text stays, but for one thing that is taken from the second text, a token’s "
    "state after a block, say. The rest of the model goes on with it, and the answer moves, or it does not. Where"
    " it moves far, what tells the two texts apart is there."
)
OTHER_LABEL = "Second text"
OTHER_PLACEHOLDER = "A second text with as many tokens, such as: The key …"
PART_LABEL = "What is taken from the second text"
ANSWER_LABEL = "Answer of your text"
OTHER_ANSWER_LABEL = "Answer of the second"
ANSWER_HELP = (
    "The two tokens whose logits are compared, at the chosen token. Left empty: what each text makes likeliest. A word "
    "of several tokens stands for its first one."
)
EMPTY = (
    "Take one of the pairs above, or write a second text that differs from yours in a word and has as many tokens. "
    "Then one thing at a time is taken from the second text and put into yours, everywhere in the model, and you "
    "see where that changes what comes next."
)
PAIRS_LABEL = "Pairs to try"
UNEQUAL = (
    "Your text has **{here}** and the second **{there}**. Each token needs one to be exchanged with, so make "
    "them equally many: change a word, or add one."
)
TOKENS = "{n} tokens"
YOURS, SECOND = "Your text", "The second"
TOO_LONG = (
    "Patching runs the model once for every token at every layer, so it takes up to {most} tokens. Choose an earlier "
    "token than {n} above, or take shorter texts."
)
SAME_TEXT = "Both texts have the same tokens up to here, so there is nothing to be taken. Change a word of the second."
SAME_ANSWER = "Both answers are the same token, “{answer}”. Type two that differ."
NOT_APART = (
    "Both texts prefer “{answer}” to “{other}” by the same {value}, so no patch can go a part of the way. "
    "Type other answers."
)
WORKING = "Patching: one pass for each token at each layer …"

MEASURE = (
    "After “{last}”, your text prefers “{answer}” to “{other}” by **{first}**, the second text by **{second}** (their "
    "logits’ difference)."
)
SMALL = " They hardly differ in that, so the per cents below are of very little."
BOARD_TITLE = "How far each patch moves the answer from “{answer}” to “{other}”"
BOARD_NOTE = (
    "In per cent: 0 as in your text, 100 as in the second. Click a cell to see all predictions after that patch."
)
TOKEN_NOTE = " Where the texts differ, the second text’s token stands below."
HEAD_NOTE = " A head’s output is taken at all tokens together."
HINT = "Point at a cell for its sentence."
CORNER = {"hidden": "state", "attn_out": "attention of", "mlp_out": "feed-forward of", "head_out": "heads of"}
FIRST_ROW, STATE_ROW, PART_ROW = "before block 1", "after block {n}", "block {n}"
HEAD_COLUMN = "head {n}"
TAKING = {
    "hidden": "Taking the state of token {column} (“{name}”) {row} from the second text",
    "attn_out": "Taking what attention adds to token {column} (“{name}”) in {row} from the second text",
    "mlp_out": "Taking what the feed-forward network adds to token {column} (“{name}”) in {row} from the second text",
    "head_out": "Taking the output of head {column} in {row} from the second text, at all tokens,",
}
MOVES = " moves the answer {share} % of the way from “{answer}” to “{other}” (the difference is {raw} then)."
MOVES_PAST = (
    " moves the answer past the second text’s: {share} % of the way from “{answer}” to “{other}” (the difference "
    "is {raw} then)."
)
MOVES_BACK = " moves the answer {share} % the other way, away from “{other}” (the difference is {raw} then)."
MOVES_NOTHING = " moves nothing."

MOVED_ON = (
    "Read the rows downwards: the strongest patch is {stations}. What tells the two texts apart has gone from the"
    " one token to the other; between tokens, nothing but attention can carry it."
)
STARTS, STARTS_BEFORE = "at “{name}” up to block {last}", "at “{name}” before block 1"
PASSES, PASSES_ONE = "at “{name}” after blocks {first} to {last}", "at “{name}” after block {first}"
ENDS = "at “{name}” from block {first} on"
THEN = ", then "
STAYS = "The strongest patch is at “{name}” in every row: what tells the two texts apart stays where it is."
WANDERS = (
    "The strongest patch of a row is at “{name}” first and at “{last}” in the end, and changes its place {n} times: "
    "several tokens share what tells the two texts apart."
)
STRONGEST = "The strongest single patch is {where}: {share} % of the way. {rest}"
IN_TOKEN, IN_HEAD = "{row}, at “{name}”", "head {column} of {row}"
HALF_ALONE = (
    "That one alone goes more than half of the way. Each patch is made by itself, so they need not add up to 100 %."
)
MANY_TOGETHER = "No single one moves it even half of the way: several of them share the work."

AFTER_TITLES = ("Your text", "With this patch", "The second text")
AFTER_HINT = "The same next tokens after all three; ▸ is the second text’s answer."
BAR = "“{text}”, id {id}: {probability}"
TABLE = "These patches as a table"
