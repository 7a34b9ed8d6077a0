"""Files of customers, invoices and events taken into a store: wholly, or not at all.

Rows are looked at and staged in batches, each in a transaction of its own, so that what was broken
off is gone on with. When all are staged, one transaction takes them.
"""

from __future__ import annotations

import datetime
import hashlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, get_args

from engine.core.problems import DataProblem
from engine.io.ledger import doubts_of, open_sheet
from engine.io.rejects import write_rejects
from engine.io.sheets import Row, Sheet, Unreadable, problem_at
from engine.services.actors import Refused, not_allowed
from engine.services.import_links import complain_of_payers, link_flaws
from engine.services.import_rows import Batch, look_at, problem_as_json
from engine.services.imported import ALONE, Given, Imported, Together
from engine.store import audit, staging
from engine.store.ledger_digest import IMPORTED, SUBJECT, sealed_rows
from engine.store.ledger_read import Position, position
from engine.store.staging import Kind, StagedRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from engine.io.ledger_links import Flaw
    from engine.services.actors import Actor
    from engine.store.database import Database
    from engine.store.staging import Import

__all__ = ["KINDS", "SHOWN", "Given", "Imported", "fingerprint", "import_file"]

KINDS: tuple[Kind, ...] = get_args(Kind)
SHOWN = 20
"""Problems that are returned; a file in the wrong format has one for each row."""
AT_ONCE = "S501"
"""Two processes import the same file."""
CHANGED_MEANWHILE = "S502"
"""The file was written to while it was read."""
_BATCH = 5_000
_BLOCK = 1 << 20
_ROUNDS = 3
"""So often others may take something while a file is looked at; then they wait for it."""


def import_file(
    database: Database,
    actor: Actor,
    at: datetime.datetime,
    given: Given,
    *,
    progress: Callable[[int, int], None] | None = None,
    batch: int = _BATCH,
    together: Together = ALONE,
) -> Imported | Refused:
    """Take a file into the store. Begun again after it was broken off, it goes on.

    `progress` is told after each batch how many of about how many rows are staged. Raises OSError
    for what cannot be read or written, and StoreError.
    """
    refused = not_allowed(actor, "import", "import a file")
    if refused is not None:
        return refused
    sha256, lines = fingerprint(given.path)
    with ExitStack() as stack:
        sheet = open_sheet(given.kind, given.path, stack, given.shown)
    if not isinstance(sheet, Sheet):
        shown = tuple(sheet[:SHOWN])
        return Imported(
            is_taken=False, sha256=sha256, problems=shown, found=len(sheet), readable=False
        )
    importing = _Importing(database, actor, at, given, sha256, batch, together)

    def tell(rows: int) -> None:
        if progress is not None:
            progress(rows, max(rows, lines))

    for _ in range(_ROUNDS):
        result = importing.round(tell)
        if result is not None:
            return result
    # Others take something all the time; now they wait.
    with importing.writing("ledger") as connection:
        importing.together = Together(connection, together.at_end)
        while True:
            result = importing.round(tell)
            if result is not None:
                return result


def fingerprint(path: Path) -> tuple[str, int]:
    """The SHA-256 of a file, and how many lines it has. Raises OSError."""
    digest, lines = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            lines += block.count(b"\n")
    return digest.hexdigest(), lines


class _FlawedError(Exception):
    """Rolls back what was taken. Raised and caught here only."""

    def __init__(self, links: dict[int, list[Flaw]], payers: dict[int, str]) -> None:
        super().__init__()
        self.links, self.payers = links, payers


@dataclass(slots=True)
class _Importing:
    """A file on its way into a store."""

    database: Database
    actor: Actor
    at: datetime.datetime
    given: Given
    sha256: str
    batch: int
    together: Together
    resumed: int | None = None
    counted: int = 0
    """Rows that were staged when the database last looked how many there are."""
    unreadable: DataProblem | None = None
    doubts: tuple[str, ...] = ()
    _begun: Import | None = field(default=None)
    _before: Position | None = field(default=None)
    """Where the ledger stood when its rows were added."""

    @property
    def begun(self) -> Import:
        """The import, which `stage` begins."""
        assert self._begun is not None  # noqa: S101 - a bug otherwise
        return self._begun

    @property
    def keeps_good_rows(self) -> bool:
        """Whether bad rows are left out, instead of refusing the whole file."""
        return self.given.skip_bad is not None

    @contextmanager
    def writing(self, lock: str | None = None) -> Iterator[Connection]:
        """A change, whole or not at all."""
        within = self.together.within
        if within is None:
            with self.database.writing(lock) as connection:
                yield connection
        else:
            with within.begin_nested():
                yield within

    def round(self, progress: Callable[[int], object]) -> Imported | Refused | None:
        """Look at all rows and take them; None: they have to be looked at again."""
        refused = self.stage(progress)
        if refused is not None:
            return refused
        if fingerprint(self.given.path)[0] != self.sha256:
            message = f"{self.given.shown} was written to while it was read"
            return Refused(CHANGED_MEANWHILE, message, "import it again when it is complete")
        return self.take()

    # ------------------------------------------------------------------------------- staging

    def stage(self, progress: Callable[[int], object]) -> Refused | None:
        """Look at all rows that are not staged yet."""
        with self.writing() as connection:
            name, actor = self.given.shown, self.actor.name
            self._begun = staging.begin(
                connection, self.given.kind, name, self.sha256, actor, self.at
            )
        if self.resumed is None:
            self.resumed = self.begun.staged
        with self._open() as (sheet, rows):
            self.doubts = tuple(doubts_of(sheet, self.given.kind, {}))
            following = islice(rows, self.begun.staged, None)
            while items := list(islice(following, self.batch)):
                if not self._stage_batch(sheet, items):
                    message = f"{self.given.shown} is being imported by somebody else"
                    return Refused(AT_ONCE, message, "wait until that has ended")
                progress(self.begun.staged)
        return None

    def _open(self) -> _Rows:
        return _Rows(self)

    def _stage_batch(self, sheet: Sheet, items: list[tuple[int, Row | DataProblem]]) -> bool:
        begun = self.begun
        with self.writing() as connection:
            if not staging.advance(connection, begun, len(items)):
                return False
            looking = Batch(connection, begun, sheet, self.at)
            look_at(looking, items)
            staging.stage(connection, begun, looking.rows)
            staged = begun.staged + len(items)
            if staged >= 2 * self.counted:
                staging.count_again(connection)
                self.counted = staged
        self._begun = staging.Import(begun.id, begun.kind, begun.begun_after, staged)
        return True

    # -------------------------------------------------------------------------------- taking

    def take(self) -> Imported | None:
        """Take everything that was staged, or refuse the file; None: it has to be looked at again.

        That is so when another file was taken meanwhile, or when rows turned out to be bad and are
        left out.
        """
        try:
            with self.writing("ledger") as connection:
                if staging.finished(connection) != self.begun.begun_after:
                    staging.restart(connection, self.begun)
                    return None
                self._try(connection)
                return self._taken(connection)
        except _FlawedError as flawed:
            return self._mark(flawed)

    def _try(self, connection: Connection) -> None:
        """Take everything, for good if nothing is wrong with it; raises _FlawedError."""
        is_bad = staging.counts(connection, self.begun)["bad"] or self.unreadable
        is_refused = self.unreadable or (is_bad and not self.keeps_good_rows)
        if is_refused and self.given.kind == "invoices":
            raise _FlawedError({}, {})
        self._before = position(connection)
        staging.take(connection, self.begun)
        links: dict[int, list[Flaw]] = {}
        payers: dict[int, str] = {}
        if self.given.kind == "events":
            keeps = self.keeps_good_rows
            links = link_flaws(connection, self.begun, keeps_good_rows=keeps)
        elif self.given.kind == "customers":
            payers = staging.without_payers(connection, self.begun)
        if links or payers or is_refused:
            raise _FlawedError(links, payers)

    def _taken(self, connection: Connection) -> Imported:
        counts = staging.counts(connection, self.begun)
        problems = self._problems(connection)
        if self.given.skip_bad is not None:
            write_rejects(self.given.skip_bad, self._each_problem(connection))
        return self._end(connection, counts, problems, is_taken=True)

    def _mark(self, flawed: _FlawedError) -> Imported | None:
        """Stage what was found wrong in rows that looked right."""
        numbers = flawed.links.keys() | flawed.payers.keys()
        with self._open() as (sheet, rows):
            found = {
                number: row
                for number, row in (rows if numbers else ())
                if number in numbers and isinstance(row, Row)
            }
        with self.writing("ledger") as connection:
            staged: list[StagedRow] = []
            for number, flaws in flawed.links.items():
                row = found[number]
                staged += _bad(sheet, row, [problem_at(sheet, row, *flaw) for flaw in flaws])
            customers = {name: found[number] for number, name in flawed.payers.items()}
            if customers:
                begun, keeps = self.begun, self.keeps_good_rows
                complain_of_payers(connection, begun, sheet, customers, keeps_good_rows=keeps)
            by_line = {row.line: row for row in customers.values()}
            for problem in sheet.problems:
                staged += _bad(sheet, by_line[problem.line or 0], [problem])
            staging.unstage(connection, self.begun, numbers)
            staging.stage(connection, self.begun, staged)
            if self.keeps_good_rows and not self.unreadable:
                return None
            counts = staging.counts(connection, self.begun)
            return self._end(connection, counts, self._problems(connection), is_taken=False)

    def _each_problem(self, connection: Connection) -> Iterator[DataProblem]:
        for body in staging.bad_rows(connection, self.begun):
            yield DataProblem(**{**body, "file": self.given.shown})
        if self.unreadable is not None:
            yield self.unreadable

    def _problems(self, connection: Connection) -> tuple[DataProblem, ...]:
        return tuple(islice(self._each_problem(connection), SHOWN))

    def _end(
        self,
        connection: Connection,
        counts: dict[str, int],
        problems: tuple[DataProblem, ...],
        *,
        is_taken: bool,
    ) -> Imported:
        """Write down what came of the file."""
        found = counts.pop("problems") + (self.unreadable is not None)
        if not is_taken:
            counts = {**dict.fromkeys(counts, 0), "bad": counts["bad"]}
        told = {"kind": self.given.kind, "file": self.given.shown, "sha256": self.sha256}
        action = IMPORTED if is_taken else "file refused"
        subject = f"{SUBJECT}{self.begun.id}"
        body: dict[str, object] = {**told, **counts}
        if is_taken and self._before is not None:
            rows = sealed_rows(connection, self.begun.id, self._before)
            body["rows"] = {table: seal.plain() for table, seal in rows.items()}
        audit.append(connection, self.at, self.actor.name, action, subject, body)
        staging.end(connection, self.begun, "done" if is_taken else "refused", counts, self.at)
        result = Imported(
            is_taken,
            self.sha256,
            **counts,
            problems=problems,
            found=found,
            readable=self.unreadable is None,
            resumed=self.resumed or 0,
            doubts=self.doubts,
        )
        if self.together.at_end is not None:
            self.together.at_end(connection, result)
        return result


def _bad(sheet: Sheet, row: Row, problems: list[DataProblem]) -> list[StagedRow]:
    sheet.take(row)
    name = sheet.cell("id")
    return [
        StagedRow(row.number, part, "bad", name, problem_as_json(problem))
        for part, problem in enumerate(problems)
    ]


@dataclass(slots=True)
class _Rows:
    """The rows of a file with their numbers, as long as it is open."""

    importing: _Importing
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> tuple[Sheet, Iterator[tuple[int, Row | DataProblem]]]:
        """Open the file."""
        given = self.importing.given
        sheet = open_sheet(given.kind, given.path, self._stack, given.shown)
        if not isinstance(sheet, Sheet):
            # It was a table a moment ago.
            raise OSError(None, "the file was replaced while it was read", given.shown)
        return sheet, self._each(sheet)

    def __exit__(self, *error: object) -> None:
        """Close it."""
        self._stack.close()

    def _each(self, sheet: Sheet) -> Iterator[tuple[int, Row | DataProblem]]:
        for number, row in enumerate(sheet.table.rows, start=1):
            if isinstance(row, Unreadable):
                self.importing.unreadable = row.problem
                return
            yield number, row._replace(number=number) if isinstance(row, Row) else row
