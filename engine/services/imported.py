"""What is imported, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from engine.core.problems import DataProblem
    from engine.store.staging import Kind


@dataclass(frozen=True, slots=True)
class Given:
    """A file to import."""

    kind: Kind
    path: Path
    name: str = ""
    """How it is shown, where that is not its path."""
    skip_bad: Path | None = None
    """Where bad rows are written to; the good ones are taken then."""

    @property
    def shown(self) -> str:
        """How it is shown."""
        return self.name or str(self.path)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file."""

    is_taken: bool
    """Whether its good rows are in the store now; if not, nothing was changed."""
    sha256: str = ""
    taken: int = 0
    """Rows that are new."""
    changed: int = 0
    """Rows that were there already and are events now, because something in them changed."""
    unchanged: int = 0
    """Rows that were there already."""
    bad: int = 0
    problems: tuple[DataProblem, ...] = ()
    """The first of them, in the order of the file."""
    found: int = 0
    """How many problems there are."""
    readable: bool = True
    """Whether the file is a table, so that leaving bad rows out would help."""
    resumed: int = 0
    """Rows that an earlier start had staged."""
    doubts: tuple[str, ...] = ()
    """Sentences about columns whose names look like slips of the keys."""


@dataclass(frozen=True, slots=True)
class Together:
    """What a file is taken together with."""

    within: Connection | None = None
    """The transaction in which all of it is done, which holds the lock "ledger"; for a few rows.
    None: in several of its own."""
    at_end: Callable[[Connection, Imported], object] | None = None
    """Called in the transaction that takes or refuses the file; what it raises undoes that."""


ALONE = Together()
