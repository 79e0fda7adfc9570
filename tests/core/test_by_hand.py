"""Writing by hand: the tree keeps what was tried, drawing is what `generate` does, and the log has its numbers."""

import numpy as np
import pytest
import torch

from gptcore.decode.by_hand import FORCED, LIKELIEST, MOST_TRIED, ByHand, Node, Sampling
from gptcore.decode.context import first_read, written_scores
from gptcore.decode.generate import generate
from gptcore.decode.steps import Appended, Chosen, Passed, Positioned, Predicted, Stopped, Tokenized, inference_steps
from gptcore.errors import InputError
from tests.core.conftest import tiny

PROMPT = (5, 17, 3)
VARIANTS = [{}, {"norm": "pre"}, {"tied": False}, {"positions": "none"}, {"n_positions": 8}]


def _logits(model, tree: ByHand, prompt=PROMPT) -> np.ndarray:
    return written_scores(model, (*prompt, *tree.written(tree.at)), len(prompt)).logits


def _largest(logits, sampling) -> list[float]:
    return sorted(sampling.of(logits).final.tolist(), reverse=True)


def test_a_branch_keeps_the_old_one():
    first = ByHand().force([1, 2, 3])
    other = first.rewind(2).take(9).take(8)
    assert first.written(first.at) == (1, 2, 3)
    assert other.written(other.at) == (1, 9, 8)
    assert [other.written(leaf) for leaf in other.leaves()] == [(1, 2, 3), (1, 9, 8)]
    assert other.children(0) == (1, 3)


def test_what_was_tried_before_is_gone_to_and_not_written_twice():
    tree = ByHand().force([1, 2]).rewind(1)
    again = tree.take(2, LIKELIEST)
    assert again.nodes == tree.nodes and again.at == 1
    assert again.nodes[1].choice == FORCED


@pytest.mark.parametrize(("n", "left"), [(0, (1, 2)), (1, (1,)), (2, ()), (7, ())])
def test_rewinding_ends_at_the_prompt(n, left):
    tree = ByHand().force([1, 2])
    assert tree.written(tree.rewind(n).at) == left and tree.rewind(n).nodes == tree.nodes


def test_deleting_a_branch_leaves_the_others_and_a_place_to_stand():
    tree = ByHand().force([1, 2, 3]).rewind(2).force([4, 5])
    start = tree.branch_start(tree.at)
    assert tree.written(start) == (1, 4)
    less = tree.without(start)
    assert [less.written(leaf) for leaf in less.leaves()] == [(1, 2, 3)] and less.written(less.at) == (1,)
    kept = tree.without(tree.branch_start(2))
    assert [kept.written(leaf) for leaf in kept.leaves()] == [(1, 4, 5)] and kept.written(kept.at) == (1, 4, 5)
    assert tree.without(0) == ByHand()


def test_random_trees_hold_together():
    random = np.random.default_rng(3)
    for _ in range(60):
        tree, texts = ByHand(), {()}
        for _ in range(40):
            if tree.nodes and random.random() < 0.3:
                tree = tree.go_to(int(random.integers(len(tree.nodes))) if random.random() < 0.8 else None)
            before = tree.written(tree.at)
            tree = tree.take(int(random.integers(4)))
            texts.add(tree.written(tree.at))
            assert tree.written(tree.at)[:-1] == before
        assert {tree.written(node) for node in (None, *range(len(tree.nodes)))} == texts
        leaves = [leaf for leaf in range(len(tree.nodes)) if not tree.children(leaf)]
        assert sorted(tree.leaves()) == leaves
        gone = int(random.integers(len(tree.nodes)))
        less, lost = tree.without(gone), tree.written(gone)
        assert {less.written(node) for node in (None, *range(len(less.nodes)))} == {
            text for text in texts if text[: len(lost)] != lost
        }


@pytest.mark.parametrize(
    ("nodes", "at", "complaint"),
    [
        ((Node(1, 0),), None, "no place in it"),
        ((Node(1, None), Node(2, 5)), None, "no place in it"),
        ((Node(1, None), Node(1, None)), None, "twice"),
        ((Node(1, None),), 1, "no token 1"),
        (tuple(Node(token, None) for token in range(MOST_TRIED + 1)), None, "delete a branch"),
    ],
)
def test_a_tree_that_is_none_is_refused(nodes, at, complaint):
    with pytest.raises(InputError, match=complaint):
        ByHand(nodes, at)


def test_a_full_tree_says_so():
    full = ByHand().force(range(MOST_TRIED))
    with pytest.raises(InputError, match="delete a branch or start anew"):
        full.take(7)
    assert full.rewind(1).take(MOST_TRIED - 1) == full  # what is there already can be gone to


@pytest.mark.parametrize("bad", [{"seed": -1}, {"seed": 0.5}, {"temperature": -1.0}, {"top_k": 0}, {"top_p": 0.0}])
def test_settings_out_of_range_are_refused(bad):
    with pytest.raises(InputError):
        Sampling(**bad)


@pytest.mark.parametrize("changes", VARIANTS)
@pytest.mark.parametrize(
    "sampling", [Sampling(3), Sampling(4, 0.7, 5, 0.8), Sampling(5, 1.3, None, 0.5), Sampling(0, 0.0)]
)
def test_drawing_by_hand_writes_what_generate_writes(changes, sampling):
    model, tree, n = tiny(1, **changes), ByHand(), 12
    generator = torch.Generator().manual_seed(sampling.seed)
    steps = list(generate(model, PROMPT, n, sampling.temperature, sampling.top_k, sampling.top_p, generator=generator))
    for step in steps:
        logits = _logits(model, tree)
        assert np.allclose(logits, step.logits, atol=1e-4)
        assert first_read(len(PROMPT), step.position, model.config.n_positions) == step.dropped
        tree = tree.draw(logits, sampling)
        assert tree.nodes[tree.at].choice.used_number == (step.uniform is not None)
    assert tree.written(tree.at) == tuple(step.id for step in steps)


@torch.no_grad()
@pytest.mark.parametrize("n_prompt", [1, 3, 8, 11])
def test_every_token_is_scored_by_what_the_model_saw_when_it_was_written(n_prompt):
    model = tiny(2, n_positions=8)
    ids = torch.randint(90, (30,), generator=torch.Generator().manual_seed(1)).tolist()
    scored = written_scores(model, ids, n_prompt).scores
    for position in range(n_prompt, len(ids)):
        first = first_read(n_prompt, position, 8)
        assert 1 <= position - first <= 8
        logits = model(torch.tensor([ids[first:position]]))[0, -1]
        assert scored.log_probability[position - 1] == pytest.approx(
            float(logits.log_softmax(0)[ids[position]]), abs=1e-4
        )
        assert scored.rank[position - 1] == int((logits > logits[ids[position]]).sum()) + 1


@pytest.mark.parametrize(("ids", "n_prompt"), [([], 0), ([1], 0), ([1], 2), ([1, 90], 1), ([-1], 1)])
def test_what_is_no_text_is_refused(ids, n_prompt):
    with pytest.raises(InputError):
        written_scores(tiny(), ids, n_prompt)


@torch.no_grad()
@pytest.mark.parametrize("changes", VARIANTS)
def test_the_log_of_a_step_has_the_numbers_of_that_step(changes):
    model, sampling = tiny(4, **changes), Sampling(9, 1.2, 40, 0.95)
    tree = ByHand()
    for step in range(14):
        tree = tree.draw(_logits(model, tree), sampling) if step % 3 else tree.take(step)
    for node in range(len(tree.nodes)):
        tokenized, positioned, passed, predicted, chosen, appended, stopped = inference_steps(model, PROMPT, tree, node)
        ids = (*PROMPT, *tree.written(tree.nodes[node].parent))
        assert isinstance(tokenized, Tokenized) and tokenized.ids == ids
        seen = ids[tokenized.dropped :]
        assert isinstance(positioned, Positioned) and positioned.last == len(seen) - 1
        assert positioned.last - positioned.first + 1 == tokenized.new == passed.cached.rows
        assert isinstance(passed, Passed) and passed.anew.rows == len(seen) == passed.held + tokenized.new
        logits = model(torch.tensor([seen]))[0, -1]
        assert isinstance(predicted, Predicted)
        assert predicted.log_sum == pytest.approx(float(logits.logsumexp(0)), abs=1e-4)
        best = logits.topk(5)
        assert [token for token, _, _ in predicted.top] == best.indices.tolist()
        assert [p for _, _, p in predicted.top] == pytest.approx(logits.softmax(0)[best.indices].tolist(), abs=1e-5)
        assert isinstance(chosen, Chosen) and chosen.id == tree.nodes[node].id == appended.id
        assert chosen.probability == pytest.approx(float(logits.softmax(0)[chosen.id]), abs=1e-5)
        if chosen.number is not None:
            assert chosen.low <= chosen.number < chosen.high
            assert chosen.high - chosen.low == pytest.approx(chosen.final)
            assert all(
                high - low == pytest.approx(p)
                for (_, low, high), p in zip(chosen.shares, _largest(logits, sampling), strict=False)
            )
        assert isinstance(appended, Appended) and appended.length == len(ids) + 1
        assert isinstance(stopped, Stopped) and stopped.why is None
        assert stopped.context_full == (len(seen) == model.config.n_positions)


def test_a_step_to_come_ends_with_the_softmax_and_the_first_one_reads_the_whole_prompt():
    log = inference_steps(tiny(), PROMPT, ByHand())
    assert [type(record) for record in log] == [Tokenized, Positioned, Passed, Predicted]
    assert log[0].new == 3 and log[2].held == 0
    assert inference_steps(tiny(), PROMPT, ByHand().take(4))[0].new == 1


def test_a_step_says_why_a_generator_would_stop():
    tree = ByHand().force([4, 6])
    assert inference_steps(tiny(), PROMPT, tree, 1, stop_ids=(6,))[-1].why == "end"
    assert inference_steps(tiny(), PROMPT, tree, 1, limit=2)[-1].why == "limit"
    assert inference_steps(tiny(), PROMPT, tree, 0, stop_ids=(6,), limit=2)[-1].why is None
    with pytest.raises(InputError):
        inference_steps(tiny(), PROMPT, tree, 2)
