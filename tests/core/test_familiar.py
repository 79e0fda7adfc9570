"""What is usual in a model's test texts, and how far from it another text is."""

import json
import math

import numpy as np
import pytest

from gptcore.familiar import QUANTILES, Spread, Usual, Words, compare, look_up
from gptcore.measures import Perplexity
from gptcore.text.known_words import KnownWords, count_words

FILMS = "the film is good and the plot is bad , a film of great charm"
BOOKS = "the king and the fox went to the river and the kettle boiled " * 50 + "the film is good "
WORDS = Words(KnownWords({"film": 90, "plot": 30, "the": 900}), KnownWords({"film": 2, "kettle": 90, "the": 9_000}))


def usual(n: int = 400, seed: int = 0) -> tuple[Usual, list, list]:
    """Of texts whose words and tokens are drawn alike."""
    draw = np.random.default_rng(seed)
    words = Words.of(count_words([FILMS] * 40), count_words([BOOKS]))
    rare = [look_up([" ".join(draw.choice(FILMS.split(), size))], words) for size in draw.integers(3, 20, n)]
    measures = [
        Perplexity(-float(draw.normal(4, 1.5, tokens).sum() + draw.normal(0, 0.3) * tokens), int(tokens))
        for tokens in draw.integers(3, 40, n)
    ]
    return Usual.measured(measures, rare), measures, rare


def test_rarity_is_how_many_times_rarer_a_word_is_in_the_last_training():
    now, then = (90 + 0.5) / (1_020 + 1), (2 + 0.5) / (9_092 + 1)
    assert WORDS.rarity("film") == pytest.approx(math.log(then / now))
    assert WORDS.rarity("film") < 0 < WORDS.rarity("kettle")


def test_a_word_that_was_never_seen_counts_as_rare_whoever_knew_it():
    assert WORDS.rarity("zebra") == pytest.approx(math.log(20))
    assert WORDS.rarity("kettle") > WORDS.rarity("zebra") or WORDS.rarity("kettle") >= math.log(20)
    alone = Words(WORDS.trained)
    assert alone.rarity("zebra") == pytest.approx(math.log(20)) and alone.rarity("film") == 0


def test_words_are_found_where_they_stand_and_by_who_knew_them():
    words = Words.of(WORDS.trained, WORDS.before)
    look = look_up(["The kettle, a film!", "Zebras 12"], words)
    spans = [[(u.start, u.end, u.in_pretraining) for u in text] for text in look.unseen]
    assert spans == [[(4, 10, True), (12, 13, False)], [(0, 6, False)]]
    assert look.share_unseen == pytest.approx(3 / 5)


def test_the_commonest_words_are_not_rated_unless_they_were_never_seen():
    alphabet = [a + b for a in "abcdefghijklm" for b in "nopqrstuvwxyz"]
    trained = KnownWords({word: 1_000 - i for i, word in enumerate(alphabet[:150])})
    words = Words.of(trained, KnownWords({alphabet[149]: 5, "the": 5}))
    ratings = [look_up([word], words).n_rated for word in (alphabet[0], alphabet[99], alphabet[100], alphabet[149])]
    assert ratings == [0, 0, 1, 0]
    assert look_up(["the"], words).n_rated == 1


@pytest.mark.parametrize("texts", [[""], ["12 !"], ["", ""]])
def test_a_text_without_words_has_none_that_are_unseen(texts):
    look = look_up(texts, WORDS)
    assert (look.share_unseen, look.rarity, look.n_rated) == (0, 0, 0)
    assert look.unseen == ((),) * len(texts)


def test_a_spread_is_what_texts_were_drawn_from():
    draw = np.random.default_rng(1)
    n = draw.integers(2, 60, 60_000)
    means = 4 + draw.normal(0, 0.5, len(n)) + draw.normal(0, 1, len(n)) * 3 / np.sqrt(n)
    spread = Spread.fitted(means, n)
    assert (spread.middle, spread.between, spread.within) == pytest.approx((4, 0.25, 9), rel=0.1)


def test_a_spread_that_has_one_cause_says_so():
    n = np.array([1, 1, 100, 100])
    assert Spread.fitted(np.array([4.0, 6, 2, 8]), n).within == 0  # longer texts vary more: not by chance
    assert Spread.fitted(np.array([-10.0, 10, 0, 0]), n).between == pytest.approx(0, abs=2)


def test_a_short_text_may_lie_further_off_than_a_long_one():
    spread = Spread(4.0, 0.1, 9.0)
    scores = [spread.score(6.0, n) for n in (1, 4, 16, 64, 256)]
    assert scores == sorted(scores) and scores[0] < 1 < scores[-1]


def test_as_many_test_texts_are_called_strange_as_is_said():
    known, measures, rare = usual()
    called = [compare(known, measure, look).is_strange for measure, look in zip(measures, rare, strict=True)]
    assert np.mean(called) == pytest.approx(0.05, abs=0.005)


@pytest.mark.parametrize("what", ["perplexity", "words"])
def test_the_stranger_a_text_is_the_higher_its_score_and_once_strange_it_stays_so(what):
    known, _, _ = usual()
    words = Words.of(count_words([FILMS] * 40), count_words([BOOKS]))
    found = []
    for strangeness in range(12):
        text = " ".join(["kettle"] * strangeness * (what == "words") + ["charm"] * (12 - strangeness))
        nats = 12 * (4 + strangeness * (what == "perplexity"))
        found.append(compare(known, Perplexity(-nats, 12), look_up([text], words)))
    sums = [sum(f.scores.values()) for f in found]
    assert sums == sorted(sums)
    assert [f.is_strange for f in found] == sorted(f.is_strange for f in found)
    assert not found[0].is_strange and found[0].reasons == ()
    assert found[-1].is_strange and what in found[-1].reasons


def test_times_is_the_perplexity_beside_the_median():
    known, _, _ = usual()
    found = compare(known, Perplexity(-20 * math.log(known.perplexity["50"] * 4), 20), look_up(["film"], WORDS))
    assert found.times == pytest.approx(4)


def test_words_are_not_compared_with_those_of_texts_that_were_looked_up_in_another_way():
    known, _, _ = usual()
    trained = count_words([FILMS] * 40)
    with_before, alone = Words.of(trained, count_words([BOOKS])), Words.of(trained)
    scores = [
        compare(known, Perplexity(-40.0, 10), look_up(["kettle"], words)).scores for words in (with_before, alone)
    ]
    assert scores[0]["words"] > 1 and scores[1]["words"] == 0
    assert scores[0]["perplexity"] == scores[1]["perplexity"]


def test_quantiles_rise():
    known, measures, _ = usual()
    for quantiles in (known.perplexity, known.share_unseen):
        assert list(quantiles) == [str(q) for q in QUANTILES]
        assert list(quantiles.values()) == sorted(quantiles.values())
    assert known.perplexity["50"] == pytest.approx(np.median([m.value for m in measures]), abs=1e-3)
    assert known.texts == len(measures)


def test_a_card_tells_it_again():
    known, _, _ = usual()
    assert Usual.from_card({"familiarity": json.loads(json.dumps(known.to_dict()))}) == known


def test_from_a_few_texts_nothing_is_derived():
    _, measures, rare = usual()
    assert Usual.measured(measures[:19], rare[:19]) is None
    assert Usual.measured([], []) is None
    assert Usual.measured([Perplexity(0.0, 0)] * 30, rare[:30]) is None


def test_texts_that_are_all_alike_give_a_threshold_that_can_be_used():
    known = Usual.measured([Perplexity(-8.0, 4)] * 30, [look_up(["film"], WORDS)] * 30)
    same = compare(known, Perplexity(-8.0, 4), look_up(["film"], WORDS))
    other = compare(known, Perplexity(-40.0, 4), look_up(["film"], WORDS))
    assert not same.is_strange and other.is_strange


def test_a_text_of_which_nothing_was_predicted_is_not_strange():
    known, _, _ = usual()
    found = compare(known, Perplexity(0.0, 0), look_up(["kettle"], WORDS))
    assert not found.is_strange and math.isnan(found.times)


@pytest.mark.parametrize("path", ["texts", "perplexity", "surprisal", "rarity", "threshold", "perplexity 50"])
@pytest.mark.parametrize("value", [None, "x", [], {}, float("nan"), float("inf"), -5, 0])
def test_a_card_that_anybody_wrote_does_no_harm(path, value):
    card = usual()[0].to_dict()
    *outer, last = path.split()
    (card[outer[0]] if outer else card)[last] = value
    known = Usual.from_card({"familiarity": card})
    if known is not None:
        compare(known, Perplexity(-8.0, 2), look_up(["film"], WORDS)).times  # noqa: B018
    if path != "texts" and (path != "threshold" or value is None):
        assert known is None or (path, value) == ("threshold", 0)


@pytest.mark.parametrize("card", [{}, {"familiarity": None}, {"familiarity": 3}, {"familiarity": []}])
def test_a_card_that_says_nothing_is_none(card):
    assert Usual.from_card(card) is None
