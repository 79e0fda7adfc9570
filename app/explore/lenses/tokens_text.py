"""What the Tokens lens says."""

MERGES_TITLE = "#### How did this word become tokens?"
NO_MERGES = "Nothing was merged: the pieces are as the text has them."
BEFORE_MERGES = "Before any merge: one piece per character (per byte, for characters beyond English)."
MERGED = (
    "Merge {done} of {total}: {left} and {right} become one. It was the tokenizer's merge no. {rank:,} to be learnt."
)
NO_TEXT = "End-of-text is one token by itself: it stands between two texts, and no merge made it."
WRITTEN_OTHERWISE = (
    "In your text it is {pieces}: so a model wrote it, or you typed on behind its tokens. The merges below are how the "
    "tokenizer cuts the same letters."
)
PIECES = "{n} in “{word}”; the numbers are ids"
OTHER_TITLE = "#### How would another tokenizer cut it?"
OTHER_COUNT = "{other} tokens, against {ours} here"
GPT1_LOSES = (
    "This is GPT-1's style as the library transformers imitates it: capitals, accents and line ends are gone, and what "
    "it does not know becomes `<unk>`, so the text cannot be put together again. OpenAI's own tokenizer lower-cases, "
    "too, but keeps line ends: each is a token, the last of its 40,478 (id 40477)."
)
VOCABULARY_TITLE = "#### What is in the vocabulary of {size:,}?"
VOCABULARY_PLACEHOLDER = "part of a token, say: ing"
NO_MATCH = "No token contains this. The tokenizer would build it from smaller pieces."
MATCHES_TITLE = "Tokens that contain the search"
MATCHES = "{n:,} tokens contain it; the {shown:,} shortest:"

TOKENIZERS = {
    "gpt1-8k": "GPT-1's style, 8,192 entries, same books",
    "bytes-1k": "byte-level, 1,024 entries",
    "bytes-16k": "byte-level, 16,384 entries",
}
