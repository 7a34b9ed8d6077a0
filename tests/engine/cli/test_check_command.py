"""`dun check` and `dun fmt` on real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.cli.command import ROOT, dun, process

pytestmark = pytest.mark.usefixtures("company")

PLAIN = """\
policy mine version 1
  effective 2026-01-01
  currency EUR
  timezone UTC

stage reminder
  after 3 days overdue
  by email
"""


def write(path: str, text: str = PLAIN) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def codes(*words: str) -> set[str]:
    """Codes of what `dun check` finds."""
    return {problem["code"] for problem in dun("check", *words, "--format", "json").rows}


def test_a_policy_without_problems_prints_nothing_and_exits_with_0() -> None:
    ended = dun("check", str(write("mine.dun")))
    assert (ended.code, ended.out, ended.err) == (0, "", "1 file checked, no problems\n")


def test_problems_of_all_files_are_found_at_once() -> None:
    write("all/a.dun", PLAIN.replace("days", "dayz"))
    write("all/b.dun", PLAIN.replace("EUR", "EURO"))
    ended = dun("check", "all")
    assert ended.code == 1
    assert "all/a.dun:7:11" in ended.out
    assert "all/b.dun:3:12" in ended.out


def test_a_warning_is_shown_and_exits_with_0() -> None:
    ended = dun("check", "policies")
    assert (ended.code, "warning[W401]" in ended.out) == (0, True)


def test_two_policies_that_contradict_each_other_are_found_out() -> None:
    write("pair/a.dun")
    write("pair/b.dun")
    assert codes("pair") == {"D120"}


def test_a_file_given_twice_is_one_file() -> None:
    file = write("mine.dun")
    assert dun("check", str(file), f"./{file}").err == "1 file checked, no problems\n"


def test_versions_are_read_in_their_order() -> None:
    for number, date in ((9, "2026-01-01"), (10, "2026-02-01")):
        text = PLAIN.replace("version 1", f"version {number}").replace("2026-01-01", date)
        write(f"versions/mine/{number}.dun", text)
    assert dun("fmt", "--check", "versions").code == 0
    assert codes("versions") == set()


@pytest.mark.parametrize("path", ["p/mine/2.dun", "p/other/1.dun"])
def test_a_file_that_lies_under_another_name_than_its_policy_is_a_problem(path: str) -> None:
    assert codes(str(write(path))) == {"D123"}


def test_a_draft_may_lie_under_any_name() -> None:
    assert codes(str(write("p/other/draft.dun"))) == set()


@pytest.mark.parametrize(
    ("calendar", "hint"),
    [
        ("DE-XX", "the parts of DE are"),
        ("DE-BV", "did you mean 'DE-BB'?"),
        ("SG-BY", "write SG alone"),
    ],
)
def test_a_calendar_without_a_table_of_holidays_is_a_problem(calendar: str, hint: str) -> None:
    file = write("mine.dun", PLAIN.replace("currency EUR", f"currency EUR\n  calendar {calendar}"))
    ended = dun("check", str(file))
    assert ended.code == 1
    assert "error[D220]" in ended.out
    assert hint in ended.out


@pytest.mark.parametrize("calendar", ["DE", "DE-BY", "TARGET", "GB-ENG", "US-CA", "JP"])
def test_a_calendar_of_a_country_a_part_of_one_or_the_ecb_is_known(calendar: str) -> None:
    text = PLAIN.replace("currency EUR", f"currency EUR\n  calendar {calendar}")
    assert codes(str(write("mine.dun", text))) == set()


def test_a_file_that_is_not_utf_8_is_a_problem_and_not_a_failure() -> None:
    file = write("mine.dun")
    file.write_bytes(PLAIN.encode().replace(b"mine", b"m\xfcne"))
    assert codes(str(file)) == {"D002"}


def test_what_is_wrong_is_printed_for_programs() -> None:
    file = str(write("mine.dun", PLAIN.replace("days", "dayz")))
    sarif = json.loads(dun("check", file, "--format", "sarif").out)
    assert sarif["version"] == "2.1.0"
    github = dun("check", file, "--format", "github")
    assert github.out.startswith("::error file=mine.dun,line=7,")
    assert github.code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "nothing.dun"), "dun: nothing.dun: no such file or directory\n"),
        (("check", "ledger"), "dun: there is no policy (*.dun) in ledger\n"),
        (("fmt", "ledger"), "dun: there is no policy (*.dun) in ledger\n"),
        (("fmt", "nothing"), "dun: nothing: no such file or directory\n"),
        (("test", "nothing"), "dun: nothing: no such file or directory\n"),
    ],
)
def test_what_is_not_there_is_a_failure_of_the_environment(
    words: tuple[str, ...], said: str
) -> None:
    ended = dun(*words)
    assert (ended.code, ended.out, ended.err) == (3, "", said)


@pytest.mark.parametrize("command", ["check", "fmt", "test"])
def test_an_empty_path_is_a_slip_and_not_the_working_folder(command: str) -> None:
    ended = dun(command, "")
    assert (ended.code, ended.err) == (2, "dun: a path is empty; name a file or a folder\n")


def test_without_a_folder_of_policies_the_way_on_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    for command in ("check", "fmt", "test"):
        ended = dun(command)
        assert ended.code == 3
        assert "there is no folder 'policies' here" in ended.err


def test_a_link_that_leads_nowhere_is_told_by_name() -> None:
    Path("policies/de_standard/4.dun").symlink_to("gone.dun")
    ended = dun("check")
    assert ended.code == 3
    assert ended.err == "dun: policies/de_standard/4.dun: no such file or directory\n"


def test_standard_input_is_read_for_a_dash() -> None:
    ended = process("check", "-", stdin=PLAIN.replace("days", "dayz").encode())
    assert ended.code == 1
    assert ended.out.startswith("<stdin>:7:11: error[")
    assert dun("check", "-", "policies").code == 2


# -------------------------------------------------------------------------- fmt

CROOKED = PLAIN.replace("  by email", "  by    email  # e-mail first")
STRAIGHT = PLAIN.replace("  by email", "  by email  # e-mail first")


def test_every_shipped_policy_is_in_the_one_layout() -> None:
    ended = dun("fmt", "--check", str(ROOT / "policies"))
    assert (ended.code, ended.out) == (0, "")


def test_a_crooked_file_is_laid_out_and_its_comment_stays() -> None:
    file = write("mine.dun", CROOKED)
    ended = dun("fmt", str(file))
    assert (ended.code, ended.out) == (0, "")
    assert file.read_text(encoding="utf-8") == STRAIGHT
    assert [path.name for path in Path().iterdir() if "mine" in path.name] == ["mine.dun"]


def test_check_names_what_would_change_and_changes_nothing() -> None:
    file = write("mine.dun", CROOKED)
    ended = dun("fmt", "--check", str(file))
    assert (ended.code, ended.out) == (1, "mine.dun\n")
    assert file.read_text(encoding="utf-8") == CROOKED


def test_diff_shows_what_would_change_and_changes_nothing() -> None:
    file = write("mine.dun", CROOKED)
    ended = dun("fmt", "--diff", str(file))
    assert ended.code == 0
    assert "-  by    email  # e-mail first\n+  by email  # e-mail first\n" in ended.out
    assert file.read_text(encoding="utf-8") == CROOKED


def test_a_file_with_an_error_is_left_alone_and_the_others_are_laid_out() -> None:
    broken = write("all/broken.dun", CROOKED.replace("days", "dayz"))
    crooked = write("all/crooked.dun", CROOKED)
    before = broken.read_text(encoding="utf-8")
    ended = dun("fmt", "all")
    assert ended.code == 1
    assert "1 file left alone because of errors" in ended.err
    assert broken.read_text(encoding="utf-8") == before
    assert crooked.read_text(encoding="utf-8") == STRAIGHT


def test_standard_input_is_laid_out_to_standard_output() -> None:
    ended = process("fmt", "-", stdin=CROOKED.encode())
    assert (ended.code, ended.out) == (0, STRAIGHT)


def test_a_file_keeps_its_place_behind_a_link() -> None:
    file = write("real/mine.dun", CROOKED)
    link = Path("link.dun")
    link.symlink_to(file)
    dun("fmt", "link.dun")
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == STRAIGHT


def test_a_file_keeps_its_permissions() -> None:
    file = write("mine.dun", CROOKED)
    file.chmod(0o640)
    dun("fmt", "mine.dun")
    assert file.stat().st_mode & 0o777 == 0o640
