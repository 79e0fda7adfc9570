"""The measured numbers, read once: the file ships, and nobody writes it while the app runs."""

from typing import Any

import streamlit as st

from gptcore.exercise.measured import MEASURED
from gptcore.files import read_object


@st.cache_resource(max_entries=1, show_spinner=False)
def measured() -> dict[str, Any]:
    """What `python -m gptcore exercise --measure` wrote."""
    return read_object(MEASURED)
