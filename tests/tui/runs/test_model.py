"""What the screens of runs and the audit trail show, without a screen."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from engine.services.audit import Flaw, Verified
from engine.services.audit_search import Wanted, find_entry, search_trail
from engine.services.run_lines import total
from engine.services.run_lists import list_runs
from tests.engine.services.publications import new
from tests.tui.dunned import DAY, NOW, VIEWER
from tui.areas.runs.asking import RunRow
from tui.areas.runs.model import (
    NoSearch,
    about_case,
    entry_text,
    flaw_lines,
    read_wanted,
    run_facts,
    verified_title,
)

if TYPE_CHECKING:
    from engine.store.database import Database


def test_a_search_has_conditions_and_words_in_any_order() -> None:
    found = read_wanted("policy who:anna since:2026-03-01 case:R-1 what:approved", DAY)
    assert found == Wanted(
        who="anna",
        what="approved",
        case="R-1",
        about="policy",
        since=datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC),
    )
    assert read_wanted("since:", DAY) == Wanted()  # it is still being typed
    monday = read_wanted("since:mon", DAY)
    assert isinstance(monday, Wanted)
    assert isinstance(read_wanted("since:31.2.2026", DAY), NoSearch)


@pytest.mark.parametrize(
    ("text", "subject", "found"),
    [
        ("", "case R-1", "case:R-1"),
        ("who:anna", "case R-1", "who:anna case:R-1"),
        ("who:anna case:R-1", "case R-1", "who:anna"),
        ("", "run 2026-03-16", None),
    ],
)
def test_a_key_narrows_the_trail_down_to_a_case_and_widens_it(
    text: str, subject: str, found: str | None
) -> None:
    assert about_case(text, subject) == found


def test_whether_the_trail_was_checked_is_told() -> None:
    assert "not checked yet" in verified_title(None, None)[0]
    whole = Verified(3, "a" * 64, ())
    assert verified_title(whole, NOW) == (
        "Audit trail · ✔ 3 entries, no flaw, checked 09:30 UTC · head aaaaaaaaaaaaaaaa",
        "good",
    )
    broken = Verified(3, "a" * 64, tuple(Flaw(n, f"entry {n} is gone") for n in range(1, 251)))
    assert verified_title(broken, NOW)[1] == "bad"
    assert "✖ 250 flaws in 3 entries" in verified_title(broken, NOW)[0]
    assert flaw_lines(broken)[0] == "entry 1: entry 1 is gone"
    assert flaw_lines(broken)[-1] == "and 50 more"
    assert flaw_lines(whole)[0].startswith("No flaw")


def test_an_entry_in_full_says_why_first(dunned: Database) -> None:
    (line,) = new(search_trail(dunned, VIEWER, Wanted(case="R-1")))
    text = [row for row, _ in entry_text(new(find_entry(dunned, VIEWER, line.number)))]
    assert text[1] == "anna: action proposed, case R-1"
    assert text[3] == "Why"
    assert any("needs approval" in row or "by post" in row for row in text)
    assert text[-1].startswith("previous  ")


def test_what_is_known_of_a_run_is_told_by_name(dunned: Database) -> None:
    rows = [RunRow(*each) for each in new(list_runs(dunned, VIEWER, limit=10))]
    before = rows[1]
    done = new(total(dunned, VIEWER, before.run.day, "done"))
    left = new(total(dunned, VIEWER, before.run.day, "ready"))
    facts = dict(run_facts(before, done, left))
    assert facts["sent"] == "1 action for 1 customer: open 1,250.00 EUR"
    assert "ready" not in facts
    assert facts["executed"] == "by anna at 2026-03-13 09:30 UTC"
    assert dict(run_facts(rows[0], None, None))["sent"] == "..."
