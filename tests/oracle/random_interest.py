"""Random interest, its limits, and the tables that policies read."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.oracle import vocabulary as words
from tests.oracle.answers import Tables
from tests.oracle.chances import random_day

if TYPE_CHECKING:
    from random import Random

    from tests.oracle.answers import ExchangeTable, RateTable
    from tests.oracle.drafts import Draft

LONG_AGO = datetime.date(2020, 1, 1)


def interest(draft: Draft) -> str:
    """`interest base_rate + 9 pp from due date by act/365`."""
    rng = draft.rng
    if draft.often(50):
        rate = f"{rng.choice(('12.25', '36.5', '7', '99.99'))}% a year"
        rate = rng.choice((rate, rate, f"{rng.choice(('2', '1.5'))}% a month"))
    else:
        rate = rng.choice(sorted(words.RATES))
        draft.needed.add(rate)
        rate += f" rounded up to {rng.choice(('0.5', '0.25', '1'))}" if draft.often(30) else ""
        rate += f" + {rng.choice(('9', '5', '3.5', '40'))} pp" if draft.often(70) else ""
    start = rng.choice(("", "", " from due date", f" from {rng.choice(draft.stages)}"))
    by = rng.choice(("", "", " by act/365", " by act/360", " by act/act", " by 30/360"))
    return f"interest {rate}{start}{by}{' fixed at default' if draft.often(20) else ''}"


def no_interest_below(draft: Draft) -> str:
    """A limit that a few days' interest reaches."""
    return f"no interest below {draft.money(0, 3)}"


def tables(rng: Random) -> Tables:
    """Tables that change in the window; some begin too late in it, or end in it."""
    return Tables(
        {code: some_holidays(rng) for code in words.CALENDARS},
        {name: rate_table(rng) for name in sorted(words.RATES.values())},
        {words.EXCHANGE: exchange_table(rng)},
    )


def some_holidays(rng: Random) -> frozenset[datetime.date]:
    """A few days off around the due date, also several in a row."""
    days = {random_day(rng) for _ in range(rng.randint(0, 4))}
    longer = {day + datetime.timedelta(days=1) for day in sorted(days) if rng.randint(0, 2) == 0}
    return frozenset(days | longer)


def rate_table(rng: Random) -> RateTable:
    """A dated table of rates, also below zero."""
    first = LONG_AGO
    if rng.randint(1, 100) <= 12:
        first = words.DUE + datetime.timedelta(days=rng.randint(-5, 15))
    dates = {words.DUE + datetime.timedelta(days=rng.randint(-10, 30)) for _ in range(2)}
    rows: list[tuple[datetime.date, Decimal | None]] = [
        (date, Decimal(rng.choice(("1.27", "-0.88", "3.62", "0", "-12", "2.5"))))
        for date in sorted({first, *(date for date in dates if date > first)})
    ]
    if rng.randint(1, 100) <= 12:
        rows.append((rows[-1][0] + datetime.timedelta(days=rng.randint(1, 40)), None))
    return tuple(rows)


def exchange_table(rng: Random) -> ExchangeTable:
    """Rates for most currencies, some only from a day in the window on."""
    rows = []
    usual = {"EUR": "0.0875", "CHF": "1.05", "JPY": "161.37", "KWD": "0.3333"}
    for currency, rate in usual.items():
        if rng.randint(1, 100) <= 92:
            first = LONG_AGO if rng.randint(1, 100) <= 90 else words.DUE
            rows.append((first, currency, Decimal(rate)))
        if rng.randint(1, 100) <= 40:
            date = words.DUE + datetime.timedelta(days=rng.randint(1, 30))
            rows.append((date, currency, Decimal(rate) * 2))
    return tuple(sorted(rows))
