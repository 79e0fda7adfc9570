"""The Python lines over gptcore that give the numbers of a view: what a learner would type in a notebook.

Texts, names and ids go into them as `repr` writes them, so that a quote or a line end in a text stays what it is.
"""

from collections.abc import Callable, Sequence

from app.explore import keys
from app.explore.beside import Beside
from app.explore.beside_lines import beside_lines
from app.explore.chosen import Chosen
from app.explore.effects.lines import patch_lines, push_lines
from app.explore.lenses.tokens import word_around
from app.explore.off_lines import pass_lines
from app.explore.peer import DRAWN
from app.explore.reading import Reading
from app.shared import state
from app.shared.takeaway.model_lines import model_lines
from gptcore.provenance.cells import Cell

_LONGEST_TEXT = 2_000
"""Characters of a text that stand in the lines; of a longer one, the ids do."""

Block = list[str]


def python_lines(reading: Reading, chosen: Chosen, opened: Cell | None = None, other: Beside | None = None) -> str:
    """The lines.

    Args:
        chosen: what the lens shows of the text.
        opened: the number whose arithmetic is open.
        other: what stands beside the view.
    """
    made = _OF_LENS[chosen.lens] if reading.is_gpt or chosen.lens in DRAWN else (_next,)
    blocks = [*_traced(reading), *(make(reading, chosen) for make in made)]
    if opened is not None:
        blocks.append(_explain(opened))
    if other is not None:
        blocks += beside_lines(reading, chosen, other, _traced(other.reading))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _traced(reading: Reading) -> list[Block]:
    """Lines after which `model`, `ids` and `trace` are there."""
    return [model_lines(reading.key), _ids(reading), pass_lines(reading)]


def _ids(reading: Reading) -> Block:
    ids = list(reading.ids)
    if reading.source == reading.text and len(reading.text) <= _LONGEST_TEXT:
        left_out = f"[{reading.first}:]  # what fits the context" if reading.first else ""
        return [f"text = {reading.text!r}", f"ids = tokenizer.encode(text).ids{left_out}"]
    return ["# the very tokens: cut anew, the text may give others", f"ids = {ids}"]


def _token(chosen: Chosen) -> str:
    return f"position = {chosen.position}  # token {chosen.position + 1}, counted from 0"


def _attention(reading: Reading, chosen: Chosen) -> Block:
    return [
        f"layer, head = {chosen.layer}, {chosen.head}  # layer {chosen.layer + 1}, head {chosen.head + 1}",
        _token(chosen),
        "weights = trace.attention[layer, head]  # (T, T): row, the token that looks",
        "scores = trace.scores[layer, head]  # before mask and softmax",
        "for token, weight in zip(ids, weights[position, : position + 1]):",
        '    print(f"{tokenizer.token_text(token)!r:20} {weight:.4f}")',
    ]


def _next(reading: Reading, chosen: Chosen) -> Block:
    temperature, top_k, top_p = chosen.sampling
    return [
        "from gptcore.decode.sampling import distribution",
        "",
        _token(chosen),
        f"stages = distribution(trace.logits[position], temperature={temperature!r}, top_k={top_k!r}, top_p={top_p!r})",
        "likeliest = (-stages.raw).argsort(kind='stable')[:10]",
        "for token in likeliest:",
        '    print(f"{tokenizer.token_text(int(token))!r:20} {stages.raw[token]:8.4%} {stages.final[token]:8.4%}")',
    ]


def _lens(reading: Reading, chosen: Chosen) -> Block:
    return [
        _token(chosen),
        "scores = gptcore.logit_lens(model, trace)  # (layers + 1, T, V): what each state would predict",
        "answer = int(trace.logits[position].argmax())",
        "for boundary, row in enumerate(scores[:, position]):",
        "    best, rank = int(row.argmax()), int((row > row[answer]).sum()) + 1",
        '    print(boundary, repr(tokenizer.token_text(best)), "the final answer is no.", rank)',
    ]


def _hangs_on(reading: Reading, chosen: Chosen) -> Block:
    return [
        "from gptcore.effects.saliency import gradient_times_input, leave_one_out",
        "from gptcore.trace.rollout import rollout",
        "",
        "gradient = gradient_times_input(model, ids, position, answer)  # nats, of each token up to the position",
        "left_out = leave_one_out(model, ids, position, answer)",
        "rolled_out = rollout(trace.attention)[position]",
        "print(gradient, left_out, rolled_out)",
    ]


def _draw(reading: Reading, chosen: Chosen) -> Block:
    return [
        "import torch",
        "from gptcore.decode.sampling import draw",
        "",
        f"drawn = draw(stages, torch.Generator().manual_seed({chosen.seed}))",
        "print(repr(tokenizer.token_text(drawn.id)), drawn.probability)",
    ]


def _surprisal(reading: Reading, chosen: Chosen) -> Block:
    return [
        "from gptcore.measures import perplexity, token_scores",
        "",
        "predicted = token_scores(trace.logits, ids)",
        "print(predicted.surprisal)  # nats, of every token but the first",
        "print(perplexity(predicted).value)",
    ]


def _vectors(reading: Reading, chosen: Chosen) -> Block:
    return [
        "import numpy as np",
        "",
        _token(chosen),
        "h_0 = trace.hidden[0, position]  # token embedding + position embedding",
        "lengths = {",
        '    "input": np.linalg.norm(trace.block_input[:, position], axis=-1),',
        '    "attention adds": np.linalg.norm(trace.attn_out[:, position], axis=-1),',
        '    "feed-forward adds": np.linalg.norm(trace.mlp_out[:, position], axis=-1),',
        '    "output": np.linalg.norm(trace.block_output[:, position], axis=-1),',
        "}",
        "print(h_0, lengths)",
    ]


def _block(reading: Reading, chosen: Chosen) -> Block:
    return [
        f"layer, head = {chosen.layer}, {chosen.head}  # block {chosen.layer + 1}, head {chosen.head + 1}",
        _token(chosen),
        "x = trace.hidden[layer, position]  # what the block reads",
        "q, k, v = (part[layer, head, : position + 1] for part in (trace.q, trace.k, trace.v))",
        "scores = trace.scores[layer, head, position, : position + 1]  # q.k / sqrt(d_head)",
        "weights = trace.attention[layer, head, position, : position + 1]  # their softmax",
        "attended = trace.head_out[layer, head, position]  # weights @ v",
        "added = trace.attn_out[layer, position], trace.mlp_out[layer, position]",
        "y = trace.hidden[layer + 1, position]  # what the block hands on",
        "print(weights, attended, added, y)",
    ]


def _nearest(reading: Reading, chosen: Chosen) -> Block:
    return [
        "import numpy as np",
        "",
        _token(chosen),
        "table = model.token_embedding.weight.detach().numpy()",
        "table = table / np.linalg.norm(table, axis=1, keepdims=True)",
        "cosines = table @ table[ids[position]]",
        "for token in (-cosines).argsort(kind='stable')[:11]:",
        '    print(f"{tokenizer.token_text(int(token))!r:20} {cosines[token]:.4f}")',
    ]


def _merges(reading: Reading, chosen: Chosen) -> Block:
    lines = ["print([(token, tokenizer.token_text(token)) for token in ids])"]
    if reading.ids[chosen.position] == reading.checkpoint.tokenizer.end_of_text_id:
        return lines  # no merge made it
    word = word_around(reading.text, reading.encoding.offsets[reading.first + chosen.position])
    return [
        *lines,
        f"merges = tokenizer.merges({word!r})",
        "for step in merges:",
        "    print(step.rank + 1, step.left, step.right, step.after)",
    ]


def _changed(reading: Reading, chosen: Chosen) -> Block:
    """Of the look that is open."""
    make = {"patch": patch_lines, "pushes": push_lines}.get(state.get(keys.CHANGE_LOOK), _next)
    return make(reading, chosen)


def _explain(cell: Cell) -> Block:
    return [
        f"explanation = gptcore.explain(model, trace, {cell!r})",
        "print(explanation.formula, explanation.value)",
        "for term in explanation.terms:",
        "    print(term.label, term.value)",
    ]


_Make = Callable[[Reading, Chosen], Block]
_OF_LENS: dict[str, Sequence[_Make]] = {
    "flow": (_block, _next),
    "tokens": (_merges,),
    "attention": (_attention, _next),
    "prediction": (_next, _draw, _surprisal),
    "layers": (_lens, _hangs_on),
    "change": (_changed,),
    "vectors": (_nearest,),
    "anatomy": (_vectors,),
}
"""What each lens shows."""
