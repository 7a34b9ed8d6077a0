"""Laws of importing: what comes back is what a folder says, however it came in."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from engine.core.model import Ledger
from engine.io.ledger import load_ledger
from engine.services.imports import KINDS, Given, import_file
from engine.store.schema.ledger import CUSTOMERS, EVENTS, IMPORTS, INVOICES, STAGED
from tests.engine.services.importing import ANNA, AT, NEXT_DAY, import_folder, ledger_of, taken
from tests.oracle import vocabulary as words
from tests.oracle.fuzz import numbered
from tests.oracle.scenarios import checked
from tests.oracle.shown import ledger_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.store.database import Database
    from engine.store.staging import Kind

LEDGERS = 6
DECLARED = checked(
    "policy p version 1\n  effective 2026-01-01\n  currency EUR\n"
    + "".join(f"fact {path} : {type_}\n" for path, type_ in words.DECLARED.items())
).types


def random_ledgers(beginning: int) -> Iterator[tuple[Random, Ledger]]:
    """Ledgers, each with some chance."""
    for seed in range(beginning, beginning + LEDGERS):
        yield Random(seed), numbered(seed).ledger  # noqa: S311 - random examples, no secrets


@contextmanager
def files(ledger: Ledger) -> Iterator[Path]:
    """A folder with a ledger's files."""
    with tempfile.TemporaryDirectory() as name:
        for file, text in ledger_files(ledger).items():
            Path(name, file).write_text(text, encoding="utf-8")
        yield Path(name)


def emptied(database: Database) -> None:
    """Take the ledger out of a store."""
    with database.writing() as connection:
        for table in (STAGED, EVENTS, INVOICES, CUSTOMERS, IMPORTS):
            connection.execute(delete(table))


def in_places(ledger: Ledger) -> Ledger:
    """The same with events numbered from 1, whatever numbers their places had."""
    places = sorted(event.row for event in ledger.events)
    number = {place: at for at, place in enumerate(places, start=1)}
    events = tuple(replace(event, row=number[event.row]) for event in ledger.events)
    return replace(ledger, events=events)


def stored(database: Database) -> Ledger:
    """What a store holds, its events numbered from 1."""
    return in_places(ledger_of(database, DECLARED))


def read(folder: Path) -> Ledger:
    """What a folder holds, its events numbered from 1."""
    found = load_ledger(folder, DECLARED)
    assert found.ledger is not None, found.problems
    return in_places(found.ledger)


def test_a_ledger_is_the_same_from_a_store_as_from_its_files(
    database: Database, beginning: int
) -> None:
    for _, ledger in random_ledgers(beginning):
        emptied(database)
        with files(ledger) as folder:
            import_folder(database, folder)
            assert stored(database) == read(folder)


def test_to_import_twice_is_to_import_once(database: Database, beginning: int) -> None:
    for _, ledger in random_ledgers(beginning):
        emptied(database)
        with files(ledger) as folder:
            import_folder(database, folder)
            once = ledger_of(database, DECLARED)
            for again in import_folder(database, folder, at=NEXT_DAY):
                assert (again.taken, again.changed) == (0, 0)
            assert ledger_of(database, DECLARED) == once


def test_two_halves_are_the_whole(database: Database, beginning: int) -> None:
    for chance, ledger in random_ledgers(beginning):
        emptied(database)
        whole = told_apart(ledger)
        with files(whole) as folder:
            for kind in KINDS:
                lines = (folder / f"{kind}.csv").read_text(encoding="utf-8").splitlines()
                at = chance.randint(1, len(lines))
                for number, half in enumerate((lines[1:at], lines[at:])):
                    part = folder / f"{kind}-{number}.csv"
                    part.write_text("\n".join([lines[0], *half, ""]), encoding="utf-8")
                    assert taken(database, kind, part).is_taken
            assert stored(database) == read(folder)


def told_apart(ledger: Ledger) -> Ledger:
    """A ledger whose events have ids, and whose payers stand before those they pay for."""
    events = tuple(
        event if event.id else replace(event, id=f"X-{number}")
        for number, event in enumerate(ledger.events)
    )

    def depth(name: str) -> int:
        payer = ledger.customers[name].payer
        return 0 if payer is None else 1 + depth(payer)

    customers = {name: ledger.customers[name] for name in sorted(ledger.customers, key=depth)}
    return replace(ledger, customers=customers, events=events)


class _KilledError(Exception):
    """As if the process had ended there."""


def _die(*_: int) -> None:
    raise _KilledError


def test_killed_after_every_batch_and_gone_on_with_it_is_the_whole(
    database: Database, beginning: int
) -> None:
    for _, ledger in random_ledgers(beginning):
        emptied(database)
        with files(ledger) as folder:
            for kind in KINDS:
                import_in_many_lives(database, kind, folder / f"{kind}.csv")
            assert stored(database) == read(folder)


def import_in_many_lives(database: Database, kind: Kind, path: Path) -> None:
    """Import a file whose import is killed as soon as one more batch is staged."""
    rows = len(path.read_text(encoding="utf-8").splitlines()) - 1
    for _ in range(rows):
        with pytest.raises(_KilledError):
            import_file(database, ANNA, AT, Given(kind, path), progress=_die, batch=1)
    found = taken(database, kind, path)
    assert (found.is_taken, found.resumed) == (True, rows)
