"""`make bench`: every budget of the project, measured in one run, as ratios against a peer where there is one.

python -m tests.benchmarks [training reading browser load lab]
"""

import sys
from importlib import import_module

MODULES = ("training", "reading", "browser", "load", "lab")


def main() -> None:
    """Prints a row per figure: what, measured, budget."""
    wanted = sys.argv[1:] or MODULES
    print("{:44} {:56} {}".format("what", "measured", "budget"))
    for name in wanted:
        for row in import_module(f"tests.benchmarks.{name}").run():
            print("{:44} {:56} {}".format(*row), flush=True)


if __name__ == "__main__":
    main()
