"""Pins on the page: the button that makes one, and the row in which one is chosen to stand beside this view."""

from dataclasses import replace

import streamlit as st

from app.explore import actions, keys, pins
from app.explore import pins_text as content
from app.explore.pin import LONGEST_NAME, MOST, Pins, pins_to_link
from app.shared import state
from app.shared.notice import toast
from app.shared.present import is_presented
from app.shared.theme import escape
from gptcore.errors import GPTCoreError

EDITED = "edit_pins"
"""Key of the popover."""


def draw_pin_button() -> None:
    """Pins what is on the screen now."""
    full = len(pins.current().pins) >= MOST
    st.button(
        content.PIN,
        key=keys.PIN,
        icon=":material/push_pin:",
        type="tertiary",
        disabled=full,
        help=content.FULL.format(most=MOST) if full else content.PIN_HELP,
        on_click=_pin,
    )


def draw_pins() -> None:
    """The row of pins; nothing where there are none, and none was deleted a moment ago."""
    kept, deleted = pins.current(), state.get(keys.UNPINNED)
    if not kept.pins and deleted is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        if kept.pins:
            st.markdown(f":small[{content.BESIDE}]", width="content")
            state.put(keys.COMPARE, kept.beside)
            st.pills(
                content.BESIDE,
                range(len(kept.pins)),
                format_func=lambda index: escape(kept.pins[index].name) if index < len(kept.pins) else "",
                key=keys.COMPARE,
                on_change=_choose,
                label_visibility="collapsed",
                width="content",
            )
        if not is_presented():
            if kept.pins:
                _draw_edit(kept)
            if deleted is not None:
                st.button(
                    content.UNDO_DELETE, icon=":material/undo:", type="tertiary", key="unpin_undo", on_click=_undo
                )


def _draw_edit(kept: Pins) -> None:
    with st.popover(content.EDIT, type="tertiary", icon=":material/edit:", key=EDITED, on_change="rerun") as edit:
        if not edit.open:
            return
        for index, pin in enumerate(kept.pins):
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                state.put(_name_key(index), pin.name)
                st.text_input(
                    content.NAME,
                    key=_name_key(index),
                    max_chars=LONGEST_NAME,
                    label_visibility="collapsed",
                    on_change=_rename,
                    args=(index,),
                    width=300,
                )
                st.button(content.OPEN, key=f"pin_open_{index}", help=content.OPEN_HELP, on_click=_open, args=(index,))
                st.button(
                    content.DELETE,
                    key=f"pin_delete_{index}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=_delete,
                    args=(index,),
                )
        _, left_out = pins_to_link(kept)
        names = ", ".join(f"“{escape(kept.pins[index].name)}”" for index in left_out)
        st.caption(content.NOT_SHARED.format(names=names) if left_out else content.SHARED)


def _name_key(index: int) -> str:
    return f"pin_name_{index}"


def _pin() -> None:
    reading, kept = actions.current_reading(), pins.current()
    if reading.ids and len(kept.pins) < MOST:
        _keep(kept.added(pins.view(reading, pins.unique(kept, pins.suggested(reading)))))


def _choose() -> None:
    kept, chosen = pins.current(), state.get(keys.COMPARE)
    _keep(Pins(kept.pins, chosen if chosen in range(len(kept.pins)) else None))


def _rename(index: int) -> None:
    kept = pins.current()
    if index < len(kept.pins):
        name = pins.unique(kept, state.get(_name_key(index)) or "", but=index)
        _keep(kept.replaced(index, replace(kept.pins[index], name=name)))


def _delete(index: int) -> None:
    kept = pins.current()
    if index < len(kept.pins):
        _keep(kept.without(index))
        state.put(keys.UNPINNED, kept)


def _undo() -> None:
    if (before := state.get(keys.UNPINNED)) is not None:
        _keep(before)


def _open(index: int) -> None:
    kept = pins.current()
    if index < len(kept.pins):
        try:
            pins.open_pin(kept.pins[index])
        except GPTCoreError as error:
            toast(content.CANNOT_OPEN.format(problem=error))


def _keep(kept: Pins) -> None:
    state.put(keys.UNPINNED, None)
    pins.keep(kept)
