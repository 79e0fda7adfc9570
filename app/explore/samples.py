"""Prompts to begin with, each chosen to show something."""

from app.shared.samples import Sample

SAMPLES = (
    Sample(
        "a phrase that returns",
        'The fox said to the crow, "Sing, dear crow." And the crow said to the',
        "The second “said to the” repeats the first. Look for heads that go back to what followed last time.",
    ),
    Sample(
        "bank: river or money?",
        "The old man sat down on the bank of the river and counted his money from the bank",
        "“bank” is one token with one embedding, twice. Compare what each of the two attends to.",
    ),
    Sample(
        "the keys … were",
        "The keys that hung on the wall behind the old wooden door",
        "The verb must agree with “keys”, not with “door”. Is “were” above “was” among the predictions?",
    ),
    Sample(
        "a long rare word",
        "The hippopotamus was unquestionably the most extraordinary",
        "Rare words are cut into pieces; watch the surprise fall inside a word.",
    ),
    Sample(
        "a name that returns",
        "Once upon a time there was a girl named Matilda. One day, Mat",
        "The name comes in pieces. After its first piece returns, what does the model expect?",
    ),
)
DEFAULT_PROMPT = SAMPLES[0].text
