"""What strategies side by side say."""

NAMES = {
    "greedy": "Greedy",
    "beam": "Beam search",
    "top_k": "Top-k",
    "top_p": "Top-p (nucleus)",
    "temperature": "Temperature",
    "mixture": "Your mixture",
}
TITLE = "One beginning, six ways to write on"
NOTE = "How likely the model itself finds each token:"
BANDS = ((0.5, "50 % or more"), (0.1, "10 % or more"), (0.01, "1 % or more"), (0.0, "less"))
AGAIN = "ends four tokens that stood there before"
CURVE = "{name}: entropy of the model's distribution along the text, {mean} bits on average"
DETAIL = "“{token}”: {p} from the model, whose uncertainty was {h} bits; click for what it was chosen from"
CURVE_HELP = (
    "The line below each text is the model's uncertainty before each token, in bits: at 0 it is sure of one token, "
    "and each bit more is like twice as many equally likely ones. All lines have the same scale, up to {most:.1f} bits."
)

WAITING, SEARCHING, WRITES, STOPPED = "waits", "searches", "writes", "stopped"
ENDED, FULL = "ended by itself after {n}", "{n} tokens"
SUMMARY = "{per_token} nats per token · {distinct} of its words distinct · {repeated} of its 4-grams repeated"

TOKENS = "Tokens"
TOKENS_HELP = "How many tokens each strategy writes at most; a text that ends by itself has fewer."
SEED_HELP = (
    "Where the random numbers start: all strategies that draw get the same ones. Greedy and beam search need none, and "
    "write the same text whatever the seed."
)
WIDTH, TOP_K, TOP_P, TEMPERATURE, MIXTURE = "Beam width", "Top-k", "Top-p", "Temperature", "Your mixture"
WIDTH_HELP = "How many beginnings beam search keeps at a time. With 1 it is greedy."
PENALTY, NGRAM = "Repetition penalty", "No repeated n-gram"
PENALTY_HELP = (
    "Logits of tokens that stand in the text already are divided by it if they are positive and multiplied by it if "
    "they are negative, before the temperature: above 1 they become less likely. 1 is off."
)
NGRAM_HELP = (
    "No run of so many tokens comes twice, the beginning included: a token that would repeat one gets probability 0. 0 "
    "is off; with 1, no token comes twice."
)
MIXTURE_NOTE = "In this order: penalty, no repeated n-gram, temperature, top-k, top-p. 0 or 1 switches a part off."
STOP, GO_ON, GO_ON_HELP = "Stop", "Write on", "Goes on where it was stopped."

NOT_YET = "Click a token to see what it was chosen from."
CHOSEN_TITLE = "{name}, token {n}: what came after “{before}”?"
HOW = {
    "greedy": "Greedy takes the likeliest token. No number is drawn.",
    "beam": "Beam search compares whole texts and draws no number: a token that is not the likeliest here can begin a "
    "likelier text.",
    "certain": "One token only was left, so no number was drawn.",
    "drawn": "The seed gave the number {uniform:.4f}; counting probabilities up from the first id, it falls on ▸.",
}
DASHED = "Dashed: the model's own probability. Solid: what was drawn from."
KEPT = "{kept} could be drawn; the model gives {together} {share}. {cut} of {all} are cut away."
KEPT_ALL = "All {all} tokens could be drawn."
BANNED = "Its repetition settings have changed the model's logits first."

REPEATS = "{names} in circles: {share} of the runs of four tokens stood there before{others}."
GOES, GO = "goes", "go"
ALL_OTHERS = "the others"
OTHERS_NONE, OTHERS_LESS = " ({names}: none)", " ({names}: {share})"
AGREE = "All begin alike: “{text}”. There the model is sure enough that it does not matter how one chooses."
AGREE_NOT = "They part at the first token already, where the model's uncertainty is {bits:.1f} bits."
LIKELY = (
    "The model finds the text of {most} the likeliest ({high} nats per token) and that of {least} the least likely "
    "({low}): likelier is not the same as better to read."
)

TABLE = "These six texts in numbers"
TABLE_COLUMNS = {
    "Strategy": "",
    "Tokens": "Written; a text that ends by itself has fewer than asked for.",
    "Log-probability": "Of the whole text under the model's own distribution, whatever chose its tokens; in nats.",
    "per token": "The same, divided by the number of tokens.",
    "Distinct words": "Different words, as a share of all words that it wrote.",
    "Repeated 4-grams": "Runs of four tokens that stood in the beginning or the text before, as a share of all.",
    "Entropy": "The model's own uncertainty, in bits, on average over the steps.",
}

ALL_NAMES = {
    **NAMES,
    "mixture": "A mixture",
    "pure": "The model as it is",
    "penalty": "Greedy with a repetition penalty",
    "ngram": "Greedy, no repeated 4-gram",
}
MEASURED = "What each is for"
MEASURED_HOW = (
    "Measured on `{model}`: {beginnings} beginnings, up to {tokens} tokens each, {seeds} seeds where chance decides. "
    "Means; behind ± how far single texts are from them (standard deviation). This command made it:"
)
MEASURED_OTHER = (
    "Measured on `{model}`, not on this model: {beginnings} beginnings, up to {tokens} tokens each, {seeds} seeds "
    "where chance decides. Means; behind ± how far single texts are from them (standard deviation). For a model of "
    "yours, which this takes by its name or folder:"
)
COMMAND = "python -m gptcore strategies --model NAME --out strategies.json"
MEASURED_BROKEN = "The file of measurements is damaged or gone; reinstall the program. The reason:"
MEASURED_COLUMNS = {
    "per_token": "Nats per token",
    "distinct_words": "Distinct words",
    "repeated": "Repeated 4-grams",
    "entropy": "Entropy, bits",
    "length": "Tokens",
    "ended": "Ended by itself",
    "seconds": "Processor seconds",
}
PURPOSES = {
    "greedy": "takes the likeliest token each time. It costs least and leaves nothing to chance, but {repeated} "
    "of its 4-grams are repeats: for the next few words that the model is surest of, not for a text of "
    "this length.",
    "beam": "finds the likeliest texts of all ({per_token} nats per token), for {slower} times greedy's "
    "processor time, and they repeat themselves most ({repeated}): for a short answer that shall be as "
    "likely as can be.",
    "top_k": "never draws from the long tail: its texts are likelier ({per_token}) than those drawn from the "
    "model as it is ({pure}), and hardly repeat ({repeated}): for varied texts without the unlikeliest "
    "tokens.",
    "top_p": "does the same, but keeps few tokens where the model is sure and many where it is not. Here its "
    "texts hardly differ in these numbers ({per_token}, {repeated} repeated) from those of top-k: take "
    "either.",
    "temperature": "below 1 lies between greedy and drawing: likelier texts ({per_token}) than with top-k or top-p, "
    "and more repeats ({repeated}): for texts that shall stay close to what the model finds likely.",
    "mixture": "of all three gives likelier texts ({per_token}) than any of them alone and repeats less "
    "({repeated}) than greedy or a beam: for likely texts that still vary with the seed.",
    "pure": "writes the least likely texts ({per_token}), {distinct} of their words distinct: for seeing what "
    "the model itself believes, unlikely tokens included.",
    "penalty": "repeats only {repeated} of its 4-grams, with {distinct} of its words distinct, and its texts are "
    "still likelier ({per_token}) than any that are drawn: for the way out of circles without chance.",
    "ngram": "cannot repeat four tokens. With {distinct} of its words distinct it varies less than with the "
    "penalty, and its texts are likelier ({per_token}): for leaving the circle and little else changed.",
}
"""Each is said only where it is so, see strategies_measured."""
GREEDY_IS_ENOUGH = (
    "does not go in circles with this model ({repeated} of its 4-grams repeated), and its texts are likely "
    "({per_token} nats per token): enough where nothing need vary."
)
BEAM_IS_SHORT = (
    "ends its texts soonest, after {length} tokens: each further token lowers the sum that it compares, so short texts "
    "win. The length penalty in its own laboratory is against that."
)
PURPOSE_UNKNOWN = "has {per_token} nats per token, {distinct} distinct words and {repeated} repeated 4-grams."
