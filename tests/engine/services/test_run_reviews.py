"""Reviewing a run: what people keep back stays back, and what it does to the others."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from tests.engine.services.publications import NOW, new
from tests.engine.services.running import (
    APPROVED,
    BERTA,
    DAY,
    LADDER,
    actions,
    company,
    fees,
    happens,
    letters,
    performed,
    proposed,
    said,
    states,
    withdrawn,
)

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

ONE = datetime.timedelta(days=1)
PER_LETTER = """\

stage reminder
  after 3 days overdue
  by email
  fee 2.00 EUR per letter
"""
ONE_A_WEEK = """\

contact at most 1 time in 7 days by email

stage reminder
  after 3 days overdue
  by email
"""
TAKEN_OUT = f"""\

exclude "taken out" when invoice.excluded
{LADDER}"""


# ------------------------------------------------------------------------------ proposed again


def test_a_run_that_is_proposed_again_keeps_what_people_said(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    new(said(database, "approve", "R-1", by=BERTA))
    new(said(database, "hold", "R-3"))
    again = proposed(database)
    assert (again.new, again.changed, again.withdrawn) == (0, 0, 0)
    assert actions(database)["R-1"].approved_by == "berta"
    assert actions(database)["R-3"].reason == "asked to"
    assert states(database)["R-3"] == "held"


def test_what_says_something_else_has_to_be_approved_again(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    new(said(database, "approve", "R-1", by=BERTA))
    happens(database, tmp_path, "2026-03-16,payment,R-1,10.00,EUR")
    again = proposed(database)
    assert (again.new, again.changed, again.withdrawn) == (0, 1, 0)
    action = actions(database)["R-1"]
    assert action.decision["open_amount"]["amount"] == "240.00"
    assert action.waits_for == "approval by credit_manager"


def test_what_is_not_due_any_more_is_withdrawn_and_says_why(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    happens(database, tmp_path, "2026-03-16,payment,R-1,250.00,EUR", "2026-03-16,dispute,R-3,,")
    assert proposed(database).withdrawn == 1
    assert withdrawn(database) == {"R-1": "settled"}


def test_what_was_withdrawn_and_is_due_again_is_proposed_again(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, TAKEN_OUT)
    proposed(database)
    happens(database, tmp_path, "2026-03-16,exclude,R-1,,")
    proposed(database)
    happens(database, tmp_path, "2026-03-16,exclude_ended,R-1,,", at=NOW + datetime.timedelta(0, 9))
    assert proposed(database).changed == 1
    assert states(database)["R-1"] == "proposed"


# -------------------------------------------------------------------------------------- holding


def test_what_is_held_stays_back_in_later_runs_until_it_is_released(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    new(said(database, "hold", "R-1", reason="wait for the lawyer"))
    assert sorted(performed(database, tmp_path).performed) == ["R-2", "R-3"]
    tomorrow = DAY + ONE
    proposed(database, tomorrow)
    held = actions(database, tomorrow)["R-1"]
    assert (held.state, held.reason) == ("held", "wait for the lawyer")
    assert performed(database, tmp_path, tomorrow, NOW + ONE).performed == ()
    new(said(database, "release", "R-1", day=tomorrow))
    assert performed(database, tmp_path, tomorrow, NOW + ONE).performed == ("R-1",)


def test_what_was_released_in_a_later_run_is_not_held_in_those_after_it(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    new(said(database, "hold", "R-1"))
    proposed(database, DAY + ONE)
    new(said(database, "release", "R-1", day=DAY + ONE))
    proposed(database, DAY + 2 * ONE)
    assert states(database, DAY + 2 * ONE)["R-1"] == "proposed"


def test_what_is_let_go_in_a_later_run_joins_the_letter_of_the_others(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, PER_LETTER)
    proposed(database)
    new(said(database, "hold", "R-1"))
    tomorrow = DAY + ONE
    proposed(database, tomorrow)
    assert fees(database, tomorrow)["R-2"] == "2.00"
    new(said(database, "release", "R-1", day=tomorrow))
    assert fees(database, tomorrow)["R-2"] == "0.00"
    result = performed(database, tmp_path, tomorrow, NOW + ONE)
    assert (sorted(result.performed), result.withdrawn) == (["R-1", "R-2", "R-3"], ())


def test_what_is_dropped_stays_out_of_this_run_only(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    proposed(database)
    new(said(database, "drop", "R-1"))
    assert "R-1" not in performed(database, tmp_path).performed
    proposed(database, DAY + ONE)
    assert states(database, DAY + ONE)["R-1"] == "proposed"


def test_what_is_held_stays_held_while_it_is_not_due_for_a_time(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, TAKEN_OUT)
    proposed(database)
    new(said(database, "hold", "R-1"))
    proposed(database, DAY + ONE)
    happens(database, tmp_path, "2026-03-16,exclude,R-1,,")
    assert proposed(database, DAY + ONE).withdrawn == 0
    proposed(database, DAY + 2 * ONE)
    happens(database, tmp_path, "2026-03-17,exclude_ended,R-1,,", at=NOW + ONE)
    for day in (DAY + ONE, DAY + 2 * ONE):
        proposed(database, day)
        assert states(database, day)["R-1"] == "held"


def test_what_is_dropped_stays_out_while_it_is_not_due_for_a_time(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, TAKEN_OUT)
    proposed(database)
    new(said(database, "drop", "R-1"))
    happens(database, tmp_path, "2026-03-16,exclude,R-1,,")
    proposed(database)
    happens(database, tmp_path, "2026-03-16,exclude_ended,R-1,,", at=NOW + datetime.timedelta(0, 9))
    proposed(database)
    assert states(database)["R-1"] == "dropped"


def test_what_is_held_in_an_earlier_run_is_held_in_those_that_were_proposed_before(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    proposed(database, DAY + ONE)
    new(said(database, "hold", "R-1", day=DAY))
    assert states(database, DAY + ONE)["R-1"] == "held"
    new(said(database, "release", "R-1", day=DAY))
    assert states(database, DAY + ONE)["R-1"] == "proposed"


# --------------------------------------------------------------------- what it does to the others


def test_who_holds_the_item_that_bears_the_fee_of_a_letter_moves_it_to_another(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, PER_LETTER)
    proposed(database)
    assert fees(database) == {"R-1": "2.00", "R-2": "0.00", "R-3": "2.00", "R-4": "2.00"}
    held = new(said(database, "hold", "R-1"))
    assert held.others == 1
    assert fees(database)["R-2"] == "2.00"
    assert sorted(performed(database, tmp_path).performed) == ["R-2", "R-3"]
    (letter,) = [each for key, each in letters(tmp_path).items() if "/C-1/" in key]
    assert letter["total"] == {"amount": "102.00", "currency": "EUR"}
    assert [item["case"] for item in letter["items"]] == ["R-2"]  # type: ignore[attr-defined]


def test_who_releases_it_moves_the_fee_back(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, PER_LETTER)
    proposed(database)
    new(said(database, "drop", "R-1"))
    assert new(said(database, "release", "R-1")).others == 1
    assert fees(database)["R-1"] == "2.00"
    assert fees(database)["R-2"] == "0.00"
    assert sorted(performed(database, tmp_path).performed) == ["R-1", "R-2", "R-3"]


def test_a_contact_that_is_kept_back_makes_room_for_another(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, ONE_A_WEEK, "")
    proposed(database)
    assert states(database) == {"R-1": "proposed", "R-3": "proposed", "R-4": "blocked"}
    assert new(said(database, "hold", "R-1")).others == 1
    assert states(database)["R-2"] == "proposed"
    assert sorted(performed(database, tmp_path).performed) == ["R-2", "R-3"]
    proposed(database, DAY + ONE)
    assert "R-1" not in states(database, DAY + ONE)


def test_who_lets_it_go_again_withdraws_what_took_its_place(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, ONE_A_WEEK, "")
    proposed(database)
    new(said(database, "hold", "R-1"))
    new(said(database, "release", "R-1"))
    assert withdrawn(database) == {"R-2": "nothing is due before 2026-03-23 (reminder)"}


def test_a_case_that_was_held_before_makes_room_as_soon_as_it_would_be_due(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, ONE_A_WEEK, "")
    (tmp_path / "more.csv").write_text(
        "id,customer,issued,due,amount,currency\nR-9,C-1,2026-02-01,2026-03-10,9.00,EUR\n"
    )
    from tests.engine.services.importing import taken  # noqa: PLC0415

    assert taken(database, "invoices", tmp_path / "more.csv").is_taken
    proposed(database)
    new(said(database, "hold", "R-1"))
    new(said(database, "hold", "R-2"))
    assert states(database)["R-9"] == "proposed"
    tomorrow = DAY + ONE
    proposed(database, tomorrow)
    again = proposed(database, tomorrow)
    assert (again.new, again.changed, again.withdrawn) == (0, 0, 0)
    assert states(database, tomorrow)["R-1"] == "held"
    assert states(database, tomorrow)["R-2"] == "held"
    assert states(database, tomorrow)["R-9"] == "proposed"
