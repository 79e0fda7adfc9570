"""Values from outside: what a browser, a program that is no browser, or an address typed by hand may send to a widget.

Streamlit trusts the browser: a NaN for a number box, text for a slider or `?seed=inf` ends in an exception before any
page is asked. Here, in one place for all pages, whatever a widget cannot take becomes its default.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeGuard

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import Serialized, SessionState, Value, WStates
from streamlit.runtime.uploaded_file_manager import DeletedFile


def guard() -> None:
    """Puts the check between the browser and Streamlit's own state; once, however often it is called."""
    if not hasattr(WStates.__getitem__, "__wrapped__"):
        SessionState.register_widget = _with_defaults(SessionState.register_widget)  # type: ignore[method-assign]  # theirs
        WStates.__getitem__ = _of_its_kind(WStates.__getitem__)  # type: ignore[method-assign]  # theirs
        AppSession._handle_clear_cache_request = _ignored  # type: ignore[assignment, method-assign]  # theirs


def is_index(value: object, length: int) -> TypeGuard[int]:
    """Whether a click's value counts one of `length` things; it may come from an older picture, or be no number."""
    return type(value) is int and 0 <= value < length


def indices(values: object, length: int) -> list[int]:
    """Those of a selection's values that count one of `length` things."""
    return [value for value in values if is_index(value, length)] if isinstance(values, list) else []


def _with_defaults(register: Callable[..., Any]) -> Callable[..., Any]:
    """`SessionState.register_widget` for widgets whose value is never an error, nor an option that does not exist."""

    @wraps(register)
    def registered(session: SessionState, metadata: WidgetMetadata[Any], user_key: str | None) -> Any:
        return register(session, replace(metadata, deserializer=_total(metadata)), user_key)

    return registered


def _total(metadata: WidgetMetadata[Any]) -> Callable[[Any], Any]:
    """A widget's reader that has an answer to everything; an upload that the server lost is none."""
    read, options = metadata.deserializer, metadata.formatted_options

    def deserialize(sent: Any) -> Any:
        if sent is None or (options is not None and isinstance(sent, str) and sent not in options):
            return read(None)
        try:
            value = read(sent)
        except Exception:  # whatever a widget's own code makes of what it did not expect
            value = None
        return read(None) if value is None or isinstance(value, DeletedFile) else value

    return deserialize


def _of_its_kind(get: Callable[..., Any]) -> Callable[..., Any]:
    """`WStates.__getitem__` for which a value of another kind than the widget's, or broken JSON, is no value."""

    @wraps(get)
    def value(states: WStates, widget_id: str) -> Any:
        state, metadata = states.states.get(widget_id), states.widget_metadata.get(widget_id)
        if not isinstance(state, Serialized) or metadata is None:
            return get(states, widget_id)
        try:
            if _kind(state.value.WhichOneof("value")) == _kind(metadata.value_type):
                return get(states, widget_id)
        except Exception:  # JSON that cannot be read
            pass
        states.states[widget_id] = Value(metadata.deserializer(None))
        return states.states[widget_id].value

    return value


def _ignored(session: AppSession) -> None:
    """In place of emptying the caches: they are all learners', and any browser may ask for it."""


def _kind(field: str | None) -> str | None:
    """A field of the protocol; a number box of whole numbers says double_value and then sends int_value."""
    return "double_value" if field == "int_value" else field
