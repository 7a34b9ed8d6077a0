"""Laws of the ledger's fold, and of writing and reading it."""

from __future__ import annotations

import datetime
import random
import tempfile
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dunlang.types import Type
from engine.core.case import CaseFacts, CaseTimeline
from engine.core.model import Event, Ledger
from engine.core.timeline import (
    cases_of,
    facts_on,
    history_of,
    index_ledger,
    timelines,
    totals,
    unapplied,
)
from engine.io.ledger import read_ledger
from engine.io.ledger_write import write_ledger
from tests.engine.strategies import DAYS, FIRST, days, ledgers

START, END = FIRST.toordinal() - 1, FIRST.toordinal() + 2 * DAYS
moments = st.builds(
    lambda day, hour: datetime.datetime.combine(day, datetime.time(hour), datetime.UTC),
    days,
    st.integers(0, 23),
)


def with_events(book: Ledger, events: list[Event]) -> Ledger:
    return replace(book, events=tuple(sorted(events, key=lambda each: each.order)))


def daily(timeline: CaseTimeline, last: int = END) -> list[CaseFacts]:
    """The facts of every day, without the day on which they began."""
    return [replace(facts_on(timeline, day), since=0) for day in range(START, last + 1)]


@given(ledgers())
def test_the_open_amount_lies_between_nothing_and_the_original(book: Ledger) -> None:
    for timeline in timelines(book, None).values():
        for span in timeline.spans:
            assert 0 <= span.open <= span.original


@given(ledgers())
def test_what_was_paid_is_applied_or_unapplied(book: Ledger) -> None:
    history = history_of(book, "C-1", None)
    originals = {str(each.id): each for each in book.events if each.id is not None}
    for day in range(START, END + 1):
        paid: Counter[str] = Counter()
        back: Counter[str] = Counter()
        for each in book.events:
            if each.date.toordinal() <= day and each.kind in ("payment", "credit"):
                assert each.amount is not None
                paid[str(each.id)] += each.amount.minor
            elif each.date.toordinal() <= day and each.kind == "reversal":
                original = originals[str(each.value)].amount
                assert original is not None
                back[str(each.value)] += (each.amount or original).minor
        for currency in ("EUR", "CHF"):
            net = sum(
                amount - back[name]
                for name, amount in paid.items()
                if (money := originals[name].amount) is not None and money.currency == currency
            )
            applied = sum(
                facts.original - facts.open
                for timeline in history.timelines
                if timeline.currency == currency
                for facts in (facts_on(timeline, day),)
            )
            assert applied + unapplied(history, currency, day) == net


@given(ledgers(), st.randoms())
def test_the_order_of_rows_with_different_dates_does_not_matter(
    book: Ledger, chance: random.Random
) -> None:
    rows = list(book.events)
    chance.shuffle(rows)
    rows.sort(key=lambda each: (each.recorded, each.row))
    by_date: dict[datetime.date, list[Event]] = {}
    for each in rows:
        by_date.setdefault(each.date, []).append(each)
    mixed = list(by_date.values())
    chance.shuffle(mixed)
    again = [
        replace(each, row=row)
        for row, each in enumerate((each for group in mixed for each in group), start=1)
    ]
    before, after = timelines(book, None), timelines(with_events(book, again), None)
    assert {name: each.spans for name, each in before.items()} == {
        name: each.spans for name, each in after.items()
    }


@given(ledgers(), days)
def test_a_later_event_never_changes_an_earlier_day(book: Ledger, cut: datetime.date) -> None:
    early = with_events(book, [each for each in book.events if each.date <= cut])
    whole = timelines(book, None)
    for name, timeline in timelines(early, None).items():
        assert daily(timeline, cut.toordinal()) == daily(whole[name], cut.toordinal())


@given(ledgers(), moments)
def test_known_by_then_is_what_was_recorded_by_then(book: Ledger, known: datetime.datetime) -> None:
    def recorded(when: datetime.datetime | None, date: datetime.date) -> datetime.datetime:
        return when or datetime.datetime.combine(date, datetime.time(), datetime.UTC)

    then = Ledger(
        book.customers,
        {
            name: each
            for name, each in book.invoices.items()
            if recorded(each.recorded, each.issued) <= known
        },
        tuple(each for each in book.events if each.recorded <= known),
    )
    folded = timelines(book, known)
    assert folded.keys() == timelines(then, None).keys()
    if then.invoices.keys() == book.invoices.keys():
        assert folded == timelines(then, None)


@given(ledgers())
def test_spans_begin_on_the_first_day_rise_and_differ(book: Ledger) -> None:
    changes = {0, *(each.date.toordinal() for each in book.events)}
    for timeline in timelines(book, None).values():
        since = [span.since for span in timeline.spans]
        assert since[0] == 0
        assert since == sorted(set(since))
        assert set(since) <= changes
        bare = [replace(span, since=0) for span in timeline.spans]
        assert all(one != two for one, two in pairwise(bare))


@given(ledgers())
def test_unchanged_facts_are_the_same_object(book: Ledger) -> None:
    spans = [span for each in timelines(book, None).values() for span in each.spans]
    risky = {id(span.customer_facts): span.customer_facts for span in spans}
    changes = sum(each.kind == "fact" and each.target == "customer" for each in book.events)
    assert len(risky) <= changes + 1


@given(ledgers())
def test_a_cycle_begins_only_where_something_is_open_again(book: Ledger) -> None:
    for timeline in timelines(book, None).values():
        for day in range(START + 1, END + 1):
            before, now = facts_on(timeline, day - 1), facts_on(timeline, day)
            assert (now.cycle_since == day) == (before.open == 0 and now.open > 0)


@given(ledgers(), days)
def test_totals_are_sums_over_the_invoices(book: Ledger, date: datetime.date) -> None:
    day = date.toordinal()
    known = [each for each in timelines(book, None).values() if each.known_from <= day]
    for currency in ("EUR", "CHF"):
        facts = [facts_on(each, day) for each in known if each.currency == currency]
        overdue = [each for each in facts if each.due < day]
        expected = (
            sum(each.open for each in facts),
            sum(each.open for each in overdue),
            sum(each.open > 0 for each in facts),
            sum(each.open > 0 for each in overdue),
        )
        assert totals(timelines(book, None).values(), currency, day) == expected
        assert totals(cases_of(book, "C-1", None), currency, day) == expected


@given(ledgers())
def test_the_index_changes_nothing(book: Ledger) -> None:
    assert timelines(index_ledger(book), None) == timelines(book, None)


@settings(max_examples=25)
@given(ledgers())
def test_a_ledger_written_and_read_is_the_same_in_either_form(book: Ledger) -> None:
    types = {"customer.risk": Type("one of", ("low", "medium", "high"))}
    with tempfile.TemporaryDirectory() as name:
        for form in ("csv", "parquet"):
            write_ledger(Path(name, form), book, form)
            assert read_ledger(Path(name, form), types) == (book, [])
