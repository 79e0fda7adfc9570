"""What "Layer by layer" says."""

COLOURS_LABEL = "What colours a cell"
COLOURS = {
    "chance": "Its own probability",
    "final": "Rank of the final answer",
    "next": "Rank of your text’s next token",
}
LEGENDS = {
    "chance": "Probability of the token in the cell:",
    "final": "Rank that the row gives to the column’s final answer, the last row’s token:",
    "next": "Rank that the row gives to the token that your text has next:",
}
BOLD = "Bold: the final answer already."

TITLE = "What would come next if the model stopped after each block?"
SUBTITLE = (
    "Read a column downwards: your token, then the likeliest next token after each block. Each state is put through "
    "the output layer as if it were the last. Click a cell to choose its token."
)
LIVE_TITLE = "How each layer saw the tokens that are being written"
LIVE_SUBTITLE = (
    "Each column is the token before; the last row but one is the model’s own prediction after it, the bottom row what "
    "was drawn from it."
)
ALT = "A grid: rows are the states from h₀ to the last block, columns your tokens. Arrow keys move, Enter chooses."
READ = "your text ↓"
NEXT = "comes next ▸"
LIVE_NEXT = "written ▸"
START = "h₀"
BLOCK = "block {n}"
LAST_BLOCK = "block {n} = answer"
WINDOW = "Columns {first} to {last} of {n} are shown, around the chosen token; choose another one in the strip above."
RECENT = "The last {n} columns are shown."
WAITING = "The first token is on its way."

WHAT_TITLE = "#### What the rows can tell, and what not"
FINAL_ONLY = (
    "Only the last block’s state was trained to be read by the output layer. What the rows above it would say is a "
    "question put to them from outside."
)
POST_NORM = (
    "This model normalises after each block (post-norm), so a state is no running sum that grows towards the answer: "
    "each block writes the whole state anew, and early rows are often strange."
)
PRE_NORM = (
    "This model normalises before each half of a block (pre-norm): the states add up block by block, and each is put "
    "through the final LayerNorm here, as the last one is."
)
TIED = (
    "Its output table is the table of token embeddings again. So a state that has changed little answers with the "
    "token it began as."
)
ITSELF = "In these {count} columns the likeliest token is the token itself at {itself} after {row}"
ANSWERED = "the final answer stands first at {answered} after {row}"
AND = ", and "
ONE_COLUMN = "This one column cannot tell how common that is; write more."
MEASURED = (
    "Over 610 tokens of our own sentences, “books” names the token itself after block 3 at 89 %, and its final answer "
    "after block 6 at 23 %: most of its answers are settled by the very last block."
)

RIVALS_TITLE = "Two rivals after “{name}”"
RIVAL = "Next token"
OTHER_RIVAL = "against"
RIVAL_HELP = "Type a word. Left empty, it is one of the two likeliest at the end."
RIVALS_AXIS = "How far in front each stands (its rank, no. 1 on top) after each block. Point at one for its numbers."
RIVALS_ALT = "Two lines: the ranks of two next tokens after each block. Arrow keys read the numbers out."
PART = "“{typed}” has {n} tokens; the first of them, “{name}”, is followed."
SAME = "Both are the same token. Type another one."
ALWAYS = "“{winner}” is in front of “{loser}” in every row."
SINCE = "“{winner}” is in front of “{loser}” for good from {row} on."

OTHER = "With {name}"
DIFFERS = "≠ below a token: what stands there with {name}."
SAME_EVERYWHERE = "With {name} every cell has the same token."
OTHER_TITLE = "With {name}"
