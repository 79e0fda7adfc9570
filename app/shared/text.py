"""What more than one page says."""

from gptcore.tasks.examples import Kind

TITLE = "GPT Explorer"

KINDS: dict[Kind, str] = {
    "classification": "Classification",
    "entailment": "Entailment",
    "similarity": "Similarity",
    "multiple_choice": "Multiple choice",
}

CANNOT_SHOW = "This cannot be shown. Choose another model or text; the reason:"

STATES = {
    "waiting": "Waiting",
    "running": "Running",
    "stopped": "Stopped",
    "interrupted": "Interrupted",
    "failed": "Failed",
    "finished": "Finished",
}
AHEAD = "Waiting: {n} before it. Learners take turns; a device executes one run at a time."
NEXT = "Waiting for the worker: it begins in a moment."
SILENT = "No sign of life for {seconds:.0f} s: {reason}."
NO_REASON = "its worker may be busy or hung; if this lasts, stop it and resume it from its last saved state"
READING = "Reading the text …"
PHASES = {
    "tokenizer": "Learning a tokenizer from the text …",
    "tokens": "Cutting the text into tokens …",
    "words": "Counting the words that it reads …",
    "bigram": "Counting a bigram, to compare with …",
    "rehearsal": "Writing texts to rehearse …",
}
UNDO_DELETE = "Undo delete"
