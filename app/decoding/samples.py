"""Beginnings of texts, each chosen to show something about how a next word is chosen."""

from app.shared.samples import Sample

SAMPLES = (
    Sample(
        "once upon a time",
        "Once upon a time there was a little",
        "Many ways to go on are about equally good. Which strategies agree on the first word, and where do they part?",
    ),
    Sample(
        "what loops",
        "The rain fell and fell, and the wind blew, and",
        "A text that repeats once makes repeating likelier. Look for the same four tokens twice in a row.",
    ),
    Sample(
        "a name",
        "There was a boy called Jack, and he had a sister called",
        "Which names has the model learnt, and how sure is it of one? Click the first token that each strategy writes.",
    ),
    Sample(
        "who speaks?",
        '"Where are you going?" asked the fox. "I am going',
        "Inside quotation marks the model must also decide when the speaker is done. Which strategies close them?",
    ),
    Sample(
        "one sure word",
        "They lived happily ever",
        "Here the model is nearly certain, so every strategy writes the same next token. How long does that last?",
    ),
)
DEFAULT_PROMPT = SAMPLES[0].text
