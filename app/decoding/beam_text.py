"""What the beam laboratory says."""

from typing import NamedTuple


class Search(NamedTuple):
    """A beginning with settings, chosen to show what a beam finds and misses with one model."""

    label: str
    text: str
    width: int
    n_new: int
    look_for: str


SEARCHES = {
    "books": (
        Search(
            "greedy misses, two beams find",
            '"What is the matter?" said',
            2,
            5,
            "“the King” begins a little likelier than “he”, but after “he” the model is surer of what follows. Set the "
            "width to 1, and the better text is gone.",
        ),
        Search(
            "four beams needed",
            "She opened the door and saw",
            4,
            5,
            "Step through the tree: when does the text that wins come to the front? Then try widths 3, 2 and 1.",
        ),
        Search(
            "eight beams miss it",
            "I am",
            8,
            5,
            "One of the commonest phrases of old books is the likeliest text, and every beam up to 8 loses it: its "
            "second word is not likely enough. Follow the dashed way.",
        ),
        Search(
            "the likeliest repeats",
            "In the middle of the forest",
            3,
            8,
            "The beam finds the likeliest text of all, and it says again what stands there already. Likely is not the "
            "same as good.",
        ),
        Search(
            "short texts win",
            "and they lived happily ever after",
            5,
            8,
            "Every token costs, so the text that ends at once (∎) wins. Move the length normalisation to 0.5: what "
            "wins now?",
        ),
    ),
    "stories": (
        Search(
            "greedy misses, two beams find",
            "She was",
            2,
            6,
            "Greedy decoding starts with a piece of a word that leads nowhere; two beams find a whole sentence, which "
            "ends (∎).",
        ),
        Search(
            "eight beams miss it",
            "They went to the",
            8,
            5,
            "The best text starts with a piece of a rare word, after which the model is nearly certain. No beam here "
            "is wide enough to keep that piece.",
        ),
        Search(
            "short texts win",
            "And so they went home and went to bed",
            5,
            8,
            "Every token costs, so a text that ends soon (∎) wins. Move the length normalisation to 2: what wins now?",
        ),
    ),
}
"""By the model that they were found with."""
WIDTH, TOKENS, PENALTY = "Beam width", "Tokens", "Length normalisation"
WIDTH_HELP = "How many beginnings are gone on from after each token. With 1 the search is greedy decoding."
TOKENS_HELP = "How many tokens each text has, at most. One that ends by itself (∎) has fewer."
PENALTY_HELP = (
    "A text is ranked by its log-probability divided by (number of tokens) to this power. At 0 whole texts are "
    "compared, which favours short ones, since every token costs; at 1 their mean per token. It changes the order, and "
    "when the search may end, but never which beginnings are kept; so the model is not asked again."
)
SEARCHING = "Searching …"
PROVING = "Looking for the best text of all …"
ROOM = "The beginning fills the model's context: its last {n:,} tokens are read, so that the new ones fit."
SAME_LENGTH = "All of these have {n}: length normalisation changes their order only where some end by themselves."
ENDED = "With this length normalisation the search ends after {depth} of {n} tokens: no longer text would rank higher."

_HINT = "Point at a token for its numbers; click it for what follows."
TREE = {
    "title": "The beam, token by token",
    "keys": "The tree of the search. Arrow keys lead from token to token, Enter shows what comes after it.",
    "play": "▶ Play",
    "stop": "■ Stop",
    "back": "One token back",
    "on": "One token on",
    "slider": "Tokens shown",
    "count": "token {n} of {most}",
    "hide": "Hide what was pruned",
    "show": "Show what was pruned",
    "root": "The beginning that you typed. Click it for what comes first.",
    "detail": "“{text}”: {state}. Its last token “{token}” has {p} here; ln p of the whole is {s}.",
    "lead": "After {n} tokens “{text}” is in front, ln p {s}. " + _HINT,
    "done": "Ranked first: “{text}”, ln p {s}. " + _HINT,
    "step": "Token {n}: kept {kept}; pruned {pruned}",
    "end": "∎ end",
    "kept": "kept",
    "finished": "finished",
    "best": "in front",
    "alive": "in the beam",
    "past": "kept, then lost",
    "pruned": "pruned at once",
    "lost": "the best of all, pruned at ×",
    "cut": "the best of all was pruned here",
    "beyond": "how the best of all goes on, which was pruned",
}
"""Of the picture; {…} are filled in by it."""

FOUND = "**The beam has found the best of all texts of {n}**: “{best}”, ln p {best_sum} ({best_p})."
MISSED = (
    "**The best of all texts of {n} was pruned, at token {at}** (dashed): “{best}” has ln p {best_sum} ({best_p}), the "
    "beam's best, “{found}”, only {found_sum} ({found_p})."
)
WHERE_RANK = "At that token, “{beginning}” was number {rank} by likelihood, and {width} went on."
WHERE_OUT = "At that token, “{beginning}” was not even among the {looked} likeliest, and {width} went on."
GREEDY_SAME = "Greedy decoding finds the same as the beam."
GREEDY_LESS = "Greedy decoding, which takes the likeliest token each time, ends at “{greedy}”, ln p {greedy_sum}."
NOT_PROVEN = (
    "Whether there is a better text than the beam's “{found}” (ln p {found_sum}, {n}) is not proven: after {looks} "
    "beginnings the exact search stopped. This model spreads its probability too widely."
)
NOT_PROVEN_BETTER = "It met “{best}”, though, with {best_sum}."
HOW_EXACT = (
    "“Best of all” is exact: a beginning that is already less likely than a whole text cannot lead to a likelier one, "
    "so {looks} beginnings had to be looked at, for {all} texts."
)
PURPOSE = (
    "Beam search is for tasks with one right answer, such as translation, where the likeliest text is the one that is "
    "wanted. It is no way to write stories: the likeliest text is often one that repeats itself. “Side by side” has "
    "that measured, over twenty beginnings."
)

TABLE = "What it found, best first"
TABLE_COLUMNS = {
    "Rank": "",
    "Text": "Without the beginning; ⏎ is the end of a line, ∎ the end of the text.",
    "Score": "Log-probability ÷ tokens to the power of the length normalisation.",
    "Log-probability": "ln p of the whole text, in nats: the sum over its tokens.",
    "Probability": "Of the whole text.",
    "Tokens": "",
}
AFTER_START = "What comes after the beginning?"
AFTER = "What comes after “{text}”?"
AFTER_NOTE = "▸ kept by the beam."
AFTER_NONE = "The beam went on with none of them: this beginning was pruned, or it is as long as was asked for."
AFTER_END = "This text is finished. The bars say how the model would begin another one."
AFTER_DETAIL = "“{token}”, id {id}: {p}"
SOFTMAX = "Softmax over all {n:,} tokens."
