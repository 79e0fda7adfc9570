"""GPT Explorer's core: a small GPT-1 with its tokenizer, training, decoding and traces. The names to use are those of
gptcore.api, as `gptcore.GPT`; they are imported at first use, so that a command can prepare its process before torch is
loaded, and start without what it does not need."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gptcore.api import *  # noqa: F403


def __getattr__(name: str) -> Any:
    if name.startswith("_") and name != "__all__":
        raise AttributeError(f"gptcore has no {name}")
    api = import_module("gptcore.api")
    globals().update({"__all__": api.__all__, **{public: getattr(api, public) for public in api.__all__}})
    if name not in globals():
        raise AttributeError(f"gptcore has no {name}")
    return globals()[name]
