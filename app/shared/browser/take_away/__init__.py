"""A list of the page's pictures, each of which the browser saves as SVG or PNG: made there, when it is asked for."""

from app.shared.browser.assets import register

_render = register("take_away")


def picture_list(*, settings: str, caption: str, none: str, stamp: str, key: str) -> None:
    """Draws the list.

    Args:
        settings: a line under each picture's title: which model, text and choices it shows.
        caption: a line below it; the browser adds the date.
        none: said if there is no picture on the page.
    """
    _render(data={"settings": settings, "caption": caption, "none": none, "stamp": stamp}, key=key)
