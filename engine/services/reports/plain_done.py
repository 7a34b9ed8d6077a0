"""The reports of what dunning did as values of JSON and as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services.reports.done import in_order, largest
from engine.services.reports.groups import share
from engine.services.reports.plain import TOP, Rows, group_of, money_of, text_of

if TYPE_CHECKING:
    from engine.services.plain import Plain
    from engine.services.reports.charged import Fate
    from engine.services.reports.done import Period
    from engine.services.reports.effectiveness import Effect, Effectiveness, Window
    from engine.services.reports.fees import Charged, Fees
    from engine.services.reports.head import Head

_DONE = {
    "period": "from and to are the first and the last day on which something was done that "
    "counts; null: no such bound. What became of it is told as it stands on the day of the report",
    "group": "policy, version, stage and channel are those of what was done; null: there is none, "
    "or nobody knows; what is in several segments, or goes by several channels, is in the group "
    "of them all",
    "customers": "who was dunned: the payer where somebody pays for others",
}
FEES_TERMS = {
    **_DONE,
    "charges": "how often something was charged: by a stage, or as interest when the open amount "
    "was paid",
    "fees": "fees with their tax",
    "tax": "the part of the fees charged that is tax",
    "interest": "interest that was claimed",
    "paid": "by payments, as far as the policy lets them pay charges, and what is noted as paid; "
    "without what was given back since",
    "waived": "what is noted as waived",
    "cancelled": "charged by stages that were taken back",
    "open": "neither paid nor waived nor cancelled: charged less these three",
    "written_off": "the part of what is open whose case was written off by a stage and is not "
    "settled since",
    "allocation": "what is paid or waived settles the oldest charge of its case first, and of one "
    "charge the fee before the interest; what is given back was paid on the newest",
    "share": "percent that is paid of what was charged and not cancelled",
}
EFFECTIVENESS_TERMS = {
    **_DONE,
    "executed": "stages that were executed in the period and not taken back, each time for each "
    "case; a stage for an account counts once",
    "open_amount": "what the case owed at the end of the day of the execution, without fees and "
    "interest; of an account the overdue invoices, less unapplied payments and credits",
    "nothing_open": "executions at which nothing was open: the payment came in on that day, or "
    "was entered later; they count nowhere else",
    "windows": "within so many days after the day of the execution",
    "ended": "executions whose days were over on the day of the report, and of which something was "
    "owed",
    "running": "executions whose days were not over; they count neither as settled nor as not "
    "settled",
    "settled": "of those that ended: nothing of the amount was open any more, nor was later",
    "owed": "the open amounts of those that ended, less what credits took off within the days",
    "paid": "what of it was paid within the days, by payments and not by credits; what was given "
    "back by the day of the report was not paid; of several payments the newest is the one that "
    "was given back",
    "attribution": "what is paid after several stages of a case belongs to the last one executed "
    "before the payment, a payment on the day of a stage to the stage before",
    "share": "percent of those that ended, or of what they owed",
    "median_days": "days from an execution until its amount was paid in full, whatever stages "
    "followed: half of the cases had paid by then, by the estimate of Kaplan and Meier. Who has "
    "not paid counts until the day of the report, until the case was written off, or until "
    "credits took the amount off; null: by that day less than half had paid",
}


def plain_fees(found: Fees, head: Head, top: int = TOP) -> Plain:
    """The fees report as one object; of groups the largest ones."""
    return {
        **head.plain("fees"),
        **_period(found.period),
        "by": list(found.by),
        "currencies": [_charged_currency(found, each, top) for each in sorted(found.totals)],
        "definitions": FEES_TERMS,
    }


def _charged_currency(found: Fees, currency: str, top: int) -> Plain:
    groups = found.groups[currency]
    order = largest(found.by, ((key, each.total.charged) for key, each in groups.items()), top)
    return {
        "currency": currency,
        **_charged(found.totals[currency], currency),
        "groups": [
            {"group": group_of(found.by, key), **_charged(groups[key], currency)} for key in order
        ],
        "groups_left_out": len(groups) - len(order),
    }


def _charged(charged: Charged, currency: str) -> Plain:
    return {
        "charges": charged.charges,
        "customers": charged.customers,
        "total": _fate(charged.total, currency),
        "fees": _fate(charged.fees, currency),
        "interest": _fate(charged.interest, currency),
        "tax": money_of(charged.tax, currency),
    }


def _fate(fate: Fate, currency: str) -> Plain:
    return {
        "charged": money_of(fate.charged, currency),
        "paid": money_of(fate.paid, currency),
        "waived": money_of(fate.waived, currency),
        "cancelled": money_of(fate.cancelled, currency),
        "open": money_of(fate.open, currency),
        "written_off": money_of(fate.written_off, currency),
        "share": share(fate.paid, fate.charged - fate.cancelled),
    }


def fees_rows(found: Fees) -> Rows:
    """A row for each currency and group."""
    amounts = (
        *("charged", "fees", "tax", "interest"),
        *("paid", "waived", "cancelled", "open", "written_off"),
    )
    rows = []
    for currency, groups in sorted(found.groups.items()):
        for key in in_order(found.by, ((key, each.total.charged) for key, each in groups.items())):
            charged, fate = groups[key], groups[key].total
            plain: Plain = {"currency": currency, **group_of(found.by, key)}
            plain["charges"], plain["customers"] = charged.charges, charged.customers
            parts = (charged.fees.charged, charged.tax, charged.interest.charged)
            became = (fate.paid, fate.waived, fate.cancelled, fate.open, fate.written_off)
            cells = zip(amounts, (fate.charged, *parts, *became), strict=True)
            plain.update((name, text_of(minor, currency)) for name, minor in cells)
            rows.append(plain)
    columns = ("currency", *found.by, "charges", "customers", *amounts)
    return Rows(columns, tuple(rows), frozenset(amounts), frozenset({"charges", "customers"}))


def plain_effectiveness(found: Effectiveness, head: Head, top: int = TOP) -> Plain:
    """The effectiveness report as one object; of groups the largest ones."""
    return {
        **head.plain("effectiveness"),
        **_period(found.period),
        "within": list(found.within),
        "by": list(found.by),
        "currencies": [_effect_currency(found, each, top) for each in sorted(found.totals)],
        "definitions": EFFECTIVENESS_TERMS,
    }


def _effect_currency(found: Effectiveness, currency: str, top: int) -> Plain:
    groups = found.groups[currency]
    order = largest(found.by, ((key, each.executed) for key, each in groups.items()), top)
    return {
        "currency": currency,
        **_effect(found.totals[currency], currency),
        "groups": [
            {"group": group_of(found.by, key), **_effect(groups[key], currency)} for key in order
        ],
        "groups_left_out": len(groups) - len(order),
    }


def _effect(effect: Effect, currency: str) -> Plain:
    return {
        "executed": effect.executed,
        "customers": effect.customers,
        "nothing_open": effect.nothing_open,
        "open_amount": money_of(effect.amount, currency),
        "windows": [_window(each, currency) for each in effect.windows],
        "median_days": effect.waits.median,
    }


def _window(window: Window, currency: str) -> Plain:
    return {
        "days": window.days,
        "ended": window.ended,
        "running": window.running,
        "settled": window.settled,
        "settled_share": share(window.settled, window.ended),
        "owed": money_of(window.owed, currency),
        "paid": money_of(window.paid, currency),
        "paid_share": share(window.paid, window.owed),
    }


def effectiveness_rows(found: Effectiveness) -> Rows:
    """A row for each currency and group."""
    counts = [f"{each}_{days}" for days in found.within for each in ("ended", "settled")]
    amounts = [f"{each}_{days}" for days in found.within for each in ("owed", "paid")]
    windows = [
        f"{each}_{days}" for days in found.within for each in ("ended", "settled", "owed", "paid")
    ]
    rows = []
    for currency, groups in sorted(found.groups.items()):
        for key in in_order(found.by, ((key, each.executed) for key, each in groups.items())):
            effect = groups[key]
            plain: Plain = {"currency": currency, **group_of(found.by, key)}
            plain["executed"], plain["customers"] = effect.executed, effect.customers
            plain["nothing_open"] = effect.nothing_open
            plain["open_amount"] = text_of(effect.amount, currency)
            for each in effect.windows:
                plain[f"ended_{each.days}"], plain[f"settled_{each.days}"] = (
                    each.ended,
                    each.settled,
                )
                plain[f"owed_{each.days}"] = text_of(each.owed, currency)
                plain[f"paid_{each.days}"] = text_of(each.paid, currency)
            plain["median_days"] = effect.waits.median
            rows.append(plain)
    head = ("executed", "customers", "nothing_open", "open_amount")
    columns = ("currency", *found.by, *head, *windows, "median_days")
    numbers = {"executed", "customers", "nothing_open", *counts, "median_days"}
    return Rows(columns, tuple(rows), frozenset({"open_amount", *amounts}), frozenset(numbers))


def _period(period: Period) -> Plain:
    return {
        "from": None if period.first is None else period.first.isoformat(),
        "to": None if period.last is None else period.last.isoformat(),
    }
