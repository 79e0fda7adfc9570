"""What GPT beside BERT says around its pictures."""

TITLE = "GPT Explorer: GPT beside BERT"
INTRO = (
    "The same blocks, another mask. In **GPT** a token looks at itself and at what stands before it; in **BERT** it "
    "looks at the whole text. Change the sentence, and click the token that is to be guessed."
)
SENTENCE_LABEL = "A sentence"
SENTENCE_PLACEHOLDER = "Type a sentence"
EMPTY = "Type a sentence above, or take one of the samples: every picture on this page is drawn from it."
SHORT = "One token is too little to look at anything: type another word."
CUT = "The page reads the first {n} tokens of this text."
MODEL_LABEL, MASKED_LABEL = "The GPT", "The masked model"
MASKED_HELP = "A model of BERT's kind: the same blocks without the mask, trained to fill in hidden tokens."

NO_MASKED = (
    "There is no masked language model here yet, so BERT's half stays empty. This command trains a small one on a "
    "text of yours (a file, or a folder of files); its folder then stands in the list above:"
)
NO_MASKED_COMMAND = (
    "python -m gptcore pretrain --objective masked --corpus FILE --out models/my-bert --preset micro --n-positions 24"
)

MASKED_ROW = "{model}, a masked model of BERT's kind"
STRIP_QUESTION = "GPT: the tokens of the text, and nothing else. Click the one that is to be guessed."
STRIP_SUMMARY = "{n} tokens"
HIDDEN_DETAIL = "the one that is to be guessed"
ROW_TITLE = "BERT: [CLS], the text with [MASK] in the gap, [SEP]"
SEVERAL_MASKS = (
    "“{word}” is {n} tokens in this model's vocabulary: each of them is a [MASK] of its own, and what is shown "
    "below is the guess for the first."
)

PATTERN_TITLE = "Who looks at whom"
PATTERN_NOTE = "A row is a token that looks; the stronger a cell, the more it takes from that token."
PATTERN_HINT = "Point at a cell for its weight."
PATTERN_NONE = "Beside it stands a head of BERT's kind as soon as there is a masked model: see below how to make one."
LAYER, HEAD = "Layer", "Head"
MASKS = {"triangle": "Triangle: the mask on", "square": "Square: the mask off"}
MASK_LABEL = "The GPT's mask"
GPT_MAP = {"triangle": "{model}, with its mask", "square": "{model}, mask off"}
GPT_MAP_NOTE = {
    "triangle": "Nothing above the diagonal: no token sees a later one.",
    "square": "{share} of all heads' weight goes to later tokens now.",
}
MASKED_MAP_NOTE = "Trained like this: every token sees the whole row."
MAP_ALT = "Attention weights of layer {layer}, head {head}: {what}. The table below has the numbers."
WEIGHTS = "{model}, layer {layer}, head {head}: the weights as a table"

BREAKS_TITLE = "What breaks when the mask comes off"
BREAKS = (
    "The weights are the same; only the mask is gone, and each next word now stands in plain sight. On your sentence "
    "the perplexity goes {direction} from **{triangle}** to **{square}**."
)
UP, DOWN, NOT = "up", "down", "nowhere,"
BREAKS_UP = (
    "So the answer is there and is not used: in training that place was always masked, and no head had a reason to "
    "learn to look there. And every state is now mixed with vectors that it never met."
)
BREAKS_DOWN = (
    "So something of the answer gets through, although nothing was ever trained to use it: states are now mixed with "
    "those of later words. Look at the bars: which tokens gain, and which lose?"
)
BREAKS_MEASURED = (
    "Measured on {texts} texts of ours ({tokens} predictions, `{model}`): perplexity {triangle} with the mask "
    "and {square} without it. Where the answer is kept out of sight (the text is read only up to there, without the "
    "mask) it is {square_so_far}. Looking ahead helped in {better} of the {texts} texts. {verdict}"
)
WORSE = (
    "So a glimpse of the answer does get through, but it mends less than the strange states break: looking ahead "
    "makes this model worse."
)
WORST = (
    "So looking ahead makes this model worse, and worst of all where the answer stands in sight: what it sees there "
    "leads it astray."
)
BETTER = "So here the answer in plain sight mends more than the strange states break."
OTHER_TEXTS = (
    "{gpt} and {masked} learnt from different texts and cut them differently, so their guesses are no fair pair. Two "
    "that share a vocabulary are."
)
UNEQUAL = "{one}; {other}. So not every difference below is the mask's doing: look at what each could see."
SIZE = "{model} has {size:.1f} million parameters"
HAS_READ = " and read {tokens:,.0f} million tokens"
LOOK_AHEAD_COMMAND = "python -m gptcore look-ahead --model books --out assets/bert/look-ahead-books.json"
NO_MEASURE = "The measurement that ships cannot be read; this command makes it anew:"
SURPRISES = "How surprising each token is, in bits"
SURPRISES_LEGEND = ("mask off", "mask on", "off minus on")
SURPRISES_PLACES = ("with the mask off", "with it on")
SURPRISES_ALT = "Surprise of each token in bits with the mask and without it."
NEXT = "What comes after your sentence"
NEXT_LEGEND = ("mask off", "mask on", "difference")
NEXT_NOTE = (
    "Probabilities over all {n:,} tokens. Nothing stands behind the last token, so here there is nothing to see."
)
BREAKS_TABLE = "Surprise with the mask and without it"

FILL_TITLE = "Fill in, or go on"
FILL_NOTE = "The hidden word is “{word}”. Whose guesses are these, and what had each of them read?"
FROM_LEFT = "GPT goes on from the left"
FROM_BOTH = "GPT tries whole sentences"
FROM_BOTH_NOTE = (
    "{n} candidates, put in one by one and weighed by how likely the rest then is: {n} rows through the model. They "
    "held {tried} of the left side's probability; shares are among them."
)
BY_MASK = "BERT fills in"
OVER_ALL = "Softmax over all {n:,} tokens, in one pass."
RANK = "“{word}” is number {rank:,} with {probability}."
NOT_TRIED = "“{word}” was not among the candidates."
NOTHING_LEFT = (
    "Nothing stands before the gap, and this vocabulary has no token for a text's beginning: hide another word."
)
IS_TRUE = ", the hidden token"
WITHOUT_RIGHT = "Without the right side it is number {rank:,} with {probability}."
NO_GAP = "The gap lies beyond this model's context."
FILL_TABLE = "What is put into the gap"

FORMATS_TITLE = "One text, or two: the rows of a task"
FORMATS_NOTE = (
    "GPT reads the answer off the last mark, the only place that has seen all. BERT reads it off the first, for there "
    "every place has. Where no text comes first by nature, GPT reads both orders."
)
SECOND_LABEL = "A second text"
SECOND_DEFAULT = "An animal sat on something."
ONE_TEXT, TWO_TEXTS, TURNED = "one text", "two texts", "the other way round"
FORMATS_NONE = "BERT's rows are drawn as soon as there is a masked model; its vocabulary has the marks."
SEGMENTS = "segment A: [CLS] to the first [SEP]; segment B: the rest"
LEGEND = {
    "start": ("[Start]", "GPT's beginning of a row"),
    "extract": ("[Extract] · [CLS]", "the state here goes to the task's layer"),
    "text-0": ("text", "in BERT with the embedding of segment A"),
    "text-1": ("second text", "in BERT with the embedding of segment B"),
    "delimiter": ("[Delim] · [SEP]", "the other text begins, or one ends"),
    "mask": ("[MASK]", "the token that is to be guessed"),
}

PASSES_TITLE = "One pass, or many"
PASSES_NOTE = (
    "Reading {read} tokens to classify them, and writing {write} after a beginning of ten. Processor time of one "
    "core, median of {repeats}, on {machine}."
)
PASSES_COLUMNS = ("Model", "Work", "Milliseconds", "Passes", "Middle half", "Parameters")
WORKS = {
    "read": "read, to classify",
    "read_square": "the same weights, mask off",
    "write": "write, keys and values kept",
    "write_anew": "write, all read anew each time",
}
IS_MASKED = ", masked"
PASSES_FOLLOW = (
    "Reading is **one pass** for both kinds, every token at the same time; with the mask off the same `{model}` "
    "takes {ratio} times as long. Writing {n} tokens is {n} passes one after the other, {times} times one reading; "
    "without kept keys and values it takes {saved} times that. A model without a mask can keep none: every new "
    "token changes what all the others see."
)

TASKS_TITLE = "Fine-tuned on the same tasks"
TASKS_NONE = "No fine-tuned model here says on its card how often it is right."
TASKS_NOTE = (
    "The story world's tasks, on examples that no model saw. Behind ± is the spread over seeds. Lambda is the weight "
    "of the auxiliary loss: a masked model predicts no next token and has none, so the GPT to put beside it is the one "
    "with 0."
)
TASKS_AHEAD = (
    "The GPT, without the auxiliary loss, is ahead in every seed on {tasks}.",
    "The masked model is ahead in every seed on {tasks}.",
    "On {tasks} the seeds overlap, or both are alike.",
)
TASKS_TOKENS = (
    "What tells the names of children from the names of things stands now before a name, now after it, and a GPT that "
    "labels a token has not read what follows."
)
TASKS_COLUMNS = ("Task", "Model", "Lambda", "Result", "Measure", "Seeds", "Tested on")
TASKS_MISSING = "Not measured for both kinds of model, so not to be compared: {tasks}."

CLAIMS_TITLE = "What is said, and what our models show"
CLAIMS_NOTE = "Common sentences about the two, in our words, each held against the measurements on this page."
CLAIMS_TABLE = "Claims and measurements"
HOLDS, LOOSE, WRONG = "holds", "too loose", "not so"
BADGES = {HOLDS: "green", LOOSE: "orange", WRONG: "red"}
UNMEASURED = "not measured here"

PYTHON = "Python"
PYTHON_NOTE = "These lines give the same numbers; run them with `.venv/bin/python`, or in a notebook."
