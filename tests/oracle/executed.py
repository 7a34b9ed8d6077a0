"""A stage that was executed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime


@dataclass(frozen=True)
class Executed:
    """What executing a stage puts on record."""

    stage: str
    date: datetime.date
    fee: int
    """In minor units."""
    deadline: datetime.date | None
    notice: bool
    """Whether it sent something: "a stage with `by`"."""
