"""What comes after a node of the tree: the model's own distribution, and which of it the beam went on with."""

from app.decoding import beam_text as content
from app.decoding import cache
from app.decoding.beam_verdict import plain
from app.decoding.start import Start
from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.stamp import stamp
from app.shared.theme import percent
from gptcore.decode.beam_tree import Tree, followed
from gptcore.decode.sampling import distribution
from gptcore.largest import largest_first

BARS = "beam_bars"
_MOST = 10


def draw_after(start: Start, ids: tuple[int, ...], way: tuple[int, ...], tree: Tree) -> None:
    """Draws it.

    Args:
        ids: of the beginning.
        way: the tokens up to the node; none for the beginning.
    """
    text = plain(start, way) or start.plain_name(way[-1] if way else ids[-1])
    ended = bool(way) and way[-1] in start.stop_ids
    read = (*ids, *way)[-start.checkpoint.config.n_positions :]
    raw = distribution(cache.next_logits(start.key, read)).raw
    went_on = set() if ended else _went_on(tree, way)
    likely = largest_first(raw, _MOST).tolist()
    prediction_bars(
        [
            _bar(start, token, float(raw[token]), token in went_on)
            for token in [*likely, *sorted(went_on - set(likely))]
        ],
        title=content.AFTER.format(text=text) if way else content.AFTER_START,
        subtitle=content.SOFTMAX.format(n=len(raw)),
        note=content.AFTER_END if ended else content.AFTER_NOTE if went_on else content.AFTER_NONE,
        clickable=False,
        stamp=stamp("after", start.key, ids, way, sorted(went_on)),
        key=BARS,
    )


def _went_on(tree: Tree, way: tuple[int, ...]) -> set[int]:
    """The tokens after a node that were kept."""
    nodes = followed(tree, way)
    if len(nodes) < len(way):
        return set()
    parent = nodes[-1] if nodes else None
    return {node.id for node in tree if node.parent == parent and node.kept}


def _bar(start: Start, token: int, probability: float, went_on: bool) -> Bar:
    name = "∎" if token in start.stop_ids else start.plain_name(token)
    label = percent(probability)
    return Bar(
        id=token,
        text=name,
        raw=probability,
        probability=probability,
        label=label,
        cut=False,
        actual=went_on,
        detail=content.AFTER_DETAIL.format(token=name, id=token, p=label),
    )
