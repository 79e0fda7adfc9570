"""What the Vectors lens says."""

LOOKS = {"token": "This token", "maps": "Maps", "neurons": "Neurons"}

NEAREST_TITLE = "Which tokens are most like “{name}”?"
NEAREST_NOTE = (
    "By the cosine of their vectors in the embedding table with its own: 1 where two point the same way, 0 at a right "
    "angle, −1 where they are opposed."
)
NEAREST_ALL = "The {n} nearest of {size:,}. No text is read for this: a token has the same vector wherever it stands."
NEAREST_BAR = "“{text}”, id {id}: cosine {cosine:.4f} with “{name}”"
NEAREST_NONE = "The vocabulary has a single token, so there is no other to be like it."

TWO_TITLE = "#### Does “{name}” mean the same in another text?"
OTHER_LABEL = "Another text"
OTHER_PLACEHOLDER = "A text in which the chosen word stands, too"
DEFAULT_OTHER = "The man took his money to the bank"
WHICH = "Which one there"
ABSENT = (
    "“{name}” does not stand in the other text. Write it there, choose a token above that stands in both, or take one "
    "of these pairs:"
)
EMPTY = "Write a second text above, in which “{name}” stands, too, or take one of these pairs:"
PAIRS_LABEL = "Pairs to try"
NOT_THE_SAME_TOKEN = "There it is another token, “{other}”, with a vector of its own: the line does not begin at 1."
CHART_ALT = (
    "Two lines from the embedding table to the last block: the cosine of this token's two states, and its mean cosine "
    "with the other tokens of the other text. Arrow keys read the numbers out."
)
STAGES_AXIS = "e: the token's embedding; h₀: with its position; then after each block"
STAGES_AXIS_BARE = "e: the token's embedding, which h₀ is here; then after each block"
QUANTITY = "Cosine of the two states. Point at a stage for its numbers."
SAME_LINE = "“{name}” here and there"
OTHER_LINE = "other tokens there, mean"
FROM_TO = "The two begin at **{first:.2f}** in the embedding table and end at **{last:.2f}** after block {n}."
BASELINE = "For comparison: with the other tokens there it ends at {others:.2f} on average."
STEP = "Block {block} parts them most: {before:.2f} before it, {after:.2f} after."
NO_STEP = "No block makes them less alike."
ONLY_BEFORE = (
    "The model reads from left to right: only what stands before a word can tell it what is meant, {here} here and "
    "{there} there."
)
NOTHING = "nothing"
TOKENS_BEFORE = "{n} tokens"
ONE_BEFORE = "1 token"

MAPS_TITLE = "Where do the token embeddings lie?"
MAPS_NOTE = (
    "Each point is a token's vector of {width} numbers, laid flat along the two directions in which all of them differ "
    "most (PCA). That keeps {share} of their variance: what lies side by side here may be far apart in the rest."
)
SOME = " {shown:,} of {size:,} tokens are drawn, evenly over the ids."
MAP_ALT = "A map of all token embeddings. Your tokens are listed below it."
MARKS_TITLE = "Your tokens"
MARKS_NOTE = "Point at one, or reach it with Tab and the arrow keys, to find it on the map."
POSITIONS_TITLE = "Where do the positions lie?"
POSITIONS_NOTE = "{kind} vectors of positions 1 to {n}, joined in their order; the map keeps {share} of their variance."
POSITION_KINDS = {"learned": "The learnt", "sinusoidal": "The sinusoidal"}
UNTRAINED_KIND = "The random"
POSITION = "position {n}"
POSITIONS_ALT = "A map of the position embeddings, joined in their order."
NO_POSITIONS = (
    "This model has no position embeddings: nothing tells its first block where a token stands, but for what the mask "
    "leaves each token to look at."
)
BANDS_TITLE = "How alike are two positions?"
BANDS_NOTE = "Cosine of each position's vector with every other's. A band along the diagonal: near positions are alike."
BANDS_POOLED = " Each cell is the mean of {each} × {each} pairs."
BANDS_LEARNED = "learnt by this model"
BANDS_UNTRAINED = "this model's, before training"
BANDS_SINUSOIDS = "sinusoidal, of the same size"
BANDS_ALT = "{name}: cosines of positions with each other. Arrow keys read them out."
ALL_SINUSOIDAL = "This model's own positions are the sinusoids, so there is nothing learnt to put beside them."

STRONGEST_TITLE = "Which neurons are strongest on “{name}”?"
STRONGEST_NOTE = "Layer {layer} has {n:,} neurons. Activations at this token; click one to look at it."
STRONGEST_BAR = "Neuron {neuron} of layer {layer}: activation {value:.4f} at “{name}”"
NONE_ACTIVE = "None of them is above 0 here."
NEURON_TITLE = "What does neuron {neuron} of layer {layer} answer to?"
NEURON_UNNAMED = "At its strongest places nothing that we test for holds for {least} of them, so it has no name."
NEURON_SILENT = "It is above 0 nowhere in the sample."
IN_YOUR_TEXT = "In your text. Click a token to open how its number comes about."
IN_SAMPLE = (
    "Its strongest places in {tokens:,} tokens of sample text, with up to {before} tokens before and {after} after. "
    "Each text was read from its own start."
)
SOURCE = "The sample: {source}."
NAMED = (
    "Measured: {name}, at {share} of its strongest places and {anywhere} of all places in the sample (named from "
    "{least}, and {margin} points more than anywhere). Neurons of an untrained model have favourites, too."
)
NAMES = {
    "token": "“{token}”",
    "letters": "“{token}”, however written",
    "after": "after “{token}”",
    "first": "start of a text",
    "capital": "capital letters",
    "number": "numbers",
    "punctuation": "punctuation",
    "inside": "inside words",
}
NO_MAP = "The vectors of this model cannot be laid out on a map."
DAMAGED = "What this model's neurons answer to cannot be shown."
NO_SAMPLE = (
    "Nothing is kept with this model about what its neurons answer to, so only your own text is shown. "
    "`python -m gptcore neurons --model FOLDER --text FILE` makes it."
)
UNTRAINED = "The strongest places are of the trained model: switch **Untrained** off to see them."
OLD_CHECKPOINT = "The strongest places are kept for the end of a training only, not for this checkpoint."
