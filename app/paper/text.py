"""What the paper page says about claims."""

from typing import Literal

from gptcore.lab.store import State
from gptcore.paper.verdict import Kind

View = Literal["claims", "results"]
VIEWS: dict[View, str] = {"claims": "Its claims, measured here", "results": "Its results"}
ABOUT: dict[View, str] = {
    "claims": "What the paper says of GPT-1, put to the test with small models in our story world.",
    "results": "Tables 2 to 5 of the paper, and what of them we ran on real tasks.",
}
CLAIMS = "Claims"
CAPTION = (
    "GPT Explorer. Bars and lines are means over seeds, error bars and bands a standard deviation; every number is "
    "from the paper or from runs of the command beside it."
)

VERDICTS: dict[Kind, str] = {
    "holds": "here too",
    "in part": "here in part",
    "fails": "not here",
    "unclear": "not clear here",
    "unmeasured": "not measured yet",
}
CHOSEN_HOLDS = "it holds here"
"""Of a claim that the paper did not test itself."""
COLOURS: dict[Kind, Literal["green", "yellow", "red", "gray"]] = {
    "holds": "green",
    "in part": "yellow",
    "fails": "red",
    "unclear": "gray",
    "unmeasured": "gray",
}
PAPER_SAYS = "**The paper** measured ({where}): {number}."
PAPER_CHOSE = "**The paper** did not test this ({where}): {number}."
WE_DO = "**Here:** {done}"
FEWER_SEEDS = (
    "{n} of {total} seeds are measured so far, so the spread is rough; the command below adds what is missing."
)
NUMBERS = "The numbers, seed by seed"
COMMAND = "To measure it again"
COMMAND_OF_NONE = "This command measures it (an hour or more on one core; what is interrupted goes on where it was):"
NOT_MEASURED = (
    "We have not measured this yet, so there is no figure of ours here. The command below does it; a small version "
    "runs in the Lab."
)
MEASURED_ON = (
    "Measured on {machine}; {versions}; {time} of training, runs included that other claims share; seeds {seeds}."
)
BAR_ALT = "{title}. {y}: {values}."
LINE_ALT = "{title}. {y} over {x}: {values}."
OURS, SMALL = "ours", "your small run"

SMALL_TITLE = "Run a small one now"
SMALL_ABOUT = (
    "The Lab trains the same comparison on a smaller scale, one seed: {n} runs, one after the other, about five "
    "minutes on two free cores. Effects are weaker than in the full one, and one seed proves nothing; watch how it "
    "comes about."
)
AGAIN = "Run it again"
STOP = "Stop all"
QUEUED = "{done} of {total} runs have finished"
UPDATES = "{done:,} of {steps:,} updates"
GONE = "{n} of its runs were deleted in the Lab; what they would have given is left out."
TROUBLED = (
    "{n} of its runs did not finish ({why}). What needs them is left out; resume them in the Lab, or run it again."
)
IN_LAB = "Watch the runs in the Lab"
LATER = "As soon as a condition has its result, it is drawn here beside ours."
SLOW = "All runs have finished. Asking every checkpoint four kinds of question takes about a minute."
ASK = "Ask the checkpoints"
ASKING = "Asking the checkpoints …"
SMALL_FOUND = "What your small run found"
SMALL_NUMBERS = "Your small run's numbers"
CANNOT_START = "The small run was not queued: {reason}"
CANNOT_READ = "its figures cannot be read"
CANNOT_SHOW = "This cannot be shown. The reason:"
SCALE = "A small run has fewer updates and labels than ours, so compare the differences, not the heights."
ENDED_BADLY: tuple[State, ...] = (State.STOPPED, State.INTERRUPTED, State.FAILED)
