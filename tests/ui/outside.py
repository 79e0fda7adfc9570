"""Values that no browser sends: what a program may send to any widget, and what an address typed by hand may hold."""

import json
from collections.abc import Sequence

from streamlit.proto.WidgetStates_pb2 import WidgetState

NUMBERS = (float("nan"), float("inf"), -1e308, 0.5, -1.0, 1e18)
TEXTS = ("", "x", "\x00\x1b[31m\u202e\ufeff", "a word, " * 2_600, "../..", "-1")
JSON = (
    "{",
    "null",
    "[[1]]",
    "[" * 5_000,
    '{"a": NaN}',
    '{"selection": {"rows": [-1, "x", 1e99]}}',
    '{"selection": {"rows": 5}}',
    '{"edited_rows": {"999": {"x": []}, "x": 1, "0": {"token": {"a": 1}}}}',
)
CLICKS = (
    ("position", None),
    ("position", True),
    ("position", -1),
    ("position", 1.5),
    ("position", [1]),
    ("append", True),
    ("append", 10**30),
    ("append", "x"),
    ("append", {"a": [1]}),
    ("head", [True, True]),
    ("head", [1.5, 2]),
    ("head", [10**30, -1]),
    ("head", "xy"),
    ("cell", ["attention", True, 0, 1.5, [1]]),
    ("cell", ["weight", "blocks.0.attn.qkv.weight", 10**30, -1]),
    ("cell", ["product", ["product"], 5]),
    ("cell", [[], {"a": 1}]),
    ("deeper", ["sampled", 0, 0, "x", float("inf"), None]),
    ("deeper", ["row", 0, "row", 0]),
    ("back", 10**30),
    ("back", [True]),
    ("no such event", 1),
)
"""(event, value), as our components report them."""


def _arrays() -> list[WidgetState]:
    texts, numbers, integers, mixed = (WidgetState() for _ in range(4))
    texts.string_array_value.data.extend(["x", "", "y"])
    numbers.double_array_value.data.extend([float("nan"), 1, 2])
    mixed.double_array_value.data.append(float("inf"))
    integers.int_array_value.data.extend([-(2**62), 2**62])
    return [texts, numbers, integers, mixed, WidgetState(string_array_value={}), WidgetState(double_array_value={})]


def _messages() -> list[WidgetState]:
    file, text, chat, table = (WidgetState() for _ in range(4))
    file.file_uploader_state_value.uploaded_file_info.add(file_id="no such file", name="../../x", size=2**62)
    text.string_trigger_value.data = "x"
    chat.chat_input_value.data = "x"
    table.arrow_value.data = b"\x00"
    return [file, text, chat, table]


STATES: Sequence[WidgetState] = [
    *(WidgetState(double_value=number) for number in NUMBERS),
    *(WidgetState(string_value=text) for text in (*TEXTS, *JSON)),
    *(WidgetState(json_value=text) for text in JSON[:5]),
    *(WidgetState(json_trigger_value=text) for text in JSON[:5]),
    *(WidgetState(json_trigger_value=json.dumps([{"event": event, "value": value}])) for event, value in CLICKS),
    *_arrays(),
    *_messages(),
    WidgetState(int_value=2**62),
    WidgetState(bool_value=True),
    WidgetState(bytes_value=b"\xff"),
    WidgetState(trigger_value=True),
    WidgetState(),
]
"""Of every kind that the protocol has, fit for some widgets and unfit for the others; without an id."""

IN_ADDRESS = (
    "",
    "nan",
    "inf",
    "-inf",
    "1e308",
    "-1",
    "0",
    "99",
    "9" * 400,
    "0.5",
    "abc",
    "..%2F..",
    "%00%1b",
    "%ed%a0%80",
    "None",
    "true",
    "[1]",
    "x" * 2_000,
    "a&{key}=b",
)
"""What may stand after the equals sign, as it is written in an address."""
