"""The Python lines of the looks "Patch" and "Who pushes what"."""

from app.explore.chosen import Chosen
from app.explore.lenses.change_patch import cannot_patch, chosen_patching, second_text
from app.explore.lenses.change_pushes import chosen_pushing
from app.explore.reading import Reading

Block = list[str]


def patch_lines(reading: Reading, chosen: Chosen) -> Block:
    """All patches of one kind, and the predictions after the one that was clicked. Nothing without a second text."""
    other = second_text(reading)
    if cannot_patch(reading, other, chosen.position) is not None:
        return ["# a second text of as many tokens is missing"]
    assert other is not None  # or it could not
    patching = chosen_patching(reading, other, chosen.position)
    name, rival = (reading.checkpoint.tokenizer.token_text(token) for token in patching.answers)
    how = "head_patch_grid" if patching.is_of_heads else "patch_grid"
    part = "" if patching.is_of_heads else f", {patching.part!r}"
    columns = "heads" if patching.is_of_heads else "tokens"
    rows = "before block 1, then after each block" if patching.part == "hidden" else "blocks"
    lines = [
        f"other_ids = {list(other.ids)}  # {other.text!r}",
        "other_trace = gptcore.run_trace(model, other_ids, interventions=trace.interventions)",
        f"position = {chosen.position}  # token {chosen.position + 1}, counted from 0",
        f"answer, other_answer = {patching.answers[0]}, {patching.answers[1]}  # {name!r}, {rival!r}",
        f"grid = gptcore.{how}(model, trace, other_trace, answer, other_answer, position{part})",
        "print(grid.first, grid.second)  # the logit difference in each text",
        f"print(grid.moved.round(2))  # rows: {rows}; columns: {columns}",
    ]
    if patching.chosen is not None:
        row, column = patching.chosen
        at = f"head={column}" if patching.is_of_heads else str(column)
        lines += [
            "",
            "from gptcore.effects.patching import patch",
            "",
            f"one = patch(other_trace, {patching.part!r}, {row}, {at})",
            "patched = gptcore.run_trace(model, ids, interventions=(*trace.interventions, one))",
            "print(patched.logits[position, answer] - patched.logits[position, other_answer])",
        ]
    return lines


def push_lines(reading: Reading, chosen: Chosen) -> Block:
    """What adds up to the logit difference of two tokens."""
    pushing = chosen_pushing(reading, chosen.position)
    name, rival = (reading.checkpoint.tokenizer.token_text(token) for token in pushing.tokens)
    return [
        f"position = {chosen.position}  # token {chosen.position + 1}, counted from 0",
        f"token, other = {pushing.tokens[0]}, {pushing.tokens[1]}  # {name!r}, {rival!r}",
        "pushed = gptcore.contributions(model, trace, position, token, other)",
        "print(pushed.total, trace.logits[position, token] - trace.logits[position, other])  # the same",
        "print(pushed.heads.round(3))  # (layers, heads)",
        "print(pushed.mlp.round(3))",
        "for name, value in pushed.strongest(10):",
        "    print(name, round(value, 4))",
    ]
