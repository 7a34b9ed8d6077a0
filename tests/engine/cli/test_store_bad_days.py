"""What a user is told when the store cannot do what is asked, and that nothing is half done."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from freezegun import freeze_time
from sqlalchemy import Engine, event, select, text

from engine.store import audit, database
from engine.store.database import connect
from engine.store.schema.accounts import USERS
from tests.engine.cli.command import dun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.cli.command import Ended

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, in a file."""
    monkeypatch.chdir(tmp_path)
    ended = dun("init", "--admin", "anna", "--password-stdin", stdin=PASSWORD)
    assert ended.code == 0, ended.err
    return tmp_path / "dun.db"


def added(name: str) -> Ended:
    return dun("user", "add", name, "--role", "clerk", "--password-stdin", stdin=PASSWORD)


def names(store: str) -> list[str]:
    """Who is in a store whose chain is whole."""
    found = connect(store)
    with found.reading() as connection:
        everybody = list(connection.execute(select(USERS.c.name).order_by(USERS.c.id)).scalars())
        told = [each.subject for each in audit.entries(connection) if each.action == "user added"]
        assert told == [f"user {name}" for name in everybody]
        assert list(audit.flaws(connection)) == []
    found.close()
    return everybody


@pytest.fixture
def pragma() -> Iterator[Any]:
    """Sets a pragma on every connection that is made from then on."""
    listeners = []

    def use(statement: str) -> None:
        def connected(connection: Any, _: object) -> None:  # noqa: ANN401 - of the driver
            connection.execute(f"PRAGMA {statement}")

        event.listen(Engine, "connect", connected)
        listeners.append(connected)

    yield use
    for each in listeners:
        event.remove(Engine, "connect", each)


STORE_COMMANDS = (
    ("whoami",),
    ("logout",),
    ("login", "anna", "--password-stdin"),
    ("user", "list"),
    ("key", "list"),
    ("audit", "verify"),
    ("audit", "show"),
    ("upgrade",),
)


@pytest.mark.parametrize("words", STORE_COMMANDS, ids=" ".join)
def test_without_a_store_every_command_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = dun(*words, stdin=PASSWORD)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == "dun: there is no store dun.db yet; 'dun init' makes one\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("0000", "was made by an older version of dunlang; make a backup, then run 'dun upgrade'"),
        ("9999", "was made by a newer version of dunlang; use that version"),
    ],
)
def test_a_store_of_another_version_is_told_and_left_alone(
    store: str, step: str, said: str
) -> None:
    found = connect(store)
    with found.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :s"), {"s": step})
    found.close()
    ended = added("berta")
    assert (ended.code, ended.out) == (3, "")
    assert said in ended.err
    assert names(store) == ["anna"]
    again = dun("init", "--admin", "berta", "--password-stdin", stdin=PASSWORD)
    assert again.code == 1
    assert names(store) == ["anna"]


def test_who_cannot_write_because_another_does_is_told_so(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 1)
    other = connect(store)
    with other.writing("accounts"):
        ended = added("berta")
        assert dun("user", "list").code == 0
    other.close()
    assert (ended.code, ended.out) == (3, "")
    assert "somebody else is writing to " in ended.err
    assert ended.err.endswith("; try again in a moment\n")
    assert names(store) == ["anna"]
    assert added("berta").code == 0


def test_a_file_that_may_not_be_written_is_told(file: Path, pragma: Any) -> None:  # noqa: ANN401 - a function
    pragma("query_only = ON")
    ended = added("berta")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("dun: dun.db may not be written; ")
    assert dun("user", "list").code == 0
    assert names(str(file)) == ["anna"]


def test_a_full_disk_keeps_what_was_there_and_takes_nothing_half(
    file: Path,
    pragma: Any,  # noqa: ANN401 - a function
) -> None:
    pragma("max_page_count = 1")  # which is: no more than there are
    done = 0
    while (ended := added(f"clerk{done}")).code == 0:
        done += 1
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        "dun: there is no room left for dun.db;"
        " make room and repeat the command; nothing is half done\n"
    )
    assert names(str(file)) == ["anna", *(f"clerk{number}" for number in range(done))]
    assert dun("whoami").code == 0


def test_a_full_disk_makes_no_store(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pragma: Any,  # noqa: ANN401 - a function
) -> None:
    monkeypatch.chdir(tmp_path)
    pragma("max_page_count = 10")
    ended = dun("init", "--admin", "anna", "--password-stdin", stdin=PASSWORD)
    assert ended.code == 3
    assert "there is no room left" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear customer, " * 500, encoding="utf-8")
    before = letter.read_bytes()
    for words in (("whoami",), ("init", "--admin", "anna", "--password-stdin")):
        ended = dun(*words, "--database", str(letter), stdin=PASSWORD)
        assert ended.code == 3
        assert "letter.txt is no database; name another file" in ended.err
    assert letter.read_bytes() == before
    assert list(tmp_path.iterdir()) == [letter]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    place = tmp_path / "none" / "dun.db"
    words = ("init", "--admin", "anna", "--password-stdin", "--database", str(place))
    ended = dun(*words, stdin=PASSWORD)
    assert (ended.code, ended.err) == (3, f"dun: {place}: no such file or directory\n")


def test_a_server_that_cannot_be_reached_is_named_without_its_password() -> None:
    ended = dun("whoami", "--database", "postgresql://anna:secret@127.0.0.1:1/company")
    assert (ended.code, ended.out) == (3, "")
    assert "cannot be reached" in ended.err
    assert "secret" not in ended.err
    assert ended.err.count("\n") == 1


def test_an_address_that_cannot_be_understood_is_not_repeated() -> None:
    ended = dun("whoami", "--database", "mysql://anna:secret@host/db")
    assert ended.code == 3
    assert "name a file, or write postgresql://USER@HOST/DATABASE" in ended.err
    assert "secret" not in ended.err


def test_a_clock_that_was_moved_back_is_told_and_the_order_of_the_trail_is_kept(
    store: str,
) -> None:
    at_first = datetime.datetime.now(datetime.UTC)
    with freeze_time(at_first - datetime.timedelta(minutes=4)):
        assert "note:" not in added("berta").err
    with freeze_time(at_first - datetime.timedelta(days=2)):
        ended = added("carla")
    assert ended.code == 0
    assert "note: the clock of this computer says" in ended.err
    assert names(store) == ["anna", "berta", "carla"]
    assert dun("audit", "verify").code == 0
    rows = dun("audit", "show", "--format", "json").rows
    assert [row["subject"] for row in rows][-2:] == ["user berta", "user carla"]
