"""Runs as they are typed: proposed, looked at, reviewed, performed, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.services.imports import KINDS
from tests.engine.cli.accounts import fine
from tests.engine.cli.command import ROOT
from tests.engine.cli.office import DAY, Office, letters, morning, stands
from tests.engine.services.importing import taken
from tests.engine.services.publications import new, put_files, text
from tests.engine.services.running import (
    CUSTOMERS,
    HEAD,
    INVOICES,
    LADDER,
    company,
    happens,
)

PROPOSED = """\
To be done on 2026-03-16
policy   stage      by      actions         open   fees
-------------------------------------------------------
house    reminder   email         3   430.00 EUR      -

1 blocked: unreachable; no e-mail address
"""


INTEREST = """
rate short from "short"

interest short + 9 pp from due date by act/365

stage reminder
  after 3 days overdue
  by email

stage warning
  after 14 days
  by post
  charge interest
"""
SHORT = "from,percent\n2025-01-01,1.27\n2026-03-20,\n"


# ---------------------------------------------------------------------------------- the whole story


def test_a_company_duns_from_its_first_import_to_the_agency(
    new_office: Office, tmp_path: Path
) -> None:
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    policy = tmp_path / "house" / "1.dun"
    policy.parent.mkdir()
    policy.write_text(text(ladder=LADDER, more=HEAD), encoding="utf-8")
    by = new_office.by
    fine(by("carla", "import", "customers", "customers.csv"))
    fine(by("carla", "import", "invoices", "invoices.csv"))
    fine(by("anna", "publish", str(policy)))
    fine(by("berta", "approve", "house", "--version", "1"))

    reminders = fine(by("anna", "run", "--on", DAY))
    assert reminders.out == PROPOSED
    assert reminders.err == (
        "'dun run show' lists them; 'dun run --execute' performs the 3 that are ready\n"
    )
    done = fine(by("anna", "run", "--execute"))
    assert done.out == "3 actions performed\n"
    assert f"letters are in {tmp_path / 'letters'}, tasks in 'dun worklist'\n" in done.err
    assert list(letters()) == ["2026-03-16/C-1/EUR/email", "2026-03-16/C-2/EUR/email"]

    happens(new_office.database, tmp_path, "2026-03-20,payment,R-2,100.00,EUR")
    happens(new_office.database, tmp_path, "2026-03-20,payment,R-3,80.00,EUR")
    for day in ("2026-03-30", "2026-04-09"):
        at = morning(day)
        fine(by("anna", "run", "--on", day, at=at))
        fine(by("anna", "run", "--execute", at=at))
    assert "2026-03-30/C-1/EUR/post" in letters()
    (task,) = fine(by("carla", "worklist", "--format", "json")).rows
    assert (task["kind"], task["text"], task["case"]) == ("task", "Call the customer", "R-1")
    ended = fine(by("carla", "worklist", "done", str(task["number"]), "--note", "will pay"))
    assert ended.out == f"task {task['number']} is done: Call the customer (case 'R-1')\n"
    assert "will pay" in fine(by("vera", "worklist", "--state", "done")).out

    at = morning("2026-04-16")
    final = fine(by("anna", "run", "--on", "2026-04-16", at=at))
    assert "1 waits for approval by credit_manager\n" in final.out
    waits = fine(by("anna", "run", "--execute", at=at))
    assert waits.out == "0 actions performed\n"
    assert "1 waits for approval by credit_manager\n" in waits.err
    approved = fine(by("berta", "run", "approve", "--all", at=at))
    assert approved.out == "final of case 'R-1' approved; ready\n"
    assert fine(by("anna", "run", "--execute", at=at)).out == "1 action performed\n"

    at = morning("2026-04-23")
    fine(by("anna", "run", "--on", "2026-04-23", at=at))
    assert "waits for release" in fine(by("vera", "run", "show", at=at)).out
    fine(by("carla", "run", "release", "R-1", at=at))
    assert fine(by("anna", "run", "--execute", at=at)).out == "2 actions performed\n"
    (agency,) = fine(by("carla", "worklist", "--format", "json", at=at)).rows
    assert (agency["kind"], agency["text"]) == ("hand_over", "Hand over to Inkasso Nord")
    cancelled = fine(
        by("anna", "run", "cancel", "R-1", "collection", "--reason", "they paid", at=at)
    )
    assert cancelled.out == "collection of case 'R-1', executed on 2026-04-23, is cancelled\n"
    assert cancelled.err == "1 task of the worklist need not be done any more\n"
    assert fine(by("vera", "audit", "verify", at=at)).out.splitlines()[0].endswith("no flaw")


# ---------------------------------------------------------------------------------------- proposing


def test_a_run_that_was_proposed_before_says_what_is_new(proposed: Office, tmp_path: Path) -> None:
    again = fine(proposed.by("anna", "run", "--on", DAY))
    assert again.err.startswith("since it was proposed before: 0 new, 0 changed, 0 withdrawn\n")
    happens(proposed.database, tmp_path, "2026-03-16,payment,R-3,80.00,EUR")
    changed = fine(proposed.by("anna", "run", "--on", DAY))
    assert changed.err.startswith("since it was proposed before: 0 new, 0 changed, 1 withdrawn\n")


def test_where_nothing_is_due_it_says_how_the_cases_stand(office: Office) -> None:
    ended = fine(office.by("anna", "run", "--on", "2026-03-03"))
    assert ended.out == "Nothing is to be done on 2026-03-03.\n"
    assert ended.err == "4 cases not due yet, 1 case waiting for the next stage\n"


def test_a_day_before_every_policy_is_told(office: Office) -> None:
    ended = fine(office.by("anna", "run", "--on", "2025-12-31"))
    assert ended.err.startswith(
        "no policy is in force on 2025-12-31; the first takes effect on 2026-01-01\n"
    )


@pytest.fixture
def german(new_office: Office) -> Office:
    """With the ledger of the documents and the policy for Germany."""
    for kind in KINDS:
        assert taken(new_office.database, kind, ROOT / "docs" / "example" / f"{kind}.csv").is_taken
    published = new(put_files(new_office.database, ROOT / "policies" / "de_standard" / "3.dun"))
    for each in published:
        fine(new_office.by("berta", "approve", each.version.policy, "--version", "3"))
    return new_office


def test_a_day_without_runs_is_told_with_the_next(german: Office) -> None:
    ended = fine(german.by("anna", "run", "--on", "2026-03-14"))
    assert ended.out == "Nothing is to be done on 2026-03-14.\n"
    assert ended.err.startswith(
        "2026-03-14 is no business day, and the policies run only on those;"
        " the next is 2026-03-16\n"
    )


def test_a_case_that_cannot_be_decided_is_named_and_the_others_are_proposed(
    new_office: Office, tmp_path: Path
) -> None:
    company(new_office.database, tmp_path)
    (tmp_path / "rates").mkdir()
    (tmp_path / "rates" / "short.csv").write_text(SHORT, encoding="utf-8")
    policy = tmp_path / "house" / "2.dun"
    policy.parent.mkdir()
    policy.write_text(text(2, "2026-01-02", INTEREST), encoding="utf-8")
    fine(new_office.by("anna", "publish", str(policy)))
    fine(new_office.by("berta", "approve", "house", "--version", "2"))
    stage = "date,kind,invoice,stage\n2026-03-06,stage,R-1,reminder\n"
    (tmp_path / "stages.csv").write_text(stage, encoding="utf-8")
    fine(new_office.by("carla", "import", "events", "stages.csv"))
    ended = new_office.by("anna", "run", "--on", "2026-03-30")
    assert ended.code == 1
    assert ended.err.startswith("1 case cannot be decided:\n  R-1: ")
    assert "house    reminder   email         2" in ended.out


def test_a_proposal_is_one_object_for_a_program(office: Office) -> None:
    (row,) = fine(office.by("anna", "run", "--on", DAY, "--format", "json")).rows
    assert row["actions"] == {"blocked": 1, "proposed": 3}
    assert (row["new"], row["ready"], row["executed_at"]) == (4, 3, None)
    assert row["policies"][0]["policy"] == "house"
    assert row["groups"] == [
        {
            "policy": "house",
            "stage": "reminder",
            "by": ["email"],
            "actions": 3,
            "open_amounts": [{"amount": "430.00", "currency": "EUR"}],
            "fees": [],
        }
    ]


# --------------------------------------------------------------------------------------- performing


def test_a_payment_that_came_in_between_is_told_with_the_case(
    proposed: Office, tmp_path: Path
) -> None:
    happens(proposed.database, tmp_path, "2026-03-16,payment,R-3,80.00,EUR")
    ended = fine(proposed.by("anna", "run", "--execute"))
    assert ended.out == "2 actions performed\n1 withdrawn, as the facts changed\n"
    assert ended.err.startswith("withdrawn:\n  R-3: settled\n")
    (row,) = fine(proposed.by("anna", "run", "--execute", "--format", "json")).rows
    assert (row["performed"], row["withdrawn"], row["failed"]) == ([], [], [])
    assert row["folder"] == str(tmp_path / "letters")


def test_letters_go_where_the_option_or_the_environment_says(
    proposed: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUN_DROP", str(tmp_path / "elsewhere"))
    fine(proposed.by("carla", "run", "drop", "R-3", "--reason", "paid in cash"))
    fine(proposed.by("anna", "run", "--execute"))
    assert len(list((tmp_path / "elsewhere" / "email").iterdir())) == 1
    fine(proposed.by("carla", "run", "release", "R-3"))
    fine(proposed.by("anna", "run", "--execute", "--drop", "out/today"))
    assert len(list((tmp_path / "out" / "today" / "email").iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_found_before_anything_is_begun(
    proposed: Office, tmp_path: Path
) -> None:
    (tmp_path / "letters").write_text("no folder", encoding="utf-8")
    ended = proposed.by("anna", "run", "--execute")
    assert ended.code == 3
    assert ended.err == (
        f"dun: letters cannot be put into {tmp_path / 'letters'}: file exists; nothing was begun\n"
    )
    fine(proposed.by("anna", "run", "--execute", "--drop", "other"))
    assert set(stands(proposed, "--state", "performed")) == {"R-1", "R-2", "R-3"}


def test_letters_that_could_not_be_handed_over_go_out_the_next_time(
    proposed: Office, tmp_path: Path
) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "email").write_text("in the way", encoding="utf-8")
    ended = proposed.by("anna", "run", "--execute")
    assert ended.code == 3
    assert ended.out == "0 actions performed\n3 failed\n"
    assert f"  R-3: {tmp_path / 'letters' / 'email'}: File exists\n" in ended.err
    assert "nothing is lost: 'dun run --execute' tries them again\n" in ended.err
    (tmp_path / "letters" / "email").unlink()
    assert fine(proposed.by("anna", "run", "--execute")).out == "3 actions performed\n"
    assert sorted(letter["customer"]["id"] for letter in letters().values()) == ["C-1", "C-2"]


def test_ctrl_c_says_that_nothing_is_lost_and_nothing_is(
    proposed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("engine.io.file_drop._publish", interrupted)
        ended = proposed.by("anna", "run", "--execute")
    assert ended.code == 130
    assert ended.err == (
        "nothing is lost: the next 'dun run --execute' finishes what was begun\ndun: interrupted\n"
    )
    again = fine(proposed.by("anna", "run", "--execute"))
    assert again.out == "3 actions performed\n"
    cases = [item["case"] for letter in letters().values() for item in letter["items"]]
    assert cases == ["R-1", "R-2", "R-3"]


def test_every_key_of_a_letter_is_explained(proposed: Office) -> None:
    fine(proposed.by("anna", "run", "--execute"))
    explained = (ROOT / "docs" / "runs.md").read_text(encoding="utf-8")
    (first, _) = letters().values()
    item = first["items"][0]
    keys = {*first, *first["customer"], *item, *item["invoices"][0], *first["total"]}
    assert sorted(key for key in keys if f"`{key}`" not in explained) == []
