"""People, sessions and keys of a store."""

from __future__ import annotations

import datetime
import threading
from typing import TYPE_CHECKING, Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select, text

from engine.services import accounts, passwords, programs, users
from engine.services.actors import ROLES, Actor, Refused, may_approve_as, not_approving
from engine.store import audit
from engine.store.database import connect
from engine.store.errors import StoreError
from engine.store.schema import METADATA

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.store.accounts import User
    from engine.store.database import Database

NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
OTHER = "staple of correct horses"
ADMIN = Actor("setup", "admin")

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


def add(database: Database, name: str, role: Any = "clerk") -> User:  # noqa: ANN401 - a role
    added = users.add_user(database, ADMIN, name, role, PASSWORD, NOW)
    assert not isinstance(added, Refused), added
    return added


def log_in(database: Database, name: str, at: datetime.datetime = NOW) -> accounts.Session:
    session = accounts.login(database, name, PASSWORD, at)
    assert not isinstance(session, Refused), session
    return session


def key_for(database: Database, name: str, role: Any = "clerk") -> programs.MadeKey:  # noqa: ANN401 - a role
    made = programs.create_key(database, ADMIN, name, role, NOW)
    assert not isinstance(made, Refused), made
    return made


def code_of(result: object) -> str:
    assert isinstance(result, Refused), result
    return result.code


def trail(database: Database) -> list[tuple[str, str, str]]:
    """Who did what to whom, in order."""
    with database.reading() as connection:
        return [(each.actor, each.action, each.subject) for each in audit.entries(connection)]


def everybody(database: Database) -> list[User]:
    found = users.users(database, ADMIN)
    assert not isinstance(found, Refused), found
    return found


def everything(database: Database) -> str:
    """All that a store holds, as one text."""
    with database.reading() as connection:
        tables = (connection.execute(select(table)).all() for table in METADATA.sorted_tables)
        return "\n".join(repr(row) for rows in tables for row in rows)


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


# ------------------------------------------------------------------------ users


def test_a_role_counts_at_once_for_sessions_that_have_begun(database: Database) -> None:
    add(database, "anna", "clerk")
    session = log_in(database, "anna")
    changed = users.change_role(database, ADMIN, "anna", "approver", NOW)
    assert not isinstance(changed, Refused)
    assert changed.role == "approver"
    assert accounts.authenticate(database, session.key, NOW) == Actor("anna", "approver")


def test_who_is_disabled_is_kept_out_until_enabled(database: Database) -> None:
    add(database, "anna")
    session = log_in(database, "anna")
    disabled = users.disable_user(database, ADMIN, "anna", NOW)
    assert not isinstance(disabled, Refused)
    assert disabled.disabled_at == NOW
    assert isinstance(accounts.authenticate(database, session.key, NOW), Refused)
    assert isinstance(accounts.login(database, "anna", PASSWORD, NOW), Refused)
    users.enable_user(database, ADMIN, "anna", NOW)
    assert isinstance(accounts.authenticate(database, session.key, NOW), Refused)
    assert log_in(database, "anna").actor == session.actor


def test_the_last_admin_stays_admin(database: Database) -> None:
    add(database, "anna", "admin")
    add(database, "berta", "admin")
    users.disable_user(database, ADMIN, "berta", NOW)
    assert code_of(users.disable_user(database, ADMIN, "anna", NOW)) == users.LAST_ADMIN
    assert code_of(users.change_role(database, ADMIN, "anna", "viewer", NOW)) == users.LAST_ADMIN
    users.enable_user(database, ADMIN, "berta", NOW)
    assert not isinstance(users.change_role(database, ADMIN, "anna", "viewer", NOW), Refused)


def test_two_admins_that_disable_each_other_at_once_leave_one(
    database: Database, address: str
) -> None:
    add(database, "anna", "admin")
    add(database, "berta", "admin")
    together, results = threading.Barrier(2), []

    def disable(name: str) -> None:
        own = connect(address)
        together.wait(timeout=60)
        results.append(users.disable_user(own, ADMIN, name, NOW))
        own.close()

    threads = [threading.Thread(target=disable, args=(name,)) for name in ("anna", "berta")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(result, Refused) for result in results) == [False, True]


def test_one_changes_ones_own_password_by_the_current_one(database: Database) -> None:
    anna = Actor("anna", add(database, "anna").role)  # type: ignore[arg-type]  # a role
    session = log_in(database, "anna")
    for current in (None, "", OTHER):
        refused = users.change_password(database, anna, "anna", OTHER, NOW, current=current)
        assert code_of(refused) == passwords.WRONG
    log_in(database, "anna")
    changed = users.change_password(database, anna, "anna", OTHER, NOW, current=PASSWORD)
    assert not isinstance(changed, Refused)
    assert isinstance(accounts.login(database, "anna", PASSWORD, NOW), Refused)
    assert not isinstance(accounts.login(database, "anna", OTHER, NOW), Refused)
    assert isinstance(accounts.authenticate(database, session.key, NOW), Refused)


def test_the_password_of_somebody_else_is_for_an_admin(database: Database) -> None:
    add(database, "anna")
    refused = users.change_password(database, Actor("berta", "manager"), "anna", OTHER, NOW)
    assert code_of(refused) == "S201"
    assert not isinstance(users.change_password(database, ADMIN, "anna", OTHER, NOW), Refused)
    assert not isinstance(accounts.login(database, "anna", OTHER, NOW), Refused)


@pytest.mark.parametrize("name", ["", " anna", "an na", "-anna", "a" * 65, "an\x00na", "an\nna"])
def test_a_name_that_could_be_misread_is_refused(database: Database, name: str) -> None:
    assert code_of(users.add_user(database, ADMIN, name, "clerk", PASSWORD, NOW)) == users.BAD_NAME


def test_a_name_is_one_persons_however_it_is_typed(database: Database) -> None:
    add(database, "Zoë")
    for name in ("Zoë", "zoë", "ZOË", "Zoe\u0308"):
        refused = users.add_user(database, ADMIN, name, "clerk", PASSWORD, NOW)
        assert code_of(refused) == users.NAME_TAKEN
    assert log_in(database, "Zoe\u0308").actor.name == "Zoë"


def test_a_person_and_a_program_never_share_a_name(database: Database) -> None:
    add(database, "anna")
    key_for(database, "nightly")
    refused = users.add_user(database, ADMIN, "Nightly", "clerk", PASSWORD, NOW)
    assert code_of(refused) == users.NAME_TAKEN
    assert code_of(programs.create_key(database, ADMIN, "anna", "clerk", NOW)) == users.NAME_TAKEN


@pytest.mark.parametrize(
    "weak", ["", "short", "x" * 40, "annaannaanna", "ANNAannaAnna", "ab" * 600]
)
def test_a_weak_password_is_refused(database: Database, weak: str) -> None:
    assert code_of(users.add_user(database, ADMIN, "anna", "clerk", weak, NOW)) == passwords.WEAK
    add(database, "anna")
    changed = users.change_password(database, ADMIN, "anna", weak, NOW)
    assert code_of(changed) == passwords.WEAK


def test_a_password_is_the_same_on_every_keyboard(database: Database) -> None:
    users.add_user(database, ADMIN, "anna", "clerk", "grüne Pferde im Stall", NOW)
    typed = "gru\u0308ne Pferde im Stall"
    assert not isinstance(accounts.login(database, "anna", typed, NOW), Refused)


def test_a_user_that_is_not_there_is_named_with_who_may_be_meant(database: Database) -> None:
    add(database, "berta")
    refused = users.disable_user(database, ADMIN, "bertha", NOW)
    assert str(refused) == "there is no user 'bertha'; did you mean 'berta'?"
    for call in EVERY_CHANGE_OF_A_USER:
        assert code_of(call(database, ADMIN, "no\udcff")) == users.NO_SUCH_USER


def test_what_is_so_already_is_not_changed_again(database: Database) -> None:
    add(database, "anna")
    users.disable_user(database, ADMIN, "anna", NOW)
    for result in (
        users.disable_user(database, ADMIN, "anna", NOW),
        users.change_role(database, ADMIN, "anna", "clerk", NOW),
    ):
        assert code_of(result) == users.NOTHING_TO_CHANGE
    users.enable_user(database, ADMIN, "anna", NOW)
    assert code_of(users.enable_user(database, ADMIN, "anna", NOW)) == users.NOTHING_TO_CHANGE


# ----------------------------------------------------------------------- duties


def test_a_duty_counts_at_once_for_sessions_that_have_begun_until_it_ends(
    database: Database,
) -> None:
    add(database, "anna", "manager")
    session = log_in(database, "anna")
    assert str(not_approving(session.actor, "credit_manager")) == (
        "anna is manager and may not approve as credit_manager;"
        " an admin gives the duty: 'dun user duty anna credit_manager'"
    )
    given = users.give_duty(database, ADMIN, "anna", "credit_manager", NOW)
    assert not isinstance(given, Refused)
    assert given.duties == ("credit_manager",)
    anna = accounts.authenticate(database, session.key, NOW)
    assert anna == log_in(database, "anna").actor
    assert anna == Actor("anna", "manager", frozenset({"credit_manager"}))
    assert not_approving(anna, "credit_manager") is None
    ended = users.end_duty(database, ADMIN, "anna", "credit_manager", NOW)
    assert not isinstance(ended, Refused)
    assert ended.duties == ()
    assert accounts.authenticate(database, session.key, NOW) == session.actor


@pytest.mark.parametrize("role", ROLES)
def test_everybody_approves_as_their_own_role_and_no_other(role: Any) -> None:  # noqa: ANN401 - a role
    actor = Actor("anna", role)
    wanted = [*ROLES, "credit_manager", "Credit_Manager", ""]
    assert [each for each in wanted if may_approve_as(actor, each)] == [role]


def test_duties_are_the_names_that_a_policy_can_ask_for(database: Database) -> None:
    add(database, "anna")
    good = ("credit_manager", "head-of-sales", "CFO", "b2")
    for duty in good:
        assert not isinstance(users.give_duty(database, ADMIN, "anna", duty, NOW), Refused)
    for duty in ("", "credit manager", "2b", "_x", "-x", "x-", "x--y", "größe", "x\n", "a\x00"):
        assert code_of(users.give_duty(database, ADMIN, "anna", duty, NOW)) == users.BAD_DUTY
    (anna,) = everybody(database)
    assert anna.duties == tuple(sorted(good))


def test_a_duty_that_is_held_or_not_held_already_is_not_changed_again(database: Database) -> None:
    add(database, "anna")
    missing = users.end_duty(database, ADMIN, "anna", "credit_manager", NOW)
    assert str(missing) == (
        "anna does not have the duty 'credit_manager'; the duties of anna: none"
    )
    users.give_duty(database, ADMIN, "anna", "credit_manager", NOW)
    before = everything(database)
    again = users.give_duty(database, ADMIN, "anna", "credit_manager", NOW)
    other = users.end_duty(database, ADMIN, "anna", "manager", NOW)
    assert str(other).endswith("; the duties of anna: credit_manager")
    for refused in (missing, again, other):
        assert code_of(refused) == users.NOTHING_TO_CHANGE
    assert everything(database) == before


def test_duties_that_somebody_damaged_are_told_in_words(database: Database) -> None:
    add(database, "anna")
    for damage in ("5", "null", '"credit_manager"', "[1]", "{", ""):
        with database.writing() as connection:
            statement = text("UPDATE users SET duties = :damage")
            connection.execute(statement, {"damage": damage})
        with pytest.raises(StoreError, match="is damaged"):
            everybody(database)


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

EVERY_CHANGE_OF_A_USER: list[Callable[[Database, Actor, str], object]] = [
    lambda database, actor, name: users.disable_user(database, actor, name, NOW),
    lambda database, actor, name: users.enable_user(database, actor, name, NOW),
    lambda database, actor, name: users.change_role(database, actor, name, "viewer", NOW),
    lambda database, actor, name: users.give_duty(database, actor, name, "credit_manager", NOW),
    lambda database, actor, name: users.end_duty(database, actor, name, "credit_manager", NOW),
    lambda database, actor, name: users.change_password(database, actor, name, OTHER, NOW),
]
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
