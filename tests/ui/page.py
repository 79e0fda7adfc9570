"""The Explore page in Streamlit's own AppTest, with what AppTest lacks: data of our components, and clicks on them."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.runtime.caching import cache_resource_api
from streamlit.testing.v1 import AppTest

MAIN = Path(__file__).resolve().parents[2] / "app" / "main.py"
LENSES = ("flow", "tokens", "attention", "layers", "prediction", "change", "vectors", "anatomy")


def as_learner(name: str) -> AbstractContextManager:
    """Names the session that caches are kept for: all AppTests share one name, and outside of a page there is none."""
    return patch.object(cache_resource_api, "get_session_id_or_throw", return_value=name)


class Page:
    """One learner's session; every step checks that the page has no exception."""

    def __init__(self, **query: str):
        self.at = AppTest.from_file(str(MAIN), default_timeout=60)
        self.at.query_params.update(query)

    def run(self) -> "Page":
        """Runs the page with the widgets as they are."""
        return self._run(self.at.run)

    def type(self, text: str) -> "Page":
        """Sets the whole prompt."""
        self.at.text_input(key="prompt").set_value(text)
        return self.run()

    def choose(self, kind: str, key: str, value: Any) -> "Page":
        """Sets another widget: choose("slider", "temperature", 0.5)."""
        getattr(self.at, kind)(key=key).set_value(value)
        return self.run()

    def lens(self, name: str) -> "Page":
        """Switches the lens."""
        return self.choose("segmented_control", "lens", name)

    def press(self, label: str) -> "Page":
        """Clicks the button with this label."""
        (button,) = (button for button in self.at.button if button.label == label)
        button.click()
        return self.run()

    def send(self, key: str, event: str, value: Any) -> "Page":
        """A click inside a component, as its script reports it."""
        states = self.at._tree.get_widget_states()  # AppTest has no public way to drive components
        states.widgets.add(
            id=_make_trigger_id(self._components()[key].id, "events"),
            json_trigger_value=json.dumps([{"event": event, "value": value}]),
        )
        return self._run(lambda: self.at._run(states))

    def unfold(self, key: str) -> "Page":
        """Opens a table's fold."""
        self.at.session_state[key] = True
        return self.run()

    def data(self, key: str) -> dict[str, Any]:
        """What a component was given to draw."""
        return json.loads(self._components()[key].json)

    @property
    def drawn(self) -> set[str]:
        """Keys of the pictures that a learner sees on the page: not of the formulas (tests/ui/test_formulas.py)."""
        return set(self._components()) - {"used", "used_live", "formula", "task_formula"}

    @property
    def payload(self) -> int:
        """Bytes of all elements on the page: what a change sends at most."""
        return sum(node.proto.ByteSize() for node in self.at if getattr(node, "proto", None) is not None)

    @property
    def prompt(self) -> str:
        """The text in the prompt box."""
        return self.at.text_input(key="prompt").value

    @property
    def chips(self) -> list[str]:
        """The strip's texts."""
        return [chip["text"] for chip in self.data("strip")["tokens"]]

    @property
    def words(self) -> str:
        """Every sentence on the page."""
        elements = (*self.at.markdown, *self.at.caption, *self.at.info, *self.at.text)
        return "\n".join(element.value for element in elements)

    def _components(self) -> dict[str, Any]:
        return {node.proto.id.rsplit("-", 1)[-1]: node.proto for node in self.at.get("bidi_component")}

    def _run(self, run: Callable[[], Any]) -> "Page":
        with as_learner(f"learner {id(self)}"):
            run()
        assert not self.at.exception, self.at.exception
        return self
