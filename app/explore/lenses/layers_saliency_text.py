"""What "What it hangs on" says."""

OF_LABEL = "Which prediction"
OF = {"likeliest": "The likeliest next token", "next": "Your text’s own next token", "chosen": "Another token"}
OTHER = "Next token"
OTHER_HELP = "Type a word"
AT_END = "Nothing follows the chosen token in your text, so the likeliest next token is taken. Choose an earlier token."
NOTHING_TYPED = "Type a next token; until then the likeliest is taken."
PART = "“{typed}” has {n} tokens; the first of them, “{name}”, is taken."

TITLE = "What does “{token}” after “{name}” hang on?"
SUBTITLE = (
    "The model gives it {probability}. Three ways to ask which tokens that is owed to: blue speaks for it, orange "
    "against it."
)
WINDOW = "Your text is long: tokens {first} to {last} are shown, the last {n} up to the chosen one."
OUTSIDE = "Of all that the gradient finds, by size, {share} lies before them."
ALT = "A grid: three rows of numbers under your tokens. Arrow keys move."

ROWS = {"gradient": "gradient × input", "left_out": "left out", "rollout": "rollout"}
LEGENDS = {
    "gradient": (
        "Where would a tiny change push? The slope of the log-probability along each token’s own embedding: how much a "
        "little more of this token would add. Full colour: {scale:.2f} nats."
    ),
    "left_out": (
        "What if the token were not there to look at? How much log-probability is lost when no later token may look at "
        "it, measured by a pass of the model for each. Full colour: {scale:.2f} nats."
    ),
    "rollout": (
        "Where could its information have come from? The attention weights of all layers multiplied up. It is the same "
        "for every next token, never below 0, and ignores what is carried. Full colour: {scale:.2f} of 1."
    ),
}
NATS, SHARE = " nats", " of 1"
HIDE = "Hide “{token}” from the model"
SHOW = "Show “{token}” to the model again"

AGREE_TITLE = "#### Do they agree?"
PAIRS = {
    ("gradient", "left_out"): "Gradient and leaving out",
    ("left_out", "rollout"): "Leaving out and rollout",
    ("gradient", "rollout"): "Gradient and rollout",
}
AGREE, IN_PART, HARDLY = "agree", "agree in part", "hardly agree"
AGREEMENT = "**{pair}** {how} on which tokens matter most (rank correlation {value} over {n} tokens)."
REVERSED = "**{pair}** put the tokens rather in the reverse order (rank correlation {value} over {n} tokens)."
NO_AGREEMENT = "**{pair}** cannot be compared here: too few tokens have different numbers."
FARTHEST = "They are farthest apart on “{token}” (token {number}): no. {one} by the first, no. {two} by the second."
OPPOSED = "On {n} of {count} tokens they do not even agree on the sign."
WHY = (
    "None of the three is *the* explanation. The gradient looks at an infinitely small step, leaving out at one large "
    "one, and rollout never looks at the prediction. Where they agree, there is more to it."
)
ONE_TOKEN = (
    "Nothing stands before the chosen token, so there is nothing to leave out. Choose a later token, or write on."
)
HIDDEN = "Tokens struck through are hidden from the model already."
WORKING = "Leaving out one token after the other …"
