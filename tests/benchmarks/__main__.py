"""`make bench`: every budget of the project, measured in one run, as ratios against a peer where there is one.

python -m tests.benchmarks [--avx2] [training reading kernels browser load lab]

`--avx2` keeps torch and its libraries from all instructions that came after AVX2, as most processors have no others.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module

from tests.benchmarks.report import Row, report

MODULES = ("training", "reading", "kernels", "browser", "load", "lab")
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}
"""Read by torch, oneDNN and MKL when they are loaded, here and in the processes started from here."""


def main() -> None:
    """Prints the machine, a row per measurement, and which budgets hold."""
    wanted = sys.argv[1:]
    if "--avx2" in wanted:
        wanted.remove("--avx2")
        os.environ.update(AVX2)
    report(_rows(wanted or MODULES))


def _rows(names: Iterable[str]) -> Iterator[Row]:
    for name in names:
        yield from import_module(f"tests.benchmarks.{name}").run()


if __name__ == "__main__":
    main()
