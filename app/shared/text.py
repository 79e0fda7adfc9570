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
