"""Every slip of the texts that could be checked: which text, what it says, what is right, and how we know."""

from app.worked.slips_model_text import FINE_TUNING, MODEL, OTHERS, UNTESTED, WRITING
from app.worked.slips_numbers_text import PRINTED, RESULTS, SIGNS, SUMS

GROUPS = {
    "Sums that do not come out": SUMS,
    "Signs and directions": SIGNS,
    "Results": RESULTS,
    "Told as found, but never tested": UNTESTED,
    "The model and its training": MODEL,
    "Fine-tuning": FINE_TUNING,
    "Tokens and writing": WRITING,
    "What a program is said to print": PRINTED,
    "Before GPT-1, and beside it": OTHERS,
}
SAYS, RIGHT = "a text says", "right is"
