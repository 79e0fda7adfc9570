"""The Python lines that give what the laboratory shows."""

from app.decoding.start import Start
from gptcore.decode.by_hand import ByHand


def lines(start: Start, tree: ByHand) -> list[str]:
    """Lines over gptcore; `model`, `tokenizer`, `ids` and `stop_ids` are there before them."""
    choices = sorted({node.choice.by for node in tree.nodes})
    imported = "ByHand, Choice, Node, Sampling" if "drawn" in choices else "ByHand, Choice, Node"
    lines = [
        f"from gptcore.decode.by_hand import {imported}",
        "from gptcore.decode.context import written_scores",
        "",
        "# what was tried: (id, the node before it, how it was chosen)",
        "nodes = [",
        *(f"    {node!r}," for node in tree.nodes),
        "]",
        f"tree = ByHand(tuple(nodes), at={tree.at!r})",
        "for leaf in tree.leaves():",
        "    written = tree.written(leaf)",
        "    log_p = written_scores(model, [*ids, *written], len(ids)).scores.log_probability[-len(written):]",
        '    print(f"{log_p.sum():8.2f} {log_p.mean():6.2f} a token", repr(tokenizer.decode(written)))',
    ]
    if not start.is_gpt:  # which has no cache to look into
        return lines
    return [
        *lines,
        "",
        "from gptcore.decode.cache_cost import measured",
        "from gptcore.decode.steps import inference_steps",
        "",
        "for record in inference_steps(model, ids, tree, tree.at, stop_ids=stop_ids):  # tree.at: the last step",
        "    print(record)",
        "text = [*ids, *tree.written(tree.at)][-model.config.n_positions:]",
        "print(measured(model, text))  # milliseconds of the next step, with the key-value cache and without",
    ]
