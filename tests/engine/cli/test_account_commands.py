"""Users, their duties and keys of programs, as it is typed."""

from __future__ import annotations

import pytest
from freezegun import freeze_time

from tests.engine.cli.accounts import OTHER, PASSWORD, fine, who, with_password
from tests.engine.cli.command import dun

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.mark.usefixtures("store")
def test_users_are_added_listed_changed_and_disabled() -> None:
    assert "berta may use " in fine(with_password("user", "add", "berta", "--role", "clerk")).err
    fine(dun("user", "role", "berta", "manager"))
    fine(with_password("login", "berta"))
    assert who() == "berta manager"
    fine(with_password("login", "anna"))
    fine(dun("user", "disable", "berta"))
    assert with_password("login", "berta").code == 1
    rows = fine(dun("user", "list", "--format", "json")).rows
    assert [(row["name"], row["role"], row["disabled_at"] is None) for row in rows] == [
        ("anna", "admin", True),
        ("berta", "manager", False),
    ]
    listed = fine(dun("user", "list"))
    assert listed.out.splitlines()[2].split() == ["anna", "admin", "anna"]
    assert "disabled on 20" in listed.out
    fine(dun("user", "enable", "berta"))
    fine(with_password("login", "berta"))


@pytest.mark.usefixtures("store")
def test_duties_are_given_shown_and_ended() -> None:
    fine(with_password("user", "add", "berta", "--role", "clerk"))
    given = fine(dun("user", "duty", "berta", "credit_manager"))
    assert given.err.startswith("berta may approve as credit_manager in ")
    fine(dun("user", "duty", "berta", "head-of-sales"))
    rows = fine(dun("user", "list", "--format", "json")).rows
    assert [row["duties"] for row in rows] == [[], ["credit_manager", "head-of-sales"]]
    assert "credit_manager, head-of-sales" in fine(dun("user", "list")).out
    fine(with_password("login", "berta"))
    (row,) = fine(dun("whoami", "--format", "json")).rows
    assert row["duties"] == ["credit_manager", "head-of-sales"]
    assert fine(dun("whoami")).out.endswith("; approves as credit_manager, head-of-sales\n")
    fine(with_password("login", "anna"))
    ended = fine(dun("user", "duty", "berta", "credit_manager", "--end"))
    assert ended.err.startswith("berta no longer has the duty credit_manager in ")
    again = dun("user", "duty", "berta", "credit_manager", "--end")
    assert again.code == 1
    assert "the duties of berta: head-of-sales" in again.err
    rows = fine(dun("audit", "show", "--subject", "user berta", "--format", "json")).rows
    assert [(row["action"], row["body"]) for row in rows if "duty" in row["action"]] == [
        ("duty given", {"duty": "credit_manager"}),
        ("duty given", {"duty": "head-of-sales"}),
        ("duty ended", {"duty": "credit_manager"}),
    ]


@pytest.mark.usefixtures("store")
def test_keys_that_somebody_made_who_is_kept_out_are_told() -> None:
    fine(with_password("user", "add", "berta", "--role", "admin"))
    fine(with_password("login", "berta"))
    for name in ("nightly", "weekly"):
        fine(dun("key", "create", name, "--role", "clerk"))
    fine(dun("key", "revoke", "weekly"))
    fine(with_password("login", "anna"))
    told = fine(dun("user", "disable", "berta")).err.splitlines()
    assert len(told) == 2
    assert "a key that berta made still holds: nightly (dun_" in told[1]
    command = told[1].split("'")[1]
    fine(dun(*command.split()[1:]))


@pytest.mark.usefixtures("store")
def test_who_logs_in_is_told_that_a_key_goes_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUN_KEY", dun("key", "create", "nightly", "--role", "clerk").out.strip())
    ended = fine(with_password("login", "anna"))
    assert "DUN_KEY is set: until it is not, its program acts, and not anna" in ended.err
    assert who() == "nightly clerk"


@pytest.mark.usefixtures("store")
def test_one_changes_ones_password_with_two_lines_and_that_of_others_with_one() -> None:
    fine(with_password("user", "add", "berta", "--role", "clerk"))
    fine(with_password("user", "password", "berta", password=OTHER))
    fine(with_password("login", "berta", password=OTHER))
    wrong = dun("user", "password", "berta", "--password-stdin", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert wrong.code == 1
    assert "the current password is wrong" in wrong.err
    own = dun("user", "password", "berta", "--password-stdin", stdin=f"{OTHER}\n{PASSWORD}\n")
    assert "'dun login berta' takes it" in fine(own).err
    assert dun("whoami").code == 1
    fine(with_password("login", "berta"))
    refused = with_password("user", "password", "anna", password=OTHER)
    assert refused.code == 1
    assert "berta is clerk, who may not set the password of another user" in refused.err


@pytest.mark.usefixtures("store")
def test_a_role_that_does_not_exist_is_wrong_usage() -> None:
    ended = with_password("user", "add", "berta", "--role", "clark")
    assert ended.code == 2
    assert "viewer, clerk, manager, approver, admin" in ended.err
    assert dun("user", "role", "anna", "boss").code == 2
    assert dun("key", "create", "nightly", "--role", "boss").code == 2
    assert dun("user").code == 2


@pytest.mark.usefixtures("store")
def test_what_is_not_allowed_is_said_before_a_password_is_asked_for() -> None:
    fine(with_password("user", "add", "berta", "--role", "manager"))
    fine(with_password("login", "berta"))
    for words in (
        ("user", "add", "carla", "--role", "clerk"),
        ("user", "password", "anna"),
        ("user", "disable", "anna"),
        ("user", "enable", "anna"),
        ("user", "role", "anna", "clerk"),
        ("user", "duty", "berta", "credit_manager"),
        ("user", "duty", "anna", "credit_manager", "--end"),
        ("key", "create", "nightly", "--role", "clerk"),
        ("key", "revoke", "nightly"),
        ("upgrade",),
    ):
        ended = dun(*words)
        assert (words, ended.code) == (words, 1)
        assert "berta is manager, who may not " in ended.err


@pytest.mark.usefixtures("store")
def test_a_program_acts_with_its_key_until_it_is_revoked() -> None:
    made = fine(dun("key", "create", "nightly", "--role", "manager"))
    key = made.out.strip()
    assert made.out == f"{key}\n"
    assert key not in made.err
    assert who(DUN_KEY=key) == "nightly manager"
    assert who(DUN_KEY="") == "anna admin"
    listed = fine(dun("key", "list"))
    assert key not in listed.out
    assert key[:16] in listed.out
    fine(dun("key", "revoke", "nightly"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUN_KEY", key)
        assert "the key nightly was revoked" in dun("whoami").err
    assert "revoked on 20" in fine(dun("key", "list")).out


@pytest.mark.usefixtures("place")
def test_a_key_holds_until_the_end_of_its_last_day() -> None:
    with freeze_time("2026-03-16 09:00:00"):
        fine(with_password("init", "--admin", "anna"))
        words = ("key", "create", "nightly", "--role", "clerk", "--format", "json")
        assert dun(*words, "--expires", "2026-03-15").code == 1
        assert dun(*words, "--expires", "tomorrow").code == 2
        (row,) = fine(dun(*words, "--expires", "2026-03-16")).rows
        assert row["expires_at"] == "2026-03-17T00:00:00+00:00"
        assert "holds until 2026-03-16" in dun("key", "list").out
        (listed,) = fine(dun("key", "list", "--format", "json")).rows
        assert listed == {name: value for name, value in row.items() if name != "key"}
    with freeze_time("2026-03-16 23:59:59"):
        assert who(DUN_KEY=row["key"]) == "nightly clerk"
    with freeze_time("2026-03-17 00:00:00"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUN_KEY", row["key"])
        assert "the key nightly has expired" in dun("whoami").err


@pytest.mark.usefixtures("store")
def test_a_key_of_nobody_is_told() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUN_KEY", "dun_\udcff")
        ended = dun("whoami")
    assert ended.code == 1
    assert "does not know this key or session" in ended.err
