"""Cases with which nothing is the matter take a short way, which leads where the long one does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.model import Event, EventKind
from engine.core.policies import policy_set
from engine.core.timeline import history_of
from engine.core.undisturbed import undisturbed
from tests.engine.ledgers import event, facts, invoice, ledger
from tests.engine.playing import plan

KINDS: tuple[EventKind, ...] = ("payment", "credit", "stage", "stage_cancelled")


@st.composite
def happened(draw: st.DrawFn) -> list[Event]:
    """Payments, credits and stages of two invoices and of one that nobody knows."""
    days = st.integers(0, 6).map(lambda n: f"2026-02-{n + 1:02}")
    found = []
    for _ in range(draw(st.integers(0, 8))):
        kind, on = draw(st.sampled_from(KINDS)), draw(days)
        target = draw(st.sampled_from(("R-1", "R-1", "R-1", "R-2", "R-9")))
        if kind in {"payment", "credit"}:
            amount = draw(st.sampled_from(("25.00", "50.00", "100.00", "50.00 CHF")))
            found.append(event(kind, on, target, amount=amount))
        else:
            found.append(event(kind, on, target, stage="reminder"))
    return found


@given(happened())
def test_payments_and_stages_alone_are_folded_as_with_something_that_changes_nothing(
    events: list[Event],
) -> None:
    owed = [invoice("R-1"), invoice("R-2", due="2026-02-03")]
    idle = event("exclude_ended", "2026-02-02", "C-1")
    short, long = (ledger(owed, each) for each in (events, [*events, idle]))
    found, expected = (history_of(book, "C-1", None) for book in (short, long))
    assert [(t.case, t.spans, [e.stage for e in t.stages]) for t in found.timelines] == [
        (t.case, t.spans, [e.stage for e in t.stages]) for t in expected.timelines
    ]
    assert (found.unapplied, found.accounts) == (expected.unapplied, expected.accounts)


@pytest.mark.parametrize(
    "other",
    [
        event("dispute", "2026-02-02"),
        event("payment", "2026-02-02", "C-1", amount="10.00"),
        event("payment", "2026-02-02", amount="100.01"),
        event("payment", "2026-02-02", amount="10.00 CHF"),
        event("payment", "2026-02-02", "R-9", amount="10.00"),
        event("reversal", "2026-02-02", value="P-1"),
    ],
)
def test_what_takes_more_than_that_goes_the_long_way(other: Event) -> None:
    book = ledger([invoice()], [other])
    assert undisturbed(book.customers["C-1"], [invoice()], book.events) is None


def test_what_is_paid_twice_on_a_day_changes_the_open_amount_once() -> None:
    paid = [event("payment", "2026-02-05", amount=amount) for amount in ("30.00", "20.00")]
    book = ledger([invoice()], paid)
    (timeline,) = history_of(book, "C-1", None).timelines
    assert [span.open for span in timeline.spans] == [10000, 5000]
    assert facts(book, "2026-02-05").open == 5000


@pytest.mark.parametrize(
    ("condition", "may_stop"),
    [
        ("invoice.disputed", False),
        ("customer.excluded or invoice.excluded", False),
        ("promise is pending", False),
        ("promise is not none", False),
        ("trouble", False),
        ("trouble and days overdue < 10", False),
        ("not (not invoice.disputed or promise is broken)", False),
        ("promise is none", True),
        ("promise is not pending", True),
        ("not trouble", True),
        ("trouble or days overdue < 10", True),
        ("customer.kind is business", True),
    ],
)
def test_whether_a_hold_can_stop_the_clock_of_a_case_with_which_nothing_is_the_matter(
    condition: str, *, may_stop: bool
) -> None:
    text = 'segment trouble when invoice.disputed or promise is kept\nhold "x" while '
    made = plan(f"{text}{condition}, clock stopped\nstage reminder\n  after 3 days\n  by email\n")
    version = policy_set([made]).versions["test"][0]
    assert version.evaluator("EUR").stops_calm is may_stop


def test_a_hold_in_an_exception_can_stop_the_clock_too() -> None:
    made = plan(
        'hold "disputed" while invoice.disputed, clock stopped\n'
        "stage reminder\n  after 3 days\n  by email\n"
        'for customer.kind is business\n  hold "always" while days overdue < 9, clock stopped\n'
    )
    assert policy_set([made]).versions["test"][0].evaluator("EUR").stops_calm
