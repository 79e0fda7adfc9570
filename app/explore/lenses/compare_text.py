"""What the Tokens, Attention and Prediction lenses say while something stands beside the view."""

LEGEND = "this view", "{name}"
SURPRISES_TITLE = "How surprising is each token, in this view and in the one beside it?"
SURPRISES_DIFFERENCE = "below: the difference in bits, blue where this view is more surprised"
SURPRISES_ALT = (
    "Bars: bits of surprise of each token in both views, and the difference. Left and right arrow keys read them."
)
SURPRISES_TABLE = "Both surprisals, token by token"
IN_COMMON = "Over the {n} tokens that both predict: **{now:,.1f}** bits here, **{beside:,.1f}** beside it ({apart})."
DIFFER_MOST = "They differ most at {tokens}."
DIFFER_NOWHERE = "They differ nowhere by as much as a tenth of a bit."
MORE_BITS, FEWER_BITS = "“{token}” ({bits:.1f} bits more here)", "“{token}” ({bits:.1f} bits less here)"
STRETCHES = (
    "The two models cut the text into different tokens. Each column is a stretch that begins and ends with a token in "
    "both cuts, its bits added up."
)
NO_STRETCHES = (
    "Other words in another vocabulary: token by token nothing corresponds. Only bits per byte compare, in the line "
    "under your text."
)
MAPS_TITLE = "Layer {layer}, head {head}, in both views"
MAPS_SAME = "Same tokens, so cell by cell."
MAPS_CHANGED = "{changed} of {n} tokens differ; they are compared place by place."
MAPS_PART = (
    "The difference shows the {n} tokens that both texts have. Where one has more, a token's weight is shared out "
    "differently for that alone."
)
MAPS_APART = "The texts have no token in common, so there is no difference to draw."
MAPS_OTHER_CUT = "The models cut the text into different tokens, so there is no difference to draw."
MAPS_POOLED = " Pooled to {cells} cells a side: each shows what is farthest from zero in it."
MAPS_NO_HEAD = "The model beside it has {layers} layers of {heads} heads: none that this one could be compared with."
MAP_NOTE = "the stronger, the more it takes"
NO_DIFFERENCE = "no difference at all"
DIFFERENCE = "Difference"
DIFFERENCE_NOTE = "blue: more here, red: more beside; full colour is {scale:.2f}"
MOVED = "{share} of this head's attention goes elsewhere, on average over the tokens."
STAYED = "This head does the same in both."
MOVED_MOST = " Of all heads, most moved in layer {layer}, head {head}: {share}."
MAPS_HINT = "Point at a cell for its numbers."
MAP_ALT = "{what}: attention of layer {layer}, head {head}. Arrow keys read its cells."
NEXT_TITLE = "What comes next in both views"
NEXT_AFTER = "After “{now}” here and “{beside}” beside."
POINTS = "difference in percentage points"
NEXT_NOTE = "After temperature and cuts of each view; the tokens that either of them likes best."
NEXT_DETAIL = "“{token}”: {now} here, {beside} beside; from the models alone {raw_now} and {raw_beside}"
OTHER_VOCABULARY = (
    "The two models have different vocabularies ({now:,} and {beside:,} tokens), so their probabilities cannot be set "
    "against each other one by one."
)
KL_TITLE = "How far apart are they?"
KL_HELP = (
    "The Kullback–Leibler divergence: how many bits more a token costs on average if it comes by the first "
    "distribution and one had expected the second. 0 only if the two are alike; the two directions differ."
)
KL_COLUMNS = "bits", "raw softmax", "after the sliders"
KL_NOW, KL_BESIDE = "D(here‖beside)", "D(beside‖here)"
INFINITE = (
    "∞: the second of the two has cut a token (temperature 0, top-k or top-p) that the first may draw. Whoever thinks "
    "it impossible has no finite number of bits for it."
)
