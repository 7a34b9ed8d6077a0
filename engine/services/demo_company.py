"""The demo company: its customers and what it invoiced, made up from a seed.

The same seed, day and sizes give the same ledger, to the last cent. What the customers then did is
in `demo_history`.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from dunlang.currencies import MINOR_DIGITS
from dunlang.types import Type
from engine.core.model import Customer, Invoice, Ledger
from engine.core.money import Money
from engine.services.demo_chance import Chance, workday
from engine.services.demo_history import Debtor, history
from engine.services.demo_names import LANDS

if TYPE_CHECKING:
    from engine.core.model import Value
    from engine.services.demo_names import Land

Kind = Literal["business", "consumer", "public_body"]

FACT_TYPES = {
    "customer.revenue_12m": Type("money"),
    "customer.risk": Type("one of", ("low", "medium", "high")),
    "customer.no_calls": Type("yes/no"),
    "customer.card_expires": Type("date"),
    "customer.term_end": Type("date"),
    "customer.retry_running": Type("yes/no"),
    "invoice.plan": Type("one of", ("monthly", "yearly")),
}
"""Types of the facts that its ledger holds beside the built-in ones; the shipped policies declare
them so."""

DAYS = 400
"""How far back the company's books go."""

_REVENUE = {"business": 14_000, "consumer": 420, "public_body": 11_000}
"""Median of what a customer is invoiced in a year, in units of their currency."""
_KEY_ACCOUNT = 120_000
_MANY = 10
"""From so many businesses of a country on, some belong to a group."""
_LARGE = 60_000
"""Invoices from so many minor units on may be paid in instalments."""
_UNITS = {"JPY": 150}
"""Units of a currency that are worth about one euro, where that is not about one."""


@dataclass(frozen=True, slots=True)
class _Account:
    """A customer with what decides how often and how much they are invoiced."""

    debtor: Debtor
    currency: str
    yearly: float
    weight: float
    is_subscriber: bool


def demo_ledger(
    today: datetime.date, seed: int = 1, *, customers: int = 400, invoices: int = 3_000
) -> Ledger:
    """A company's ledger as it stands in the evening of a day.

    It has about so many invoices (an instalment is one), issued in the 400 days before, with
    payments, credits, disputes, promises and so on; nothing was dunned yet.
    """
    chance = Chance(seed)
    made = (_account(chance, number, today) for number in range(1, customers + 1))
    accounts = _with_payers(list(made))
    book = _invoices(chance, accounts, today, invoices)
    debtors = {account.debtor.customer.id: account.debtor for account in accounts}
    return Ledger(
        {name: debtor.customer for name, debtor in debtors.items()},
        {invoice.id: invoice for invoice in book},
        history(chance, debtors, book, today),
    )


def _account(chance: Chance, number: int, today: datetime.date) -> _Account:
    country = chance.choices([*LANDS], [land.share for land in LANDS.values()])[0]
    land = LANDS[country]
    # Customers far away bought a subscription, and pay by card.
    abroad = country in ("US", "JP")
    kinds: tuple[Kind, ...] = ("business", "consumer", "public_body")
    kind = chance.choices(kinds, (66, 27, 7))[0]
    card_share = 100 if abroad else 0 if kind == "public_body" else 9
    method = "card" if chance.happens(card_share) else _other_method(chance, kind)
    is_subscriber = method == "card"
    currency = land.currency
    if country in ("DE", "AT") and kind == "business" and chance.happens(3):
        currency = "CHF"
    manner = chance.choices(*_MANNERS[kind])[0]
    yearly = _REVENUE[kind] * chance.lognormvariate(0, 1.2 if kind == "business" else 0.6)
    if is_subscriber:
        yearly = 12 * chance.choice((9.9, 19.9, 49.0, 79.0))
    facts: dict[str, Value] = _person(chance, land, kind)
    facts |= {
        "kind": kind,
        "country": country,
        "language": land.language,
        "payment_method": method,
        "risk": chance.choices(("low", "medium", "high"), _RISK[manner])[0],
        "no_calls": chance.happens(6),
        "revenue_12m": _money(yearly, currency),
    }
    tags = set()
    if yearly > _KEY_ACCOUNT:
        tags.add("key-account")
    if manner == "lost" and country == "GB" and chance.happens(50):
        tags.add("insolvent")
    if tags:
        facts["tags"] = frozenset(tags)
    if is_subscriber:
        facts["card_expires"] = _month_end(today + datetime.timedelta(chance.randrange(-90, 900)))
    debtor = Debtor(Customer(f"C-{1000 + number}", facts), manner)
    weight = 0.0 if is_subscriber else min(4.0, 0.4 + math.log10(max(10.0, yearly)) ** 2 / 8)
    return _Account(debtor, currency, yearly, weight, is_subscriber)


def _with_payers(accounts: list[_Account]) -> list[_Account]:
    """The same customers; of each country with many businesses, the largest pays for two others."""
    payers: dict[str, str] = {}
    for country in LANDS:
        businesses = [each for each in accounts if _is_business_in(country, each)]
        if len(businesses) >= _MANY:
            largest = max(businesses, key=lambda each: each.yearly)
            others = [each for each in businesses if each is not largest][:2]
            payers |= {each.debtor.customer.id: largest.debtor.customer.id for each in others}
    return [_paid_by(each, payers.get(each.debtor.customer.id)) for each in accounts]


def _is_business_in(country: str, account: _Account) -> bool:
    facts = account.debtor.customer.facts
    of_country = facts["country"] == country and facts["kind"] == "business"
    return of_country and not account.is_subscriber


def _paid_by(account: _Account, payer: str | None) -> _Account:
    customer = replace(account.debtor.customer, payer=payer)
    return replace(account, debtor=replace(account.debtor, customer=customer))


_MANNERS = {
    "business": (("prompt", "slow", "late", "troubled", "lost"), (50, 28, 14, 6, 2)),
    "consumer": (("prompt", "slow", "late", "troubled", "lost"), (62, 17, 10, 7, 4)),
    "public_body": (("prompt", "slow", "late", "troubled", "lost"), (35, 45, 20, 0, 0)),
}
_RISK = {
    "prompt": (80, 18, 2),
    "slow": (30, 60, 10),
    "late": (10, 60, 30),
    "troubled": (0, 30, 70),
    "lost": (0, 15, 85),
}


def _other_method(chance: Chance, kind: Kind) -> str:
    share = {"business": 16, "consumer": 42, "public_body": 0}[kind]
    return "direct_debit" if chance.happens(share) else "transfer"


def _person(chance: Chance, land: Land, kind: Kind) -> dict[str, Value]:
    """Name and addresses; some are missing, as in any company's books."""
    postcode, city = chance.choice(land.cities)
    last = chance.choice(land.last)
    if kind == "business":
        name = f"{last} {chance.choice(land.trades)} {chance.choice(land.forms)}"
    elif kind == "public_body":
        name = chance.choice(land.bodies).format(city)
    else:
        name = f"{chance.choice(land.first)} {last}"
    known: dict[str, Value] = {"name": name}
    number = chance.randrange(1000, 9999)
    if chance.happens(93):
        plain = "".join(letter for letter in last.lower() if letter.isascii() and letter.isalpha())
        known["email"] = f"{'office' if kind != 'consumer' else plain}.{number}@example.com"
    if chance.happens(72):
        known["phone"] = f"{land.dial} 555 {number}"
    if chance.happens(97):
        known["street"] = f"{chance.choice(land.streets)} {chance.randrange(1, 120)}"
        known["postcode"] = postcode
        known["city"] = city
    return known


def _month_end(day: datetime.date) -> datetime.date:
    first_of_next = (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    return first_of_next - datetime.timedelta(days=1)


def _money(amount: float, currency: str) -> Money:
    """About so many euros' worth, as somebody would invoice it; at least one unit.

    Chance is drawn in floating point; from here on it is an amount.
    """
    digits = MINOR_DIGITS[currency]
    return Money(max(10**digits, round(amount * _UNITS.get(currency, 1) * 10**digits)), currency)


def _invoices(
    chance: Chance, accounts: list[_Account], today: datetime.date, wanted: int
) -> list[Invoice]:
    """Invoices by date of issue; their numbers run with it."""
    drafts: list[tuple[datetime.date, _Account]] = []
    first = today - datetime.timedelta(days=DAYS)
    for account in accounts:
        if account.is_subscriber and len(drafts) < wanted // 3:
            start = first + datetime.timedelta(days=chance.randrange(30))
            months = range(0, DAYS - 30, 30)
            drafts += [(start + datetime.timedelta(days=at), account) for at in months]
    others = [account for account in accounts if not account.is_subscriber]
    missing = wanted - len(drafts)
    weights = [account.weight for account in others]
    for account in chance.choices(others, weights, k=missing) if others and missing > 0 else ():
        # Business grows a little: more of the invoices are recent ones.
        at = int(DAYS * chance.random() ** 0.85)
        drafts.append((workday(first + datetime.timedelta(days=at)), account))
    drafts.sort(key=lambda draft: (draft[0], draft[1].debtor.customer.id))
    count = max(1.0, missing / max(1, len(others))) * 365 / DAYS
    book: list[Invoice] = []
    for issued, account in drafts:
        if issued <= today:
            book += _invoice(chance, account, issued, len(book) + 1, count)
    return book[-wanted:]


def _invoice(
    chance: Chance, account: _Account, issued: datetime.date, number: int, yearly_count: float
) -> list[Invoice]:
    """One invoice, or the instalments of one."""
    customer = account.debtor.customer
    name = f"R-{issued.year}-{number:05}"
    if account.is_subscriber:
        due = issued + datetime.timedelta(days=10)
        amount = _money(account.yearly / 12, account.currency)
        facts: dict[str, Value] = {"plan": "monthly"}
        return [Invoice(name, customer.id, issued, due, amount, facts=facts)]
    per_invoice = account.yearly / max(1.0, yearly_count * account.weight)
    amount = _money(per_invoice * chance.lognormvariate(0, 0.7), account.currency)
    terms = {"business": (14, 30, 30, 30, 60), "consumer": (14,), "public_body": (30,)}
    due = issued + datetime.timedelta(days=chance.choice(terms[str(customer.facts["kind"])]))
    if amount.minor < _LARGE or not chance.happens(5):
        return [Invoice(name, customer.id, issued, due, amount)]
    share = amount.minor // 3
    parts = (share, share, amount.minor - 2 * share)
    return [
        Invoice(
            f"{name}-{at}",
            customer.id,
            issued,
            due + datetime.timedelta(days=30 * (at - 1)),
            Money(part, account.currency),
            name,
        )
        for at, part in enumerate(parts, start=1)
    ]
