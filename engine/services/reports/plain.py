"""Reports as values of JSON and as rows of a table."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from engine.core.money import Money, format_minor
from engine.io.output import write_csv
from engine.services.plain import plain_money
from engine.services.reports.groups import ranked, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.services.plain import Plain
    from engine.services.reports.ageing import Aged, Ageing
    from engine.services.reports.exposure import Amount, Exposed, Exposure
    from engine.services.reports.groups import By, Key
    from engine.services.reports.head import Head

TOP = 20
"""Groups and debtors that are told one by one if nothing else is asked for."""
COUNTED = (1, 5, 10, 20, 50)
"""Of how many of the largest debtors the share is told."""

_ITEMS = {
    "open_amount": "what is owed of invoices at the end of the day, without fees and interest; "
    "each currency for itself",
    "items": "invoices, or instalments, of which something is owed",
    "customers": "who owes it: the payer where somebody pays for others",
    "disputed": "the part of the open amount whose invoice or customer is disputed",
    "unapplied": "payments and credits that no invoice has taken; not deducted from the open "
    "amount",
    "charges": "fees and claimed interest that are neither paid nor waived; not part of the open "
    "amount",
    "share": "percent of the open amount in the currency",
    "group": "null: there is none, or nobody knows; an item in several segments is in the group of "
    "them all",
}
AGEING_TERMS = {
    **_ITEMS,
    "days overdue": "whole days from the due date, as it is now, to the day; day 1 is the day "
    "after the due date",
    "not due": "due on the day or later",
}
EXPOSURE_TERMS = {
    **_ITEMS,
    "outcome": "what is to be done, as 'dun decide' says it; an invoice in an account stands where "
    "its account stands, but one that is not overdue is not_due, and one that a rule takes out of "
    "its account is held or excluded by that rule",
    "stage": "the stage executed last in this cycle; null: none yet",
    "coming": "items with a next stage that nothing holds, by the stage's earliest day if nothing "
    "changes; 0: it is due",
    "top": "customers with the largest open amounts",
    "concentration": "the part that the largest customers owe",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """A report as a table: cells by column, and which columns hold what."""

    columns: tuple[str, ...]
    rows: tuple[Plain, ...]
    amounts: frozenset[str]
    numbers: frozenset[str]

    @property
    def csv(self) -> str:
        """As a text of CSV with a header."""
        text = StringIO()
        write_csv(text, self.rows, self.columns)
        return text.getvalue()


# ------------------------------------------------------------------------------------- ageing


def plain_ageing(found: Ageing, head: Head, top: int = TOP) -> Plain:
    """The ageing report as one object; of groups the largest ones."""
    return {
        **head.plain("ageing"),
        "by": list(found.by),
        "currencies": [_aged_currency(found, currency, top) for currency in sorted(found.totals)],
        "definitions": AGEING_TERMS,
    }


def _aged_currency(found: Ageing, currency: str, top: int) -> Plain:
    total, groups = found.totals[currency], found.groups.get(currency, {})
    order = ranked((key, aged.amount) for key, aged in groups.items())
    plain = _aged(found, total, currency, total.amount)
    if found.by:
        shown = order[:top]
        plain["groups"] = [
            {"group": group_of(found.by, key), **_aged(found, groups[key], currency, total.amount)}
            for key in shown
        ]
        plain["groups_left_out"] = len(order) - len(shown)
    return {"currency": currency, **plain}


def _aged(found: Ageing, aged: Aged, currency: str, whole: int) -> Plain:
    is_total = aged is found.totals[currency]
    plain: Plain = {
        "items": sum(aged.items),
        "customers": aged.customers,
        "open_amount": money_of(aged.amount, currency),
        "share": share(aged.amount, whole),
        "disputed": money_of(sum(aged.disputed), currency),
    }
    if is_total or found.is_by_debtor:
        plain["unapplied"] = money_of(aged.unapplied, currency)
        plain["charges"] = money_of(aged.charges, currency)
    plain["buckets"] = [
        {
            "bucket": bucket.name,
            "from": bucket.first,
            "to": bucket.last,
            "items": items,
            "open_amount": money_of(amount, currency),
            "share": share(amount, aged.amount),
            "disputed": money_of(disputed, currency),
        }
        for bucket, items, amount, disputed in zip(
            found.buckets, aged.items, aged.amounts, aged.disputed, strict=True
        )
    ]
    return plain


def ageing_rows(found: Ageing) -> Rows:
    """A row for each currency and group, with a column for each bucket."""
    names = [bucket.column for bucket in found.buckets]
    every = ("open_amount", *names, "disputed", "unapplied", "charges")
    amounts = every if found.is_by_debtor else every[:-2]
    columns = ("currency", *found.by, "items", *amounts)
    rows = []
    for currency, key, aged in _aged_groups(found):
        plain: Plain = {"currency": currency, **group_of(found.by, key), "items": sum(aged.items)}
        each = (aged.amount, *aged.amounts, sum(aged.disputed), aged.unapplied, aged.charges)
        cells = zip(every, each, strict=True)
        plain.update((n, text_of(minor, currency)) for n, minor in cells if n in amounts)
        rows.append(plain)
    return Rows(columns, tuple(rows), frozenset(amounts), frozenset({"items"}))


def _aged_groups(found: Ageing) -> Iterator[tuple[str, Key, Aged]]:
    for currency in sorted(found.totals):
        groups: dict[Key, Aged] = {(): found.totals[currency]}
        if found.by:
            groups = found.groups.get(currency, {})
        for key in ranked((key, aged.amount) for key, aged in groups.items()):
            yield currency, key, groups[key]


# ----------------------------------------------------------------------------------- exposure


def plain_exposure(found: Exposure, head: Head, top: int = TOP) -> Plain:
    """The exposure report as one object; of groups and customers the largest ones."""
    return {
        **head.plain("exposure"),
        "by": list(found.by),
        "currencies": [
            _exposed(found.by, currency, found.currencies[currency], top)
            for currency in sorted(found.currencies)
        ],
        "definitions": EXPOSURE_TERMS,
    }


def _exposed(by: Sequence[By], currency: str, exposed: Exposed, top: int) -> Plain:
    whole = exposed.total.amount

    def amount(each: Amount) -> Plain:
        return {
            "items": each.items,
            "customers": each.customers,
            "open_amount": money_of(each.amount, currency),
            "share": share(each.amount, whole),
        }

    groups = ranked((key, each.amount) for key, each in exposed.groups.items())
    states = ranked((tuple(key), each.amount) for key, each in exposed.states.items())
    amounts = {tuple(key): each for key, each in exposed.states.items()}
    largest = exposed.largest(top)
    return {
        "currency": currency,
        **amount(exposed.total),
        "disputed": money_of(exposed.disputed, currency),
        "unapplied": money_of(exposed.unapplied, currency),
        "charges": money_of(exposed.charges, currency),
        "states": [
            {"outcome": outcome, "reason": reason, **amount(amounts[outcome, reason])}
            for outcome, reason in states
        ],
        "coming": [
            {"within": key.within, "policy": key.policy, "stage": key.stage, **amount(each)}
            for key, each in sorted(exposed.coming.items(), key=soonest)
        ],
        "groups": [
            {"group": group_of(by, key), **amount(exposed.groups[key])} for key in groups[:top]
        ],
        "groups_left_out": max(0, len(groups) - top),
        "top": [
            {
                "customer": debt.customer,
                "name": debt.name,
                "items": debt.items,
                "open_amount": money_of(debt.amount, currency),
                "share": share(debt.amount, whole),
            }
            for debt in largest
        ],
        "concentration": _concentration(exposed, currency),
    }


def _concentration(exposed: Exposed, currency: str) -> list[Plain]:
    largest = exposed.largest(COUNTED[-1])
    found: list[Plain] = []
    for count in COUNTED:
        amount = sum(debt.amount for debt in largest[:count])
        part = share(amount, exposed.total.amount)
        found.append({"customers": count, "open_amount": money_of(amount, currency), "share": part})
        if count >= len(largest):
            break
    return found


def soonest(each: tuple[tuple[int | None, str, str], Amount]) -> tuple[bool, int, str, int, str]:
    """The order of what comes next: what comes first, and of it the largest amount, is first."""
    (within, policy, stage), amount = each
    return within is None, within or 0, policy, -amount.amount, stage


def exposure_rows(found: Exposure) -> Rows:
    """A row for each currency and group."""
    rows = []
    for currency, exposed in sorted(found.currencies.items()):
        groups = exposed.groups
        for key in ranked((key, each.amount) for key, each in groups.items()):
            plain: Plain = {"currency": currency, **group_of(found.by, key)}
            plain["items"], plain["customers"] = groups[key].items, groups[key].customers
            plain["open_amount"] = text_of(groups[key].amount, currency)
            rows.append(plain)
    columns = ("currency", *found.by, "items", "customers", "open_amount")
    numbers = frozenset({"items", "customers"})
    return Rows(columns, tuple(rows), frozenset({"open_amount"}), numbers)


# ------------------------------------------------------------------------------------- shared


def group_of(by: Sequence[str], key: Key) -> dict[str, str | None]:
    """What a group has in common."""
    return dict(zip(by, key, strict=True))


def money_of(minor: int, currency: str) -> dict[str, str] | None:
    """An amount of minor units, as JSON has it."""
    return plain_money(Money(minor, currency))


def text_of(minor: int, currency: str) -> str:
    """An amount of minor units, as a cell of a table has it."""
    return format_minor(minor, currency)
