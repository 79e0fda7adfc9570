"""The app's entry: puts the repository on the path, lists the pages, nothing else. Run it with `make run`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st

from app.present import present_mode

st.set_page_config(page_title="GPT Explorer", page_icon=":material/visibility:", layout="wide")
present_mode()
st.navigation([st.Page("views/explore.py", title="Explore", default=True)], position="hidden").run()
