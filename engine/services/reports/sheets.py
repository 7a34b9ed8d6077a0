"""Reports as tables of words and figures, for a terminal or a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from dunlang.render import visible
from engine.core.money import Money
from engine.services.reports.groups import share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.services.reports.groups import Key

Align: TypeAlias = Literal["left", "right", "text"]
"""How a column stands; names on the left and figures on the right are never folded, text is."""
Row: TypeAlias = tuple[str, ...]
_NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; rows may be shorter than there are columns."""

    name: str
    """What it shows, for those who do not see what stands around it."""
    columns: tuple[tuple[str, Align], ...]
    rows: tuple[Row, ...]
    whole: Row | None = None
    """The sums of all rows."""
    beside: tuple[Row, ...] = ()
    """What is no part of the sums."""
    note: str | None = None
    left_out: int = 0
    """How many rows there are beyond these."""


@dataclass(frozen=True, slots=True)
class Section:
    """The tables of one currency."""

    heading: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A report as it is shown."""

    title: str
    sections: tuple[Section, ...]
    nothing: str
    """What is said where there is no section."""


def names(by: Sequence[str]) -> tuple[tuple[str, Align], ...]:
    """The columns of a group."""
    return tuple((each, "left") for each in by)


def named(key: Key) -> Row:
    """The cells of a group."""
    return tuple(_NOBODY if each is None else visible(each) for each in key)


def grouped(by: Sequence[str]) -> str:
    """The name of a table of groups: `By policy and stage`."""
    *others, last = by
    return f"By {', '.join(others)} and {last}" if others else f"By {last}"


def count(number: int) -> str:
    """A number in a table."""
    return f"{number:,}" if number else "-"


def figure(minor: int, currency: str) -> str:
    """An amount in a table of one currency, which its heading names."""
    return str(Money(minor, currency)).rpartition(" ")[0] if minor else "-"


def percent(part: int, whole: int) -> str:
    """A share in a table."""
    return f"{share(part, whole)} %" if part else "-"


def rate(part: int, whole: int) -> str:
    """A share in a table that is `-` where there is nothing to have a share of."""
    return f"{share(part, whole)} %" if whole else _NOBODY
