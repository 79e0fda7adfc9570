"""The Tokens lens: other tokenizers, merges step by step, the vocabulary."""

from app.explore import text as content
from app.explore.lenses.tokens_text import TOKENIZERS
from tests.ui.page import Page


def test_words_are_cut_by_the_other_tokenizers():
    page = Page(lens=content.LENSES["tokens"]).run()
    seen = []
    for name in TOKENIZERS:
        page.choose("selectbox", "other_tokenizer", name)
        assert page.data("other_strip")["tokens"]
        seen.append("capitals" in page.words)
    assert seen == [name.startswith("gpt1") for name in TOKENIZERS]


def test_merges_go_one_step_at_a_time():
    page = Page(lens=content.LENSES["tokens"], prompt="fox crow").run()
    slider = page.at.slider(key="merge_step")
    assert slider.value == slider.max >= 2
    page.choose("slider", "merge_step", 0)
    assert [chip["text"] for chip in page.data("merge_strip")["tokens"]] == ["·", "c", "r", "o", "w"]
    page.choose("slider", "merge_step", 1)
    assert len(page.data("merge_strip")["tokens"]) == 4
    page.type("crow fox")  # another word: all its merges are shown again
    assert page.at.slider(key="merge_step").value == page.at.slider(key="merge_step").max


def test_all_merges_are_shown_again_after_a_visit_to_another_lens():
    page = Page(lens=content.LENSES["tokens"], prompt="fox crow").run()
    whole = page.data("merge_strip")
    assert page.lens("attention").lens("tokens").data("merge_strip") == whole


def test_the_vocabulary_can_be_searched():
    page = Page(lens=content.LENSES["tokens"]).run().choose("text_input", "vocabulary_search", "ro")
    assert all("ro" in token for token in page.at.dataframe[0].value["token"])
    page.choose("text_input", "vocabulary_search", "<script>")
    assert "No token contains this" in page.words
