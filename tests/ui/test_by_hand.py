"""By hand, on the Decoding page: tokens are taken, branches stay, the address holds the tree, and the log is right."""

import random

import pytest
import torch

from app.decoding.hand.lines import lines
from app.decoding.hand.link import from_link, to_link
from app.decoding.hand.text import NOTHING_TRIED, VIEWS
from app.decoding.start import Start
from app.shared import loaded
from app.shared.pages import DECODING
from gptcore.decode.by_hand import LIKELIEST, MOST_TRIED, ByHand, Sampling
from gptcore.decode.context import written_scores
from gptcore.decode.generate import generate
from tests.ui.page import Page

TEXT = "The fox said to the crow"


def _open(view: str = "tree", **query: str) -> Page:
    page = Page(**{"decoding": "By hand", "start": TEXT, "hand_view": VIEWS[view], **query}).run()
    page.at.switch_page(DECODING)
    return page.run()


def _start(text: str = TEXT) -> Start:
    return Start(loaded.model_key("books"), text)


def _ids(page: Page) -> list[int]:
    return [chip["id"] for chip in page.data("hand_strip")["tokens"]]


def _best(page: Page) -> int:
    return page.data("hand_bars")["rows"][0]["id"]


def _press(page: Page, key: str) -> Page:
    page.at.button(key=key).click()
    return page.run()


def _link(page: Page) -> str:
    return _query(page, "tries")


def _query(page: Page, key: str) -> str:
    """What the address has, which is a list where a link brought it."""
    value = page.at.query_params.get(key, "")
    return value if isinstance(value, str) else value[0]


def _force(page: Page, word: str) -> Page:
    page.at.text_input(key="hand_word").set_value(word)
    return _press(page, "hand_take")


def test_it_opens_with_the_beginning_and_what_comes_next():
    page = _open()
    assert _ids(page) == list(_start().ids) and page.drawn == {"hand_strip", "hand_bars"}
    assert NOTHING_TRIED in page.words
    expected = written_scores(_start().checkpoint.model, _start().ids, len(_start().ids)).logits
    assert _best(page) == int(expected.argmax())


def test_tokens_are_taken_by_a_click_by_likelihood_and_by_chance():
    page = _open()
    first = page.data("hand_bars")["rows"][2]["id"]
    page.send("hand_bars", "append", first)
    best = _best(page)
    _press(page, "hand_likeliest")
    _press(page, "hand_draw")
    assert _ids(page)[:-1] == [*_start().ids, first, best]
    assert [node["by"] for node in page.data("hand_tries")["nodes"]] == ["forced", "likeliest", "drawn"]
    assert page.data("hand_tries")["at"] == 2 and page.data("hand_tries")["way"] == [0, 1, 2]


def test_drawing_on_writes_what_generate_writes():
    page = _open(hand_seed="5", hand_temperature="0.8", hand_top_k="40")
    for _ in range(5):
        _press(page, "hand_draw")
    steps = generate(_start().checkpoint.model, _start().ids, 5, 0.8, 40, generator=torch.Generator().manual_seed(5))
    assert _ids(page)[len(_start().ids) :] == [step.id for step in steps]


def test_a_branch_keeps_the_old_text_and_both_can_be_gone_to():
    page = _open()
    for _ in range(3):
        _press(page, "hand_likeliest")
    old = _ids(page)
    _press(page, "hand_back")
    _press(page, "hand_back")
    second = page.data("hand_bars")["rows"][1]["id"]
    page.send("hand_bars", "append", second)
    tries = page.data("hand_tries")
    assert [line["leaf"] for line in tries["lines"]] == [2, 3] and tries["at"] == 3
    page.send("hand_tries", "node", 2)
    assert _ids(page) == old
    page.send("hand_tries", "remove", 2)
    assert [line["leaf"] for line in page.data("hand_tries")["lines"]] == [1]
    assert _ids(page) == old[:-2]
    _press(page, "hand_undo")
    assert _ids(page) == old and len(page.data("hand_tries")["nodes"]) == 4


def test_a_chip_goes_back_to_it():
    page = _open()
    for _ in range(3):
        _press(page, "hand_likeliest")
    n = len(_start().ids)
    page.send("hand_strip", "position", n)
    assert len(_ids(page)) == n + 1 and len(page.data("hand_tries")["nodes"]) == 3
    page.send("hand_strip", "position", 0)
    assert _ids(page) == list(_start().ids) and page.data("hand_tries")["at"] == -1


def test_a_word_is_forced_token_by_token_and_said_to_be_several():
    page = _force(_open(), "zxqfox")
    tokens = _start().checkpoint.tokenizer.encode(" zxqfox").ids
    assert len(tokens) > 1 and _ids(page)[len(_start().ids) :] == list(tokens)
    assert "is not one token" in page.words
    joined = _force(_press(page, "hand_anew"), "+s")
    assert _ids(joined)[len(_start().ids) :] == list(_start().checkpoint.tokenizer.encode("s").ids)
    before = _link(joined)
    assert _link(_force(joined, "  ")) == before


@pytest.mark.parametrize("value", [-5, 10**9, None, "x", [1], 2.5])
def test_clicks_that_are_none_do_nothing(value):
    page = _press(_open(), "hand_likeliest")
    before = _link(page)
    for key, event in (
        ("hand_bars", "append"),
        ("hand_tries", "node"),
        ("hand_tries", "remove"),
        ("hand_strip", "position"),
    ):
        page.send(key, event, value)
    assert _link(page) == before


def test_the_address_brings_the_tree_to_another_session():
    page = _open(hand_seed="3")
    for key in ("hand_likeliest", "hand_draw", "hand_back", "hand_back", "hand_draw"):
        _press(page, key)
    other = _open(tries=_link(page))
    assert _ids(other) == _ids(page)
    assert other.data("hand_tries") == page.data("hand_tries")


@pytest.mark.parametrize("link", ["x", "a.b.c", "....", "a" * 5000, "1.2.3.!!!", "💥"])
def test_a_damaged_address_is_left_out_and_said(link):
    page = _open(tries=link)
    assert _ids(page) == list(_start().ids) and "left out" in page.words


def test_a_tree_of_another_beginning_is_left_out_and_comes_back_with_its_own():
    page = _press(_open(), "hand_likeliest")
    written, link = _ids(page), _link(page)
    page.at.text_input(key="start").set_value("The crow")
    page.run()
    assert _ids(page) == list(_start("The crow").ids) and not _link(page)
    page.at.text_input(key="start").set_value(TEXT)
    page.run()
    assert _ids(page) == written and _link(page) == link
    assert _ids(_open(start="The crow", tries=link)) == list(_start("The crow").ids)


def test_any_tree_survives_its_link():
    start, dice = _start(), random.Random(4)
    tokenizer, n = start.checkpoint.tokenizer, start.checkpoint.config.vocab_size
    logits = written_scores(start.checkpoint.model, start.ids, len(start.ids)).logits
    for _ in range(20):
        tree = ByHand()
        for _ in range(30):
            if tree.nodes and dice.random() < 0.3:
                tree = tree.go_to(dice.randrange(len(tree.nodes)))
            if dice.random() < 0.5:
                tree = tree.draw(logits, Sampling(dice.randrange(2**31), dice.randrange(300) / 100, None, 0.85))
            else:
                tree = tree.take(dice.randrange(n), LIKELIEST)
        assert from_link(to_link(tree, tokenizer, start.ids), tokenizer, start.ids) == tree
    full = ByHand().force([0] * MOST_TRIED)
    link = to_link(full, tokenizer, start.ids)
    assert from_link(link, tokenizer, start.ids) == full and len(link) < 2_000
    for at in range(0, len(link), 37):  # a changed letter gives another tree or none, never an error
        from_link(link[:at] + "!" + link[at + 1 :], tokenizer, start.ids)
        from_link(link[:at], tokenizer, start.ids)


def test_the_python_lines_run_and_give_the_numbers_of_the_page(capsys):
    page = _open(hand_seed="7")
    for key in ("hand_draw", "hand_likeliest", "hand_back", "hand_draw"):
        _press(page, key)
    start = _start()
    tree = from_link(_link(page), start.checkpoint.tokenizer, start.ids)
    given = dict(model=start.checkpoint.model, tokenizer=start.checkpoint.tokenizer, ids=start.ids, stop_ids=())
    exec("\n".join(lines(start, tree)), given)
    out = capsys.readouterr().out
    first = page.data("hand_tries")["lines"][0]["text"].split(" ")[0].replace("−", "-")
    assert out.split()[0] == first and "Predicted(" in out and "with_cache=" in out


def test_a_full_tree_says_so_and_stays():
    start = _start()
    full = ByHand().force([0] * MOST_TRIED)
    page = _open(tries=to_link(full, start.checkpoint.tokenizer, start.ids))
    before = _link(page)
    _press(page, "hand_draw")
    assert _link(page) == before and any("start anew" in toast.value for toast in page.at.toast)


def test_the_log_steps_through_what_was_written():
    page = _open("log", hand_seed="2")
    stages = page.data("hand_log")["stages"]
    assert [stage["name"] for stage in stages] == [
        "tokenize",
        "position",
        "forward",
        "softmax",
        "choose",
        "append",
        "stop",
    ]
    assert [stage.get("waits", False) for stage in stages] == [False] * 4 + [True] * 3
    _press(_press(page, "hand_draw"), "hand_likeliest")
    log = page.data("hand_log")
    assert "Step 2" in log["title"] and not any(stage.get("waits") for stage in log["stages"])
    page.send("hand_log", "step", [1, "choose"])
    assert _query(page, "hand_step") == "1" and page.data("hand_log")["stage"] == "choose"
    drawn = page.data("hand_log")["stages"][4]
    (hit,) = (share for share in drawn["shares"] if share["hit"])
    assert hit["low"] <= drawn["number"] < hit["high"]
    page.send("hand_log", "stage", "softmax")
    assert _query(page, "log_stage") == "softmax"
    page.send("hand_log", "stage", "<b>")
    for nonsense in (0, [9, "stop"], [0, "stop"], "x", [1, None]):
        page.send("hand_log", "step", nonsense)
    assert _query(page, "hand_step") == "1"
    assert _query(page, "log_stage") == "softmax"


def test_the_cache_reads_all_but_the_newest_token():
    page = _press(_open("cache"), "hand_likeliest")
    n = len(_start().ids) + 1
    assert (page.data("hand_cache")["held"], len(page.data("hand_cache")["tokens"])) == (n - 1, n)
    assert [point["length"] for point in page.data("hand_costs")["points"]][-1] == n
    page.at.segmented_control(key="kv_cache").set_value("without")
    assert page.run().data("hand_cache")["held"] == 0


def test_end_of_text_says_that_a_generator_would_stop():
    start = _start()
    (end,) = start.stop_ids
    page = _open("log", tries=to_link(ByHand().take(end), start.checkpoint.tokenizer, start.ids))
    assert page.data("hand_log")["stages"][6]["brief"] == "yes: end-of-text"
    assert "The text has ended" in page.words


@pytest.mark.parametrize("view", list(VIEWS))
@pytest.mark.parametrize("text", ["a", "fox " * 700, "I ❤️ 👩‍👩‍👧‍👦 שלום", "<script>alert(1)</script> `x` $y$"])
def test_strange_and_long_texts(view, text):
    page = _press(_press(_open(view, start=text), "hand_draw"), "hand_likeliest")
    assert len(_ids(page)) >= 3
    assert page.payload < 300_000


def test_a_full_context_says_that_its_older_half_is_dropped_and_read_again():
    start = _start("a" + " a" * 999)
    n = len(start.ids)
    assert n == start.checkpoint.config.n_positions
    tree = to_link(ByHand().take(start.ids[0]), start.checkpoint.tokenizer, start.ids)
    page = _open("cache", start=start.text, tries=tree)
    cache = page.data("hand_cache")
    assert cache["dropped"] == n + 1 - n // 2 and cache["held"] == 0 and "context was full" in cache["subtitle"]
    page.at.segmented_control(key="hand_view").set_value("log")
    page.run().send("hand_log", "step", [2, "forward"])
    stages = {stage["name"]: stage for stage in page.data("hand_log")["stages"]}
    assert "emptied" in stages["forward"]["sentence"] and "older half is dropped" in stages["position"]["sentence"]
