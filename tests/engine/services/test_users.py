"""People of a store: added, changed, kept out, and their duties."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from engine.services import accounts, passwords, programs, users
from engine.services.actors import ROLES, Actor, Refused, may_approve_as, not_approving
from engine.store.database import connect
from engine.store.errors import StoreError
from tests.engine.services.people import (
    ADMIN,
    EVERY_CHANGE_OF_A_USER,
    NOW,
    OTHER,
    PASSWORD,
    add,
    code_of,
    everybody,
    everything,
    key_for,
    log_in,
)

if TYPE_CHECKING:
    from engine.store.database import Database

pytestmark = pytest.mark.usefixtures("quick_passwords")


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


def test_a_program_is_no_user_and_has_no_duties(database: Database) -> None:
    made = key_for(database, "nightly", "manager")
    for call in EVERY_CHANGE_OF_A_USER:
        refused = call(database, ADMIN, "nightly")
        assert code_of(refused) == users.NO_SUCH_USER
        assert str(refused) == "nightly is a program, and no user; 'dun key list' names its keys"
    nightly = accounts.authenticate(database, made.text, NOW)
    assert nightly == Actor("nightly", "manager", frozenset())


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
