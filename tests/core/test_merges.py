"""The merges shown are the ones that encoding does."""

import random

import pytest

from gptcore.errors import InputError
from gptcore.text.merges import MAX_PIECES, MergeStep, merge_steps
from gptcore.text.tokenizer import Tokenizer

TEXT = "low lower lowest new newer newest wide wider widest, slow slower slowest; the lowest newt's 1234 newest. " * 3


def _words(count: int) -> list[str]:
    draw = random.Random(3)
    alphabet = "lowernstid" * 3 + "QéİЖ中😀'.,-0 \n\x00"
    return ["".join(draw.choices(alphabet, k=draw.randint(1, 25))) for _ in range(count)]


@pytest.fixture(scope="module", params=["bytes", "gpt1"])
def tokenizer(request) -> Tokenizer:
    return Tokenizer.train([TEXT], 310 if request.param == "bytes" else 90, request.param)


def test_merges_by_hand():
    """ab is joined before bc because it was learnt first, though both could be; the leftmost of two goes first."""
    ranks = {("a", "b"): 0, ("b", "c"): 1, ("ab", "ab"): 2}
    assert merge_steps([list("abcab")], ranks) == (
        MergeStep(0, "a", "b", 0, ("a", "b", "c", "a", "b"), ("ab", "c", "a", "b")),
        MergeStep(0, "a", "b", 2, ("ab", "c", "a", "b"), ("ab", "c", "ab")),
    )
    assert merge_steps([list("abab")], ranks)[-1].after == ("abab",)
    assert merge_steps([list("ab"), list("ab")], ranks)[-1].after == ("ab", "ab")
    assert merge_steps([], ranks) == merge_steps([list("xyz")], ranks) == ()


def test_the_last_pieces_are_the_tokens(tokenizer):
    for word in [*TEXT.split(), *_words(1_500), "\ud800low"]:
        steps = tokenizer.merges(word)
        tokens = tokenizer.encode(word).tokens
        assert not steps or steps[-1].after == tokens
        start = steps[0].before if steps else tokens
        assert len(start) - len(steps) == len(tokens)


def test_each_step_follows_from_the_one_before(tokenizer):
    longest = 0
    for word in [*TEXT.split(), *_words(300)]:
        steps = tokenizer.merges(word)
        longest = max(longest, len(steps))
        for i, step in enumerate(steps):
            at = step.position
            assert step.before[at : at + 2] == (step.left, step.right)
            assert step.after == (*step.before[:at], step.left + step.right, *step.before[at + 2 :])
            assert i == 0 or step.before == steps[i - 1].after
    assert longest >= 3


def test_no_step_leaves_a_better_merge_undone():
    """In one word, each step takes the lowest rank among the neighbours there are."""
    tokenizer = Tokenizer.train([TEXT], 310)
    rank_of = {(s.left, s.right): s.rank for word in TEXT.split(" ") for s in tokenizer.merges(" " + word)}
    for word in (" lowest", " newest", " slower"):
        for step in tokenizer.merges(word):
            pairs = zip(step.before, step.before[1:], strict=False)
            assert step.rank == min(rank_of[pair] for pair in pairs if pair in rank_of)


def test_whole_words_have_no_merges():
    tokenizer = Tokenizer.train([TEXT], 50, "words")
    assert tokenizer.merges("lowest") == ()


def test_a_long_word_is_quick_and_a_longer_one_refused(tokenizer):
    assert len(tokenizer.merges("lowest" * (MAX_PIECES // 6))) > 100
    with pytest.raises(InputError, match="1,001"):
        tokenizer.merges("l" * 1_001)
