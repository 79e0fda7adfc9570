"""The app's entry: puts the repository on the path, lists the pages, nothing else. Run it with `make run`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st

from app.shared import outside, state
from app.shared.browser.used import used
from app.shared.pages import PAGES, url_path
from app.shared.present import hide_unguarded_downloads, keep_lists_short, present_mode
from app.shared.takeaway import shelf
from gptcore.places import ASSETS

outside.guard()
st.set_page_config(page_title="GPT Explorer", page_icon=str(ASSETS / "icon.svg"), layout="wide")
present_mode()
hide_unguarded_downloads()
keep_lists_short()
shelf.begin()
state.take_corrections()
pages = [st.Page(path, title=name, url_path=url_path(path), default=name == "Explore") for path, name in PAGES.items()]
st.navigation(pages, position="hidden").run()
used()
state.run_again_if_corrected()
