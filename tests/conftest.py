"""For all tests: nobody switches this machine off, so nothing waits until a disk has written."""

import os
import sqlite3
from collections.abc import Iterator

import pytest

from gptcore.lab import table


@pytest.fixture(scope="session", autouse=True)
def quick_disks() -> Iterator[None]:
    """Files and tables are as whole as ever when a process dies (tests/core/test_durability.py)."""
    connect = table._connect

    def unhurried(*arguments) -> sqlite3.Connection:
        connection = connect(*arguments)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        patch.setattr(table, "_connect", unhurried)
        yield
