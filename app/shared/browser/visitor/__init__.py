"""A cookie that keeps the learner's anonymous id in their browser."""

from app.shared.browser.assets import register

_render = register("visitor")


def keep_cookie(name: str, value: str) -> None:
    """Puts it into the browser."""
    _render(data={"cookie": name, "id": value}, key="visitor", height=1)
