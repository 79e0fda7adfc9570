"""What more than one page says."""

TITLE = "GPT Explorer"

KINDS = {
    "classification": "Classification",
    "entailment": "Entailment",
    "similarity": "Similarity",
    "multiple_choice": "Multiple choice",
}

CANNOT_SHOW = "This cannot be shown. Choose another model or text; the reason:"
