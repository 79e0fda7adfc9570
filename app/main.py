"""The app's entry: puts the repository on the path, lists the pages, nothing else. Run it with `make run`."""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT))

import streamlit as st  # noqa: E402

from app.shared import outside, state  # noqa: E402
from app.shared.browser.used import used  # noqa: E402
from app.shared.pages import PAGES, url_path  # noqa: E402
from app.shared.present import present_mode  # noqa: E402

outside.guard()
st.set_page_config(page_title="GPT Explorer", page_icon=str(_ROOT / "assets" / "icon.svg"), layout="wide")
present_mode()
state.take_corrections()
pages = [st.Page(path, title=name, url_path=url_path(path), default=name == "Explore") for path, name in PAGES.items()]
st.navigation(pages, position="hidden").run()
used()
state.run_again_if_corrected()
