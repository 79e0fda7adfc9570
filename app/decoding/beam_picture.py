"""The tree of a search as the picture has it: what was looked at, and the best text of all where that lacks it."""

from collections.abc import Sequence

from app.decoding.start import Start
from app.shared.browser.beam import TreeNode
from app.shared.theme import percent
from gptcore.decode.beam_tree import Tree, followed
from gptcore.decode.exact import Best


def nodes_of(start: Start, tree: Tree, best: Best | None) -> list[TreeNode]:
    """The tree's nodes by their own indices, then those of the best text, if it is known, that are not among them."""
    spell = start.checkpoint.tokenizer.token_text
    way = followed(tree, best.ids) if best is not None and best.proven else ()
    lost = {index for index in way if not tree[index].kept}
    nodes = [
        TreeNode(
            id=node.id,
            t=spell(node.id),
            p=percent(node.token_probability),
            s=round(node.log_probability, 4),
            parent=-1 if node.parent is None else node.parent,
            depth=node.depth,
            kept=node.kept,
            end=node.finished,
            lost=index in lost,
        )
        for index, node in enumerate(tree)
    ]
    return nodes if best is None or not best.proven else [*nodes, *_beyond(start, len(nodes), way, best)]


def _beyond(start: Start, n_nodes: int, way: Sequence[int], best: Best) -> list[TreeNode]:
    """The rest of the best text, each node the child of the one before."""
    nodes: list[TreeNode] = []
    parent = way[-1] if way else -1
    for at in range(len(way), len(best.ids)):
        token = best.ids[at]
        nodes.append(
            TreeNode(
                id=token,
                t=start.checkpoint.tokenizer.token_text(token),
                p=percent(best.token_probabilities[at]),
                s=round(best.log_probabilities[at], 4),
                parent=parent,
                depth=at + 1,
                kept=False,
                end=token in start.stop_ids,
                lost=True,
            )
        )
        parent = n_nodes + len(nodes) - 1
    return nodes


def ways(nodes: Sequence[TreeNode]) -> list[tuple[int, ...]]:
    """The tokens that lead to each node."""
    found: list[tuple[int, ...]] = []
    for node in nodes:
        before = found[node["parent"]] if node["parent"] >= 0 else ()
        found.append((*before, node["id"]))
    return found
