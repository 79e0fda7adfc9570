"""Labelled tasks: how their texts become rows of tokens, and how a fine-tuned model judges them."""

from gptcore.tasks.formats import classification, entailment, multiple_choice, similarity

__all__ = ["classification", "entailment", "multiple_choice", "similarity"]
