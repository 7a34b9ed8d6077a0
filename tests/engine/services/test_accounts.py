"""Sessions and keys of a store, and who may change what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from engine.services import accounts, passwords, programs, users
from engine.services.actors import ROLES, Actor, Refused
from engine.store import audit
from engine.store.schema import METADATA
from tests.engine.services.people import (
    ADMIN,
    EVERY_CHANGE_OF_A_USER,
    HOUR,
    NOW,
    OTHER,
    PASSWORD,
    add,
    code_of,
    everything,
    key_for,
    log_in,
    trail,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.store.database import Database

pytestmark = pytest.mark.usefixtures("quick_passwords")


class Counting(Argon2Hasher):
    """Counts how often it does its work, which is the same to make a hash and to check one."""

    worked = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.worked += 1
        return super().hash(password, salt=salt)

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - its name
        self.worked += 1
        return super().verify(password, hash)


# --------------------------------------------------------------------- sessions


def test_who_logs_in_is_known_for_twelve_hours(database: Database) -> None:
    add(database, "anna", "manager")
    session = log_in(database, "anna")
    assert session.expires_at == NOW + 12 * HOUR
    assert session.actor == Actor("anna", "manager")
    assert accounts.authenticate(database, session.key, NOW + 11 * HOUR) == session.actor
    ended = accounts.authenticate(database, session.key, NOW + 12 * HOUR)
    assert str(ended) == "the session of anna has ended; 'dun login anna' begins a new one"


def test_a_session_that_was_ended_is_ended(database: Database) -> None:
    add(database, "anna")
    first, second = log_in(database, "anna"), log_in(database, "anna")
    assert accounts.logout(database, first.key, NOW) == first.actor
    assert isinstance(accounts.authenticate(database, first.key, NOW), Refused)
    assert isinstance(accounts.logout(database, first.key, NOW), Refused)
    assert accounts.authenticate(database, second.key, NOW) == second.actor


def test_a_name_and_a_password_that_are_wrong_get_the_same_answer(database: Database) -> None:
    add(database, "anna")
    add(database, "berta")
    users.disable_user(database, ADMIN, "berta", NOW)
    before = everything(database)
    answers = {
        accounts.login(database, name, password, NOW)
        for name, password in (
            ("anna", OTHER),
            ("anna", ""),
            ("anna", PASSWORD * 100),
            ("carla", PASSWORD),
            ("berta", PASSWORD),
            ("no\x00body\udcff", PASSWORD),
            ("", ""),
        )
    }
    assert len(answers) == 1
    assert code_of(answers.pop()) == passwords.WRONG
    assert everything(database) == before


def test_a_name_that_is_unknown_costs_the_same_work(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database, "anna")
    add(database, "berta")
    users.disable_user(database, ADMIN, "berta", NOW)
    counting = Counting(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: PasswordHash([counting]))
    for name in ("anna", "berta", "carla", "no\x00body"):
        accounts.login(database, name, OTHER, NOW)
        assert (name, counting.worked) == (name, 1)
        counting.worked = 0


def test_a_hash_of_an_earlier_time_is_made_anew_at_the_next_login(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database, "anna")
    monkeypatch.undo()
    with database.reading() as connection:
        table = METADATA.tables["users"]
        weak = connection.execute(select(table.c.password)).scalar_one()
    log_in(database, "anna")
    with database.reading() as connection:
        strong = connection.execute(select(table.c.password)).scalar_one()
    assert "$m=64," in weak
    assert "$m=65536," in strong
    log_in(database, "anna")


# ------------------------------------------------------------------------- keys


def test_a_program_acts_by_its_key_with_its_role(database: Database) -> None:
    made = key_for(database, "nightly", "manager")
    assert accounts.authenticate(database, made.text, NOW) == Actor("nightly", "manager")
    assert made.text.startswith(f"dun_{made.key.prefix}_")
    assert code_of(accounts.logout(database, made.text, NOW)) == accounts.BAD_KEY


def test_a_key_that_was_revoked_or_has_expired_opens_nothing(database: Database) -> None:
    made = programs.create_key(database, ADMIN, "nightly", "clerk", NOW, expires_at=NOW + HOUR)
    assert not isinstance(made, Refused)
    assert isinstance(accounts.authenticate(database, made.text, NOW), Actor)
    expired = accounts.authenticate(database, made.text, NOW + HOUR)
    assert str(expired).startswith("the key nightly has expired;")
    programs.revoke_key(database, ADMIN, "nightly", NOW)
    revoked = accounts.authenticate(database, made.text, NOW)
    assert str(revoked).startswith("the key nightly was revoked;")
    assert code_of(programs.revoke_key(database, ADMIN, "nightly", NOW)) == programs.NO_SUCH_KEY


def test_a_key_is_never_made_for_the_past(database: Database) -> None:
    made = programs.create_key(database, ADMIN, "nightly", "clerk", NOW, expires_at=NOW)
    assert code_of(made) == programs.EXPIRED


def test_a_program_gets_a_new_key_before_the_old_one_is_revoked(database: Database) -> None:
    old, new = key_for(database, "nightly"), key_for(database, "nightly")
    refused = programs.revoke_key(database, ADMIN, "nightly", NOW)
    assert f"say which by its beginning: {old.key.prefix}, {new.key.prefix}" in str(refused)
    programs.revoke_key(database, ADMIN, old.key.prefix, NOW)
    assert isinstance(accounts.authenticate(database, old.text, NOW), Refused)
    assert isinstance(accounts.authenticate(database, new.text, NOW), Actor)
    listed = programs.keys(database, ADMIN)
    assert not isinstance(listed, Refused)
    assert [(key.prefix, key.revoked_at) for key in listed] == [
        (old.key.prefix, NOW),
        (new.key.prefix, None),
    ]


def test_what_is_no_key_opens_nothing(database: Database) -> None:
    made = key_for(database, "nightly")
    prefix = f"dun_{made.key.prefix}"
    wrong = [
        "",
        "nightly",
        made.key.prefix,
        f"{prefix}_",
        f"{prefix}_{'0' * 64}",
        made.text[:-1],
        made.text + "0",
        made.text.upper(),
        f"{made.text}\x00",
        "dun_\udcff_\udcff",
    ]
    for given in wrong:
        assert code_of(accounts.authenticate(database, given, NOW)) == accounts.BAD_KEY


def test_no_password_and_no_key_is_kept(database: Database) -> None:
    add(database, "anna")
    session, made = log_in(database, "anna"), key_for(database, "nightly")
    users.change_password(database, ADMIN, "anna", OTHER, NOW)
    accounts.login(database, "anna", OTHER, NOW)
    kept = everything(database)
    for secret in (PASSWORD, OTHER, session.key, made.text):
        assert secret not in kept
        assert secret.rsplit("_", 1)[-1] not in kept
    assert PASSWORD not in repr(session)
    assert session.key not in repr(session)
    assert made.text not in repr(made)


# ------------------------------------------------------------- rights and traces

EVERY_WRITE: list[Callable[[Database, Actor, str], object]] = [
    *EVERY_CHANGE_OF_A_USER,
    lambda database, actor, _: users.add_user(database, actor, "carla", "clerk", PASSWORD, NOW),
    lambda database, actor, _: programs.create_key(database, actor, "daily", "admin", NOW),
    lambda database, actor, _: programs.revoke_key(database, actor, "nightly", NOW),
]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_an_admin_changes_accounts(database: Database, role: Any) -> None:  # noqa: ANN401 - a role
    add(database, "anna")
    key_for(database, "nightly")
    before = everything(database)
    for write in EVERY_WRITE:
        refused = write(database, Actor("dora", role), "anna")
        assert code_of(refused) == "S201"
        assert "it takes the role admin" in str(refused)
    assert everything(database) == before


def test_everybody_may_see_who_may_do_what(database: Database) -> None:
    add(database, "berta")
    add(database, "anna")
    key_for(database, "nightly")
    for role in ROLES:
        people = users.users(database, Actor("dora", role))
        found = programs.keys(database, Actor("dora", role))
        assert not isinstance(people, Refused)
        assert not isinstance(found, Refused)
        assert [each.name for each in people] == ["anna", "berta"]
        assert [each.name for each in found] == ["nightly"]


def test_every_change_leaves_its_entry(database: Database) -> None:
    add(database, "anna")
    session = log_in(database, "anna")
    accounts.logout(database, session.key, NOW)
    users.change_role(database, ADMIN, "anna", "manager", NOW)
    users.change_password(database, ADMIN, "anna", OTHER, NOW)
    users.disable_user(database, ADMIN, "anna", NOW)
    users.enable_user(database, ADMIN, "anna", NOW)
    users.give_duty(database, ADMIN, "anna", "credit_manager", NOW)
    users.end_duty(database, ADMIN, "anna", "credit_manager", NOW)
    key_for(database, "nightly")
    programs.revoke_key(database, ADMIN, "nightly", NOW)
    assert trail(database) == [
        ("setup", "user added", "user anna"),
        ("anna", "logged in", "user anna"),
        ("anna", "logged out", "user anna"),
        ("setup", "role changed", "user anna"),
        ("setup", "password changed", "user anna"),
        ("setup", "user disabled", "user anna"),
        ("setup", "user enabled", "user anna"),
        ("setup", "duty given", "user anna"),
        ("setup", "duty ended", "user anna"),
        ("setup", "key made", "key nightly"),
        ("setup", "key revoked", "key nightly"),
    ]
    with database.reading() as connection:
        assert list(audit.flaws(connection)) == []
