"""What the look "Who pushes what" says."""

TITLE = "#### Why “{token}” and not “{other}” after “{last}”?"
BEHIND_TITLE = "#### What keeps “{token}” behind “{other}” after “{last}”?"
TOKEN_LABEL, OTHER_LABEL = "This next token", "against this one"
BOX_HELP = (
    "Any word: its first token counts. Left empty: the token that your text has next, or the likeliest; against the "
    "likeliest other one."
)
SAME = "Both are the same token, “{token}”. Type two that differ."

LINE_TITLE = "The logits, and what adds up to their difference"
SCORE = "“{name}”"
DIFFERENCE = "difference"
LEFT, RIGHT = "← for “{other}”", "for “{token}” →"
TIMES = "The model gives “{token}” **{times} times** the probability of “{other}” ({one} against {two})."
EQUAL = "The model gives both nearly the same probability ({one} and {two})."
HARDEST = "Directly, **{part}** pushes “{token}” hardest; the hardest push for “{other}” comes from **{opposite}**."
HARDEST_ONE = "Directly, **{part}** pushes hardest."
NO_SIZE = "more than 10,000"
ROUNDED = "Rounded to two places, so a sum may be off by 0.01 or two; the table below has more."
SUMS = "All of it"
STRONGEST = "The ten strongest parts"
GROUPS = {
    "token": "token embedding",
    "position": "position embedding",
    "heads": "all {n} heads",
    "mlp": "all feed-forward networks",
    "biases": "biases of attention and LayerNorm",
    "replaced": "what was put in a state’s place",
}
HEAD, MLP, ATTENTION_BIAS = (
    "layer {layer}, head {head}",
    "layer {layer}, feed-forward",
    "layer {layer}, attention’s bias",
)
NORM, NORMS = "layer {layer}, LN {half}’s bias", "layer {layer}, both LNs’ biases"
FINAL_NORM = "the final LayerNorm’s bias"
DETAIL = "{name}: {value} logits for “{side}”"
DETAIL_ZERO = "{name}: 0"

BOARD_TITLE = "Every head and feed-forward network"
BOARD_NOTE = "Logits that each adds to the difference: blue for “{token}”, red for “{other}”. {click}"
CLICK_OPENS = "A click on a head opens it in Attention, one on a feed-forward network its block in Flow."
CLICK_SWITCHES = "A click switches off what it hits."
CORNER, ROW = "layer", "{n}"
HEAD_COLUMN, MLP_COLUMN, BIAS_COLUMN, NORM_COLUMN = "head {n}", "feed-forward", "attention bias", "LN biases"
HINT = "Point at a cell for its sentence."
ADDS = "What comes directly from {name}: {value} on the logit of “{token}” against “{other}”."

FIXED_POST = (
    "How it is counted: the logits are linear in the last state, so each part’s share of them can be followed "
    "back along the residual path. On the way lie two LayerNorms a block; each is held fixed at the mean and the "
    "spread that it measures in this text. These are direct contributions only: a head that prepares something "
    "for a later one to read does not show here, the later one does. “Switch off” and “Patch” show the whole "
    "effect."
)
FIXED_PRE = (
    "How it is counted: the logits are linear in the last state, so each part’s share of them can be read off the"
    " residual path. Only the final LayerNorm lies on the way; it is held fixed at the mean and the spread that "
    "it measures in this text. These are direct contributions only: a head that prepares something for a later "
    "one to read does not show here, the later one does. “Switch off” and “Patch” show the whole effect."
)
TABLE = "All contributions as a table"
