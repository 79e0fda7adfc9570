"""`make bench`: every budget of the project, measured in one run, as ratios against a peer where there is one.

python -m tests.benchmarks [--avx2] [training reading decoding kernels browser load lab gpu]

`--avx2` keeps torch and its libraries from all instructions that came after AVX2, as most processors have no others.
`gpu` takes `--device`, `--sizes books,paper` and `--skip generation,training,compiled`.
"""

import argparse
import os
from collections.abc import Iterable, Iterator
from importlib import import_module

from tests.benchmarks.report import Row, report

MODULES = ("training", "reading", "decoding", "kernels", "browser", "load", "lab", "gpu")
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}
"""Read by torch, oneDNN and MKL when they are loaded, here and in the processes started from here."""


def main() -> None:
    """Prints the machine, a row per measurement, and which budgets hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", argument_default=argparse.SUPPRESS)
    parser.add_argument("modules", nargs="*", metavar="module", help=", ".join(MODULES))
    parser.add_argument("--avx2", action="store_true", default=False)
    for option in ("--device", "--sizes", "--skip"):
        parser.add_argument(option, help="of gpu")
    options = vars(parser.parse_args())
    wanted = options.pop("modules", None) or MODULES
    if options.pop("avx2"):
        os.environ.update(AVX2)
    report(_rows(wanted, options))


def _rows(names: Iterable[str], of_gpu: dict[str, str]) -> Iterator[Row]:
    for name in names:
        yield from import_module(f"tests.benchmarks.{name}").run(**of_gpu if name == "gpu" else {})


if __name__ == "__main__":
    main()
