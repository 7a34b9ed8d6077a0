"""Accounts, sessions, keys and the audit trail, as they are typed."""

from __future__ import annotations

import json
import os
import pty
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from freezegun import freeze_time
from sqlalchemy import text

from engine.cli.sessions import session_file
from engine.store.database import connect
from tests.engine.cli.command import dun, environment, process, started

if TYPE_CHECKING:
    from tests.engine.cli.command import Ended

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
OTHER = "staple of correct horses"

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def place(empty_address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A database without a store, which commands find by themselves."""
    monkeypatch.setenv("DUN_DATABASE", empty_address)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return empty_address


@pytest.fixture
def store(place: str) -> str:
    """A store with the admin anna, who is logged in."""
    assert dun("init", "--admin", "anna", "--password-stdin", stdin=f"{PASSWORD}\n").code == 0
    return place


def with_password(*words: str, password: str = PASSWORD) -> Ended:
    return dun(*words, "--password-stdin", stdin=f"{password}\n")


def fine(ended: Ended) -> Ended:
    assert ended.code == 0, ended.err
    return ended


def who(**environment: str) -> str:
    """Name and role of who is acting."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        (row,) = fine(dun("whoami", "--format", "json")).rows
    return f"{row['name']} {row['role']}"


# ------------------------------------------------------------- making and entering


@pytest.mark.usefixtures("place")
def test_a_store_is_made_and_its_admin_is_logged_in() -> None:
    ended = fine(with_password("init", "--admin", "anna"))
    assert ended.out == ""
    assert ended.err.endswith("; anna is its admin and logged in\n")
    assert PASSWORD not in ended.err
    assert who() == "anna admin"
    assert fine(dun("whoami")).out.startswith("anna, admin of ")
    again = with_password("init", "--admin", "berta")
    assert again.code == 1
    assert "already; name another place with --database ADDRESS" in again.err
    assert who() == "anna admin"


@pytest.mark.usefixtures("place")
def test_a_store_is_made_where_the_option_says(tmp_path: Path) -> None:
    fine(with_password("init", "--admin", "anna", "--database", "other.db"))
    assert (tmp_path / "other.db").exists()
    assert dun("whoami", "--database", "other.db").code == 0
    ended = dun("whoami")
    assert ended.code == 3
    assert "'dun init' makes one" in ended.err


def test_without_any_word_a_store_is_a_file_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fine(with_password("init", "--admin", "anna"))
    assert {file.name for file in tmp_path.iterdir()} == {"dun.db"}


@pytest.mark.parametrize(
    ("words", "stdin", "code", "said"),
    [
        (("--admin", "anna"), "", 2, "there is no terminal to ask for a password at"),
        (("--admin", "anna", "--password-stdin"), "", 2, "there is no password on standard input"),
        (("--admin", "anna", "--password-stdin"), "short\n", 1, "at least 12 characters"),
        (("--admin", "an na", "--password-stdin"), PASSWORD, 1, "cannot be the name of a user"),
        (("--database", ""), "", 2, "what was given is empty"),
    ],
)
@pytest.mark.usefixtures("place")
def test_a_store_that_cannot_be_made_leaves_nothing(
    tmp_path: Path, words: tuple[str, ...], stdin: str, code: int, said: str
) -> None:
    before = sorted(tmp_path.iterdir())
    ended = dun("init", *words, stdin=stdin)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
    assert sorted(tmp_path.iterdir()) == before
    assert not session_file().exists()


@pytest.mark.usefixtures("store")
def test_a_session_is_begun_and_ended() -> None:
    assert fine(dun("logout")).err.endswith("(anna)\n")
    assert fine(dun("logout")).err.startswith("nobody was logged in to ")
    ended = dun("whoami")
    assert ended.code == 1
    assert "nobody is logged in to " in ended.err
    assert "'dun login NAME' begins a session" in ended.err
    fine(with_password("login", "anna"))
    assert who() == "anna admin"


@pytest.mark.usefixtures("store")
def test_a_wrong_name_and_a_wrong_password_are_told_the_same() -> None:
    wrong = [
        with_password("login", "anna", password=OTHER),
        with_password("login", "nobody"),
        with_password("login", "an na"),
    ]
    assert {(ended.code, ended.err) for ended in wrong} == {(1, wrong[0].err)}
    assert wrong[0].err.startswith("dun: the name or the password is wrong; ")


@pytest.mark.usefixtures("store")
def test_who_logs_in_again_leaves_no_session_behind() -> None:
    before = json.loads(session_file().read_text("utf-8"))
    fine(with_password("login", "anna"))
    assert who() == "anna admin"
    (earlier,) = before.values()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUN_KEY", earlier)
        assert dun("whoami").code == 1


@pytest.mark.usefixtures("place")
def test_a_session_ends_after_twelve_hours() -> None:
    with freeze_time("2026-03-16 09:00:00"):
        fine(with_password("init", "--admin", "anna"))
    with freeze_time("2026-03-16 20:59:59"):
        assert who() == "anna admin"
    with freeze_time("2026-03-16 21:00:00"):
        ended = dun("whoami")
        assert ended.code == 1
        assert "the session of anna has ended; 'dun login anna' begins a new one" in ended.err
        assert fine(dun("logout")).err.endswith("(the session had ended already)\n")


@pytest.mark.usefixtures("store")
def test_sessions_are_for_one_person_and_one_for_each_store() -> None:
    fine(with_password("init", "--admin", "berta", "--database", "second.db"))
    file = session_file()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert len(json.loads(file.read_text("utf-8"))) == 2
    assert "berta" in dun("whoami", "--database", "second.db").out
    assert who() == "anna admin"
    fine(dun("logout", "--database", "second.db"))
    assert who() == "anna admin"


@pytest.mark.usefixtures("store")
def test_a_damaged_file_of_sessions_is_told() -> None:
    session_file().write_text("[1, 2", "utf-8")
    ended = dun("whoami")
    assert ended.code == 3
    assert f"{session_file()} is damaged; delete it, and log in again" in ended.err


def test_sessions_are_kept_at_home_unless_the_settings_are_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for elsewhere in ("", "not/absolute"):
        monkeypatch.setenv("XDG_CONFIG_HOME", elsewhere)
        assert session_file() == tmp_path / ".config" / "dunlang" / "sessions.json"


def at_a_terminal(*words: str, answers: list[str]) -> tuple[str, int]:
    """What a terminal shows when somebody answers each question that is asked; the exit code."""
    ours, theirs = pty.openpty()
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    running = started(*words, **streams, env=environment(TERM="xterm"), start_new_session=True)
    os.close(theirs)
    shown, left = b"", list(answers)
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # Linux says so when the other side has closed
            break
        shown += part
        if shown.endswith(b": ") and left:
            os.write(ours, left.pop(0).encode() + b"\n")
    os.close(ours)
    return shown.decode(), running.wait(timeout=60)


@pytest.mark.usefixtures("store")
def test_a_password_is_asked_for_twice_and_never_shown() -> None:
    words = ("user", "add", "berta", "--role", "clerk")
    shown, code = at_a_terminal(*words, answers=[PASSWORD, OTHER])
    assert code == 2
    assert "the two passwords differ; nothing was changed" in shown
    shown, code = at_a_terminal(*words, answers=[PASSWORD, PASSWORD])
    assert code == 0, shown
    assert "New password for berta: " in shown
    assert PASSWORD not in shown
    shown, code = at_a_terminal("login", "berta", answers=[PASSWORD])
    assert code == 0, shown
    assert PASSWORD not in shown
    assert who() == "berta clerk"


@pytest.mark.usefixtures("store")
def test_a_password_is_not_read_from_a_terminal_by_mistake() -> None:
    shown, code = at_a_terminal("login", "anna", "--password-stdin", answers=[])
    assert code == 2
    assert "not from a terminal" in shown


# ------------------------------------------------------------------- users and keys


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


def test_no_store_is_made_where_no_session_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    in_the_way = tmp_path / "settings"
    in_the_way.touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(in_the_way))
    ended = with_password("init", "--admin", "anna")
    assert ended.code == 3
    assert "settings" in ended.err
    assert list(tmp_path.iterdir()) == [in_the_way]


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


# ------------------------------------------------------------------ the audit trail


@pytest.mark.usefixtures("store")
def test_the_trail_is_whole_and_its_head_is_found_again() -> None:
    (first,) = fine(dun("audit", "verify", "--format", "json")).rows
    assert (first["entries"], first["flaws"]) == (3, [])
    fine(with_password("user", "add", "berta", "--role", "clerk"))
    ended = fine(dun("audit", "verify", "--head", first["head"]))
    assert ended.out.startswith("4 entries, no flaw\nhead ")


def test_entries_that_were_changed_or_cut_off_are_named(store: str) -> None:
    fine(with_password("user", "add", "berta", "--role", "clerk"))
    (row,) = fine(dun("audit", "verify", "--format", "json")).rows
    database = connect(store)
    with database.writing() as connection:
        connection.execute(text("DELETE FROM audit WHERE number = 4"))
    assert dun("audit", "verify").code == 0
    ended = dun("audit", "verify", "--head", row["head"])
    assert ended.code == 1
    assert f"no entry has the hash {row['head']}: the end was cut off" in ended.out
    with database.writing() as connection:
        connection.execute(text("UPDATE audit SET actor = 'berta' WHERE number = 2"))
        connection.execute(text("DELETE FROM audit WHERE number = 1"))
    database.close()
    ended = dun("audit", "verify", "--format", "json")
    assert ended.code == 1
    assert [flaw["reason"] for flaw in ended.rows[0]["flaws"]] == [
        "entry 1 is missing",
        "entry 2 is not what was written",
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


@pytest.mark.usefixtures("store")
def test_a_command_in_a_process_of_its_own_finds_store_and_session() -> None:
    ended = process("whoami", "--format", "json")
    assert ended.code == 0, ended.err
    assert ended.rows[0]["name"] == "anna"


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
