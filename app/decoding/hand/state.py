"""The tree of this session, in step with the page's address: whoever opens the link, or reloads, has the same tree."""

from dataclasses import dataclass, replace

import streamlit as st

from app.decoding import keys
from app.decoding.hand.link import from_link, mark_of, to_link
from app.decoding.start import Start
from app.shared import state
from app.shared.sampling import settings_of
from gptcore.decode.by_hand import ByHand, Sampling

_MOST_UNDONE = 40
_MOST_KNOWN = 12


@dataclass(frozen=True)
class Kept:
    """A tree, what it belongs to, and the way back."""

    name: str
    """Of a vocabulary and a prompt: two models that share a vocabulary share the tree."""
    tree: ByHand
    link: str
    undo: tuple[ByHand, ...] = ()


def current(start: Start) -> Kept:
    """The tree as it is now: the session's own or, where the address has another, that one."""
    kept: Kept | None = state.get(keys.HAND_KEPT)
    name, link = _name(start), st.query_params.get(keys.TRIES, "")
    if kept is not None and (kept.name, kept.link) == (name, link):
        return kept
    found = from_link(link, start.checkpoint.tokenizer, start.ids) if link else None
    known: Kept | None = state.get(keys.HAND_KNOWN, {}).get(name)
    if found is not None:
        known = Kept(name, found, link, known.undo if known else ())
    elif known is None or (kept is not None and kept.name == name):  # the address was emptied, or never had any
        known = Kept(name, ByHand(), "", known.undo if known else ())
    _keep(known)
    return known


def is_lost(start: Start) -> bool:
    """Whether the address has a tree that is none of this beginning and vocabulary; ask before `current`."""
    link = st.query_params.get(keys.TRIES, "")
    kept = state.get(keys.HAND_KEPT)
    return kept is None and bool(link) and from_link(link, start.checkpoint.tokenizer, start.ids) is None


def become(start: Start, tree: ByHand) -> None:
    """Another tree, by an act of the writer, which can be undone; for callbacks."""
    kept = current(start)
    if tree != kept.tree:
        undo = (*kept.undo, kept.tree)[-_MOST_UNDONE:]
        _keep(Kept(kept.name, tree, to_link(tree, start.checkpoint.tokenizer, start.ids), undo))


def undo(start: Start) -> None:
    """The tree before the last act; for callbacks."""
    kept = current(start)
    if kept.undo:
        tree = kept.undo[-1]
        link = to_link(tree, start.checkpoint.tokenizer, start.ids)
        _keep(replace(kept, tree=tree, link=link, undo=kept.undo[:-1]))


def sampling() -> Sampling:
    """How the next token is drawn, as the widgets have it."""
    temperature, top_k, top_p = settings_of(keys.HAND_TEMPERATURE, keys.HAND_TOP_K, keys.HAND_TOP_P)
    rounded = None if top_p is None else round(float(top_p), 2)
    return Sampling(state.get(keys.HAND_SEED, 0) or 0, round(float(temperature), 2), top_k, rounded)


def _keep(kept: Kept) -> None:
    state.put(keys.HAND_KEPT, kept)
    known = {**state.get(keys.HAND_KNOWN, {})}
    known.pop(kept.name, None)
    state.put(keys.HAND_KNOWN, dict([*known.items(), (kept.name, kept)][-_MOST_KNOWN:]))
    if kept.link == st.query_params.get(keys.TRIES, ""):
        return
    if kept.link:
        st.query_params[keys.TRIES] = kept.link
    else:
        del st.query_params[keys.TRIES]


def _name(start: Start) -> str:
    return f"{start.checkpoint.tokenizer.fingerprint} {mark_of(start.ids)}"
