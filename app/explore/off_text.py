"""What Explore says of parts of the model that are switched off."""

from collections.abc import Sequence

from app.explore.off import Switch

TOGGLE = ":material/power_settings_new: Switch off"
TOGGLE_HELP = (
    "While this is on, a click in a picture switches off what it hits, and another one switches it on again: a small "
    "map is that head, **attn** and **ff** are a layer's attention and feed-forward network, a token's name or chip "
    "hides the token from all later ones; in Flow also a panel of the open block, half of any other block, and the "
    "position embeddings. At other times shift and click does the same, or the key x."
)
OFF_LABEL = "Switched off"
BY = {"zero": "Zero", "mean": "Its average"}
BY_LABEL = "Off means"
BY_HELP = (
    "What a part says once it is off. **Zero**: nothing at all, which the rest of the model never met while it learnt. "
    "**Its average**: what it says on average over held-out text, whatever yours is, so that only what it makes of "
    "*this* text is gone. Hidden tokens are the same either way."
)
BY_NO_MEANS = " This model keeps no averages, so only zero is there."
BACK = "Bring everything back"
ON_AGAIN = "switch on again"
IS_BACK = "Everything is on again."
UNDO = "Undo"
NEXT = "What comes after “{token}”?"
WHOLE, NOW = "whole", "now"
NUMBERS = "How much did it matter?"
PERPLEXITY = "Perplexity"
OWN_NEXT = "Log-probability of “{token}”, your text’s next"
FIRST_CHOICE = "Log-probability of “{token}”, its first choice"
ALL_OF_IT = "Log-probability of your text"
NATS = "nats"
NO_PREDICTION = "One token alone has no perplexity: nothing predicts it. Type one more."
SURPRISE = "More or less surprising, by token"
SURPRISE_HINT = "Up: more surprising. The largest change:"
SURPRISE_ALT = (
    "Bars, one for each token, of the change of its surprisal in bits: up is more surprising than to the whole model. "
    "Left and right arrow keys read them."
)
WRITES = "It writes on, always taking the likeliest token"


def name(switch: Switch, tokens: Sequence[str]) -> str:
    """In words, counted from 1; `tokens` are the text's."""
    match switch:
        case ["head", int(layer), int(head)]:
            return f"layer {layer + 1}, head {head + 1}"
        case ["attention", int(layer)]:
            return f"layer {layer + 1}’s attention"
        case ["mlp", int(layer)]:
            return f"layer {layer + 1}’s feed-forward network"
        case ["token", int(position)]:
            return f"token {position + 1} “{tokens[position]}”"
    return "the position embeddings"
