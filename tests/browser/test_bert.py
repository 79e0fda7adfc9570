"""GPT beside BERT in a browser, on a phone and dark: type, hide a token, lift the mask; a link restores it."""

from app.bert.text import MASKS
from tests.browser.explorer import Explorer

PIECES = ("bert_strip", "bert_map", "bert_left", "bert_both")
SENTENCE = "The dog ran to the door."
HOSTILE = "The <img src=x onerror=alert(1)> sat"


def test_a_sentence_a_gap_and_the_switch_on_a_phone(browser, server):
    learner = Explorer(browser, server.url, viewport=dict(width=390, height=844), color_scheme="dark")
    learner.url += "bert"
    learner.open(PIECES).settled()  # else Streamlit forgets the address
    before = learner.stamps()
    learner.widget("mask", "button >> nth=1").click()
    learner.wait_for(before, ("bert_map",)).wait_for_query(mask=MASKS["square"])
    learner.settled()
    before = learner.stamps()
    learner.widget("sentence", "input").fill(SENTENCE)
    learner.wait_for(before)
    learner.widget("sentence", "input").press("Enter")  # the address has a text once it is done
    learner.wait_for_query(sentence=SENTENCE)
    learner.settled()
    before = learner.stamps()
    learner.page.locator(".st-key-bert_strip .chip").nth(5).click()
    learner.wait_for(before, ("bert_strip", "bert_map", "bert_left", "bert_both")).wait_for_query(gap="6")
    assert "The dog ran to the" in learner.widget("bert_left", ".subtitle").inner_text()
    guessed = learner.widget("bert_both", ".bars").inner_text()
    room = learner.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert room == 0
    link = learner.page.url
    before = learner.stamps()
    learner.widget("sentence", "input").fill(HOSTILE)
    learner.wait_for(before, ("bert_strip", "bert_both"))
    assert learner.page.locator("img[src='x']").count() == 0
    learner.page.goto(link)
    learner.wait_for({}, PIECES)
    assert learner.widget("bert_both", ".bars").inner_text() == guessed
    assert "mask off" in learner.widget("bert_map", "h4").inner_text()
    learner.close()
    # At a page's own address Streamlit first looks for its server below it, which the console tells.
    assert [said for said in learner.complaints if "404" not in said] == [] and learner.requests_elsewhere == []
