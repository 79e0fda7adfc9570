"""What is told of a number as LaTeX and in words: KaTeX draws it, and a person can read it."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import streamlit

import gptcore
from gptcore.provenance.latex import number, product, signed
from gptcore.provenance.words import describe, short
from tests.core.provenance_cases import EVERY, case, random_cells

KATEX = sorted((Path(streamlit.__file__).parent / "static/static/js").glob("katex.*.js"))
DRAW = """
import { readFileSync } from "node:fs";
const katex = (await import(process.argv[2])).default;
for (const tex of JSON.parse(readFileSync(0, "utf8"))) {
  katex.renderToString(tex, { throwOnError: true, strict: "error" });
}
"""


@pytest.fixture(scope="module")
def every_formula() -> list[str]:
    found = []
    for of in EVERY:
        model, trace, _ = case(of)
        for cell in [*random_cells(of, 2), ("attention", 0, 0, 2, 5), ("masked_score", 0, 0, 2, 5)]:
            told = gptcore.explain(model, trace, cell)
            found += [told.formula, told.numbers]
            for term in told.terms[:2]:
                if term.cell is not None:
                    opened = gptcore.explain(model, trace, term.cell)
                    found += [opened.formula, opened.numbers]
    return sorted(set(found))


def test_braces_balance_and_nothing_is_raised_twice(every_formula):
    assert len(every_formula) > 500
    for tex in every_formula:
        depth = 0
        for sign in tex:
            depth += {"{": 1, "}": -1}.get(sign, 0)
            assert depth >= 0, tex
        assert depth == 0, tex
        assert tex.count(r"\left") == tex.count(r"\right"), tex
        assert not re.search(r"\^\{[^{}]*\}\^|_\{[^{}]*\}_", tex), tex
        assert not re.search(r"-0\.?0*(?![\d.])|nan|inf\b|--|\+ -", tex), tex
        assert tex.isascii(), tex


@pytest.mark.skipif(not shutil.which("node") or not KATEX, reason="node or Streamlit's KaTeX is not installed")
def test_the_browsers_katex_draws_every_formula(every_formula, tmp_path):
    (tmp_path / "draw.mjs").write_text(DRAW, encoding="utf-8")
    (tmp_path / "katex.mjs").write_bytes(KATEX[0].read_bytes())
    call = ["node", str(tmp_path / "draw.mjs"), str(tmp_path / "katex.mjs")]
    done = subprocess.run(call, input=json.dumps(every_formula), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1.000"),
        (0.123456, "0.1235"),
        (-12.34567, "-12.35"),
        (999.96, "1000"),
        (9_999.6, "10000"),
        (123_456.7, "123457"),
        (1.23456e7, r"1.235 \times 10^{7}"),
        (-1.2e-5, r"-1.200 \times 10^{-5}"),
        (0.00099999, "0.001000"),
        (float("inf"), r"\infty"),
        (float("-inf"), r"-\infty"),
        (float("nan"), r"\text{undefined}"),
    ],
)
def test_numbers_have_four_digits(value, written):
    assert number(value) == written


def test_a_negative_number_stands_in_parentheses():
    assert signed(-0.5) == "(-0.5000)"
    assert product(2.0, -0.5) == r"2.000 \cdot (-0.5000)"


def test_a_formula_has_the_papers_symbols():
    model, trace, _ = case(0)
    logit = gptcore.explain(model, trace, ("logit", 7, 3))
    assert logit.formula == r"z_{8,3} = \sum_{j=1}^{16} (h_{2})_{8,j} \, W_e[3,\,j{-}1]"
    probability = gptcore.explain(model, trace, ("probability", 7, 3))
    assert r"\mathrm{softmax}\left((h_{2}) W_e^{\top}\right)_{8,3}" in probability.formula
    first = gptcore.explain(model, trace, ("hidden", 0, 7, 3))
    assert first.formula == "(h_{0})_{8,4} = (U W_e)_{8,4} + (W_p)_{8,4}"
    pre = gptcore.explain(*case(4)[:2], ("final", 7, 3))
    assert pre.formula.startswith(r"\mathrm{LN}_f(h_{2})_{8,4} = \gamma_f[3] \, \hat{x}")


def test_a_cell_in_a_phrase():
    names = ["the", "old", "fox", "saw", "a", "crow", ".", "then", "it"].__getitem__
    phrase = describe(("attention", 1, 0, 7, 2), names)
    assert phrase == "attention weight, layer 2, head 1, from token 8 “then” to token 3 “fox”"
    assert describe(("q", 1, 0, 7, 2)) == "query, layer 2, head 1, number 3, token 8"
    assert describe(("hidden", 0, 7, 2), names) == "state, before layer 1, number 3, token 8 “then”"
    assert describe(("mean", "blocks.1.ln_2", 7)) == "mean, LayerNorm 2 of layer 2, token 8"
    drawn = describe(("sampled", 7, 3, 0.7, 0, 0.9), None, lambda token: f"t{token}")
    assert (
        drawn == "probability after temperature and cuts, of “t3”, after token 8, temperature 0.7, top-k off, top-p 0.9"
    )
    weight = ("weight", "blocks.1.attn.qkv.weight", 17, 4)
    assert describe(("product", ("attn_in", 1, 7, 4), weight)) == (
        "input of attention, layer 2, number 5, token 8 times weight blocks.1.attn.qkv.weight[17, 4]"
    )
    assert describe(("row", 1, "final", 3, 0)) == "row 2: final state, number 1, token 4"
    assert describe(("task_logit", 1)) == "logit of an answer, answer 2"


def test_a_cell_as_a_crumb():
    assert short(("attention", 1, 0, 7, 2)) == "weight 8→3"
    assert short(("q", 1, 0, 7, 17)) == "q₁₈ of token 8"
    assert short(("weight", "blocks.1.attn.qkv.weight", 17, 40)) == "W_qkv[17, 40]"
    assert short(("probability", 7, 311), lambda token: "fox") == "P(“fox”) after token 8"
    assert short(("row", 1, "hidden", 3, 7, 17)) == "row 2: (h₃)₁₈ of token 8"
    assert short(("product", ("final", 7, 0), ("weight", "head.linear.weight", 0, 0))) == (
        "final state₁ of token 8 · W_y[0, 0]"
    )
    for of in (0, 5):
        for cell in random_cells(of, 1):
            assert 0 < len(short(cell)) < 40
            assert len(describe(cell)) < 140
