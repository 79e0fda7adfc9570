"""Tokens and perplexity after Continue, after a bar, and after a link are those of the ids that were written."""

import pytest
import torch

from app.explore import text as content
from app.explore.lenses import prediction_text as prediction_content
from app.explore.prompt import END_MARK, Prompt
from app.explore.prompt_link import from_link, to_link
from app.explore.reading import read
from app.shared import loaded
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import Checkpoint, save
from gptcore.config import ModelConfig
from gptcore.decode.generate import generate
from gptcore.measures import perplexity, token_scores
from gptcore.model.gpt import GPT
from gptcore.text.tokenizer import Tokenizer
from gptcore.trace.trace import run_trace
from tests.serving import ROOT
from tests.ui.page import LENSES, Page

SHIPPED = ROOT / "assets" / "models"
START = "One day a girl"
PREDICTION = content.LENSES["prediction"]
SEEDS = (0, 1, 2, 16, 17, 20, 32)
"""With the last four `stories` writes tokens that its tokenizer would cut otherwise."""


def _write(checkpoint: Checkpoint, prompt: str, n_tokens: int, seed: int, temperature: float = 1.0) -> list[int]:
    """What a model writes behind a prompt, its end-of-text included."""
    tokenizer = checkpoint.tokenizer
    generator = torch.Generator().manual_seed(seed)
    stop = [tokenizer.end_of_text_id]
    ids = tokenizer.encode(prompt).ids
    return [step.id for step in generate(checkpoint.model, ids, n_tokens, temperature, None, None, generator, stop)]


@pytest.fixture
def small(stand_in, monkeypatch) -> None:
    """Beside the stand-in: the real `stories`, and tiny models whose names say what is special about them."""
    texts = ["The fox said to the crow: sing, dear crow. 🦊\nAnd the crow sang."] * 9
    folder = stand_in / "own"
    if not folder.exists():
        (folder / "stories").parent.mkdir()
        (folder / "stories").symlink_to(SHIPPED / "stories")
        for name, style, size, shape in (
            ("letters", "bytes", 257, {}),
            ("four words", "words", 4, {"n_layer": 1, "n_head": 1, "n_positions": 2}),
            ("gpt1 style", "gpt1", 60, {}),
        ):
            tokenizer = Tokenizer.train(texts, size, style)
            config = ModelConfig(
                tokenizer.vocab_size, **{"n_positions": 32, "n_layer": 2, "n_head": 2, "d_model": 16, **shape}
            )
            model = GPT(config, torch.Generator().manual_seed(1)).eval()
            save(Checkpoint(model, tokenizer, config, {"name": name}), folder / name)
    monkeypatch.setattr(checkpoints, "LOCAL", folder)


def _continue(page: Page, n_tokens: int, seed: int) -> Page:
    page.choose("number_input", "n_new", n_tokens).choose("number_input", "seed", seed)
    page.at.button(key="continue").click()
    for _ in range(200):
        page.run()
        if any(button.key == "continue" for button in page.at.button):
            return page
    raise AssertionError("it never ends")


def _ids(page: Page) -> list[int]:
    return [chip["id"] for chip in page.data("strip")["tokens"]]


@pytest.mark.parametrize("name", ["stories", "letters"])
def test_what_was_written_is_what_is_read_whatever_the_seed(small, name):
    key = loaded.model_key(name)
    checkpoint = loaded.checkpoint(key)
    start = checkpoint.tokenizer.encode(START).ids
    cut_otherwise = 0
    for seed in SEEDS:
        new = _write(checkpoint, START, 60, seed)
        ids = (*start, *new)[-checkpoint.config.n_positions :]
        prompt = Prompt.typed(START).appended(checkpoint.tokenizer, new)
        reading = read(key, prompt)
        assert reading.ids == ids
        logits = run_trace(checkpoint.model, torch.tensor(ids).numpy(), ("logits",)).logits
        expected = perplexity(token_scores(logits, torch.tensor(ids).numpy()))
        assert reading.perplexity.value == pytest.approx(expected.value, rel=1e-5)
        linked = from_link(to_link(prompt, checkpoint.tokenizer), prompt.shown, checkpoint.tokenizer)
        assert read(key, linked).ids == ids
        cut_otherwise += checkpoint.tokenizer.encode(checkpoint.tokenizer.decode([*start, *new])).ids != (*start, *new)
    assert cut_otherwise > 1, "with these seeds the text says it all, and this test cannot fail"


@pytest.mark.parametrize("name", ["stories", "letters", "books"])
def test_the_page_shows_the_ids_that_were_written_and_so_does_its_link(small, name):
    checkpoint = loaded.checkpoint(loaded.model_key(name))
    page = _continue(Page(lens=PREDICTION, prompt=START, model=name).run(), 20, 3)
    ids = [*checkpoint.tokenizer.encode(START).ids, *_write(checkpoint, START, 20, 3)]
    assert _ids(page) == ids[-checkpoint.config.n_positions :]
    summary = page.data("strip")["summary"]
    again = Page(**page.at.query_params).run()
    assert (_ids(again), again.data("strip")["summary"]) == (_ids(page), summary)
    assert again.at.query_params == page.at.query_params
    page.type(page.prompt + " fox")
    ids += checkpoint.tokenizer.encode(" fox").ids
    assert _ids(page) == ids[-checkpoint.config.n_positions :]
    assert page.press("Undo").prompt == START
    assert "ids" not in page.at.query_params


def test_undo_brings_ids_back(small):
    page = _continue(Page(lens=PREDICTION, prompt=START, model="letters").run(), 8, 1)
    kept, link = _ids(page), page.at.query_params["ids"]
    page.send("bars", "append", 70)
    assert _ids(page) == [*kept, 70]
    page.press("Undo")
    assert (_ids(page), page.at.query_params["ids"]) == (kept, link)


def test_half_a_character_can_be_appended_and_completed(small):
    tokenizer = loaded.checkpoint(loaded.model_key("letters")).tokenizer
    fox = tokenizer.encode("🦊").ids
    page = Page(lens=PREDICTION, prompt="a", model="letters").run()
    for shown, token in zip(("a\ufffd", "a\ufffd", "a\ufffd", "a🦊"), fox, strict=True):
        page.send("bars", "append", token)
        assert page.prompt == shown
    assert _ids(page)[1:] == list(fox)
    for lens in LENSES:
        page.lens(lens)


def test_another_model_cuts_anew_and_back_again_the_ids_are_there(small):
    page = _continue(Page(lens=PREDICTION, prompt=START, model="letters").run(), 8, 1)
    kept = _ids(page)
    page.choose("selectbox", "model", "books")
    assert "ids" not in page.at.query_params
    assert page.choose("selectbox", "model", "letters").prompt and _ids(page) == kept
    assert page.choose("toggle", "untrained", True) and _ids(page) == kept


def _ending(checkpoint: Checkpoint) -> int:
    """A seed with which the model ends its text."""
    end = checkpoint.tokenizer.end_of_text_id
    return next(seed for seed in range(200) if _write(checkpoint, START, 100, seed)[-1] == end)


def test_a_story_ends_and_can_be_written_on(small):
    checkpoint = loaded.checkpoint(loaded.model_key("stories"))
    end, seed = checkpoint.tokenizer.end_of_text_id, _ending(checkpoint)
    page = _continue(Page(lens=PREDICTION, prompt=START, model="stories").run(), 100, seed)
    assert _ids(page)[-1] == end and page.prompt[-1] == END_MARK and "endoftext" not in page.prompt
    assert page.chips[-1] == "<|endoftext|>"
    assert "The story ends here" in page.words
    assert page.at.button(key="continue").label == prediction_content.WRITE_ON
    n_tokens = len(_ids(page))
    for lens in LENSES:
        assert _ids(page.lens(lens))[-1] == end
    _continue(page.lens("prediction"), 5, seed)
    assert _ids(page)[n_tokens - 1] == end and len(_ids(page)) > n_tokens
    assert "The story ends here" not in page.words and "another text to the model" in page.words
    assert _ids(Page(**page.at.query_params).run()) == _ids(page)
    assert end not in _ids(page.type(page.prompt.replace(END_MARK, "")))


def test_a_bar_can_end_the_text_and_says_so(small):
    page = Page(lens=PREDICTION, prompt="The", model="four words").run()
    (bar,) = (row for row in page.data("bars")["rows"] if row["text"] == "<|endoftext|>")
    assert prediction_content.END_OF_TEXT_BAR in bar["detail"]
    page.send("bars", "append", bar["id"])
    assert "The story ends here" in page.words and page.prompt == "The" + END_MARK
    assert page.press("Undo").prompt == "The"


def test_a_bar_that_cannot_be_clicked_promises_nothing(small):
    page = Page(lens=PREDICTION, prompt="The fox", model="four words", position="1").run()
    assert not page.data("bars")["clickable"]
    assert not any(prediction_content.END_OF_TEXT_BAR in row["detail"] for row in page.data("bars")["rows"])


def test_the_tokens_lens_says_when_the_model_cut_otherwise(small):
    page = Page(lens=content.LENSES["tokens"], prompt="The", model="books").run()
    tokenizer = loaded.checkpoint(loaded.model_key("books")).tokenizer
    assert "In your text it is" not in page.words
    page.lens("prediction")
    for letter in " fox":
        page.send("bars", "append", tokenizer.encode(letter).ids[0])
    assert "In your text it is `· | f | o | x`" in page.lens("tokens").words
    page.lens("prediction").send("bars", "append", tokenizer.end_of_text_id)
    assert "one token by itself" in page.lens("tokens").words


def test_more_ids_than_a_link_holds_are_left_out_and_the_page_says_so(small):
    page = Page(prompt="The", model="letters").run()
    tokenizer = loaded.checkpoint(loaded.model_key("letters")).tokenizer
    prompt = Prompt.typed("The").appended(tokenizer, [70] * 600)
    page.at.session_state["_kept"] = prompt
    page.at.session_state["prompt"] = prompt.shown
    assert content.IDS_NOT_IN_LINK in page.run().words
    assert "ids" not in page.at.query_params


def test_reading_the_same_lines_again_keeps_the_ids(small):
    page = _continue(Page(lens=PREDICTION, prompt=START, model="letters").run(), 8, 1)
    kept = _ids(page)
    assert _ids(page.press("Read this text")) == kept
    page.choose("text_area", "long_text", page.at.text_area(key="long_text").value + "\nmore").press("Read this text")
    assert _ids(page)[: len(kept)] == kept and page.prompt.endswith("⏎more")


def test_a_typed_end_of_text_is_text_and_the_page_says_so(page):
    page.type("The fox <|endoftext|>")
    assert 0 not in _ids(page) and len(_ids(page)) > 4
    assert "is plain text" in page.words
    assert "is plain text" not in page.type("The fox").words


@pytest.mark.parametrize(
    ("text", "name"),
    [("The", "four words"), ("The fox crow 🦊", "letters"), ("\n", "four words"), ("<unk>", "gpt1 style")],
)
def test_every_lens_shows_a_model_of_a_few_words(small, name, text):
    page = Page(prompt=text, model=name).run()
    for lens in LENSES:
        if not page.drawn:  # no token at all
            assert content.EMPTY in page.words
            break
        page.lens(lens)
        for view in ("arcs", "stages", "map") if lens == "attention" else ():
            page.choose("segmented_control", "view", view)
        if lens in ("attention", "prediction"):
            rows = page.data("bars")["rows"]
            page.choose("slider", "top_k", 100).choose("slider", "top_k", 2).choose("slider", "temperature", 0.0)
            assert len({row["id"] for row in rows}) == len(rows) > 3
        for button in [b.label for b in page.at.button if b.label in ("Append what is drawn", "Continue")]:
            page.press(button).run()


def test_text_with_lines_is_marked_and_stays_whole(small):
    page = Page(prompt="roses are red\nviolets are blue\n", model="letters").run()
    whole = page.chips
    assert page.prompt == page.at.query_params["prompt"] == "roses are red⏎violets are blue⏎"
    assert whole.count("⏎") == 2
    assert page.at.text_area(key="long_text").value == "roses are red\nviolets are blue\n"
    assert page.type(page.prompt + "!").chips[:-1] == whole
    assert page.type("roses are redviolets").chips.count("⏎") == 0
    assert page.type("red⏎⏎violets").at.text_area(key="long_text").value == "red\n\nviolets"
    page.at.query_params = {}
    page.at.session_state["prompt"] = "one\ntwo"
    assert page.run().prompt == page.at.query_params["prompt"] == "one⏎two"
