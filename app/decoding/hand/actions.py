"""What happens when a writer does something: callbacks. They change the tree and draw nothing."""

from collections.abc import Callable

import streamlit as st

from app.decoding import keys
from app.decoding.hand import text as content
from app.decoding.hand.cache import packed, read
from app.decoding.hand.state import become, current, sampling
from app.decoding.hand.state import undo as undo_last
from app.decoding.start import Start
from app.shared import outside, state
from app.shared.notice import toast
from app.shared.theme import escape
from gptcore.decode.by_hand import ByHand
from gptcore.decode.context import WrittenScores
from gptcore.errors import InputError

STRIP, BARS, TRIES, LOG = "hand_strip", "hand_bars", "hand_tries", "hand_log"
"""Keys of the components that report clicks."""
JOIN = "+"
"""A word of the writer's own that begins with it is joined to the last token, without a space."""


def text_of(start: Start, tree: ByHand) -> tuple[int, ...]:
    """The beginning and what is written after it, up to where the writer stands."""
    return (*start.ids, *tree.written(tree.at))


def read_written(start: Start, tree: ByHand) -> WrittenScores:
    """What the model says of that text."""
    return read(start.key, packed(text_of(start, tree)), len(start.ids))


def take_picked(start: Start) -> None:
    """A bar was clicked."""
    token = st.session_state[BARS].append
    if outside.is_index(token, start.checkpoint.config.vocab_size):
        _become(start, lambda tree: tree.take(token))


def take_likeliest(start: Start) -> None:
    """The button for the token with the longest bar."""
    _become(start, lambda tree: tree.likeliest(read_written(start, tree).logits))


def draw(start: Start) -> None:
    """The button that leaves it to chance."""
    _become(start, lambda tree: tree.draw(read_written(start, tree).logits, sampling()))


def take_typed(start: Start) -> None:
    """A word of the writer's own."""
    typed = state.get(keys.HAND_WORD) or ""
    if not typed.strip(" " + JOIN):
        return
    tree = current(start).tree
    tokens = typed_tokens(start, tree, typed)
    word = escape(typed.removeprefix(JOIN).strip() or typed)
    if not tokens:
        state.put(keys.HAND_NOTE, content.NO_TOKEN.format(word=word))
        return
    if _become(start, lambda tree: tree.force(tokens)):
        names = " ".join(f"`{start.name(token)}`" if "`" not in start.name(token) else "?" for token in tokens)
        said = content.ONE_TOKEN if len(tokens) == 1 else content.MORE_TOKENS
        state.put(keys.HAND_NOTE, said.format(word=word, n=len(tokens), tokens=names))


def typed_tokens(start: Start, tree: ByHand, typed: str) -> tuple[int, ...]:
    """The tokens of a word as it stands behind the text: with a space before it where words have one."""
    tokenizer = start.checkpoint.tokenizer
    before = tokenizer.decode(text_of(start, tree))
    word = typed.removeprefix(JOIN) if typed.startswith(JOIN) else typed
    is_word = word[0].isalnum() or word[0] in "\"'“‘(["
    if not typed.startswith(JOIN) and is_word and before and not before[-1].isspace() and tokenizer.style == "bytes":
        word = " " + word
    return tokenizer.encode(word).ids


def rewind(start: Start) -> None:
    """Back by one token."""
    _become(start, ByHand.rewind)


def undo(start: Start) -> None:
    """Before the last act."""
    state.put(keys.HAND_NOTE, "")
    undo_last(start)


def start_anew(start: Start) -> None:
    """An empty tree."""
    _become(start, lambda tree: ByHand())


def go_to_chip(start: Start) -> None:
    """A token of the text was clicked: what stands after it is no more of the text, but stays in the tree."""
    index, tree = st.session_state[STRIP].position, current(start).tree
    if outside.is_index(index, len(text_of(start, tree))):
        way = tree.path(tree.at)
        n = index - len(start.ids)
        _become(start, lambda tree: tree.go_to(way[n] if n >= 0 else None))


def go_to_node(start: Start) -> None:
    """A token in the tree was clicked; the prompt is −1."""
    node, tree = st.session_state[TRIES].node, current(start).tree
    if node == -1 or outside.is_index(node, len(tree.nodes)):
        _become(start, lambda tree: tree.go_to(None if node == -1 else node))


def remove_branch(start: Start) -> None:
    """The end of a branch was clicked away: what it shares with no other branch goes."""
    leaf, tree = st.session_state[TRIES].remove, current(start).tree
    if outside.is_index(leaf, len(tree.nodes)) and not tree.children(leaf):
        _become(start, lambda tree: tree.without(tree.branch_start(leaf)))


def chosen_step(n_written: int) -> int:
    """Which step the log shows, counted from 1: that of the last token, unless the address has another one."""
    given = st.query_params.get(keys.HAND_STEP, "")
    step = int(given) if given.isdecimal() and len(given) < 4 else 0
    return step if 1 <= step <= n_written + 1 else max(1, n_written)


def keep_step(start: Start) -> None:
    """The log went on to another token's step."""
    tree = current(start).tree
    match st.session_state[LOG].step:
        case [step, stage] if outside.is_index(step, len(tree.path(tree.at)) + 2) and step:
            st.query_params[keys.HAND_STEP] = str(step)
            _keep_stage(stage)


def keep_stage() -> None:
    """Another stage of the log was unfolded."""
    _keep_stage(st.session_state[LOG].stage)


def _keep_stage(stage: object) -> None:
    """What it is called is checked by who reads it."""
    if isinstance(stage, str) and stage.isalnum():
        st.query_params[keys.STAGE] = stage[:20]


def _become(start: Start, act: Callable[[ByHand], ByHand]) -> bool:
    """Whether there was room for it."""
    state.put(keys.HAND_NOTE, "")
    try:
        become(start, act(current(start).tree))
    except InputError as problem:
        toast(problem)
        return False
    if keys.HAND_STEP in st.query_params:
        del st.query_params[keys.HAND_STEP]  # the log follows the text
    return True
