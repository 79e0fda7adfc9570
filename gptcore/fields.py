"""Settings as fields of frozen dataclasses: each says once what it is, what it may be, and what it is without a word.

    @dataclass(frozen=True)
    class Sampling(Settings):
        temperature: Annotated[float, About("how even the draw is", ge=0, le=10)] = 1.0

A value that is none of these is refused when the dataclass is made, wherever it comes from; the command line makes its
options of the fields, the Lab its widgets. Standard library only, for a model's shape is such a dataclass too and every
page reads one.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, fields, replace
from numbers import Integral, Real
from re import DOTALL, fullmatch
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Self, Union, get_args, get_origin

from gptcore.errors import ConfigError


@dataclass(frozen=True)
class About:
    """What to know of one setting; goes into its annotation. ge, gt, le, lt: at least, above, at most, below."""

    help: str
    """In one sentence, for people."""
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    pattern: str = ".*"
    """That the whole of a text fits."""
    says: str = ""
    """What a value is, where its type does not tell: "a path"."""
    label: str = ""
    """Beside a widget; without it, the name in words."""
    metavar: str | None = None
    """For its value, in the command line's help."""

    @property
    def limits(self) -> str:
        """The bounds in words, after "a number"; "" without any."""
        if self.ge is not None and self.le is not None:
            return f" from {_number(self.ge)} to {_number(self.le)}"
        bounds = {"at least": self.ge, "above": self.gt, "at most": self.le, "below": self.lt}
        return " and".join(f" {word} {_number(bound)}" for word, bound in bounds.items() if bound is not None)

    def holds(self, value: float) -> bool:
        """Whether a number is within the bounds; one that is none (nan) is not, where there are any."""
        return (
            (self.ge is None or value >= self.ge)
            and (self.gt is None or value > self.gt)
            and (self.le is None or value <= self.le)
            and (self.lt is None or value < self.lt)
        )


@dataclass(frozen=True)
class Setting:
    """One field, as its annotation describes it."""

    name: str
    kind: type
    """int, float, bool, str, dict, or a dataclass of settings."""
    choices: tuple[Any, ...]
    """All that it may be, of a Literal."""
    is_optional: bool
    """Whether None may stand for "not given"."""
    default: Any
    """dataclasses.MISSING: it must be given."""
    about: About

    @property
    def label(self) -> str:
        """For people."""
        return self.about.label or self.name.replace("_", " ").capitalize()

    @property
    def wanted(self) -> str:
        """What it must be, in words."""
        if self.choices:
            wanted = f"one of {', '.join(map(str, self.choices))}"
        elif self.kind in (int, float):
            wanted = ("a whole number" if self.kind is int else "a number") + self.about.limits
        else:
            wanted = self.about.says or {bool: "true or false", str: "a text"}.get(self.kind, "settings by name")
        return wanted + ", or left out" * self.is_optional

    def plain(self, value: Any) -> Any:
        """The value as Python's own type: numpy's numbers and paths become one.

        Raises:
            ConfigError: the setting cannot have it.
        """
        if value is None and self.is_optional:
            return None
        if issubclass(self.kind, Settings) and isinstance(value, Mapping):
            try:
                return self.kind.from_dict(value)
            except ConfigError as error:
                raise ConfigError([f"{self.name}: {problem}" for problem in error.problems]) from error
        plain = _plain(value)
        if not self._fits(plain):
            raise ConfigError([f"{self.name} must be {self.wanted}, not {value!r:.60}"])
        return plain

    def _fits(self, value: Any) -> bool:
        if isinstance(value, bool) != (self.kind is bool):  # which Python takes for a number
            return False
        is_of_kind = isinstance(value, (int, float) if self.kind is float else self.kind)
        if not is_of_kind:
            return False
        if self.choices:
            return value in self.choices
        if self.kind in (int, float):
            return self.about.holds(value)
        return self.kind is not str or fullmatch(self.about.pattern, value, DOTALL) is not None


@dataclass(frozen=True)
class Settings:
    """Base of frozen dataclasses whose fields are settings; every problem is told at once, in a ConfigError."""

    NOUN: ClassVar[str] = "a plan"
    """Whose settings they are, for messages."""

    def __post_init__(self) -> None:
        problems: list[str] = []
        for setting in settings_of(type(self)).values():
            try:
                object.__setattr__(self, setting.name, setting.plain(getattr(self, setting.name)))
            except ConfigError as error:
                problems += error.problems
        if problems := problems or list(self.conflicts()):
            raise ConfigError(problems)

    def conflicts(self) -> Iterator[str]:
        """What does not fit together, a sentence each; asked once each value is fine by itself."""
        yield from ()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Settings from plain values (a JSON file's, say).

        Raises:
            ConfigError: a name is unknown or missing, or a value is refused.
        """
        known = settings_of(cls)
        problems = [f"{name!r:.60} is no setting of {cls.NOUN}" for name in values if name not in known]
        required = [name for name, setting in known.items() if setting.default is MISSING]
        problems += [f"{name} is missing" for name in required if name not in values]
        if problems:
            raise ConfigError(problems)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Every setting as a plain value, ready for JSON."""
        return asdict(self)

    def with_changes(self, **changes: Any) -> Self:
        """A copy with some settings changed, checked again."""
        return replace(self, **changes)


def settings_of(cls: type[Settings]) -> dict[str, Setting]:
    """The settings of a dataclass by name, in their order."""
    if cls not in _KNOWN:
        _KNOWN[cls] = _read(cls)
    return _KNOWN[cls]


_KNOWN: dict[type[Settings], dict[str, Setting]] = {}


def _read(cls: type[Settings]) -> dict[str, Setting]:
    settings = {}
    for field in fields(cls):
        annotation, about = get_args(field.type)
        part = next(part for part in _parts(annotation) if part is not NoneType)
        choices = get_args(part) if get_origin(part) is Literal else ()
        kind = type(choices[0]) if choices else get_origin(part) or part
        default = field.default if field.default_factory is MISSING else field.default_factory()
        settings[field.name] = Setting(field.name, kind, choices, NoneType in _parts(annotation), default, about)
    return settings


def _parts(annotation: Any) -> tuple[Any, ...]:
    """Of a union its members, of another annotation only itself."""
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return str(value) if isinstance(value, str) else value


def _number(value: float | None) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
