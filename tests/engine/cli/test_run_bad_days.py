"""Runs on bad days: what a user is told, and that everything is done once in the end."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from freezegun import freeze_time
from sqlalchemy import func, select, text

from engine.services.accounts import login
from engine.services.proposing import propose
from engine.services.users import end_duty
from engine.store import audit, database, errors, migrate
from engine.store.database import Database, connect
from engine.store.errors import StoreError
from engine.store.runs import LOCK
from engine.store.schema.runs import ACTIONS, RUNS
from tests.databases import interrupted_migration
from tests.engine.cli.accounts import PASSWORD, fine
from tests.engine.cli.bad_days import (
    BOSS,
    INVOICES,
    NOTHING_IS_LOST,
    ON_POSTGRESQL,
    acting,
    address_of,
    at_call,
    before_letter,
    everything_happened_once,
)
from tests.engine.cli.command import dun, process
from tests.engine.cli.office import DAY, DUTY, Office, morning
from tests.engine.services import exactly_once
from tests.engine.services.exactly_once import PrintShop, week
from tests.engine.services.publications import NOW, new

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from sqlalchemy import Dialect

    from tests.engine.cli.command import Ended


def proposals(found: Database) -> tuple[int, int]:
    """How many runs there are, and how many actions; the audit trail tells of each."""
    with found.reading() as connection:
        days, actions = (
            connection.execute(select(func.count()).select_from(each)).scalar_one()
            for each in (RUNS, ACTIONS)
        )
        told = [entry.action for entry in audit.told(connection, ["run proposed"])]
        assert list(audit.flaws(connection)) == []
    assert (len(told) > 0) is (days > 0)
    return days, actions


# ------------------------------------------------------------------ the connection is lost


def cut(found: Database) -> None:
    """Let the server end all other connections to its database."""
    others = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with found.engine.connect() as connection:
        assert all(connection.execute(text(others)).scalars())


# A cursor on the server cannot be closed when the connection to it is gone.
LEFT_OPEN = pytest.mark.filterwarnings(
    "ignore:.*ServerCursorMixin:pytest.PytestUnraisableExceptionWarning"
)


def tried_until_done(
    office: Office, words: Sequence[str], *, step: int, after: Callable[[Ended], object]
) -> int:
    """A command again and again; its connection is cut a little later each time.

    How often it failed; what is true `after` each time.
    """
    other = connect(address_of(office))
    failed = 0
    with acting(office, "anna"):
        while True:
            with at_call(1 + failed * step, lambda: cut(other)) as calls:
                ended = dun(*words)
            if calls[0] < 1 + failed * step:
                other.close()
                fine(ended)
                return failed
            failed += 1
            assert ended.code == 3
            assert " cannot be reached (" in ended.err
            assert ended.out == ""
            after(ended)


@LEFT_OPEN
@ON_POSTGRESQL
def test_a_connection_may_be_lost_at_any_moment_of_a_run(due: Office) -> None:
    told = set()

    def look(ended: Ended) -> None:
        told.add(ended.err.splitlines(keepends=True)[0])

    failed = tried_until_done(due, ("run", "--execute"), step=3, after=look)
    assert failed > 15
    assert NOTHING_IS_LOST in told
    everything_happened_once(due)


@LEFT_OPEN
@ON_POSTGRESQL
def test_a_connection_may_be_lost_at_any_moment_of_a_proposal(town: Office) -> None:
    whole = set()

    def look(_: Ended) -> None:
        whole.add(proposals(town.database))

    failed = tried_until_done(town, ("run", "--on", DAY), step=2, after=look)
    assert failed > 8
    fine(town.by("anna", "run", "--on", DAY))
    whole.add(proposals(town.database))
    assert whole <= {(0, 0), proposals(town.database)}
    fine(town.by("anna", "run", "--execute"))
    everything_happened_once(town)


@ON_POSTGRESQL
def test_the_answer_of_the_server_may_be_lost_after_it_did_what_it_was_told(due: Office) -> None:
    other = connect(address_of(due))
    dialect = type(due.database.engine.dialect)
    commit = dialect.do_commit
    for number in range(1, 100):
        commits = [0]

        def committed(
            self: Dialect,
            connection: Any,  # noqa: ANN401 - of the driver
            number: int = number,
            commits: list[int] = commits,
        ) -> None:
            commit(self, connection)
            commits[0] += 1
            if commits[0] == number:
                cut(other)
                connection.execute("SELECT 1")

        with acting(due, "anna"), pytest.MonkeyPatch.context() as patch:
            patch.setattr(dialect, "do_commit", committed)
            ended = dun("run", "--execute")
        if commits[0] < number:
            fine(ended)
            break
        assert (ended.code, " cannot be reached (" in ended.err) == (3, True)
    other.close()
    assert number > 3
    everything_happened_once(due)


# ------------------------------------------------------------------ somebody else is writing


def test_somebody_else_who_writes_for_too_long_delays_the_run_and_nothing_more(
    due: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 1)
    other = connect(address_of(due))
    with ExitStack() as stack:
        with before_letter(3, lambda: stack.enter_context(other.writing("ledger"))):
            ended = due.by("anna", "run", "--execute")
        assert (ended.code, ended.out) == (3, "")
        assert ended.err.startswith(f"{NOTHING_IS_LOST}dun: somebody else is writing to ")
        assert ended.err.endswith("; try again in a moment\n")
    other.close()
    fine(due.by("anna", "run", "--execute"))
    everything_happened_once(due)


def test_a_proposal_waits_for_who_writes_and_gives_up_with_nothing_half_proposed(
    town: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 1)
    other = connect(address_of(town))
    key = new(login(town.database, "anna", PASSWORD, NOW)).key
    monkeypatch.setenv("DUN_KEY", key)
    with freeze_time(NOW), other.writing(LOCK):
        ended = dun("run", "--on", DAY)
    other.close()
    assert (ended.code, ended.out) == (3, "")
    assert "dun: somebody else is writing to " in ended.err
    assert proposals(town.database) == (0, 0)
    fine(town.by("anna", "run", "--on", DAY))
    fine(town.by("anna", "run", "--execute"))
    everything_happened_once(town)


def test_two_who_propose_at_once_make_one_proposal(
    town: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one does so at each moment of the first."""
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    other = connect(address_of(town))
    outcomes = set()
    whole = None
    for number in range(1, 1000, 7):

        def another() -> None:
            try:
                new(propose(other, BOSS, week(0), NOW))
                outcomes.add("both")
            except StoreError as error:
                assert error.code == errors.BUSY  # noqa: PT017 - either may be
                outcomes.add("one")

        with acting(town, "anna"), at_call(number, another) as calls:
            ended = dun("run", "--on", DAY)
        assert ended.code == 0 or "somebody else is writing" in ended.err
        whole = whole or proposals(town.database)
        assert proposals(town.database) == whole
        if calls[0] < number:
            break
    other.close()
    assert outcomes == {"both", "one"}
    fine(town.by("anna", "run", "--execute"))
    everything_happened_once(town)


def test_who_proposes_while_another_performs_changes_nothing_of_what_was_begun(
    due: Office,
) -> None:
    other = connect(address_of(due))
    told = []

    def another() -> None:
        told.append(new(propose(other, BOSS, week(0), NOW)))
        told.append(new(propose(other, BOSS, week(1), NOW)))

    with before_letter(3, another):
        ended = fine(due.by("anna", "run", "--execute", "--on", DAY))
    other.close()
    assert [(each.new, each.changed, each.withdrawn) for each in told[:1]] == [(0, 0, 0)]
    assert "actions performed\n" in ended.out
    at = morning(str(week(1)))
    fine(due.by("anna", "run", "--on", str(week(1)), at=at))
    fine(due.by("anna", "run", "--execute", at=at))
    exactly_once.check(due.database, PrintShop(Path("letters")))
    assert fine(due.by("vera", "audit", "verify")).out.splitlines()[0].endswith("no flaw")


# ------------------------------------------------------------------ stopped


STOPPED = """
import os, psycopg, sys
from freezegun import freeze_time
from engine.cli.main import main
from engine.io import file_drop

publish, before, number = file_drop._publish, [], int(sys.argv.pop(1))

def publish_or_stop(claim, visible):
    before.append(visible)
    if len(before) == 4:
        os.kill(os.getpid(), number)
    publish(claim, visible)

file_drop._publish = publish_or_stop
with freeze_time("2026-03-16 09:30"):
    main()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_run_that_is_told_to_stop_says_that_nothing_is_lost(
    due: Office, number: signal.Signals
) -> None:
    with acting(due, "anna"):
        ended = process(str(int(number)), "run", "--execute", program=STOPPED)
    assert ended.code == (130 if number == signal.SIGINT else 128 + number)
    said = "dun: interrupted\n" if number == signal.SIGINT else ""
    assert (ended.out, ended.err) == ("", NOTHING_IS_LOST + said)
    fine(due.by("anna", "run", "--execute"))
    everything_happened_once(due)


def test_what_was_begun_by_somebody_who_was_killed_is_finished_by_somebody_else(
    due: Office,
) -> None:
    with acting(due, "anna"):
        ended = process(str(int(signal.SIGKILL)), "run", "--execute", program=STOPPED)
    assert (ended.code, ended.out, ended.err) == (-signal.SIGKILL, "", "")
    fine(due.by("dora", "run", "--execute"))
    everything_happened_once(due)
    with due.database.reading() as connection:
        told = {entry.actor for entry in audit.told(connection, ["action performed"])}
    assert told == {"dora"}


# ------------------------------------------------------------------ an upgrade


def stopped(ended: Ended) -> None:
    """Ctrl-C, which the command turned into its exit code."""
    assert ended.code == 130
    raise KeyboardInterrupt


def test_an_upgrade_that_was_stopped_is_repeated_and_runs_follow(
    new_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exactly_once.company(new_office.database, tmp_path, INVOICES)
    new(end_duty(new_office.database, BOSS, "berta", DUTY, NOW))  # which came with step 0002
    with acting(new_office, "dora"):
        migrate.downgrade(new_office.database, "0001")
        with interrupted_migration(monkeypatch):
            stopped(dun("upgrade"))
        refused = dun("run", "--on", DAY)
        assert (refused.code, "then run 'dun upgrade'" in refused.err) == (3, True)
        fine(dun("upgrade"))
    fine(new_office.by("anna", "run", "--on", DAY))
    fine(new_office.by("anna", "run", "--execute"))
    everything_happened_once(new_office)
