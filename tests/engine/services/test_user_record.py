"""People and keys beside the audit trail: whoever gives somebody a right by hand is found."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from engine.services import accounts, programs, users
from engine.services.actors import Actor, Refused
from engine.services.audit import Verified, verify

if TYPE_CHECKING:
    from engine.store.database import Database

NOW = datetime.datetime(2026, 3, 16, 9, 30, 15, 123456, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)
ADMIN = Actor("setup", "admin")
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody

pytestmark = pytest.mark.usefixtures("quick_passwords")


def filled(database: Database) -> dict[str, str]:
    """People and keys of all sorts; the prefixes of keys and sessions by name."""
    for name in ("anna", "berta", "carla", "dora"):
        users.add_user(database, ADMIN, name, "clerk", PASSWORD, NOW)
    users.change_role(database, ADMIN, "berta", "manager", LATER)
    users.give_duty(database, ADMIN, "berta", "head_of_credit", LATER)
    users.give_duty(database, ADMIN, "berta", "credit_manager", LATER)
    users.end_duty(database, ADMIN, "berta", "head_of_credit", LATER)
    users.disable_user(database, ADMIN, "carla", LATER)
    users.disable_user(database, ADMIN, "dora", LATER)
    users.enable_user(database, ADMIN, "dora", LATER)
    prefixes = {}
    for name, until in (("nightly", None), ("old", None), ("report", LATER)):
        made = programs.create_key(database, ADMIN, name, "viewer", NOW, expires_at=until)
        assert not isinstance(made, Refused)
        prefixes[name] = made.key.prefix
    programs.revoke_key(database, ADMIN, "old", LATER)
    for name in ("anna", "berta"):
        session = accounts.login(database, name, PASSWORD, NOW)
        assert not isinstance(session, Refused)
        prefixes[name] = session.key.split("_")[1]
        if name == "berta":
            accounts.logout(database, session.key, LATER)
    users.change_password(database, ADMIN, "dora", PASSWORD + "!", LATER)
    return prefixes


def flaws(database: Database) -> list[str]:
    """What a check of the audit trail finds."""
    found = verify(database, ADMIN)
    assert isinstance(found, Verified)
    return [flaw.reason for flaw in found.flaws]


def run(database: Database, statement: str) -> None:
    """Do by hand what no command does."""
    with database.writing() as connection:
        connection.execute(text(statement))


def test_people_and_keys_that_nobody_touched_are_what_the_entries_say(database: Database) -> None:
    filled(database)
    assert flaws(database) == []


def test_sessions_that_are_over_may_be_forgotten(database: Database) -> None:
    filled(database)
    accounts.login(database, "anna", PASSWORD, NOW + datetime.timedelta(days=2))
    users.disable_user(database, ADMIN, "berta", LATER)
    assert flaws(database) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            "role = 'admin' WHERE name = 'anna'",
            "the role of the user anna is admin, and was clerk after entry 1",
        ),
        (
            "role = 'admin' WHERE name = 'berta'",
            "the role of the user berta is admin, and was manager after entry 8",
        ),
        (
            "duties = '[\"credit_manager\"]' WHERE name = 'anna'",
            'the duties of the user anna are ["credit_manager"], and were [] after entry 1',
        ),
        (
            "duties = '[]' WHERE name = 'berta'",
            'the duties of the user berta are [], and were ["credit_manager"] after entry 8',
        ),
        (
            "duties = '[' WHERE name = 'anna'",
            "the duties of the user anna are [, and were [] after entry 1",
        ),
        (
            "disabled_at = NULL WHERE name = 'carla'",
            "the user carla is not disabled, and was after entry 9",
        ),
        (
            "disabled_at = '2026-03-16 10:30:15.123457+00' WHERE name = 'dora'",
            "the user dora is disabled, and was not after entry 11",
        ),
        (
            "disabled_at = '2026-03-16 10:30:15.123457' WHERE name = 'carla'",
            "the time from which the user carla is disabled is another than it was after entry 9",
        ),
        (
            "created_by = 'anna' WHERE name = 'anna'",
            "by whom or when the user anna was added is another than it was after entry 1",
        ),
    ],
)
def test_a_person_who_was_changed_by_hand_is_named(
    database: Database, change: str, reason: str
) -> None:
    filled(database)
    run(database, f"UPDATE users SET {change}")  # noqa: S608 - written here
    assert flaws(database) == [reason]


def test_people_who_were_put_in_or_taken_out_by_hand_are_named(database: Database) -> None:
    filled(database)
    run(database, "DELETE FROM users WHERE name = 'carla'")
    run(
        database,
        "INSERT INTO users (name, role, created_at, created_by)"
        " VALUES ('mallory', 'admin', '2026-03-16 09:30:15.123456', 'setup')",
    )
    assert flaws(database) == [
        "no entry says who added the user mallory",
        "the store has lost the user carla",
    ]


def test_a_person_who_was_renamed_by_hand_is_named(database: Database) -> None:
    filled(database)
    run(database, "UPDATE users SET name = 'annabel' WHERE name = 'anna'")
    found = flaws(database)
    assert "no entry says who added the user annabel" in found
    assert "the store has lost the user anna" in found


@pytest.mark.parametrize(
    ("name", "change", "what"),
    [
        ("nightly", "role = 'admin'", "key nightly (PREFIX): the name or role"),
        ("nightly", "name = 'other'", "key other (PREFIX): the name or role"),
        ("nightly", "revoked_at = created_at", "key nightly (PREFIX): whether it was revoked"),
        ("old", "revoked_at = NULL", "key old (PREFIX): whether it was revoked"),
        ("report", "expires_at = NULL", "key report (PREFIX): how long it holds"),
        (
            "report",
            "expires_at = '2027-01-01 00:00:00.000000'",
            "key report (PREFIX): how long it holds",
        ),
        ("anna", "user_id = 2", "session PREFIX: whose it is"),
        (
            "anna",
            "expires_at = '2027-01-01 00:00:00.000000'",
            "session PREFIX: how long it holds",
        ),
        ("berta", "revoked_at = NULL", "session PREFIX: whether it was revoked"),
        ("anna", "user_id = NULL, role = 'admin'", "key anna (PREFIX): the name or role"),
        ("nightly", "user_id = 1", "session PREFIX: whose it is"),
    ],
)
def test_a_key_or_session_that_was_changed_by_hand_is_named(
    database: Database, name: str, change: str, what: str
) -> None:
    prefix = filled(database)[name]
    run(database, f"UPDATE keys SET {change} WHERE prefix = '{prefix}'")  # noqa: S608 - written here
    (reason,) = flaws(database)
    assert reason.startswith(what.replace("PREFIX", prefix) + " is not what entry ")


def test_keys_that_were_put_in_or_taken_out_by_hand_are_named(database: Database) -> None:
    prefix = filled(database)["nightly"]
    run(database, "DELETE FROM keys WHERE name = 'nightly'")
    row = "'x', 'mallory', 'admin', '2026-03-16 09:30:15.123456', 'setup'"
    columns = "prefix, digest, name, role, created_at, created_by"
    for number, user in (("1", "NULL"), ("2", "1")):
        values = f"('{number}', {row}, {user})"
        run(database, f"INSERT INTO keys ({columns}, user_id) VALUES {values}")  # noqa: S608 - written here
    assert flaws(database) == [
        "no entry says who made the key mallory (1)",
        "no entry says who made the session 2",
        f"the store has lost the key nightly ({prefix})",
    ]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_damaged_person_or_key_is_named_and_not_stumbled_over(database: Database) -> None:
    prefix = filled(database)["report"]
    run(database, "UPDATE users SET created_at = 'x', disabled_at = 'y' WHERE name = 'carla'")
    run(database, f"UPDATE keys SET expires_at = 'z' WHERE prefix = '{prefix}'")  # noqa: S608 - written here
    assert [reason.partition(" is ")[0] for reason in flaws(database)] == [
        "the time from which the user carla",
        "by whom or when the user carla was added",
        f"key report ({prefix}): how long it holds",
    ]
