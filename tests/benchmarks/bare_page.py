"""A Streamlit page with nothing but a live text box and its echo: what the app's figures are multiples of."""

import streamlit as st

st.text(st.text_input("Your text", key="prompt", live="50ms"))
