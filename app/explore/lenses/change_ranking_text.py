"""What the Change lens says of what each part of the model is worth on a text."""

TITLE = "What would your text lose without it?"
NOTE = (
    "Each part of the model is switched off by itself, and the text is read again: the number is by how many nats the "
    "text’s log-probability falls ({whole} nats with all parts in their places). Bars to the left, red: the text "
    "becomes likelier without it. The bars of heads have a scale of their own."
)
BOARD_LABEL = (
    "Rows are layers, columns heads; at the end each layer’s attention and feed-forward network. Arrow keys move, "
    "Enter switches off."
)
LIST_TITLE = "The first ten"
MOST, LEAST = "Helps most", "Hurts most"
HINT = "Point at a part for its numbers; a click switches it off, and what that changes stands above."
MEANS = (
    "A part that is worth little here may matter on another text, and where heads can stand in for each other none of "
    "them seems to matter alone: two heads off together may cost more than their numbers add up to. Try it: the panel "
    "above has what all that is off costs together."
)
WHOLE_MODEL = "This ranks the parts of the whole model; what is off now is crossed out."
ONE_TOKEN = "One token alone has nothing that is predicted, so no part has anything to lose. Type one more."
COMPUTING = "Reading the text once without each of {n} parts …"
LONG = "This text is long: to read {tokens} tokens once without each of {n} parts takes about {seconds:.0f} seconds."
COMPUTE = "Rank all parts"
TABLE = "The ranking as a table"
ATTENTION, NETWORK = "attention", "feed-forward network"
