"""What people say about a run before it is performed, as it is typed."""

from __future__ import annotations

from pathlib import Path

from tests.engine.cli.accounts import fine
from tests.engine.cli.command import ROOT
from tests.engine.cli.office import DAY, Office, letters, morning, stands
from tests.engine.services.running import company, happens

ARABIC = "فاتورة 7"
SHOWN = """\
The run of 2026-03-16, proposed by anna on 2026-03-16 09:30 UTC: 1 blocked, 1 held, 2 proposed

case   customer   stage      by            open   fee   interest
----------------------------------------------------------------------------------------------------
R-1    C-1        reminder   email   250.00 EUR     -          -   held: a plan
R-2    C-1        reminder   email   100.00 EUR     -          -   ready
R-3    C-2        reminder   email    80.00 EUR     -          -   ready
R-4    C-3        reminder   -        70.00 EUR     -          -   blocked: unreachable; no e-mail
                                                                   address
"""


def test_a_run_is_shown_with_what_each_action_waits_for(proposed: Office) -> None:
    fine(proposed.by("carla", "run", "hold", "R-1", "--reason", "a plan"))
    shown = fine(proposed.by("vera", "run", "show"))
    assert shown.out == SHOWN
    only = stands(proposed, "--state", "held", "--state", "blocked")
    assert only == {"R-1": "held", "R-4": "blocked"}


def test_a_page_of_a_run_leads_to_the_next(proposed: Office) -> None:
    first = fine(proposed.by("vera", "run", "show", "--limit", "3", "--format", "json"))
    assert [row["case"] for row in first.rows] == ["R-1", "R-2", "R-3"]
    last = first.rows[-1]["number"]
    assert first.err == f"--after {last} shows what follows\n"
    assert stands(proposed, "--after", str(last)) == {"R-4": "blocked"}


def test_one_case_is_shown_with_the_lines_of_the_policy_and_what_happened(
    proposed: Office,
) -> None:
    fine(proposed.by("carla", "run", "hold", "R-1", "--reason", "a plan"))
    shown = fine(proposed.by("vera", "run", "show", "--case", "R-1")).out
    assert "R-1  C-1  250.00 EUR open  house version 1\n" in shown
    assert "\n2026-03-16: reminder by email, due since 2026-03-05\n  held: a plan\n" in shown
    assert "  after 3 days overdue\n        -> earliest 2026-03-05\n" in shown
    assert "2026-03-16 09:30  action proposed by anna\n" in shown
    assert "2026-03-16 09:30  action held by carla     a plan\n" in shown
    (row,) = fine(proposed.by("vera", "run", "show", "--case", "R-1", "--format", "json")).rows
    assert (row["state"], row["reason"], row["changed_by"]) == (
        "held",
        "a plan",
        "carla",
    )
    assert row["decision"]["outcome"] == "act"
    assert row["decision"]["because"][0]["line"] == 1


def test_what_is_held_stays_and_what_is_dropped_comes_back_in_the_next_run(
    proposed: Office,
) -> None:
    held = fine(proposed.by("carla", "run", "hold", "R-1", "--reason", "a plan"))
    assert held.out == "reminder of case 'R-1' held until it is released\n"
    dropped = fine(proposed.by("carla", "run", "drop", "R-2", "R-3", "--reason", "paid in cash"))
    assert dropped.out == (
        "reminder of case 'R-2' dropped from this run\n"
        "reminder of case 'R-3' dropped from this run\n"
    )
    performed = fine(proposed.by("anna", "run", "--execute"))
    assert performed.out == "0 actions performed\n"
    assert performed.err.splitlines()[-2:] == ["1 held", "2 dropped"]
    at = morning("2026-03-17")
    fine(proposed.by("anna", "run", "--on", "2026-03-17", at=at))
    assert stands(proposed) == {
        "R-1": "held",
        "R-2": "proposed",
        "R-3": "proposed",
        "R-4": "blocked",
    }
    released = fine(proposed.by("carla", "run", "release", "R-1", at=at))
    assert released.out == "reminder of case 'R-1' released; ready\n"


def test_an_earlier_run_is_reviewed_by_naming_its_day(proposed: Office) -> None:
    fine(proposed.by("anna", "run", "--on", "2026-03-17"))
    fine(proposed.by("carla", "run", "drop", "R-1", "--on", DAY, "--reason", "paid in cash"))
    assert stands(proposed, "--case", "R-1") == {"R-1": "proposed"}
    assert stands(proposed, "--case", "R-1", "--on", DAY) == {"R-1": "dropped"}
    runs = fine(proposed.by("vera", "run", "list", "--format", "json")).rows
    assert [(row["on"], row["state"]) for row in runs] == [
        ("2026-03-17", "proposed"),
        (DAY, "proposed"),
    ]
    older = fine(proposed.by("vera", "run", "list", "--before", "2026-03-17")).out
    assert older.splitlines()[2].split() == (
        f"{DAY} proposed {DAY} anna 1 blocked, 1 dropped, 2 proposed".split()
    )


def test_names_of_any_script_are_shown_and_nothing_writes_to_the_terminal(
    new_office: Office, tmp_path: Path
) -> None:
    company(new_office.database, tmp_path)
    (tmp_path / "more.csv").write_text(
        "id,customer,issued,due,amount,currency\n"
        f"{ARABIC},C-1,2026-02-01,2026-03-02,10.00,EUR\n"
        "🧾#1,C-2,2026-02-01,2026-03-02,20.00,EUR\n",
        encoding="utf-8",
    )
    fine(new_office.by("carla", "import", "invoices", "more.csv"))
    fine(new_office.by("anna", "run", "--on", DAY))
    shown = fine(new_office.by("vera", "run", "show")).out
    assert f"\n{ARABIC} " in shown
    assert "\n🧾#1 " in shown
    fine(new_office.by("carla", "run", "hold", "🧾#1", "--reason", "\x1b[31mred\u202eder"))
    shown = fine(new_office.by("vera", "run", "show", "--case", "🧾#1")).out
    assert "held: \ufffd[31mred\ufffdder\n" in shown
    ended = new_office.by("vera", "run", "show", "--case", "\x1b[31mR-1")
    assert "nothing for case '\ufffd[31mR-1'" in ended.err
    fine(new_office.by("anna", "run", "--execute"))
    assert sum(len(letter["items"]) for letter in letters().values()) == 4


def test_every_name_that_programs_get_is_explained(proposed: Office) -> None:
    at = morning("2026-04-23")
    fine(proposed.by("anna", "run", "--execute"))
    rows = fine(proposed.by("anna", "run", "--on", "2026-04-23", "--format", "json", at=at)).rows
    rows += fine(proposed.by("vera", "run", "list", "--format", "json", at=at)).rows
    rows += fine(proposed.by("vera", "run", "show", "--format", "json", at=at)).rows
    rows += fine(proposed.by("anna", "run", "--execute", "--format", "json", at=at)).rows
    rows += fine(proposed.by("vera", "worklist", "--format", "json", at=at)).rows
    explained = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    told = explained[explained.index("## dun run") : explained.index("## dun audit")]
    assert sorted({key for row in rows for key in row if f"`{key}`" not in told}) == []


def test_the_worklist_is_read_page_by_page_and_case_by_case(
    proposed: Office, tmp_path: Path
) -> None:
    happens(proposed.database, tmp_path, "2026-04-01,payment,R-5,60.00,EUR")
    for day in (DAY, "2026-03-30", "2026-04-09"):
        fine(proposed.by("anna", "run", "--on", day, at=morning(day)))
        fine(proposed.by("anna", "run", "--execute", at=morning(day)))
    first = fine(proposed.by("vera", "worklist", "--limit", "2", "--format", "json"))
    assert [row["case"] for row in first.rows] == ["R-1", "R-2"]
    last = first.rows[-1]["number"]
    assert first.err == f"--after {last} shows what follows\n"
    rest = fine(proposed.by("vera", "worklist", "--after", str(last), "--format", "json"))
    assert {row["case"] for row in rest.rows} == {"R-3"}
    one = fine(proposed.by("vera", "worklist", "--case", "R-2", "--format", "json"))
    assert [(row["case"], row["kind"], row["text"]) for row in one.rows] == [
        ("R-2", "task", "Call the customer")
    ]
