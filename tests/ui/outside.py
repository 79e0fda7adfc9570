"""Values that no browser sends, for every kind of widget: what a program or an address that was typed by hand may hold."""

import json
from collections.abc import Iterator

from streamlit.proto.WidgetStates_pb2 import WidgetState

NUMBERS = (float("nan"), float("inf"), float("-inf"), 1e308, -1e308, 0.5, -1.0, 1e18)
TEXTS = ("", "x", "\x00\x1b[31m\u202e\ufeff", "é\u0301", "x" * 50_000, "../..", "NaN", "[]", "{}", "-1")
JSON = (
    "{",
    "null",
    "[]",
    "[[[[1]]]]",
    '{"a": NaN}',
    '{"selection": {"rows": [-1, "x", 1e99]}}',
    "9" * 400,
    "[" * 20_000,
)
EVENTS = ("position", "append", "head")
EVENT_VALUES = (None, True, 1.5, -1, 10**30, "x", [True, True], [1.5, 2], [10**30, -1], [[1], [2]], {"a": [1]}, [])


def nasty_states(widget_id: str) -> Iterator[tuple[str, WidgetState]]:
    """(name, state) of everything that can be sent to a widget, but for a click on it."""
    for number in NUMBERS:
        yield f"double {number}", WidgetState(id=widget_id, double_value=number)
        state = WidgetState(id=widget_id)
        state.double_array_value.data.append(number)
        yield f"doubles {number}", state
    for text in TEXTS:
        yield f"string {text[:9]!r}", WidgetState(id=widget_id, string_value=text)
        state = WidgetState(id=widget_id)
        state.string_array_value.data.extend([text])
        yield f"strings {text[:9]!r}", state
    for text in JSON:
        yield f"string {text[:9]!r}", WidgetState(id=widget_id, string_value=text)
        yield f"json {text[:9]!r}", WidgetState(id=widget_id, json_value=text)
        yield f"json trigger {text[:9]!r}", WidgetState(id=widget_id, json_trigger_value=text)
    for event in EVENTS:
        for value in EVENT_VALUES:
            text = json.dumps([{"event": event, "value": value}])
            yield f"event {text}", WidgetState(id=widget_id, json_trigger_value=text)
    for integer in (-(2**62), 2**62):
        yield f"int {integer}", WidgetState(id=widget_id, int_value=integer)
        state = WidgetState(id=widget_id)
        state.int_array_value.data.extend([integer] * 3)
        yield f"ints {integer}", state
    yield "bool", WidgetState(id=widget_id, bool_value=True)
    yield "bytes", WidgetState(id=widget_id, bytes_value=b"\xff\x00")
    yield "nothing", WidgetState(id=widget_id)
    state = WidgetState(id=widget_id)
    state.file_uploader_state_value.uploaded_file_info.add(file_id="no such file", name="../../x", size=2**62)
    yield "file", state
    state = WidgetState(id=widget_id)
    state.string_array_value.data.extend(["x", "y", "z"])
    yield "three strings", state
    state = WidgetState(id=widget_id)
    state.double_array_value.data.extend([1, 2, 3])
    yield "three doubles", state
    state = WidgetState(id=widget_id)
    state.arrow_value.data = b"\x00"
    yield "arrow", state
    state = WidgetState(id=widget_id)
    state.string_trigger_value.data = "x"
    yield "string trigger", state
    state = WidgetState(id=widget_id)
    state.chat_input_value.data = "x"
    yield "chat", state
