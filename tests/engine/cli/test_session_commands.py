"""Stores are made, and people enter and leave them, as it is typed."""

from __future__ import annotations

import json
import os
import pty
import stat
from pathlib import Path

import pytest
from freezegun import freeze_time

from engine.cli.sessions import session_file
from tests.engine.cli.accounts import OTHER, PASSWORD, fine, who, with_password
from tests.engine.cli.command import dun, environment, process, started

pytestmark = pytest.mark.usefixtures("quick_passwords")


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


@pytest.mark.usefixtures("store")
def test_a_command_in_a_process_of_its_own_finds_store_and_session() -> None:
    ended = process("whoami", "--format", "json")
    assert ended.code == 0, ended.err
    assert ended.rows[0]["name"] == "anna"
