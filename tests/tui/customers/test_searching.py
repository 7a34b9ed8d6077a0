"""What is typed to find cases, and what a report types."""

from __future__ import annotations

import pytest

from engine.services.case_search import Sought
from engine.services.reports.groups import By
from engine.services.reports.picked import Picked
from tests.tui.playing import TODAY
from tui.areas.customers.searching import NoSearch, age_text, read_search, search_text


def sought(text: str) -> Sought:
    """What is looked for."""
    found = read_search(text, TODAY)
    assert isinstance(found, Sought), found
    return found


def test_words_and_conditions_come_in_any_order() -> None:
    found = sought("mueller outcome:held gmbh policy:de_standard customer:C-1")
    assert found == Sought(
        TODAY, "mueller gmbh", customer="C-1", outcome="held", policy="de_standard"
    )
    assert sought("C-1:EUR").words == "C-1:EUR"
    assert sought('"two words"').words == '"two words"'


@pytest.mark.parametrize(
    ("text", "days"),
    [("0", (0, 0)), ("31-60", (31, 60)), (">90", (91, None)), ("7", (7, 7)), ("0-0", (0, 0))],
)
def test_an_age_is_a_number_of_days_or_some(text: str, days: tuple[int, int | None]) -> None:
    assert sought(f"overdue:{text}").picked == Picked(overdue=days)
    assert sought(f"overdue:{age_text(*days)}").picked == Picked(overdue=days)


def test_what_is_no_age_and_no_outcome_is_said() -> None:
    found = read_search("overdue:long", TODAY)
    assert isinstance(found, NoSearch)
    assert found.reason.startswith("'long' is no number of days; overdue:31-60")
    found = read_search("outcome:hold", TODAY)
    assert found == NoSearch("there is no outcome 'hold'; did you mean 'held'?")


def test_what_a_report_looks_for_is_read_as_it_was_meant() -> None:
    text = search_text(
        [
            ("currency", "EUR"),
            ("segment", "big, late"),
            ("stage", None),
            ("kind", "business"),
            ("reason", "a dispute is open"),
        ]
    )
    assert text == (
        'currency:EUR segment:"big, late" stage:- kind:business reason:"a dispute is open"'
    )
    found = sought(text)
    groups: tuple[tuple[By, str | None], ...] = (
        ("segment", "big, late"),
        ("stage", None),
        ("kind", "business"),
    )
    assert found.picked == Picked("EUR", groups=groups)
    assert found.reason == "a dispute is open"
    assert found.words == ""
