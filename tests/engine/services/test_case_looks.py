"""Cases as a person looks for them and at them: by a part of a name, and why they are there."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from engine.core.money import Money
from engine.services.actors import Actor
from engine.services.case_looks import CaseLook, look_at_case
from engine.services.case_search import FoundCases, Sought, search_cases
from engine.services.decisions import NoCase
from engine.services.stored_company import in_force_now
from tests.engine.services.publications import NOW, new
from tests.engine.services.running import DAY, company, happens, performed, proposed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from engine.store.database import Database

VERA = Actor("vera", "viewer")


def found(database: Database, sought: Sought, after: int = 0, limit: int = 100) -> FoundCases:
    """Cases that a viewer finds."""
    now = new(in_force_now(database))
    return new(search_cases(database, VERA, now, sought, after=after, limit=limit))


def ids(cases: FoundCases) -> list[str]:
    """Which they are."""
    return [each.decision.case for each in cases.cases]


def looked(database: Database, case: str, on: datetime.date = DAY) -> CaseLook:
    """What a viewer sees of a case."""
    answer = new(look_at_case(database, VERA, new(in_force_now(database)), case, on, NOW))
    assert isinstance(answer, CaseLook), answer
    return answer


def ladder(look: CaseLook) -> list[tuple[str, str, datetime.date | None]]:
    """How each stage stands, and when."""
    return [(each.stage, each.standing, each.on) for each in look.stages]


def test_cases_are_found_by_parts_of_names_and_numbers(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    assert ids(found(database, Sought(DAY))) == ["R-1", "R-2", "R-3", "R-5", "R-4"]
    assert ids(found(database, Sought(DAY, "GMBH"))) == ["R-1", "R-2"]
    assert ids(found(database, Sought(DAY, "r-2"))) == ["R-2"]
    assert ids(found(database, Sought(DAY, "beta r-5"))) == []
    assert ids(found(database, Sought(DAY, "c-2"))) == ["R-3", "R-5"]
    assert ids(found(database, Sought(DAY, customer="C-2"))) == ["R-3", "R-5"]
    assert ids(found(database, Sought(DAY, customer="C"))) == []
    assert ids(found(database, Sought(DAY, outcome="not_due"))) == ["R-5"]
    assert ids(found(database, Sought(DAY, policy="other"))) == []
    assert ids(found(database, Sought(DAY, "100%_"))) == []
    first = found(database, Sought(DAY)).cases[0]
    assert (first.name, first.due) == ("Alpha GmbH", datetime.date(2026, 3, 2))
    assert first.decision.open_amount == Money(25_000, "EUR")


def test_an_earlier_day_has_other_cases_and_paid_ones_are_gone(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    happens(database, tmp_path, "2026-03-10,payment,R-1,250.00,EUR")
    assert "R-1" not in ids(found(database, Sought(DAY)))
    assert "R-1" in ids(found(database, Sought(datetime.date(2026, 3, 9))))
    assert ids(found(database, Sought(datetime.date(2026, 2, 2)))) == ["R-1"]


def test_pages_follow_one_another_without_a_gap(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    rows = "".join(f"C-{number},Firma {number},DE\n" for number in range(100, 350))
    (tmp_path / "more.csv").write_text(f"id,name,country\n{rows}", "utf-8")
    bills = "".join(
        f"S-{number},C-{number},2026-02-01,2026-03-02,10.00,EUR\n" for number in range(100, 350)
    )
    head = "id,customer,issued,due,amount,currency\n"
    (tmp_path / "bills.csv").write_text(f"{head}{bills}", "utf-8")
    from tests.engine.services.importing import taken  # noqa: PLC0415 - only here

    assert taken(database, "customers", tmp_path / "more.csv", batch=500).is_taken
    assert taken(database, "invoices", tmp_path / "bills.csv", batch=500).is_taken
    every, after = [], 0
    pages = 0
    while True:
        page = found(database, Sought(DAY), after, limit=50)
        every += ids(page)
        pages += 1
        if page.after is None:
            break
        after = page.after
    assert pages == 3
    assert len(every) == len(set(every)) == 255


def test_who_may_not_read_sees_nothing_and_nobody_is_told_of_what_is_not_there(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    now = new(in_force_now(database))
    for case in ("R-77", "C-1", "x\x00"):
        assert isinstance(look_at_case(database, VERA, now, case, DAY, NOW), NoCase)


def test_every_stage_says_when_it_would_come_and_what_keeps_it_back(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    look = looked(database, "R-5")
    assert [(each.stage, each.standing, each.why) for each in look.stages][:3] == [
        ("reminder", "next", "after 3 days overdue: earliest 2026-04-08"),
        ("warning", "later", "'reminder' comes first"),
        ("call", "later", "'warning' comes first"),
    ]
    # What is told comes true: on the day of a stage it is the one to be executed.
    for each in look.stages[:1]:
        assert each.on is not None
        then = looked(database, "R-5", each.on)
        assert then.story.decision.stage == each.stage
        assert ladder(then)[0] == (each.stage, "now", each.on)
    assert look.texts[look.stages[0].file].splitlines()[look.stages[0].line - 1].strip() == (
        "after 3 days overdue"
    )


def test_what_was_executed_is_done_and_what_was_disputed_is_not_in_sight(
    database: Database, tmp_path: Path
) -> None:
    head = '  letters per customer\n\nhold "disputed" while invoice.disputed\n'
    company(database, tmp_path, head=head)
    proposed(database)
    performed(database, tmp_path)
    done = looked(database, "R-1")
    assert ladder(done)[0] == ("reminder", "done", DAY)
    assert ladder(done)[1][:2] == ("warning", "next")
    assert any(each.what.startswith("reminder was executed") for each in done.told)
    happens(database, tmp_path, "2026-03-16,dispute,R-2,,")
    held = looked(database, "R-2", datetime.date(2026, 3, 17))
    assert held.story.decision.outcome == "held"
    assert {each.why for each in held.stages if each.standing in {"next", "never"}} == {
        "the case is held: disputed"
    }


def test_where_cases_wait_for_one_another_it_is_told_how_far_ahead_was_looked(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company(database, tmp_path, head="\nat least 60 days between notices to a customer\n")
    whole = looked(database, "R-2")
    assert whole.story.ahead_until == DAY + datetime.timedelta(days=400)
    assert whole.story.no_further == ""
    assert ladder(whole)[0][1] == "next"
    monkeypatch.setattr("engine.services.case_story.PROJECTED_CASES", 6)
    look = looked(database, "R-2")
    until = look.story.ahead_until
    assert DAY < until < whole.story.ahead_until
    assert look.story.ahead != whole.story.ahead
    # As far as it goes it is the same.
    assert look.story.ahead == tuple(each for each in whole.story.ahead if each.on <= until)
    why = (
        f"days after {until} are not looked at: too many cases of the customer wait for one another"
    )
    assert {each.why for each in look.stages if each.standing == "never"} == {
        f"it does not come soon, and {why}"
    }


def test_a_case_that_waits_for_no_other_is_looked_at_far_ahead_however_many_there_are(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company(database, tmp_path, head="")
    monkeypatch.setattr("engine.services.case_story.PROJECTED_CASES", 1)
    look = looked(database, "R-2")
    assert look.story.no_further == ""
    assert len([each for each in look.story.ahead if each.event == "stage"]) == 4
