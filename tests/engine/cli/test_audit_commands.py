"""The audit trail and upgrades, as it is typed."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from engine.cli.sessions import session_file
from engine.store.database import connect
from engine.store.migrate import downgrade, revision_of
from engine.store.schema import REVISION
from tests.engine.cli.accounts import OTHER, PASSWORD, fine, who, with_password
from tests.engine.cli.command import dun

EARLIER = [f"{number:04}" for number in range(1, int(REVISION))]

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.mark.usefixtures("store")
def test_the_trail_is_whole_and_its_head_is_found_again() -> None:
    (first,) = fine(dun("audit", "verify", "--format", "json")).rows
    assert (first["entries"], first["flaws"]) == (3, [])
    fine(with_password("user", "add", "berta", "--role", "clerk"))
    ended = fine(dun("audit", "verify", "--head", first["head"]))
    assert ended.out.startswith("4 entries, no flaw\nhead ")


def test_entries_that_were_changed_or_cut_off_are_named(store: str) -> None:
    fine(with_password("user", "add", "berta", "--role", "clerk"))
    for password in (OTHER, PASSWORD):
        fine(with_password("user", "password", "berta", password=password))
    (row,) = fine(dun("audit", "verify", "--format", "json")).rows
    database = connect(store)
    with database.writing() as connection:
        connection.execute(text("DELETE FROM audit WHERE number = 6"))
    assert dun("audit", "verify").code == 0
    ended = dun("audit", "verify", "--head", row["head"])
    assert ended.code == 1
    assert f"no entry has the hash {row['head']}: the end was cut off" in ended.out
    with database.writing() as connection:
        connection.execute(text("UPDATE audit SET actor = 'berta' WHERE number = 5"))
        connection.execute(text("DELETE FROM audit WHERE number = 1"))
    database.close()
    ended = dun("audit", "verify", "--format", "json")
    assert ended.code == 1
    assert [flaw["reason"] for flaw in ended.rows[0]["flaws"]] == [
        "entry 1 is missing",
        "entry 5 is not what was written",
    ]


@pytest.mark.usefixtures("store")
def test_what_is_no_hash_is_wrong_usage() -> None:
    for head in ("", "12ab", "g" * 64):
        assert dun("audit", "verify", "--head", head).code == 2


@pytest.mark.usefixtures("store")
def test_the_trail_is_shown_page_by_page() -> None:
    for name in ("berta", "carla"):
        fine(with_password("user", "add", name, "--role", "clerk"))
    newest = fine(dun("audit", "show", "--limit", "2"))
    assert [line.split()[0] for line in newest.out.splitlines()[2:]] == ["4", "5"]
    assert "--after 0 begins with the first" in newest.err
    first = fine(dun("audit", "show", "--after", "0", "--limit", "2"))
    assert [line.split()[0] for line in first.out.splitlines()[2:]] == ["1", "2"]
    assert "--after 2 shows what follows" in first.err
    rows = fine(dun("audit", "show", "--subject", "user carla", "--format", "json")).rows
    assert [(row["actor"], row["action"], row["body"]) for row in rows] == [
        ("anna", "user added", {"role": "clerk"})
    ]
    nothing = fine(dun("audit", "show", "--subject", "user dora"))
    assert (nothing.out, nothing.err) == ("", "no entry to show\n")
    for wrong in (("--limit", "0"), ("--after", "-1"), ("--limit", "many")):
        assert dun("audit", "show", *wrong).code == 2


@pytest.mark.usefixtures("store")
def test_everybody_may_read_the_trail_and_nobody_who_is_not_logged_in() -> None:
    fine(with_password("user", "add", "berta", "--role", "viewer"))
    fine(with_password("login", "berta"))
    fine(dun("audit", "verify"))
    fine(dun("audit", "show"))
    fine(dun("logout"))
    for words in (("audit", "verify"), ("audit", "show"), ("user", "list"), ("key", "list")):
        assert dun(*words).code == 1


# ------------------------------------------------------------------------- upgrades


@pytest.mark.usefixtures("store")
def test_an_admin_upgrades_an_older_store(request: pytest.FixtureRequest) -> None:
    fine(with_password("user", "add", "berta", "--role", "manager"))
    request.getfixturevalue("later_step")
    assert "make a backup, then run 'dun upgrade'" in dun("whoami").err
    key = session_file().read_text("utf-8")
    assert "is now at step " in fine(dun("upgrade")).err
    assert "is up to date" in fine(dun("upgrade")).err
    assert session_file().read_text("utf-8") == key
    assert who() == "anna admin"
    fine(with_password("login", "berta"))
    assert fine(dun("audit", "verify")).out.startswith("7 entries, no flaw\n")
    assert "store upgraded" in fine(dun("audit", "show", "--subject", "store")).out


@pytest.mark.usefixtures("store")
def test_an_older_store_is_not_upgraded_by_who_may_not(request: pytest.FixtureRequest) -> None:
    fine(with_password("user", "add", "berta", "--role", "manager"))
    fine(with_password("login", "berta"))
    request.getfixturevalue("later_step")
    ended = dun("upgrade")
    assert ended.code == 1
    assert "berta is manager, who may not upgrade the store" in ended.err
    assert "make a backup, then run 'dun upgrade'" in dun("whoami").err


@pytest.mark.parametrize("step", EARLIER)
def test_an_admin_who_is_logged_in_upgrades_a_store_of_every_earlier_step(
    store: str, step: str
) -> None:
    database = connect(store)
    downgrade(database, step)
    assert "make a backup, then run 'dun upgrade'" in dun("whoami").err
    assert f"was at step {step} and is now at step {REVISION}" in fine(dun("upgrade")).err
    assert revision_of(database) == REVISION
    database.close()
    fine(dun("user", "duty", "anna", "credit_manager"))
    assert fine(dun("whoami")).out.endswith("; approves as credit_manager\n")
    assert fine(dun("audit", "verify")).out.startswith("5 entries, no flaw\n")
