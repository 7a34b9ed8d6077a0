"""What goes wrong on a bad day, and whether everything is done once in the end, for tests."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from freezegun import freeze_time
from sqlalchemy import Engine, event

from engine.io.file_drop import FileDrop
from engine.services.accounts import login
from engine.services.actors import Actor
from tests.engine.cli.accounts import PASSWORD, fine
from tests.engine.services import exactly_once
from tests.engine.services.exactly_once import PrintShop
from tests.engine.services.publications import NOW, new

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.io.channels import Message
    from tests.engine.cli.office import Office

INVOICES = 24
BOSS = Actor("dora", "admin")
NOTHING_IS_LOST = "nothing is lost: the next 'dun run --execute' finishes what was begun\n"


def everything_happened_once(office: Office, letters: Path = Path("letters")) -> None:
    """Whether each action was performed once, with its letters, and the audit trail agrees."""
    states = exactly_once.check(office.database, PrintShop(letters))
    assert set(states) == {"performed"}
    assert fine(office.by("vera", "audit", "verify")).out.splitlines()[0].endswith("no flaw")


@contextmanager
def at_call(number: int, then: Callable[[], object]) -> Iterator[list[int]]:
    """Something happens right before the n-th time that the database is asked or told something.

    Yields how often it was.
    """
    calls = [0]

    def called(*_: object) -> None:
        calls[0] += 1
        if calls[0] == number:
            then()

    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, called)
    try:
        yield calls
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(Engine, name, called)


@contextmanager
def acting(office: Office, name: str) -> Iterator[None]:
    """Somebody who is logged in, and whose commands are not preceded by anything else."""
    key = new(login(office.database, name, PASSWORD, NOW)).key
    with pytest.MonkeyPatch.context() as patch, freeze_time(NOW):
        patch.setenv("DUN_KEY", key)
        yield


ON_POSTGRESQL = pytest.mark.parametrize("address", ["postgresql"], indirect=True)
IN_A_FILE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)


def address_of(office: Office) -> str:
    url = office.database.engine.url
    return str(url.database) if office.database.is_sqlite else url.render_as_string(False)


@contextmanager
def before_letter(number: int, then: Callable[[], object]) -> Iterator[None]:
    """Something happens right before the n-th letter is handed over."""
    deliver, lock = FileDrop.deliver, threading.Lock()
    calls = [0]

    def watched(self: FileDrop, message: Message) -> str:
        with lock:
            calls[0] += 1
            if calls[0] == number:
                then()
        return deliver(self, message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileDrop, "deliver", watched)
        yield
    assert calls[0] >= number
