"""A learner without a browser: speaks Streamlit's own protocol over its websocket, as the page's script does."""

import asyncio
import time
from dataclasses import dataclass, field

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from websockets.asyncio.client import ClientConnection, connect

MAX_MESSAGE = 64 * 2**20
ANSWER_SECONDS = 60
_SUCCESS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True)
class Answer:
    """What the server did with one edit."""

    seconds: float
    """From the request to the end of the script's run."""
    n_bytes: int
    """Of all messages."""
    succeeded: bool
    """Whether the script ended without an exception."""
    complaints: tuple[str, ...] = ()
    """What stands in red boxes."""


@dataclass
class Learner:
    """One session; use `async with Learner.at(url)`."""

    socket: ClientConnection
    page: str = ""
    """In the address; "" is Explore."""
    query: str = ""
    """What follows the question mark in the address."""
    widgets: dict[str, str] = field(default_factory=dict)
    """Widget ids by key, of the text boxes, number boxes and buttons seen so far."""
    controls: set[str] = field(default_factory=set)
    """Ids of everything on the page that can send a value, components included."""
    numbers: dict[str, float] = field(default_factory=dict)
    """What was typed into number boxes, by key."""
    refreshed: str = ""
    """Id of the part of the page that the server asked the browser to refresh again and again; "" if there is none."""
    kept: set[str] = field(default_factory=set)
    """Hashes of messages that a browser would keep; the server need not send them again."""

    @staticmethod
    def at(url: str, page: str = "", query: str = "") -> "_Connection":
        """A session with the app at an address that ends in a slash."""
        return _Connection(url, page, query)

    async def open(self) -> Answer:
        """The first run of the page."""
        return await self._rerun(WidgetStates())

    async def type(self, text: str) -> Answer:
        """Sets the whole prompt, as one keystroke does."""
        return await self._rerun(self._prompt(text))

    async def type_blindly(self, text: str) -> None:
        """The same without waiting for the answer, as a held key does; somebody has to `look_away` meanwhile."""
        await self._send(self._prompt(text))

    async def look_away(self) -> None:
        """Throws away all that the server says, until it is cancelled."""
        async for _ in self.socket:
            pass

    async def drag(self, key: str, option: str) -> Answer:
        """Moves a slider to one of its options."""
        states = WidgetStates()
        states.widgets.add(id=self.widgets[key]).string_array_value.data.append(option)
        return await self._rerun(states)

    async def press(self, key: str) -> Answer:
        """Clicks a button, after `numbers` were typed in."""
        states = WidgetStates()
        for name, value in self.numbers.items():
            states.widgets.add(id=self.widgets[name], double_value=value)
        states.widgets.add(id=self.widgets[key], trigger_value=True)
        return await self._rerun(states)

    async def send(self, states: WidgetStates) -> Answer:
        """Any values for any widgets, as a program that is no browser may send them."""
        return await self._rerun(states)

    async def refresh(self) -> Answer:
        """What a browser does every second or so while a page shows something that goes on."""
        return await self._rerun(WidgetStates(), self.refreshed)

    def _prompt(self, text: str) -> WidgetStates:
        states = WidgetStates()
        states.widgets.add(id=self.widgets["prompt"], string_value=text)
        return states

    async def _send(self, states: WidgetStates, fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        message.rerun_script.widget_states.CopyFrom(states)
        message.rerun_script.cached_message_hashes.extend(self.kept)
        await self.socket.send(message.SerializeToString())

    async def _rerun(self, states: WidgetStates, fragment: str = "") -> Answer:
        start = time.perf_counter()
        await self._send(states, fragment)
        n_bytes, failed, complaints = 0, False, []
        while True:
            data = await asyncio.wait_for(self.socket.recv(), ANSWER_SECONDS)
            n_bytes += len(data)
            answer = ForwardMsg.FromString(data)
            self._remember(answer)
            failed |= answer.delta.new_element.WhichOneof("type") == "exception"
            if answer.delta.new_element.alert.format == Alert.ERROR:
                complaints.append(answer.delta.new_element.alert.body)
            if answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self.refreshed = ""  # the whole page follows, and says anew what it wants refreshed
            elif answer.WhichOneof("type") == "script_finished":
                succeeded = answer.script_finished in _SUCCESS and not failed
                return Answer(time.perf_counter() - start, n_bytes, succeeded, tuple(complaints))

    def _remember(self, message: ForwardMsg) -> None:
        if message.metadata.cacheable and message.hash:
            self.kept.add(message.hash)
        if message.WhichOneof("type") == "auto_rerun":
            self.refreshed = message.auto_rerun.fragment_id
        for node in (message.delta.new_element, message.delta.add_block):
            if (kind := node.WhichOneof("type")) and (widget := getattr(getattr(node, kind), "id", "")):
                self.controls.add(widget)
        element = message.delta.new_element
        if (kind := element.WhichOneof("type")) in ("text_input", "number_input", "slider", "button"):
            widget = getattr(element, kind).id
            self.widgets[widget.rsplit("-", 1)[-1]] = widget


class _Connection:
    def __init__(self, url: str, page: str, query: str):
        self._page, self._query = page, query
        self._connect = connect(
            url.replace("http", "ws", 1) + "_stcore/stream",
            subprotocols=["streamlit"],
            max_size=MAX_MESSAGE,
            proxy=None,
        )

    async def __aenter__(self) -> Learner:
        return Learner(await self._connect.__aenter__(), self._page, self._query)

    async def __aexit__(self, *details: object) -> None:
        await self._connect.__aexit__(*details)
