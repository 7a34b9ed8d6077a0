"""Policies published, approved, listed and compared, as it is typed."""

from __future__ import annotations

import datetime
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from freezegun import freeze_time

from engine.services.accounts import login
from engine.services.actors import Actor, Refused
from engine.services.users import add_user
from engine.store.database import connect
from tests.engine.cli.command import dun
from tests.engine.services.publications import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.services.actors import Role
    from tests.engine.cli.command import Ended

NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
PEOPLE: dict[str, Role] = {
    "anna": "manager",
    "berta": "approver",
    "dora": "admin",
    "vera": "viewer",
}
FILE = Path("policies/house/1.dun")

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def keys(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Sessions of people in a store, and a folder with a policy."""
    monkeypatch.setenv("DUN_DATABASE", address)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    FILE.parent.mkdir(parents=True)
    FILE.write_text(text(), encoding="utf-8")
    database = connect(address)
    found = {}
    for name, role in PEOPLE.items():
        added = add_user(database, Actor("setup", "admin"), name, role, PASSWORD, NOW)
        assert not isinstance(added, Refused), added
        session = login(database, name, PASSWORD, NOW)
        assert not isinstance(session, Refused), session
        found[name] = session.key
    database.close()
    return found


@contextmanager
def acting(key: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, freeze_time(NOW):
        patch.setenv("DUN_KEY", key)
        yield


def by(key: str, *words: str, stdin: str = "") -> Ended:
    """A command by the person with a key."""
    with acting(key):
        return dun(*words, stdin=stdin)


def put_in_force(keys: dict[str, str]) -> None:
    assert by(keys["anna"], "publish", str(FILE)).code == 0
    assert by(keys["berta"], "approve", "house", "--version", "1").code == 0


def test_a_version_is_published_by_one_person_and_approved_by_another(
    keys: dict[str, str],
) -> None:
    ended = by(keys["anna"], "publish", str(FILE))
    assert ended.code == 0
    assert ended.out.splitlines()[0] == "published house version 1, effective 2026-01-01"
    assert "'dun approve house --version 1'" in ended.err
    ended = by(keys["berta"], "approve", "house", "--version", "1")
    assert ended.out == "approved house version 1: it takes effect on 2026-01-01\n"
    assert ended.err.startswith("note: its effective date 2026-01-01 has begun")
    again = by(keys["dora"], "approve", "house", "--version", "1")
    assert again.code == 1
    assert again.err.startswith("dun: house version 1 was approved already by berta on 2026-03-16")


def test_publishing_the_same_again_is_done_already(keys: dict[str, str]) -> None:
    put_in_force(keys)
    ended = by(keys["dora"], "publish", "policies")
    said = "house version 1 is published already, by anna on 2026-03-16; approved\n"
    assert (ended.code, ended.out, ended.err) == (0, said, "")


def test_a_refusal_says_what_to_do_and_ends_with_1(keys: dict[str, str]) -> None:
    put_in_force(keys)
    FILE.write_text(text() + "\n# a comment\n", encoding="utf-8")
    ended = by(keys["anna"], "publish", str(FILE))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "dun: house version 1 was published by anna on 2026-03-16 with another text;"
        " a version never changes: publish this text as version 2\n"
    )


def test_errors_are_shown_as_the_check_shows_them(keys: dict[str, str]) -> None:
    FILE.write_text(text().replace("email", "emial"), encoding="utf-8")
    checked, ended = dun("check", str(FILE)), by(keys["anna"], "publish", str(FILE))
    assert (ended.code, ended.out) == (1, checked.out)
    assert ended.err == "1 error; nothing was published\n"


def test_an_error_beside_a_published_policy_is_shown_in_the_file(keys: dict[str, str]) -> None:
    put_in_force(keys)
    other = Path("policies/other/1.dun")
    other.parent.mkdir()
    other.write_text(text().replace("house", "other"), encoding="utf-8")
    ended = by(keys["anna"], "publish", str(other))
    assert ended.code == 1
    assert ended.out.startswith(f"{other}:1:8: error[")
    assert ended.err == "1 error; nothing was published\n"


def test_warnings_do_not_stop_it_and_are_no_result(keys: dict[str, str]) -> None:
    FILE.write_text(text().replace("  timezone Europe/Berlin\n", ""), encoding="utf-8")
    ended = by(keys["anna"], "publish", str(FILE), "--format", "json")
    assert ended.code == 0
    assert "warning[W101]" in ended.err
    assert [row["version"] for row in ended.rows] == [1]


def test_a_policy_is_read_from_standard_input(keys: dict[str, str]) -> None:
    assert by(keys["anna"], "publish", "-", stdin=text()).code == 0
    assert by(keys["anna"], "status").out.split()[-1] == str(FILE)


def test_who_may_not_publish_is_told_before_anything_is_read(keys: dict[str, str]) -> None:
    ended = by(keys["vera"], "publish", "nowhere.dun")
    assert ended.code == 1
    assert ended.err == (
        "dun: vera is viewer, who may not publish a policy; it takes the role manager or admin\n"
    )
    assert by(keys["anna"], "publish", "nowhere.dun").code == 3


def test_nobody_in_particular_publishes_nothing(keys: dict[str, str]) -> None:
    del keys
    ended = dun("publish", str(FILE))
    assert ended.code == 1
    assert "nobody is logged in" in ended.err


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.0", "", "12345678901"])
def test_a_version_is_a_number(keys: dict[str, str], number: str) -> None:
    ended = by(keys["berta"], "approve", "house", f"--version={number}")
    assert ended.code == 2
    assert "--version takes the number of a version such as 3" in ended.err


def test_a_version_is_rejected_with_a_reason(keys: dict[str, str]) -> None:
    assert by(keys["anna"], "publish", str(FILE)).code == 0
    ended = by(keys["berta"], "approve", "house", "--version", "1", "--reject", "too strict")
    assert (ended.code, ended.out) == (0, "rejected house version 1: it never takes effect\n")
    assert "no: 2026-03-16 berta" in by(keys["vera"], "policies").out
    ended = by(keys["anna"], "publish", str(FILE))
    assert ended.code == 1
    assert "house version 1 was rejected by berta: too strict" in ended.err


def test_the_list_says_what_is_in_force_when(keys: dict[str, str]) -> None:
    put_in_force(keys)
    FILE.with_name("2.dun").write_text(text(2, "2026-06-01"), encoding="utf-8")
    FILE.with_name("3.dun").write_text(text(3, "2026-09-01"), encoding="utf-8")
    assert by(keys["anna"], "publish", "policies").code == 0
    assert by(keys["berta"], "approve", "house", "--version", "2").code == 0
    listed = by(keys["vera"], "policies")
    assert [line.split()[1:] for line in listed.out.splitlines()[2:]] == [
        ["1", "approved", "2026-01-01", "2026-05-31", "2026-03-16", "anna", "2026-03-16", "berta"],
        ["2", "approved", "2026-06-01", "2026-03-16", "anna", "2026-03-16", "berta"],
        ["3", "waiting", "for", "approval", "2026-09-01", "2026-03-16", "anna"],
    ]
    rows = by(keys["vera"], "policies", "--format", "json").rows
    assert [(row["version"], row["state"], row["until"]) for row in rows] == [
        (1, "approved", "2026-05-31"),
        (2, "approved", None),
        (3, "waiting for approval", None),
    ]
    for day, version in {"2026-05-31": [1], "2026-06-01": [2], "2026-12-31": [2]}.items():
        rows = by(keys["vera"], "policies", "--on", day, "--format", "json").rows
        assert [row["version"] for row in rows] == version
    ended = by(keys["vera"], "policies", "--on", "2025-12-31")
    assert (ended.code, ended.out, ended.err) == (0, "", "no policy is in force on 2025-12-31\n")


def test_an_empty_store_says_how_to_begin(keys: dict[str, str]) -> None:
    ended = by(keys["vera"], "policies")
    said = "no policy is published yet; 'dun publish PATH' publishes one\n"
    assert (ended.code, ended.out, ended.err) == (0, "", said)


def test_the_exact_text_of_a_version_is_printed_whatever_the_file_says_now(
    keys: dict[str, str],
) -> None:
    written = text(more="  calendar DE-BY\n") + "\n# Grüße\r\n"
    FILE.write_text(written, encoding="utf-8", newline="")
    put_in_force(keys)
    FILE.unlink()
    assert by(keys["vera"], "policies", "show", "house", "--version", "1").out == written
    shown = by(keys["vera"], "policies", "show", "house", "--version", "1", "--format", "json")
    (row,) = shown.rows
    assert (row["text"], row["parts"]) == (written, [])
    assert "2026-05-01" in row["calendars"]["DE-BY"]["off"]
    ended = by(keys["vera"], "policies", "show", "house", "--version", "2")
    assert (ended.code, ended.out) == (1, "")
    assert "it has version 1" in ended.err


def test_an_option_before_the_word_show_is_not_dropped(keys: dict[str, str]) -> None:
    put_in_force(keys)
    words = ("policies", "--database", "other.db", "show", "house", "--version", "1")
    ended = by(keys["vera"], *words)
    assert (ended.code, ended.err) == (2, "dun: write the options after 'show'\n")


def test_files_and_store_are_compared(keys: dict[str, str]) -> None:
    put_in_force(keys)
    FILE.with_name("2.dun").write_text(text(2, "2026-06-01"), encoding="utf-8")
    assert by(keys["anna"], "publish", str(FILE.with_name("2.dun"))).code == 0
    FILE.with_name("3.dun").write_text(text(3, "2026-09-01"), encoding="utf-8")
    ended = by(keys["vera"], "status", "--format", "json")
    assert ended.code == 0
    assert [(row["version"], row["state"], row["file"]) for row in ended.rows] == [
        (1, "published", "policies/house/1.dun"),
        (2, "waiting for approval", "policies/house/2.dun"),
        (3, "draft", "policies/house/3.dun"),
    ]
    FILE.unlink()
    FILE.with_name("2.dun").write_text(text(2, "2026-06-02"), encoding="utf-8")
    FILE.with_name("x.dun").write_text("nonsense\n", encoding="utf-8")
    ended = by(keys["vera"], "status", "--format", "json")
    assert ended.code == 1
    assert [(row["version"], row["state"], row["note"]) for row in ended.rows] == [
        (None, "errors", "'dun check policies/house/x.dun' shows them"),
        (1, "only in store", "unless a file with errors holds it"),
        (2, "differs", "its text changed since it was published"),
        (3, "draft", None),
    ]
    ended = by(keys["vera"], "status")
    assert ended.err == "4 versions, 1 draft, 2 to look at\n"


def test_without_files_the_store_is_listed(keys: dict[str, str]) -> None:
    put_in_force(keys)
    FILE.unlink()
    for folder in (FILE.parent, FILE.parent.parent):
        (row,) = by(keys["vera"], "status", "--format", "json").rows
        assert (row["version"], row["state"], row["file"]) == (1, "only in store", None)
        folder.rmdir()
    ended = by(keys["vera"], "status", "policies")
    assert (ended.code, ended.err) == (3, "dun: policies: no such file or directory\n")


def test_a_table_that_changed_makes_a_version_differ(keys: dict[str, str]) -> None:
    lines = '\nrate base from "bank"\n\ninterest base + 1 pp from due date by act/365\n'
    ladder = (
        text(ladder=lines) + "\nstage a\n  after 3 days overdue\n  by email\n  charge interest\n"
    )
    FILE.write_text(ladder, encoding="utf-8")
    table = Path("policies/rates/bank.csv")
    table.parent.mkdir()
    table.write_text("from,percent\n2020-01-01,2.00\n", encoding="utf-8")
    put_in_force(keys)
    assert by(keys["vera"], "status").code == 0
    table.write_text("from,percent\n2020-01-01,2.00\n2026-07-01,3.00\n", encoding="utf-8")
    ended = by(keys["vera"], "status", "--format", "json")
    assert ended.code == 1
    (row,) = ended.rows
    assert row["note"] == "rates/bank.csv changed since it was published"


@pytest.mark.parametrize("command", ["publish", "approve", "policies", "status"])
def test_without_a_store_the_way_to_one_is_shown(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    more = {"publish": ["x.dun"], "approve": ["house", "--version", "1"]}.get(command, [])
    ended = dun(command, *more)
    assert ended.code == 3
    assert "'dun init' makes one" in ended.err
