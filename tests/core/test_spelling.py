"""Ids to text with the place of each token: the text is what `decode` gives, whatever the ids."""

import random

import pytest

from gptcore.text.spelling import spell
from gptcore.text.tokenizer import Tokenizer

TEXTS = ["The fox 🦊 said naïve things\nto the crow, é. 𝄞 שלום"] * 9
TOKENIZERS = {
    "bytes": Tokenizer.train(TEXTS, 300),
    "bytes with task tokens": Tokenizer.train(TEXTS, 290).with_task_tokens(),
    "gpt1": Tokenizer.train(TEXTS, 60, "gpt1"),
    "words": Tokenizer.train(TEXTS, 40, "words"),
}


@pytest.mark.parametrize("tokenizer", TOKENIZERS.values(), ids=TOKENIZERS)
def test_any_ids_spell_what_they_decode_to(tokenizer):
    chance = random.Random(1)
    for _ in range(500):
        ids = [chance.randrange(tokenizer.vocab_size) for _ in range(chance.randrange(12))]
        text, spans = spell(tokenizer, ids)
        assert text == tokenizer.decode(ids)
        assert len(spans) == len(ids)
        assert all(0 <= start <= end <= len(text) for start, end in spans)
        assert list(spans) == sorted(spans)


@pytest.mark.parametrize("name", ["bytes", "bytes with task tokens"])
def test_the_tokens_of_a_text_stand_where_encode_says(name):
    encoding = TOKENIZERS[name].encode(TEXTS[0])
    assert spell(TOKENIZERS[name], encoding.ids) == (TEXTS[0], encoding.offsets)


def test_parts_of_a_character_share_it_and_broken_ones_stand_alone():
    tokenizer = Tokenizer.train(["a b"] * 3, 257)
    fox, a = tokenizer.encode("🦊").ids, tokenizer.encode("a").ids
    assert len(fox) == 4
    assert spell(tokenizer, fox) == ("🦊", ((0, 1),) * 4)
    assert spell(tokenizer, fox[:2] + a) == ("\ufffda", ((0, 1), (0, 1), (1, 2)))


def test_words_are_parted_by_spaces_and_parts_of_words_are_not():
    text, spans = spell(TOKENIZERS["words"], TOKENIZERS["words"].encode("The fox said").ids)
    assert (text, spans) == ("The fox said", ((0, 3), (3, 7), (7, 12)))
    assert spell(TOKENIZERS["gpt1"], TOKENIZERS["gpt1"].encode("the foxes").ids)[0].startswith("the f")
