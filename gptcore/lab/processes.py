"""Processes of this machine, on every system: who has ended, who comes second, who outlives whom."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

_NICE, _OOM_SCORE = 5, "800"


def ended(process: int | None) -> Callable[[], bool]:
    """What tells whether there was such a process and it has ended, even once its number is another's."""
    if process is None:
        return lambda: False
    try:
        watched = psutil.Process(process)
    except psutil.NoSuchProcess:
        return lambda: True
    return lambda: not watched.is_running()


def give_way() -> None:
    """Makes this process second to the others: in its share of the processor, and first to be ended when the machine's
    memory runs out. Does what the system knows of."""
    process = psutil.Process()
    with suppress(psutil.AccessDenied):
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            process.nice(min(19, process.nice() + _NICE))
    with suppress(OSError):  # only Linux keeps it
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")


def apart() -> dict[str, Any]:
    """Arguments of subprocess.Popen: neither Ctrl-C nor closing its starter's terminal ends the process."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
