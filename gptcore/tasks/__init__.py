"""Labelled tasks: how their texts become rows of tokens, and a fine-tuned model's predictions."""

from gptcore.tasks.formats import classification, entailment, multiple_choice, similarity

__all__ = ["classification", "entailment", "multiple_choice", "similarity"]
