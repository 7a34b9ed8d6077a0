"""Approving and letting go what waits for people, and what a review refuses."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from engine.services.actors import Actor
from engine.services.run_lists import show_run
from tests.engine.services.people import code_of, trail
from tests.engine.services.publications import ANNA, NOW, new, refused
from tests.engine.services.running import (
    APPROVED,
    BERTA,
    CARLA,
    DAY,
    company,
    happens,
    letters,
    performed,
    proposed,
    said,
    states,
)

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

ANY_ROLE = "clerk or manager or approver or admin"
ONE = datetime.timedelta(days=1)
SUGGESTED = """\

stage reminder
  after 3 days overdue
  by email
  suggest only
"""


# ------------------------------------------------------------------------- approving and letting go


def test_a_letter_waits_as_a_whole_for_the_approval_of_one_of_its_items(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    assert performed(database, tmp_path).performed == ("R-3",)
    new(said(database, "approve", "R-1", by=BERTA))
    assert performed(database, tmp_path).performed == ("R-1", "R-2")
    assert [each for each in letters(tmp_path) if "/C-1/" in each] == ["2026-03-16/C-1/EUR/email"]


def test_who_approves_has_the_duty_that_the_policy_names(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    for actor in (CARLA, ANNA, Actor("adam", "admin")):
        assert code_of(said(database, "approve", "R-1", by=actor)) == "S213"
    assert new(said(database, "approve", by=CARLA)).actions == ()
    (action,) = new(
        said(database, "approve", by=Actor("vera", "viewer", frozenset({"credit_manager"})))
    ).actions
    assert (action.case, action.approved_by) == ("R-1", "vera")


def test_what_does_not_go_out_by_itself_waits_until_somebody_lets_it_go(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, SUGGESTED)
    proposed(database)
    assert performed(database, tmp_path).performed == ()
    (action,) = new(said(database, "release", "R-3")).actions
    assert action.released_by == "carla"
    assert performed(database, tmp_path).performed == ("R-3",)


def test_who_lets_everything_go_leaves_alone_what_was_kept_back(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, SUGGESTED)
    proposed(database)
    new(said(database, "hold", "R-1"))
    new(said(database, "drop", "R-2"))
    assert [each.case for each in new(said(database, "release")).actions] == ["R-3"]
    assert states(database) == {
        "R-1": "held",
        "R-2": "dropped",
        "R-3": "proposed",
        "R-4": "blocked",
    }


# ------------------------------------------------------------------------------- what is refused


def test_a_review_says_why_it_cannot_be(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    message = refused(said(database, "hold", "R-1"))
    assert str(message) == "no run was proposed yet; 'dun run --on DATE' proposes one"
    proposed(database)
    viewer = Actor("vera", "viewer")
    told = {
        str(refused(each))
        for each in (
            said(database, "hold", "R-1", by=viewer),
            said(database, "hold", "R-1", reason=" "),
            said(database, "hold", "R-01"),
            said(database, "release", "R-1"),
            said(database, "approve", "R-1", by=BERTA),
            said(database, "drop", "R-1", day=DAY + ONE),
        )
    }
    assert told == {
        f"vera is viewer, who may not review a run; it takes the role {ANY_ROLE}",
        "to hold an action takes a reason; --reason TEXT says why",
        "the run of 2026-03-16 proposes nothing for case 'R-01'; did you mean 'R-1'?",
        "reminder of case 'R-1' goes out by itself; 'dun run --execute' performs it",
        "reminder of case 'R-1' needs no approval",
        "no run was proposed for 2026-03-17; 'dun run --on DATE' proposes one",
    }


def test_of_several_cases_all_are_reviewed_or_none(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    proposed(database)
    refused(said(database, "hold", "R-1", "R-99"))
    assert states(database)["R-1"] == "proposed"
    new(said(database, "hold", "R-1", "R-2"))
    assert states(database)["R-2"] == "held"


def test_what_was_performed_or_withdrawn_cannot_be_reviewed(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    happens(database, tmp_path, "2026-03-16,payment,R-3,80.00,EUR")
    performed(database, tmp_path)
    assert refused(said(database, "hold", "R-1")).message == "reminder of case 'R-1' is performed"
    message = refused(said(database, "hold", "R-3")).message
    assert message == "reminder of case 'R-3' is withdrawn: settled"


def test_a_run_that_is_over_cannot_be_reviewed(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    proposed(database, DAY + ONE)
    performed(database, tmp_path, DAY + ONE, NOW + ONE)
    assert new(show_run(database, CARLA, DAY, limit=9)).ready == 0
    message = refused(said(database, "approve", "R-1", by=BERTA, day=DAY)).message
    assert "the run of 2026-03-17 was executed already" in message


def test_the_audit_trail_says_who_reviewed_what(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    new(said(database, "approve", "R-1", by=BERTA))
    new(said(database, "hold", "R-3"))
    new(said(database, "drop", "R-3"))
    new(said(database, "release", "R-3"))
    assert trail(database)[-4:] == [
        ("berta", "action approved", "case R-1"),
        ("carla", "action held", "case R-3"),
        ("carla", "action dropped", "case R-3"),
        ("carla", "action released", "case R-3"),
    ]
