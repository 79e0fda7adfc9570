"""What a formula is made of: symbols as text, and a few pieces that hold others. Symbols in one text are parted by
spaces: "q · k"; a row of pieces is a tuple.
"""

from dataclasses import dataclass
from typing import Any, Union

Pattern = tuple[str | int | None, ...]
"""What lights up: a kind of cell as gptcore.provenance.cells names it, with as much of where it stands as is meant;
None stands for all along an axis. "token" is the tokens themselves, "cosine" a likeness of two vectors."""
Piece = Union[str, "Script", "Fraction", "Root", "Part"]
Row = tuple[Piece, ...]


@dataclass(frozen=True)
class Script:
    """A symbol with what stands below and above at its right: Script("h", "0")."""

    base: str
    below: str = ""
    above: str = ""


@dataclass(frozen=True)
class Fraction:
    """One row over another."""

    top: Row
    bottom: Row


@dataclass(frozen=True)
class Root:
    """A square root."""

    of: Row


@dataclass(frozen=True)
class Part:
    """Some of a formula that can be pointed at; parts may lie in others."""

    name: str
    """Its symbols in a sentence."""
    says: str
    """What it is, in plain words."""
    shape: str
    """Of this very text and model: "24 × 32"; "" for a number."""
    lights: tuple[Pattern, ...]
    row: Row


@dataclass(frozen=True)
class Formula:
    """One or more equations that stand in a line."""

    name: str
    """What it is the formula of, for screen readers."""
    source: str
    """Where it comes from, a sentence; shown while nothing is pointed at."""
    equations: tuple[Row, ...]


def as_data(formula: Formula) -> dict[str, Any]:
    """The same for the browser: source, words (all of it, read aloud), equations and parts. A piece is a text or
    [kind, *rows], a script ["script", base, below, above] and a part ["part", index, row]: the index counts the parts
    in order of reading, each before those inside it."""
    parts: list[dict[str, Any]] = []

    def data(piece: Piece) -> Any:
        match piece:
            case Script(base, below, above):
                return ["script", base, below, above]
            case Fraction(top, bottom):
                return ["fraction", row(top), row(bottom)]
            case Root(of):
                return ["root", row(of)]
            case Part():
                index = len(parts)
                text = f"{piece.name}: {piece.says}" + (f", {piece.shape}" if piece.shape else "")
                parts.append({"says": text, "lights": [list(pattern) for pattern in piece.lights]})
                return ["part", index, row(piece.row)]
        return piece

    def row(pieces: Row) -> list[Any]:
        return [data(piece) for piece in pieces]

    equations = [row(equation) for equation in formula.equations]
    words = f"{formula.name}: " + "; ".join(in_words(equation) for equation in formula.equations)
    return {"source": formula.source, "words": words, "equations": equations, "parts": parts}


def in_words(row: Row) -> str:
    """A row as it is read aloud: "h sub 0 equals U W sub e plus W sub p"."""
    return " ".join(filter(None, map(_word, row)))


def _word(piece: Piece) -> str:
    match piece:
        case Script(base, below, above):
            words = [_spoken(base)]
            words += [f"sub {_spoken(below)}"] if below else []
            words += [_ABOVE.get(above, f"superscript {_spoken(above)}")] if above else []
            return " ".join(words)
        case Fraction(top, bottom):
            return f"{in_words(top)} over {in_words(bottom)}"
        case Root(of):
            return f"the square root of {in_words(of)}"
        case Part(row=row):
            return in_words(row)
    return _spoken(piece)


_ABOVE = {"T": "transposed", "⊤": "transposed", "′": "prime"}
_SPOKEN = {
    "=": "equals",
    "+": "plus",
    "−": "minus",
    "·": "times",
    "∑": "the sum",
    "|": "given",
    "…": "to",
    "‖": "norm",
}


def _spoken(symbols: str) -> str:
    return " ".join(_SPOKEN.get(symbol, symbol) for symbol in symbols.split())


def sizes(*counts: int) -> str:
    """A shape as it is written: "24 × 8,192", "256 numbers"."""
    if len(counts) == 1:
        return f"{counts[0]:,} number{'s' * (counts[0] != 1)}"
    return " × ".join(f"{count:,}" for count in counts)
