"""A page for test_words.py: the same hostile words wherever our pages put a learner's or a model's words."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pandas as pd
import streamlit as st

from app.explore.lenses.prediction_figure import surprisal_by_token
from app.shared import notice
from app.shared.theme import escape
from tests.browser.words import WORDS

for index, text in enumerate(WORDS):
    words = escape(text)
    with st.container(key=f"words_{index}"):
        st.markdown(words)
        st.markdown(f"**{words}** and **{words}**")
        st.caption(words)
        st.error(words)
        st.metric(words, words)
        st.table(pd.DataFrame({words: [words]}), hide_index=True)
        notice.cannot("A sentence of ours.", text)
with st.container(key="figure"):
    names = ["<b>bold</b>", "<a href='http://evil.example'>x</a>", "&lt;", "%{y}"]
    st.plotly_chart(surprisal_by_token(names, pd.Series([1.0] * 4), [0] * 4))
st.button("Toast", key="toast", on_click=lambda: [notice.toast(text) for text in WORDS])
