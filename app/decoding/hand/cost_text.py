"""What the picture of the key-value cache says."""

MODES = {"with": "with the cache", "without": "without it"}
TITLE = "Keys and values, layers by tokens: the step to the next token"
FIRST_HINT = (
    "The first step after the beginning: nothing is kept yet, so all {n} are read, and their keys and values stay. "
    "Write a token, and see what the next step computes."
)
WITH_HINT = (
    "Only the newest token goes through the blocks. The keys and values of the {held} before it are as they were, for "
    "no token sees what comes after it."
)
WITHOUT_HINT = (
    "All {n} go through every block again, and all rows but the last are thrown away: they are the numbers of the "
    "step before."
)
MOVED_HINT = (
    "The context was full, so its older half was dropped, and the {n} tokens left are read again from position 0: "
    "their keys and values were computed with the old positions. The cache begins anew."
)
COUNTS = "Multiply-adds of one step, by the length of the text"
TIMES = "Milliseconds, measured here"
FOLLOWS = (
    "With the cache this step takes **{share}** of the multiplications. Measured: **{quick} ms** against "
    "**{slow} ms**, {times} times as quick."
)
FOLLOWS_LESS = (
    " That is less than the count promises: part of the time goes into fetching the weights, which both ways need "
    "once, and into starting each operation. The longer the text, the wider the gap."
)
FOLLOWS_AFTER = (
    "This step reads everything either way. The next one will take **{quick} ms** with the cache against **{slow} ms** "
    "without it, measured on this very text."
)
FOLLOWS_ONE = "With a single token both ways are the same: there is nothing to keep yet. Write on."

TABLE = "The cost of this step"
WHAT = "what"
ROWS = "rows through each block"
SCORES = "attention scores, all layers and heads"
MULTIPLY_ADDS = "multiply-adds"
BYTES = "keys and values in memory"
MILLISECONDS = "milliseconds for the newest token"
THIS_MACHINE = "Milliseconds are this server’s, of processor time: the median of a few repeats by turns."
SAME = "Both ways give the same logits: no two differ by more than {difference}, which is rounding."
MEASURING = "Measuring both ways …"
