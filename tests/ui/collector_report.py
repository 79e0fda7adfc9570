"""Streamlit's command line, but on SIGUSR1 the server writes how its garbage collector stands to a file.

Run as `python -m tests.ui.collector_report FILE run app/main.py …`.
"""

import gc
import json
import os
import signal
import sys
import time
from pathlib import Path

from streamlit.web.cli import main


def _seconds_of_a_collection() -> float:
    """The shortest of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        gc.collect(2)
        times.append(time.perf_counter() - start)
    return min(times)


def _report(file: Path) -> None:
    frozen, seconds = gc.get_freeze_count(), _seconds_of_a_collection()
    gc.unfreeze()
    values = {"frozen": frozen, "seconds_frozen": seconds, "seconds_unfrozen": _seconds_of_a_collection()}
    gc.freeze()
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(values))
    os.replace(temporary, file)


if __name__ == "__main__":
    report = Path(sys.argv.pop(1))
    signal.signal(signal.SIGUSR1, lambda *_: _report(report))
    main()
