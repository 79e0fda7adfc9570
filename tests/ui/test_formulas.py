"""Each lens's formula is that of the model which reads: its norm, its positions, its output layer, its sizes."""

import re

import pytest

from app.explore import cache
from app.explore.lenses.formulas import formula_of
from app.shared.browser.formula.pieces import Formula, Fraction, Part, Root, Script, as_data, in_words, sizes
from app.tasks import formulas as task_formulas
from gptcore.config import ModelConfig
from gptcore.provenance.cells import KINDS, TASK_KINDS
from gptcore.tasks.task import Task
from gptcore.trace.rollout import rollout
from tests.ui.page import LENSES, Page

SHAPE = dict(vocab_size=8_192, n_positions=512, n_layer=7, n_head=8, d_model=256)
NEITHER = {"token", "cosine"}
"""What lights up and does not open."""
TASKS = {
    "classification": Task("classification", ("bad", "good"), temperature=2.0),
    "entailment": Task("entailment", ("yes", "no", "maybe")),
    "similarity": Task("similarity", None, score_mean=2.5, score_std=1.2),
    "multiple_choice": Task("multiple_choice"),
}


def _config(**changes) -> ModelConfig:
    return ModelConfig(**{**SHAPE, **changes})


def _words(formula: Formula) -> str:
    return "; ".join(in_words(equation) for equation in formula.equations)


def _parts(formula: Formula) -> dict[str, str]:
    """What is said of each part, by its name."""
    return dict(part["says"].split(": ", 1) for part in as_data(formula)["parts"])


def _of(lens: str, n_tokens: int = 24, **changes) -> Formula:
    return formula_of(lens, _config(**changes), n_tokens)


@pytest.mark.parametrize("lens", ["flow", "anatomy"])
def test_a_block_is_drawn_with_its_norms_where_the_model_has_them(lens):
    assert _words(_of(lens)) == (
        "h sub 0 equals U W sub e plus W sub p; "
        "n equals LN ( h sub l minus 1 plus attn ( h sub l minus 1 ) ); "
        "h sub l equals LN ( n plus mlp ( n ) ); "
        "P ( u ) equals softmax ( h sub 7 W sub e transposed )"
    )
    pre = _words(_of(lens, norm="pre")).split("; ")
    assert pre[1] == "n equals h sub l minus 1 plus attn ( LN ( h sub l minus 1 ) )"
    assert pre[2] == "h sub l equals n plus mlp ( LN ( n ) )"
    assert pre[3] == "P ( u ) equals softmax ( LN ( h sub 7 ) W sub e transposed )"


def test_positions_and_an_output_layer_of_its_own():
    assert _words(_of("tokens", positions="none")) == "h sub 0 equals U W sub e"
    assert "fixed, of sines" in _parts(_of("tokens", positions="sinusoidal"))["W_p"]
    assert "learnt" in _parts(_of("tokens"))["W_p"]
    assert "W sub u" in _words(_of("anatomy", tied=False)) and "W sub u" not in _words(_of("anatomy"))


def test_shapes_are_this_texts_and_this_models():
    parts = _parts(_of("attention"))
    assert parts["q"].endswith("24 × 32") and parts["softmax"].endswith("24 × 24")
    assert parts["W_o"].endswith("256 × 256") and "√32 = 5.66" in parts["Scores"]
    assert "8 heads" in parts["o₁ …"] and "one head" in _parts(_of("attention", n_head=1))["o₁ …"]
    assert _parts(_of("prediction"))["Logits"].endswith("24 × 8,192")
    assert _parts(_of("anatomy", activation="relu"))["mlp"].endswith("256 → 1,024, ReLU, → 256, 24 × 256")


def test_a_single_token_has_no_perplexity():
    assert len(_of("prediction").equations) == 2
    assert "over 23" in _words(_of("prediction"))
    assert len(_of("prediction", n_tokens=1).equations) == 1


def test_paper_equations_are_named():
    assert "equation 2" in _of("flow").source and "equation 2" in _of("tokens").source
    assert "equation 1" in _of("prediction").source
    assert "Vaswani" in _of("attention").source


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("changes", [{}, {"norm": "pre", "tied": False, "positions": "none", "n_head": 1}])
def test_every_part_is_explained_and_lights_a_kind_of_number(lens, changes):
    _check_parts(_of(lens, **changes))


def _check_parts(formula: Formula) -> None:
    data = as_data(formula)
    for part in data["parts"]:
        assert re.fullmatch(r"[^:]+: .{4,}", part["says"]), part
        assert part["lights"], part
        for kind, *rest in part["lights"]:
            kind = rest[1] if kind == "row" else kind
            assert kind in {*KINDS, *TASK_KINDS, *NEITHER, "weight"}, part
    assert data["words"].startswith(f"{formula.name}: ")


def test_every_lens_has_a_formula_on_the_page(page):
    for lens in LENSES:
        drawn = page.lens(lens).data("formula")
        assert drawn["equations"] and drawn["parts"], lens
    before = page.lens("attention").data("formula")["parts"]
    after = page.type("a fox").data("formula")["parts"]
    assert before != after and len(before) == len(after)


def test_a_lens_without_one_is_no_mistake():
    assert formula_of("none", _config(), 3) is None


def test_parts_are_counted_in_order_of_reading():
    inner = Part("b", "inside", "", (("q",),), ("b",))
    outer = Part("a", "outside", "2 × 2", (("k",),), (Fraction((inner,), (Root(("d",)),)), Script("h", "0", "⊤")))
    data = as_data(Formula("Name", "Source", ((outer, "=", "c"),)))
    assert data["equations"] == [
        [
            ["part", 0, [["fraction", [["part", 1, ["b"]]], [["root", ["d"]]]], ["script", "h", "0", "⊤"]]],
            "=",
            "c",
        ]
    ]
    assert [part["says"] for part in data["parts"]] == ["a: outside, 2 × 2", "b: inside"]
    assert data["words"] == "Name: b over the square root of d h sub 0 transposed equals c"
    assert (sizes(3, 8_192), sizes(1), sizes(256)) == ("3 × 8,192", "1 number", "256 numbers")


# ---- Tasks ---------------------------------------------------------------------------------------------------------


def _task(kind: str, card: dict | None = None, **changes) -> Formula:
    return task_formulas.formula_of(TASKS[kind], _config(**changes), card or {}, n_tokens=19, n_rows=3)


def test_equations_3_to_5():
    words = _words(_task("entailment")).split("; ")
    assert words == [
        "P ( y given x superscript 1 to x superscript m ) equals softmax ( h sub 7 superscript m W sub y )",
        "L sub 2 equals the sum sub x , y log P ( y given x superscript 1 to x superscript m )",
        "L sub 3 equals L sub 2 plus λ L sub 1",
    ]


def test_a_calibrated_model_divides_and_a_pair_in_both_orders_adds():
    assert "/ T )" in _words(_task("classification")) and "2.00" in _parts(_task("classification"))["T"]
    similar = _words(_task("similarity"))
    assert similar.startswith("score equals μ plus σ ( h sub 7 superscript m plus h′ sub 7 superscript m ) W sub y")
    assert "log P" not in similar
    assert "after block 7 and the final LayerNorm" in _parts(_task("entailment", norm="pre"))["State"]
    assert _parts(_task("multiple_choice"))["Logits"].endswith("3 numbers")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"lm_weight": 0.5}, "0.5 in this model's training"),
        ({"lm_weight": 0}, "0 in this model's training"),
        ({"lm_weight": True}, "does not tell"),
        ({"lm_weight": "0.5"}, "does not tell"),
        ({"lm_weight": 0.5, "rehearse": 8}, "rehearsed"),
        (None, "does not tell"),
        ([], "does not tell"),
    ],
)
def test_lambda_is_the_models_own_where_its_card_tells(settings, said):
    assert said in _parts(_task("classification", {"settings": settings}))["λ"]


@pytest.mark.parametrize("kind", TASKS)
def test_every_part_of_fine_tuning_is_explained(kind):
    _check_parts(_task(kind))


# ---- All heads in one picture ----------------------------------------------------------------------------------------


def test_all_heads_are_drawn_as_the_rollout(page, reading):
    page.lens("attention").type(reading.text).choose("segmented_control", "view", "rollout")
    heads = page.data("heads")
    assert "rollout" in heads["summary"] and "not an explanation" in heads["map_note"]
    assert page.at.selectbox(key="layer").disabled and page.at.selectbox(key="head").disabled
    table = page.unfold("rollout_table").at.dataframe[0].value
    assert table.to_numpy() == pytest.approx(reading.rollout)
    assert reading.rollout.sum(axis=1) == pytest.approx(1.0)


def test_a_small_map_brings_the_single_head_back(page):
    page.lens("attention").choose("segmented_control", "view", "rollout").send("heads", "head", [1, 2])
    assert page.data("heads")["view"] == "map" and page.data("heads")["summary"] == ""
    assert (page.data("heads")["layer"], page.data("heads")["head"]) == (1, 2)


def test_a_link_opens_the_rollout_of_a_long_text():
    page = Page(lens="attention", view="rollout", prompt="The" + " crow" * 299).run()
    heads = page.data("heads")
    assert heads["summary"] and heads["map_cells"] == 128 and len(heads["tokens"]) == 300


def test_the_rollout_is_computed_only_where_it_is_shown(page, monkeypatch):
    computed = []
    monkeypatch.setattr(cache, "rolled_out", lambda layers: computed.append(1) or rollout(layers))
    page.lens("attention").type("a fox and a crow").choose("segmented_control", "view", "arcs")
    assert not computed
    page.choose("segmented_control", "view", "rollout").choose("number_input", "position", 2)
    assert len(computed) == 1  # another token draws the same one
