"""What a learner's runs gave, measured once; bounded, keyed by value."""

from pathlib import Path

import streamlit as st

from app.shared import learner
from gptcore.lab.store import State
from gptcore.paper.claims import CLAIMS
from gptcore.paper.lab_runs import lab_runs
from gptcore.paper.lab_series import placed, so_far
from gptcore.paper.record import Record
from gptcore.train.run_folder import RunFolder


@st.cache_resource(max_entries=64, show_spinner=False)
def small_record(name: str, home: str, finished: tuple[str, ...]) -> Record | None:
    """What the finished runs of a claim's small version give; None as long as no condition is complete.

    Args:
        home: of the Lab's runs.
        finished: their ids.
    """
    rows = [row for row in map(learner.STORE.get, finished) if row.state == State.FINISHED]
    runs = lab_runs(CLAIMS[name], Path(home))
    return so_far(CLAIMS[name], runs, placed(runs, rows), Path(home))


@st.cache_resource(max_entries=64, show_spinner=False)
def progress(folder: str, stamp: int) -> tuple[int, int] | None:
    """How many updates a run has done, of how many, as its metrics were at a time stamp; None before the first."""
    updates = RunFolder(folder).metrics.read().updates
    return (updates[-1].step, updates[-1].steps) if updates else None
