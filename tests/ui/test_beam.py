"""The beam laboratory: its tree is the core's, the verdict is true, and sliders that rank ask no model."""

import math

import pytest

from app.decoding import beam, cache, keys
from app.decoding import beam_text as content
from app.decoding.beam_after import BARS
from app.decoding.beam_picture import ways
from app.decoding.start import Start
from app.decoding.take_away import python_lines
from app.shared import loaded
from gptcore.checkpoints.checkpoint import load
from gptcore.decode.beam import beam_search
from gptcore.decode.exact import proven_best
from gptcore.places import ASSETS
from tests.ui.test_decoding import Decoding

TEXT = "The fox said to the crow"


def _open(**query: str) -> Decoding:
    return Decoding(**{"decoding": "beam", "start": TEXT, **query}).run()


@pytest.fixture
def books(stand_in):
    return load(stand_in / "models" / "books")


def _search(books, n: int, width: int, penalty: float = 0.0, stops=None):
    """What the core finds for the page's own text."""
    tokenizer = books.tokenizer
    stops = (tokenizer.end_of_text_id,) if stops is None else stops
    return beam_search(books.model, tokenizer.encode(TEXT).ids, n, width, penalty, stops, record=True)


def test_the_tree_is_the_searchs(books):
    page = _open(beam_width="2", beam_tokens="6")
    found, tree = _search(books, 6, 2)
    data = page.data(beam.PICTURE)
    nodes = data["nodes"][: len(tree)]
    assert [(node["id"], node["depth"], node["kept"], node["end"]) for node in nodes] == [
        (node.id, node.depth, node.kept, node.finished) for node in tree
    ]
    assert [node["parent"] for node in nodes] == [-1 if node.parent is None else node.parent for node in tree]
    assert [node["s"] for node in nodes] == pytest.approx([node.log_probability for node in tree], abs=1e-3)
    assert (data["best"], data["most"], data["shown"], data["picked"]) == (found[0].node, 6, 6, -1)
    assert list(page.at.dataframe[0].value["Tokens"]) == [len(one.ids) for one in found]


@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize("width", [1, 8])
def test_the_verdict_is_true_and_what_is_lost_is_drawn_to_its_end(books, width, ends, monkeypatch):
    n, stops = (3, (books.tokenizer.end_of_text_id,)) if ends else (2, ())
    monkeypatch.setattr(Start, "stop_ids", stops)
    page = _open(beam_width=str(width), beam_tokens=str(n))
    found, _ = _search(books, n, width, stops=stops)
    best = proven_best(books.model, books.tokenizer.encode(TEXT).ids, n, stops, cache.LOOKS)
    nodes = page.data(beam.PICTURE)["nodes"]
    lost = [node for node in nodes if node["lost"]]
    assert best.proven and best.depth == n
    assert f"{best.log_probability:.2f}".replace("-", "−") in page.words
    if found[0].ids == best.ids:
        assert f"The beam has found the best of all texts of {n} tokens" in page.words and not lost
        return
    assert f"The best of all texts of {n} tokens was pruned, at token {lost[0]['depth']}" in page.words
    assert f"{found[0].log_probability:.2f}".replace("-", "−") in page.words
    assert not any(node["kept"] for node in lost) and lost[-1]["depth"] == len(best.ids)
    assert lost[-1]["s"] == pytest.approx(best.log_probability, abs=1e-3)
    assert ways(nodes)[nodes.index(lost[-1])] == best.ids


def test_both_verdicts_come_up(books, monkeypatch):
    monkeypatch.setattr(Start, "stop_ids", ())
    for text in ("The fox", "The crow", "One day", "A", "Once", "I", "She said", "They went", "Who", "And so"):
        ids = books.tokenizer.encode(text).ids
        if beam_search(books.model, ids, 2, 1)[0].ids != proven_best(books.model, ids, 2).ids:
            break
    said = [_open(beam_width=width, beam_tokens="2", start=text).words for width in ("1", "8")]
    assert "was pruned, at token" in said[0] and "The beam has found the best" in said[1]


def test_a_search_that_is_not_proven_says_so(monkeypatch):
    monkeypatch.setattr(cache, "LOOKS", 9)
    page = _open(beam_width="1", beam_tokens="8")
    assert "is not proven: after 9 beginnings the exact search stopped" in page.words
    assert not any(node["lost"] for node in page.data(beam.PICTURE)["nodes"])


def test_length_normalisation_ranks_anew_and_asks_no_model(books, monkeypatch):
    _, tree = _search(books, 6, 3)
    stops = tuple({node.id for node in tree if node.depth == 2 and node.kept})
    monkeypatch.setattr(Start, "stop_ids", stops)
    page = _open(beam_tokens="6")
    assert any(node["end"] for node in page.data(beam.PICTURE)["nodes"])
    for name in ("grow", "proven_best"):
        monkeypatch.setattr(cache, name, lambda *_, **__: pytest.fail("the model was asked"))
    firsts = set()
    for penalty in (0.0, 1.0, 2.0):
        page.choose("slider", keys.BEAM_PENALTY, penalty)
        found, grown = _search(books, 6, 3, penalty, stops)
        data = page.data(beam.PICTURE)
        assert data["best"] == found[0].node
        assert max(node["depth"] for node in data["nodes"] if not node["lost"]) == grown[-1].depth
        assert list(page.at.dataframe[0].value["Score"]) == pytest.approx([one.score for one in found], abs=1e-4)
        firsts.add(found[0].ids)
    assert len(firsts) > 1


def test_a_click_on_a_node_shows_what_comes_after_it_and_stands_in_the_address():
    page = _open(beam_width="2", beam_tokens="4")
    assert page.data(BARS)["title"] == content.AFTER_START
    node = page.data(beam.PICTURE)["nodes"][0]
    page.send(beam.PICTURE, "node", [node["id"]])
    assert page.at.query_params[keys.BEAM_NODE] == str(node["id"])
    data = page.data(beam.PICTURE)
    assert data["picked"] == 0
    rows = page.data(BARS)["rows"]
    after = {node["id"]: node for node in data["nodes"] if node["parent"] == 0 and node["kept"]}
    assert {row["id"] for row in rows if row["actual"]} == set(after)
    for row in rows:
        if row["id"] in after:
            assert math.log(row["probability"]) == pytest.approx(after[row["id"]]["s"] - node["s"], abs=1e-3)
    page.send(beam.PICTURE, "node", [])
    assert page.data(beam.PICTURE)["picked"] == -1 and keys.BEAM_NODE not in page.at.query_params


@pytest.mark.parametrize("sent", [None, "x", [None], [10**12], [-1], {"a": 1}, 3], ids=str)
def test_clicks_that_name_no_node_choose_the_beginning(sent):
    page = _open(beam_tokens="3").send(beam.PICTURE, "node", sent)
    assert page.data(beam.PICTURE)["picked"] == -1
    page.send(beam.PICTURE, "depth", sent)
    assert page.data(beam.PICTURE)["shown"] == 3


@pytest.mark.parametrize(("shown", "expected"), [("2", 2), ("0", 1), ("99", 4), ("x", 4), ("-1", 4), ("²", 4)])
def test_how_much_of_the_tree_is_shown_stands_in_the_address(shown, expected):
    page = _open(beam_tokens="4", beam_shown=shown)
    assert page.data(beam.PICTURE)["shown"] == expected


@pytest.mark.parametrize("node", ["0.0.0", "x", "1.", "9" * 50, "-4", "²"])
def test_a_node_in_the_address_that_is_not_there_is_the_beginning(node):
    assert _open(beam_tokens="3", beam_node=node).data(beam.PICTURE)["picked"] == -1


@pytest.mark.slow
@pytest.mark.parametrize("name", list(content.SEARCHES))
def test_every_search_that_is_offered_shows_what_it_promises(name):
    checkpoint = load(ASSETS / "models" / name)  # the shipped model itself
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    stops = (tokenizer.end_of_text_id,)
    for search in content.SEARCHES[name]:
        ids = tokenizer.encode(search.text).ids

        def find(width: int, penalty: float = 0.0, ids=ids, n=search.n_new):
            return beam_search(model, ids, n, width, penalty, stops)[0]

        wide = find(search.width)
        if search.label == "short texts win":
            other = find(search.width, 2.0 if name == "stories" else 0.5)
            assert wide.finished and len(other.ids) > len(wide.ids)
            continue
        best = proven_best(model, ids, search.n_new, stops, cache.LOOKS)
        assert best.proven and best.depth >= 5
        if search.label == "eight beams miss it":
            assert best.depth == search.n_new and wide.log_probability < best.log_probability - 0.1
            continue
        assert wide.ids[: len(best.ids)] == best.ids
        narrower = search.width - 1 if "repeats" not in search.label else 1
        assert find(narrower).log_probability < wide.log_probability - 0.1


def test_a_sample_sets_its_beginning_and_its_beam():
    search = content.SEARCHES["books"][1]
    page = _open(beam_node="3", beam_shown="2").choose("pills", keys.BEAM_SAMPLE, search.label)
    assert page.at.text_input(key="start").value == search.text and search.look_for in page.words
    assert page.at.slider(key=keys.BEAM_WIDTH).value == search.width
    assert page.at.slider(key=keys.BEAM_TOKENS).value == search.n_new
    assert not {keys.BEAM_NODE, keys.BEAM_DEPTH} & set(page.at.query_params)


def test_a_beginning_that_fills_the_context_makes_room(books):
    text = "fox"
    while len(books.tokenizer.encode(text).ids) < 505:
        text += " fox"
    page = _open(start=text, beam_tokens="20", beam_width="2")
    assert content.ROOM.format(n=512 - 20) in page.words
    way = max(ways(page.data(beam.PICTURE)["nodes"]), key=len)
    page.send(beam.PICTURE, "node", list(way))
    data = page.data(beam.PICTURE)
    assert len(way) == 20 and ways(data["nodes"])[data["picked"]] == way and page.data(BARS)["rows"]


def test_the_largest_tree_stays_small():
    assert _open(beam_tokens="20", beam_width="8").payload < 200_000


def test_the_python_lines_give_the_same_hypotheses(capsys):
    page = _open(beam_width="2", beam_tokens="5")
    lines = python_lines(Start(loaded.model_key("books"), TEXT), beam)
    names: dict = {}
    exec(lines.replace(", 5, 3, 0.0,", ", 5, 2, 0.0,").replace(", 8, 3, 0.0,", ", 5, 2, 0.0,"), names)
    assert [one.score for one in names["found"]] == pytest.approx(list(page.at.dataframe[0].value["Score"]), abs=1e-4)
    assert names["best"].proven
    assert capsys.readouterr().out
