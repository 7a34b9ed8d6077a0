"""A run in lines: what people look through before anything goes out."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

from engine.core.money import Money
from engine.services.actors import Actor, Refused
from engine.services.audit_search import Wanted, export_trail, find_entry, search_trail
from engine.services.case_notes import note_dispute, note_promise
from engine.services.reviewing import review
from engine.services.run_lines import (
    look_at_action,
    run_board,
    run_lines,
    total,
    total_to_approve,
    until,
)
from engine.services.sending import folder_of
from tests.engine.services.importing import taken
from tests.engine.services.people import code_of
from tests.engine.services.publications import NOW, new, refused
from tests.engine.services.running import (
    APPROVED,
    BERTA,
    CARLA,
    DAY,
    actions,
    company,
    happens,
    performed,
    proposed,
    said,
    states,
)

if TYPE_CHECKING:
    from pathlib import Path

    from engine.services.run_lines import Section
    from engine.store.database import Database

VERA = Actor("vera", "viewer")


def cases(database: Database, section: Section, words: str = "") -> list[str]:
    found = new(run_lines(database, VERA, DAY, section, words=words))
    return [each.case for each in found.lines]


def test_a_run_is_gone_through_part_by_part(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, APPROVED)
    assert code_of(run_board(database, VERA, None, DAY)) == "S403"
    proposed(database)
    board = new(run_board(database, VERA, None, DAY))
    assert {name: count for name, count in board.counts.items() if count} == {
        "review": 2,
        "ready": 2,
        "all": 4,
    }
    assert cases(database, "review") == ["R-1", "R-4"]
    assert cases(database, "ready") == ["R-2", "R-3"]
    new(said(database, "hold", "R-3", reason=until(DAY, "calls back")))
    assert cases(database, "held") == ["R-3"]
    (line,) = new(run_lines(database, VERA, DAY, "held")).lines
    assert (line.name, line.overdue, line.held_until) == ("Beta AG", 11, DAY)
    assert new(run_board(database, VERA, DAY, DAY)).due_back == 1
    before = DAY - datetime.timedelta(days=1)
    assert new(run_board(database, VERA, DAY, before)).due_back == 0


def test_lines_are_found_by_parts_of_names_and_stages(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    assert cases(database, "all", "alpha") == ["R-1", "R-2"]
    assert cases(database, "all", "REMIND r-2") == ["R-2"]
    assert cases(database, "all", "nobody") == []
    page = new(run_lines(database, VERA, DAY, "all", limit=2))
    assert page.after is None  # what fits into one look comes at once


def test_a_due_date_that_was_moved_counts(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, APPROVED)
    file = tmp_path / "moved.csv"
    file.write_text("date,kind,invoice,value\n2026-03-06,due_changed,R-3,2026-03-09\n", "utf-8")
    assert taken(database, "events", file).is_taken
    proposed(database)
    overdue = {each.case: each.overdue for each in new(run_lines(database, VERA, DAY, "all")).lines}
    assert (overdue["R-3"], overdue["R-2"]) == (7, 11)


def test_an_action_says_what_goes_to_whom_with_what_else(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    number = actions(database)["R-1"].id
    look = new(look_at_action(database, VERA, DAY, number))
    assert look.to["email"] == "a@example.com"
    assert [each.case for each in look.together] == ["R-2"]
    assert look.decision.because
    assert code_of(look_at_action(database, VERA, DAY, 999)) == "S405"


def test_parts_are_added_up_by_currency_and_by_what_one_may_approve(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    every = new(total(database, VERA, DAY, "all"))
    assert every.open_amounts == [Money(50_000, "EUR")]
    assert (every.actions, len(every.customers), every.by["email"]) == (4, 3, 3)
    assert list(new(total_to_approve(database, BERTA, DAY)).seen) == ["R-1"]
    assert new(total_to_approve(database, CARLA, DAY)).actions == 0


def test_what_changed_since_somebody_looked_is_not_approved(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    seen = new(total_to_approve(database, BERTA, DAY)).seen
    happens(database, tmp_path, "2026-03-16,payment,R-1,50.00,EUR")
    proposed(database)
    answer = refused(review(database, BERTA, "approve", DAY, seen, NOW))
    assert answer.message == "what is to be done for case 'R-1' changed since you looked at it"
    now = new(total_to_approve(database, BERTA, DAY)).seen
    assert len(new(review(database, BERTA, "approve", DAY, now, NOW)).actions) == len(now)


def test_a_promise_and_a_dispute_are_noted_and_count(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, _HOLDS + APPROVED)
    proposed(database)
    promised = Money(8_000, "EUR"), DAY + datetime.timedelta(days=9)
    assert code_of(note_promise(database, VERA, "R-3", promised, NOW)) == "S201"
    assert note_promise(database, CARLA, "R-3", promised, NOW) is None
    assert note_dispute(database, CARLA, "R-1", NOW) is None
    assert code_of(note_promise(database, CARLA, "R-9", promised, NOW)) == "S408"
    nothing = Money(0, "EUR"), DAY
    assert isinstance(note_promise(database, CARLA, "R-2", nothing, NOW), Refused)
    proposed(database)
    assert states(database)["R-1"] == "withdrawn"
    assert states(database)["R-3"] == "withdrawn"


_HOLDS = """\
hold "disputed" while invoice.disputed
hold "promise to pay" while promise is pending
"""


def test_the_audit_trail_is_searched_and_taken_away(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, APPROVED)
    proposed(database)
    new(said(database, "hold", "R-3", reason="calls back"))
    (held,) = new(search_trail(database, VERA, Wanted(who="carl", what="HELD")))
    assert (held.action, held.subject) == ("action held", "case R-3")
    assert "reason calls back" in held.details
    about = new(search_trail(database, VERA, Wanted(case="R-3")))
    assert [each.action for each in about] == ["action held", "action proposed"]
    newest = new(search_trail(database, VERA, Wanted(), limit=2))
    older = new(search_trail(database, VERA, Wanted(), before=newest[-1].number, limit=1))
    assert older[0].number == newest[-1].number - 1
    late = Wanted(since=NOW + datetime.timedelta(days=1))
    assert new(search_trail(database, VERA, late)) == []
    assert new(find_entry(database, VERA, held.number)).body["reason"] == "calls back"
    assert code_of(find_entry(database, VERA, 9_999)) == "S421"
    file = tmp_path / "trail.ndjson"
    count = new(export_trail(database, VERA, file))
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [row["number"] for row in rows] == list(range(1, count + 1))


def test_letters_go_where_they_went_the_last_time(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, APPROVED)
    assert folder_of(database) is None
    proposed(database)
    performed(database, tmp_path)
    assert folder_of(database) == str(tmp_path / "letters")
