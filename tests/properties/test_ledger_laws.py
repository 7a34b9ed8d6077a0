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
from engine.core.case import USUAL, CaseFacts, CaseTimeline, Posting
from engine.core.model import Event, Ledger, TargetKind
from engine.core.money import Money
from engine.core.timeline import (
    CustomerHistory,
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
from tests.engine.strategies import DAYS, FIRST, days, ledgers, postings

MONEY_COMES_IN = ("payment", "credit")

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


def came_in(book: Ledger, currency: str, day: int) -> int:
    """Payments and credits up to a day, less what was taken back of them."""
    originals = {each.id: each for each in book.events if each.kind in MONEY_COMES_IN}
    left = dict.fromkeys(originals, 0)
    back: Counter[str | None] = Counter()
    for each in book.events:
        if each.date.toordinal() > day:
            continue
        if each.id in originals and each.amount is not None:
            left[each.id] = each.amount.minor
        elif each.kind == "reversal":
            amount = each.amount or originals[str(each.value)].amount
            back[str(each.value)] += 0 if amount is None else amount.minor
    return sum(
        left[name] - back[name]
        for name, each in originals.items()
        if each.amount is not None and each.amount.currency == currency
    )


def waiting(history: CustomerHistory, currency: str, day: int) -> int:
    """What no invoice has taken, that on accounts included."""
    purses = [each for each in history.unapplied if currency in each]
    return sum(unapplied(history, each, day) for each in purses)


@given(ledgers())
def test_what_was_paid_is_applied_or_unapplied(book: Ledger) -> None:
    history = history_of(book, "C-1", None)
    for day in range(START, END + 1):
        for currency in ("EUR", "CHF"):
            applied = sum(
                facts.original - facts.open
                for timeline in history.timelines
                if timeline.currency == currency
                for facts in (facts_on(timeline, day),)
            )
            assert applied + waiting(history, currency, day) == came_in(book, currency, day)


@given(ledgers(), postings())
def test_money_lowers_open_amounts_pays_charges_or_waits(
    book: Ledger, posted: list[Posting]
) -> None:
    """Where nothing is taken back of charges by other means, they account for the rest."""
    plain = with_events(
        book, [each for each in book.events if each.kind not in ("charge_paid", "charge_waived")]
    )
    posted = [replace(each, amount=abs(each.amount)) for each in posted]
    history = history_of(plain, "C-1", None, posted)
    for day in range(START, END + 1):
        for currency in ("EUR", "CHF"):
            cases = [each for each in history.timelines if each.currency == currency]
            facts = [facts_on(each, day) for each in cases]
            names = {each.case for each in cases}
            charged = sum(p.amount for p in posted if p.case in names and p.day <= day)
            settled = sum(each.original - each.open for each in facts)
            paid = charged - sum(each.charges for each in facts)
            assert settled + paid + waiting(history, currency, day) == came_in(book, currency, day)


@given(ledgers(), postings(), st.randoms())
def test_the_order_of_postings_does_not_matter(
    book: Ledger, posted: list[Posting], chance: random.Random
) -> None:
    mixed = list(posted)
    chance.shuffle(mixed)
    assert history_of(book, "C-1", None, posted) == history_of(book, "C-1", None, mixed)


@given(ledgers(), postings(), days)
def test_a_later_posting_never_changes_an_earlier_day(
    book: Ledger, posted: list[Posting], cut: datetime.date
) -> None:
    last = cut.toordinal()
    early = [each for each in posted if each.day <= last]
    for one, other in zip(
        history_of(book, "C-1", None, posted).timelines,
        history_of(book, "C-1", None, early).timelines,
        strict=True,
    ):
        assert daily(one, last) == daily(other, last)


@given(ledgers(), postings(), st.integers(1, 400), st.sampled_from(["R-1", "D-1"]))
def test_a_payment_taken_back_as_the_last_leaves_no_trace(
    book: Ledger, posted: list[Posting], amount: int, target: str
) -> None:
    if target == "D-1" and book.invoices["R-1"].document is None:
        target = "R-1"
    date = FIRST + datetime.timedelta(days=DAYS + 15)
    now = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    about: TargetKind = "document" if target == "D-1" else "invoice"
    money = Money(amount, book.invoices["R-1"].amount.currency)
    paid = Event("payment", date, about, target, now, 1000, id="last", amount=money)
    back = Event("reversal", date, about, target, now, 1001, value="last")
    made = with_events(book, [*book.events, paid, back])
    before, after = (history_of(each, "C-1", None, posted) for each in (book, made))
    assert after.unapplied == before.unapplied
    for one, other in zip(before.timelines, after.timelines, strict=True):
        plain, again = (facts_on(each, date.toordinal()) for each in (one, other))
        same = replace(again, since=plain.since, promise_kept=plain.promise_kept)
        assert same == plain


@given(ledgers(), postings())
def test_a_case_is_settled_when_its_terms_say_so_and_begins_anew_when_reopened(
    book: Ledger, posted: list[Posting]
) -> None:
    for timeline in history_of(book, "C-1", None, posted).timelines:
        own = sorted((each for each in posted if each.case == timeline.case), key=lambda p: p.day)
        for day in range(START + 1, END + 1):
            before, now = facts_on(timeline, day - 1), facts_on(timeline, day)
            terms = ([USUAL, *(each.terms for each in own if each.day <= day)])[-1]
            paid = not terms.until_charges_paid or now.charges == 0
            assert now.settled == (now.open == 0 and paid)
            if now.cycle_since == day:
                assert before.settled
                assert not now.settled


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
    changes = sum(each.kind == "fact" and each.target_id == "C-1" for each in book.events)
    assert len(risky) <= changes + 1


@given(ledgers())
def test_a_cycle_begins_only_where_something_is_open_again(book: Ledger) -> None:
    for timeline in timelines(book, None).values():
        for day in range(START + 1, END + 1):
            before, now = facts_on(timeline, day - 1), facts_on(timeline, day)
            assert now.settled == (now.open == 0)
            assert (now.cycle_since == day) == (before.settled and not now.settled)


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
