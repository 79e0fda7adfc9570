"""What is taken away, in a real browser: the files that it saves, and the view opened with the network off."""

import io
import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import numpy as np

from app.shared.takeaway import text as content
from tests.browser.explorer import HEADS, Explorer

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</script><img src=x onerror=alert(1)> fox & "crow"'


def open_menu(explorer: Explorer, part: str = content.PICTURES) -> None:
    if not explorer.page.get_by_role("dialog").is_visible():
        explorer.widget("take_away", "button").click()
    explorer.page.get_by_role("tab", name=part, exact=True).click()


def save_picture(explorer: Explorer, title: str, kind: str) -> bytes:
    open_menu(explorer)
    with explorer.page.expect_download() as download:
        explorer.page.get_by_role("button", name=f"Save “{title}” as {kind}").click()
    assert download.value.suggested_filename.endswith(f".{kind.lower()}")
    return Path(download.value.path()).read_bytes()


def words_of(svg: ET.Element) -> list[str]:
    return [text for node in svg.iter(f"{SVG}text") if (text := "".join(node.itertext()))]


def pixels(png: bytes) -> np.ndarray:
    """(height, width, channels) of an 8-bit PNG, its rows' filters still applied: enough to see whether it is blank."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    channels, data, at = {2: 3, 6: 4}[colour], b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += length + 12
    assert depth == 8
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    return rows[:, 1:].reshape(height, width, channels)


def test_pictures_are_saved_with_title_settings_and_texts_as_texts(explorer):
    explorer.open(HEADS, lens="attention", prompt=HOSTILE, layer="2", head="3")
    svg = ET.fromstring(save_picture(explorer, "Every head at a glance · Layer 2, head 3", "SVG"))
    words = words_of(svg)
    assert svg.find(f"{SVG}title").text == "Every head at a glance · Layer 2, head 3" == words[0]
    assert words[1].startswith("books · Attention lens · layer 2, head 3 · token ")
    assert {"fox", '"', "Layer 2, head 3"} <= set(words)
    assert any("whole vocabulary of 8,192 tokens" in line for line in words)
    names = {node.tag.removeprefix(SVG) for node in svg.iter()}
    assert names <= {"svg", "title", "desc", "g", "rect", "text", "path", "image", "clipPath", "line"}
    assert {node.get("preserveAspectRatio") for node in svg.iter(f"{SVG}image")} == {"none"}  # maps, as pixels
    assert len(list(svg.iter(f"{SVG}path"))) > 3  # marks of heads, as vectors
    wide, tall = (int(svg.get(side)) for side in ("width", "height"))
    png = pixels(save_picture(explorer, "Every head at a glance · Layer 2, head 3", "PNG"))
    assert png.shape[:2] == (2 * tall, 2 * wide) and len(np.unique(png)) > 50


def test_a_chart_of_plotly_and_a_dark_page_are_saved_as_they_are(browser, server):
    learner = Explorer(browser, server.url, color_scheme="dark")
    learner.open(("strip", "bars"), lens="prediction")
    learner.page.wait_for_selector(".st-key-surprisal .main-svg")
    svg = ET.fromstring(save_picture(learner, "How surprised was the model by this text?", "SVG"))
    assert {"surprisal, bits", "fox"} <= set(words_of(svg))
    assert svg.find(f"{SVG}rect").get("fill") == "#12171d"
    assert len(list(svg.iter(f"{SVG}path"))) > 10
    learner.close()
    assert learner.complaints == []


def test_the_view_opens_with_the_network_off_and_shows_the_same(browser, explorer, tmp_path):
    explorer.open(HEADS, lens="attention", prompt=HOSTILE, temperature="0.5")
    chips, bars = explorer.chips.all_inner_texts(), explorer.page.locator(".st-key-bars .bar").all_inner_texts()
    row = explorer.page.locator(".st-key-heads .readout").inner_text()
    open_menu(explorer, content.VIEW_FILE)
    with explorer.page.expect_download() as download:
        explorer.page.get_by_role("button", name=content.SAVE_FILE).click()
    file = tmp_path / "view.html"
    download.value.save_as(file)
    context = browser.chromium.new_context(offline=True)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: request.url.startswith("file:") or complaints.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_selector(".st-key-bars[data-drawn]")
    assert page.locator(".st-key-strip .chip").all_inner_texts() == chips
    assert page.locator(".st-key-bars .bar").all_inner_texts() == bars
    assert page.locator(".st-key-heads .readout").inner_text() == row
    canvas = page.locator(".st-key-heads .head canvas")
    canvas.focus()
    page.keyboard.press("ArrowUp")
    assert "listens to" in page.locator(".st-key-heads .readout").inner_text()  # pointing works, without a server
    assert HOSTILE in page.locator("dd").first.inner_text()
    assert page.locator("img").count() == 0
    context.close()
    assert complaints == []


def test_the_link_restores_the_view_and_the_trace_opens_in_numpy(browser, server, explorer):
    explorer.open(HEADS, prompt="The fox saw a crow", lens="attention", layer="5", head="2", view="arcs", position="3")
    open_menu(explorer, "Other tools")
    with explorer.page.expect_download() as download:
        explorer.page.get_by_role("button", name="Save the trace").click()
    trace = np.load(io.BytesIO(Path(download.value.path()).read_bytes()), allow_pickle=False)
    assert trace["attention"].shape == (7, 8, len(trace["ids"]), len(trace["ids"]))
    open_menu(explorer, content.LINK)
    address = explorer.page.get_by_role("dialog").locator("[data-testid=stCode] code").inner_text()
    explorer.page.wait_for_selector("[role=dialog] img")
    other = Explorer(browser, server.url)
    other.page.goto(address.replace("\n", ""))
    other.wait_for({}, HEADS)
    assert other.stamps()["heads"] == explorer.stamps()["heads"]
    other.close()
    assert other.complaints == []


def test_flow_is_saved_as_vectors(explorer):
    explorer.open(("strip", "flow"), lens="flow")
    svg = ET.fromstring(save_picture(explorer, "How does “the” become the next word?", "SVG"))
    assert {"Inside block 4, head 1", "queries", "softmax: the weights", "fox"} <= set(words_of(svg))
    assert len(list(svg.iter(f"{SVG}path"))) > 100 and len(list(svg.iter(f"{SVG}rect"))) > 20


def test_streamlits_own_unguarded_csv_is_not_offered(explorer):
    explorer.open(("strip", "bars"), lens="prediction")
    table = explorer.page.locator("[data-testid=stDataFrame]").first
    table.hover()
    explorer.page.get_by_label("Search").first.wait_for()  # the toolbar is there
    assert explorer.page.get_by_label("Download as CSV").count() >= 1
    assert not explorer.page.get_by_label("Download as CSV").first.is_visible()
