"""The Worked examples page in AppTest: every example, edited cells, bad cells, reset, and hostile words."""

import re

import numpy as np
import pytest

from app.worked import bigram as bigram_page
from app.worked import pieces
from app.worked.formats import number, tex, word
from app.worked.remarks import REMARKS
from app.worked.slips_text import GROUPS
from app.worked.text import EXAMPLES
from gptcore.worked import given
from gptcore.worked.bigram import END, START, bigram, sample
from gptcore.worked.likelihood import likelihood
from tests.ui.page import Page

WITH_TABLES = {
    "cat": ("cat", 1, "after The", "0.80"),
    "one": ("one_love", 0, "P", "0.60"),
    "forward": ("forward_block", 2, "1", "2.5"),
    "chai": ("chai_tokens", 2, "1", "0.1"),
    "head": ("head_course", 0, "positive", "2"),
    "loss": ("loss_course", 0, "P", "0.5"),
    "parameters": ("parameters", 0, "number", "1,000"),
    "choices": ("choices", 0, "score", "5"),
    "bigram": ("bigram", 0, "sentence", "chai garam"),
    "norm": ("norm", 0, "x", "3"),
    "schedule": ("schedule_pretraining", 0, "number", "1e-3"),
    "ablations": ("ablations", 0, "full", "99"),
}
HOSTILE = "<b>x</b> $y$ `z` **w** :smile: :red[v] [l](http://x) {0} www.x.org"


class Worked(Page):
    """The page with one example."""

    def __init__(self, example: str | None = None):
        super().__init__(**({"example": example} if example else {}))
        query = dict(self.at.query_params)
        self.at.run().switch_page("worked/page.py")
        self.at.query_params.update(query)
        self.run()

    def edit(self, table: str, row: int, column: str, text: str | None) -> "Worked":
        """Types into a cell."""
        (key,) = (grid.key for grid in self.at.data_editor if re.fullmatch(rf"worked_{table}_\d+", grid.key))
        edits = {"edited_rows": {row: {column: text}}, "added_rows": [], "deleted_rows": []}
        self.at.session_state[key] = edits
        return self.run()

    def reset(self) -> "Worked":
        """Presses Reset."""
        self.at.button(key="worked_reset").click()
        return self.run()

    @property
    def address(self) -> str:
        """The example that the address names."""
        named = self.at.query_params["example"]
        return named if isinstance(named, str) else named[-1]

    @property
    def results(self) -> dict[str, str]:
        """The large figures."""
        return {metric.label: metric.value for metric in self.at.metric}

    @property
    def told(self) -> str:
        """Every warning."""
        return "\n".join(warning.value for warning in self.at.warning).replace(":small[]", "").replace("\\", "")


def test_it_opens_on_the_first_example_and_names_it_in_the_address():
    page = Worked()
    assert page.results == {"L1": "−1.427", "mean": "−0.714", "perplexity": "2.04"}
    assert page.address == "cat"
    assert "two predictions" in page.words


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_by_its_link(name):
    page = Worked(name)
    assert EXAMPLES[name].title in page.words
    assert page.address == name
    assert not page.at.warning and not page.at.error
    if name != "slips":
        assert page.results and page.at.button(key="worked_reset").disabled
        for remark in REMARKS[name]:
            assert remark in page.words


def test_an_unknown_link_opens_the_first_example():
    assert Worked("no such thing").address == "cat"


def test_choosing_another_example_follows_in_the_address():
    page = Worked().choose("pills", pieces.EXAMPLE, "loss")
    assert page.results["L3, maximised"] == "−1.671"
    assert page.address == "loss"


@pytest.mark.parametrize("name", WITH_TABLES)
def test_an_edited_cell_moves_the_steps_and_reset_brings_them_back(name):
    page = Worked(name)
    before = page.words, page.results, _tables(page)
    page.edit(*WITH_TABLES[name])
    assert (page.words, page.results, _tables(page)) != before
    assert not page.at.button(key="worked_reset").disabled
    page.reset()
    assert (page.words, page.results, _tables(page)) == before
    assert page.at.button(key="worked_reset").disabled


@pytest.mark.parametrize("name", sorted(set(WITH_TABLES) - {"bigram"}))
def test_a_cell_without_a_number_gives_a_message_and_keeps_the_remarks(name):
    table, row, column, _ = WITH_TABLES[name]
    page = Worked(name)
    for text in ("abc", None, "", "1e999", "-"):
        page.edit(table, row, column, text)
        assert "cannot be computed" in page.told and not page.results
        assert REMARKS[name][0] in page.words
        assert page.reset().results and not page.at.warning


def test_edits_outlive_a_look_at_another_example():
    page = Worked("chai").edit("chai_tokens", 2, "1", "-3")
    edited = page.results
    page.choose("pills", pieces.EXAMPLE, "cat").choose("pills", pieces.EXAMPLE, "chai")
    assert page.results == edited != Worked("chai").results


def test_probabilities_that_do_not_sum_to_one_are_renormalised():
    page = Worked("cat").edit("cat", 1, "after The", "0.80")
    assert "sum to **1.400**" in page.told
    page.press("Divide by their sum")
    assert not page.told
    assert page.results["L1"] == number(-1.0704414117)  # log of 0.8 / 1.4 times 0.6
    assert page.reset().results["L1"] == "−1.427"


def test_negative_and_impossible_probabilities():
    page = Worked("cat").edit("cat", 1, "after The", "-0.4")
    assert "P(cat | The) is -0.4: a probability is never negative" in page.told
    page.edit("cat", 1, "after The", "0")
    assert page.results == {"L1": "−∞", "mean": "−∞", "perplexity": "∞"}
    assert "no finite logarithm" in page.told


def test_fractions_percent_and_decimal_commas_count():
    for text in ("1/4", "25 %", "0,25"):
        assert Worked("one").edit("one_love", 0, "P", text).results["perplexity of one"] == "4.00"


def test_the_row_that_is_read_and_the_numbers_of_another_text():
    page = Worked("forward").choose("segmented_control", "worked_forward_row", 1)
    assert page.results == {"next token": "cats", "P": "0.303"}
    assert page.reset().results["next token"] == "love"
    page = Worked("head").choose("segmented_control", "worked_head_source", "mathematics")
    assert page.results["loss, minimised"] == "0.517"
    page = Worked("loss").choose("segmented_control", "worked_loss_source", "code")
    assert page.results["loss, minimised"] == "1.079"


def test_lambda():
    page = Worked("loss")
    for text, expected in (("0", "−0.163"), ("2", "−6.198")):
        page.choose("text_input", "worked_loss_weight", text)
        assert page.results["L3, maximised"] == expected
    page.choose("text_input", "worked_loss_weight", "-1")
    assert "λ is -1" in page.told
    assert page.reset().results["L3, maximised"] == "−1.671"


def test_the_entailment_row_is_counted_live():
    page = Worked("entailment")
    assert page.results["tokens"] == "18"
    page.choose("text_input", "worked_entailment_hypothesis", "He spoke")
    assert page.results == {"tokens": "13", "[Extract] at position": "12"}
    assert [chip["text"] for chip in page.data("worked_rows")["rows"][0]["chips"]][-3:] == ["He", "spoke", "[Extract]"]
    page.choose("text_input", "worked_entailment_premise", " ")
    assert "The premise is empty" in page.told


def test_three_rows_for_marie_curie():
    page = Worked("choices")
    rows = page.data("worked_rows")["rows"]
    assert [row["chips"][-2]["text"] for row in rows] == ["Uranium", "Radium", "Polonium"]
    assert [[chip["text"] for chip in row["chips"]].count("[Delim]") for row in rows] == [1, 1, 1]
    assert sum(bar["probability"] for bar in page.data("worked_bars")["rows"]) == pytest.approx(1)


def test_every_slip_is_shown_and_leads_to_an_example():
    page = Worked("slips")
    slips = [slip for group in GROUPS.values() for slip in group]
    shown = "\n".join(" ".join(map(str, row)) for table in page.at.table for row in table.value.to_numpy())
    for slip in slips:
        assert slip.says in shown and slip.right in shown
        assert slip.example is None or slip.example in EXAMPLES
    for must in ("0.944", "18 tokens", "75.0 against 74.7", "64 GPUs", "45 %", "positional", "by layer"):
        assert must in shown


@pytest.mark.parametrize(
    ("name", "table", "column"),
    [
        ("cat", "cat", "token"),
        ("chai", "chai_tokens", "token"),
        ("choices", "choices", "answer"),
        ("bigram", "bigram", "sentence"),
        ("loss", "loss_course", "what comes"),
    ],
)
def test_hostile_words_break_nothing(name, table, column):
    page = Worked(name)
    results = page.results
    for text in (HOSTILE, "", "a" * 500, "\u202eabc", "{0} {count} %s"):
        page.edit(table, 1, column, text)
        assert "<b>" not in page.words and ":red[" not in page.words
    assert page.reset().results == results


def test_a_message_quotes_hostile_text_as_text():
    page = Worked("cat").edit("cat", 1, "after The", "$x$ <b> :red[y]")
    (warning,) = page.at.warning
    assert r"\$x\$" in warning.value and r"\<" in warning.value and ":red[" not in warning.value


def test_numbers_for_reading():
    assert [number(x, 3) for x in (-0.9163, 0, -1e-9, 1e12)] == ["−0.916", "0.000", "−1.00×10⁻⁹", "1.00×10¹²"]
    assert [number(x) for x in (float("inf"), -float("inf"), float("nan"))] == ["∞", "−∞", "–"]
    assert number(40_478, 0) == "40,478" and number(-0.0) == "0.000"
    assert tex(-1e-7) == r"-1.00 \times 10^{-7}" and tex(12345.6, 1) == "12{,}345.6"
    assert word("a\nb") == "a b" and word("") == "∅"
    assert not re.search(r"(?<!\\)[<$`*_\[]", word(HOSTILE).replace(":small[]", ""))


def _tables(page: Page) -> list[str]:
    return [table.value.to_csv() for table in page.at.table]


@pytest.mark.parametrize("smoothing", [1.0, 0.0])
def test_the_lines_of_numpy_draw_the_sentences_that_are_shown(smoothing, capsys):
    sentences = (*filter(None, given.BIGRAM_SENTENCES["sentence"]), f"{START} chai {END}")
    model = bigram([sentence.split() for sentence in sentences], smoothing)
    inputs = bigram_page.Inputs(model, sentences, (START, "chai", END), likelihood([1.0]), 7)
    exec(compile(bigram_page.numpy_lines(inputs), "lines", "exec"), {})
    generator, printed = np.random.default_rng(7), capsys.readouterr().out.splitlines()
    assert len(printed) == 8 and len(set(printed)) > 2
    assert printed == [" ".join(draw.word for draw in sample(model, generator)) for _ in printed]
