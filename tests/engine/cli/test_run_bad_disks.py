"""Runs without room, and runs whose folder for letters is gone for a while or for good."""

from __future__ import annotations

import resource
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, event, text

from engine.io.file_drop import FileDrop
from engine.services.abandoning import abandon
from engine.services.delivering import Sending
from engine.store.database import connect
from tests.engine.cli.accounts import fine
from tests.engine.cli.bad_days import (
    BOSS,
    IN_A_FILE,
    NOTHING_IS_LOST,
    ON_POSTGRESQL,
    acting,
    address_of,
    before_letter,
    everything_happened_once,
)
from tests.engine.cli.command import dun
from tests.engine.cli.office import DAY, Office
from tests.engine.services.publications import NOW, new

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tests.engine.cli.command import Ended

# ------------------------------------------------------------------ there is no room left


@contextmanager
def room_for(pages: int) -> Iterator[None]:
    """Databases in files that cannot grow beyond a size."""

    def connected(connection: Any, _: object) -> None:  # noqa: ANN401 - of the driver
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", connected)
    try:
        yield
    finally:
        event.remove(Engine, "connect", connected)


def with_ever_more_room(office: Office, *words: str) -> list[Ended]:
    """A command with no room, then with a little more, until there is enough; what it said."""
    failed: list[Ended] = []
    with acting(office, "anna"):
        with office.database.reading() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        while True:
            with room_for(pages + len(failed)):
                ended = dun(*words)
            if ended.code == 0:
                return failed
            assert (ended.code, ended.out) == (3, "")
            assert ended.err.endswith(
                f"dun: there is no room left for {office.database.name};"
                " make room and repeat the command; nothing is half done\n"
            )
            failed.append(ended)


@IN_A_FILE
def test_a_full_disk_stops_a_run_and_with_room_it_goes_on(due: Office) -> None:
    failed = with_ever_more_room(due, "run", "--execute")
    assert len(failed) > 2
    assert failed[-1].err.startswith(NOTHING_IS_LOST)
    everything_happened_once(due)


@IN_A_FILE
def test_a_full_disk_makes_no_half_proposal(town: Office) -> None:
    failed = with_ever_more_room(town, "run", "--on", DAY)
    assert len(failed) > 2
    fine(town.by("anna", "run", "--execute"))
    everything_happened_once(town)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@ON_POSTGRESQL
def test_a_full_disk_for_letters_keeps_them_until_there_is_room(due: Office) -> None:
    with no_file_larger_than(500):
        ended = due.by("anna", "run", "--execute")
    assert ended.code == 3
    assert ended.out.startswith("0 actions performed\n")
    assert "File too large\nnothing is lost: 'dun run --execute' tries them again\n" in ended.err
    assert list(Path("letters").glob("*/*.json")) == []
    fine(due.by("anna", "run", "--execute"))
    everything_happened_once(due)


@IN_A_FILE
def test_a_disk_that_is_full_for_letters_and_store_is_told(due: Office) -> None:
    with acting(due, "anna"), no_file_larger_than(500):
        ended = dun("run", "--execute")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith(
        " cannot be written: the disk reports an error;"
        " see if it is full, and repeat the command; nothing is half done\n"
    )
    fine(due.by("anna", "run", "--execute"))
    everything_happened_once(due)


# ------------------------------------------------------------------ the folder for letters


def test_a_folder_that_becomes_unusable_in_the_middle_gets_the_rest_when_it_is_back(
    due: Office,
) -> None:
    letters, away = Path("letters"), Path("away")

    def taken_away() -> None:
        letters.rename(away)
        letters.write_text("in the place of the folder", encoding="utf-8")

    with before_letter(4, taken_away):
        ended = due.by("anna", "run", "--execute")
    assert ended.code == 3
    assert f"{letters.absolute()}/" in ended.err
    assert "nothing is lost: 'dun run --execute' tries them again\n" in ended.err
    again = due.by("anna", "run", "--execute")
    assert again.code == 3
    assert "cannot be put into" in again.err
    letters.unlink()
    away.rename(letters)
    fine(due.by("anna", "run", "--execute"))
    everything_happened_once(due)


def test_a_share_that_is_not_mounted_is_no_empty_folder(due: Office) -> None:
    """Neither in the middle of a run nor before the next."""
    letters, share = Path("letters"), Path("share")

    def unmounted() -> None:
        letters.rename(share)

    with before_letter(4, unmounted):
        ended = due.by("anna", "run", "--execute")
    assert ended.code == 3
    assert f"{letters.absolute() / '.handed'}: No such file or directory\n" in ended.err
    again = due.by("anna", "run", "--execute")
    assert (again.code, again.out) == (3, "")
    assert again.err == (
        f"dun: letters were put into {letters.absolute()} before,"
        f" and {letters.absolute() / '.handed'}, which knows them, is not there;"
        " nothing was begun; is a disk or a share not mounted?"
        " see 'Where letters go' in docs/runs.md\n"
    )
    assert list(letters.iterdir()) == []
    letters.rmdir()
    share.rename(letters)
    fine(due.by("anna", "run", "--execute"))
    everything_happened_once(due)


# ------------------------------------------------------------------ a folder is lost for good


WHY = ("--reason", "the disk is broken")


@pytest.fixture
def lost(due: Office) -> Path:
    """A folder that was lost after a run was begun for it."""
    letters = Path("letters")
    with before_letter(1, lambda: letters.rename("somewhere")):
        assert due.by("anna", "run", "--execute").code == 3
    assert due.by("anna", "run", "--execute", "--drop", "new").code == 3
    return letters.absolute()


def test_what_was_begun_for_a_folder_that_is_lost_goes_elsewhere_when_an_admin_says_so(
    due: Office, lost: Path
) -> None:
    ended = fine(due.by("dora", "run", "abandon", "letters", *WHY))
    begun = len(ended.err.splitlines()) - 2
    assert ended.out == f"{begun} actions taken back from {lost}\n"
    assert "  R-0006: its letter may have left the house\n" in ended.err
    assert fine(due.by("anna", "run", "--execute", "--drop", "new")).out == (
        f"{begun} actions performed\n"
    )
    everything_happened_once(due, Path("new"))
    story = fine(due.by("vera", "audit", "show", "--case", "R-0006")).out
    assert "reminder was abandoned: the disk is broken" in story


def test_a_lost_folder_that_comes_back_is_not_abandoned(due: Office, lost: Path) -> None:
    Path("somewhere").rename(lost)
    ended = fine(due.by("dora", "run", "abandon", str(lost), *WHY, "--format", "json"))
    (row,) = ended.rows
    assert (row["folder"], row["abandoned"], row["elsewhere"]) == (str(lost), [], 0)
    fine(due.by("anna", "run", "--execute"))
    everything_happened_once(due)


def test_a_folder_is_abandoned_by_an_admin_with_a_reason_and_only_with_something_begun(
    due: Office, lost: Path
) -> None:
    said = []
    for who, *words in (
        ("anna", "letters", *WHY),
        ("dora", "letters", "--reason", " "),
        ("dora", "elsewhere", *WHY),
    ):
        ended = due.by(who, "run", "abandon", *words)
        assert (ended.code, ended.out) == (1, "")
        said.append(ended.err)
    there = lost.with_name("elsewhere")
    assert said == [
        "dun: anna is manager, who may not abandon a folder; it takes the role admin\n",
        "dun: to abandon a folder takes a reason; --reason TEXT says why\n",
        (
            f"dun: nothing that was begun for {there} is unfinished;"
            f" what is unfinished was begun for {lost}\n"
        ),
    ]


def test_what_another_worker_is_at_is_not_abandoned(due: Office) -> None:
    other = connect(address_of(due))
    folder = str(Path("letters").absolute())
    told = []

    def give_up() -> None:
        sending = Sending(folder, lambda name: FileDrop(Path(name)))
        told.append(new(abandon(other, BOSS, folder, "a slip", lambda: NOW, sending)))

    with before_letter(1, give_up):
        fine(due.by("anna", "run", "--execute"))
    other.close()
    assert (told[0].cases, told[0].performed) == ((), ())
    assert told[0].elsewhere > 0
    everything_happened_once(due)
