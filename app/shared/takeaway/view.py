"""What somebody takes away: the names and choices of a view, in words."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class View:
    """One page as it is now."""

    title: str
    settings: dict[str, str] = field(default_factory=dict)
    """What is chosen, by its name: "Token": "8 “fox”"."""
    line: str = ""
    """The same in a line: "books · layer 4, head 1 · token 8 “fox”"."""
    texts: dict[str, str] = field(default_factory=dict)
    """What was read, by its name; a learner's own words."""
    caption: str = ""
    """What the numbers are, and of what."""
