"""How every benchmark speaks: what machine this is, a row per measurement beside its budget, and which budgets hold.

    report([
        Row("keystroke to redraw", Figure(134, "ms", "median", at_most=200), Figure(162, "ms", "p95", at_most=350)),
        Row("generation, greedy", Figure(1.85, "x", at_least=1.3), note="900 against 486 tokens/s"),
        Row("that one", note="88 edits of 2,000 characters"),
    ])

A benchmark is a module whose `run()` gives its Rows, best one by one, as they are measured.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

_DIGITS = {"x": 2, "s": 1, "%": 2}
"""After the point, by unit; none for other units."""
_LINE = "{:44} {:60} {:22} {}"


@dataclass(frozen=True)
class Figure:
    """One number and the budget that it has to keep, if it has one."""

    value: float
    unit: str = ""
    """ "s", "ms", "kB"; "x" for a multiple, "x a bare page's" to say of what."""
    name: str = ""
    """Which of several numbers this is: "median", "p95"."""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the number is within its budget; None without one."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    @property
    def measured(self) -> str:
        """The number with name and unit: "median 134 ms", "1.85x"."""
        digits = _DIGITS.get(self.unit.partition(" ")[0], 0)
        return f"{self.name} {_with_unit(f'{self.value:,.{digits}f}', self.unit)}".strip()

    @property
    def budget(self) -> str:
        """The bound, "<= 200 ms" or ">= 1.3x"; empty without one."""
        bound = self.at_least if self.at_most is None else self.at_most
        if bound is None:
            return ""
        return f"{'>=' if self.at_most is None else '<='} {_with_unit(f'{bound:,g}', self.unit.partition(' ')[0])}"


def _with_unit(number: str, unit: str) -> str:
    return f"{number}{unit}" if unit.startswith("x") else f"{number} {unit}".strip()


class Row:
    """A line of the table: what was measured, one or more figures of it, and a note in brackets."""

    def __init__(self, what: str, *figures: Figure, note: str = ""):
        self.what, self.figures, self.note = what, figures, note

    @property
    def holds(self) -> bool | None:
        """Whether all its budgets hold; None if it has none."""
        answers = [figure.holds for figure in self.figures if figure.holds is not None]
        return all(answers) if answers else None

    def __str__(self) -> str:
        measured = ", ".join(figure.measured for figure in self.figures)
        note = f"({self.note})" if self.figures and self.note else self.note
        budget = ", ".join(figure.budget for figure in self.figures if figure.budget)
        answer = {None: "", True: "holds", False: "misses"}[self.holds]
        return _LINE.format(self.what, f"{measured}  {note}".strip(), budget, answer).rstrip()


def report(rows: Iterable[Row]) -> None:
    """Prints the machine, the rows as they come, and in the last line which budgets hold."""
    print(machine(), _LINE.format("what", "measured", "budget", "").rstrip(), sep="\n\n")
    answers = {}
    for row in rows:
        print(row, flush=True)
        if row.holds is not None:
            answers[row.what.strip()] = row.holds
    missed = [what for what, holds in answers.items() if not holds]
    print(f"\n{len(answers) - len(missed)} of {len(answers)} budgets hold", end="")
    print(f"; missed: {'; '.join(missed)}" if missed else "")


def machine() -> str:
    """The processor, what of its instructions torch uses, and what else keeps it busy."""
    import torch  # here: `--avx2` decides before torch is loaded which instructions it may use

    from gptcore.train.device import resolve_precision

    about = torch.cpu.get_capabilities()
    products = str(resolve_precision("auto", torch.device("cpu"))).removeprefix("torch.")
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    return (
        f"{about.get('cpu_name', 'processor')} ({about.get('architecture', '')}), {os.cpu_count()} cores{load}\n"
        f"torch {torch.__version__}, instructions {torch.backends.cpu.get_cpu_capability()}, "
        f"{torch.get_num_threads()} threads, products by default in {products}"
    )
