"""What the Tasks page says of a learner's own corrections, and of teaching them."""

RIGHT, WRONG = "This is right", "This is wrong"
RIGHT_HELP = "Keeps it among your corrections, so that teaching does not change it."
WRONG_HELP = "Adds this example with the right answer to your own corrections; below you can teach them."
WHICH = "What is the right answer?"
SCORE = "Right score"
ADD = "Add"
KNOWN = "Among your corrections, as **{answer}**."
TAKE_BACK = "Take back"
ANSWER = "answer {number}"

HEADING = "Your corrections of {model}"
COUNT = "{n} of {most} at most, kept on this server for you alone."
LIST = "Look at them ({n})"
REMOVE = "Remove"
UNDO = "Undo"
DOES_NOT_FIT = "This model cannot learn it: {reason}"
TEACH = "Teach it"
NOTHING = "None of them fits this model any more; correct it anew."
TEACH_HELP = (
    "A short fine-tuning that starts from this model, with its head. Each update has up to 8 of your corrections and "
    "24 other texts, whose answers are to stay as they are now; a correction counts until it is learnt."
)
TITLE = "{model}, taught"
STARTING = "Collecting what it rehearses …"
LESSON = "The lesson"
LESSON_TABLE = "Your corrections before and after the lesson"
WAITING_HINT = "It learns in the Lab's queue; you may go on meanwhile."
STALE = "Your corrections have changed since this lesson. Teach it again to include that."

LEARNT_ONE = "It learnt your correction."
LEARNT_ALL = "It learnt all {n} of your corrections."
LEARNT_SOME = (
    "It learnt {k} of {n} of your corrections. What may help: a few more examples of the same sort, or a look at "
    "corrections that contradict each other. What a small model cannot tell apart, it cannot be taught."
)
COST = "What it cost: {where}, {before} of {n} were right before and **{after}** are now."
COST_SCORE = (
    "What it cost: {where}, answers and truth correlate by **{after:.3f}**; before it was {before:.3f} (Pearson's "
    "correlation, {n} pairs)."
)
COST_UNKNOWN = "What it cost is not known: there are no other examples of this kind here to try it on."
ON_TESTS = "on examples of its own test file"
ON_STORIES = "on new examples of the story world"
ON_OFFERED = "on the examples that this page offers for it (its test file is not here)"
REHEARSED_FILE = "Rehearsed meanwhile: {n} of its training examples."
REHEARSED_STORIES = "Rehearsed meanwhile: {n} examples of the story world, which it learnt from."
REHEARSED_WRITTEN = (
    "Rehearsed meanwhile: {n} texts with the answers it gave before. About half it wrote itself, in the manner of its "
    "training texts, which are not here; the others are sentences of our story world."
)
BEFORE_AFTER = "The same example before and after"
DASHED = "Dashed: before the lesson."
USE = "Use the taught model"
TAUGHT = (
    "A taught model: {n} of a learner's corrections on top of what the model before it had learnt, and {rehearsed} "
    "texts rehearsed so that this stays."
)
USED = "You are using the taught model."
BACK = "Back to {model}"
THROW_AWAY = "Throw it away"
BRING_BACK = "Bring the lesson back"
COLUMNS = ("right answer", "before", "after", "text")
LESSON_GONE = "This lesson's results cannot be shown; the reason:"
NO_HEAD = "this model was not fine-tuned, so there is nothing to correct"
