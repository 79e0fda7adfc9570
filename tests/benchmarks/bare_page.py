"""A Streamlit page with nothing but a live text box and a line that follows it: what our figures are multiples of."""

import streamlit as st

st.text(f"{len(st.text_input('Your text', key='prompt', live='50ms'))} characters")
