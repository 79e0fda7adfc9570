"""`python -m app` opens the app, on every system and in every folder; options go to Streamlit, as in
`python -m app --server.port 8600`."""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from threading import Thread


def main(argv: Sequence[str] | None = None) -> None:
    """Serves the app until it is stopped, with the settings of app/.streamlit: Streamlit reads those beside a script.

    Args:
        argv: options of `streamlit run`; None: those that this process was started with.
    """
    gc.disable()  # nothing that is imported is garbage, and looking for some takes a sixth of the time
    from streamlit.web.cli import main as streamlit

    Thread(target=_load_ahead).start()
    options = sys.argv[1:] if argv is None else argv
    streamlit(["run", str(Path(__file__).with_name("main.py")), *options], prog_name="streamlit")


def _load_ahead() -> None:
    """While Streamlit starts and the browser fetches the page: what the first page waits for most."""
    try:
        for name in ("torch", "pandas"):
            import_module(name)
        gc.freeze()  # modules live as long as the server; app.shared.loaded does the same for models
    finally:
        gc.enable()


if __name__ == "__main__":
    main()
