"""A stamp of what the server used: the page carries its controls' values of this run, for tests that compare them with
what the boxes and sliders show. A new control is in it without being named anywhere.
"""

from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.shared.browser.assets import register

_COMPARED = {"bool_value", "string_value", "string_array_value", "double_value", "int_value", "double_array_value"}
"""Kinds of value that a control shows as they are; buttons, files and our own components are none."""
_LONGEST = 1_000
"""Characters of a text that are compared: a stamp must not double what a change sends."""

PAGE = "used"
"""The key of the whole page's stamp."""

_render = register("used")


def used(key: str = PAGE) -> None:
    """Stamps the controls that were drawn so far in this run; call it last, and last in a fragment under another key,
    which stamps its own when it is drawn alone: in a run of the whole page the page does.

    A choice is stamped by its label, as the browser names it. Streamlit's own session is asked, for st.session_state
    knows no labels.
    """
    context = get_script_run_ctx()
    if context is None or (key != PAGE and not context.fragment_ids_this_run):
        return
    session = context.session_state._state
    values = {}
    for name in sorted(context.shared.widget_user_keys_this_run.snapshot()):
        if (element := session.get_widget_id_from_key(name)) is None:
            continue
        control = session.get_widget_metadata(element)
        if control is not None and control.value_type in _COMPARED:
            value = control.serializer(session.get_widget_value(element))
            values[name] = value[:_LONGEST] if isinstance(value, str) else value
    _render(data={"used": values}, key=key, height=1)
