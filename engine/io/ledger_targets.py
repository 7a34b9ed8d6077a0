"""What a row of the file `events` is about: an invoice, a document, a customer or an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from dunlang.suggest import listed
from engine.core.cells import Bad, read_currency
from engine.core.ledger_index import account_of
from engine.core.model import TargetKind
from engine.io.ledger_rows import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from engine.core.model import EventKind
    from engine.io.ledger_state import Reading
    from engine.io.sheets import Sheet

    Target: TypeAlias = tuple[TargetKind, str]

TARGETS: tuple[TargetKind, ...] = get_args(TargetKind)
"""The columns that say what an event is about."""

_OF_A_CASE = frozenset({"stage", "stage_cancelled", "charge_paid", "charge_waived"})
"""Kinds about one case: an invoice, or an account, which its customer and currency name too."""
_OF_AN_ACCOUNT = _OF_A_CASE | {"promise", "payment", "credit", "reversal"}


def read_target(reading: Reading, sheet: Sheet, kind: EventKind) -> Target | None:
    """What the event is about; None when that cannot be used, reported unless it is an echo."""
    given = [name for name in TARGETS if sheet.cell(name)]
    if len(given) != 1:
        found = "none of them" if not given else listed(given)
        sheet.complain(
            "L109",
            "" if not given else given[-1],
            f"an event is about one invoice, document, customer or case; this row names {found}",
            "fill in exactly one of the four",
        )
        return None
    what = given[0]
    wrong = _misplaced(kind, what)
    if wrong:
        sheet.complain("L109", what, f"an event of kind {kind} is about {wrong}")
        return None
    name = sheet.cell(what)
    if what == "case":
        return ("case", name) if _is_account(reading, sheet, "case", name) else None
    every: Mapping[str, Mapping[str, object]] = {
        "invoice": reading.invoices,
        "document": reading.documents,
        "customer": reading.customers,
    }
    known = every[what]
    if name not in known and reading.complete:
        unknown(reading, sheet, what, name, known)
        return None
    target = cast("Target", (what, name))
    if what == "customer" and kind in _OF_A_CASE:
        return _account(reading, sheet, target)
    return target


def _misplaced(kind: EventKind, what: str) -> str:
    """What events of a kind are about, if it is not this."""
    if kind == "due_changed" and what != "invoice":
        return "one invoice"
    if kind in _OF_A_CASE and what == "document":
        return "one invoice or account"
    if what == "case" and kind not in _OF_AN_ACCOUNT:
        return "an invoice" if kind == "due_changed" else "an invoice, a document or a customer"
    return ""


def _account(reading: Reading, sheet: Sheet, target: Target) -> Target | None:
    """The account of a customer in the row's currency."""
    currency = currency_of(reading, sheet, target)
    if currency is None:
        return None
    case = f"{target[1]}:{currency}"
    return ("case", case) if _is_account(reading, sheet, "customer", case) else None


def _is_account(reading: Reading, sheet: Sheet, column: str, case: str) -> bool:
    """Whether this is the id of an account. Reported unless it would be an echo."""
    if not case.isprintable():
        sheet.complain("L124", column, "an id may only hold printable characters")
        return False
    if not reading.complete:
        return True
    account = account_of(case, reading.customers)
    if account is None:
        lost = account_of(case, reading.bad["customer"])
        if lost is not None or "customer" in reading.lost:
            name = lost.debtor if lost is not None else case
            if not reading.is_echo("customer", name):
                sheet.complain("L108", column, f"the row of customer '{name}' was left out")
        else:
            hint = "an account is named by its customer and currency, such as C-1:EUR"
            sheet.complain("L108", column, f"there is no account '{case}'", hint)
        return False
    payer = reading.debtor_of(account.debtor)
    if payer != account.debtor:
        rest = case.removeprefix(account.debtor)
        sheet.complain(
            "L108",
            column,
            f"customer '{account.debtor}' has no account: '{payer}' pays for them",
            f"the account is '{payer}{rest}'",
        )
        return False
    return True


def currency_of(reading: Reading, sheet: Sheet, target: Target) -> str | None:
    """The currency of the row's amounts: that of what the event is about, or the one named."""
    text = sheet.cell("currency")
    if text:
        named = read_currency(text)
        if isinstance(named, Bad):
            sheet.complain(named.code, "currency", named.message, named.hint)
            return None
    what, name = target
    if what == "customer":
        return text or _only_currency(reading, sheet, name)
    own = None
    if what == "invoice" and name in reading.invoices:
        own = reading.invoices[name].amount.currency
    elif what == "document" and name in reading.documents:
        own = reading.documents[name][1]
    elif what == "case":
        account = account_of(name, reading.customers)
        own = None if account is None else account.currency
    if own is None:
        return text or None  # the invoices could not be read, which was told already
    if text and text != own:
        sheet.complain(
            "L114",
            "currency",
            f"{what} '{name}' is in {own}, this amount in {text}",
            "convert it where you book it, or name the customer instead",
        )
        return None
    return own


def _only_currency(reading: Reading, sheet: Sheet, customer: str) -> str | None:
    """The currency of all that a customer owes; None, reported, where there is not just one."""
    theirs = reading.currencies.get(customer, set())
    if len(theirs) == 1:
        return next(iter(theirs))
    if not reading.keeps_good_rows and (reading.bad["invoice"] or "invoice" in reading.lost):
        return None  # their invoices are on rows that were told already
    found = f"has invoices in {listed(sorted(theirs))}" if theirs else "has no invoices"
    sheet.complain("L114", "currency", f"the currency is missing: customer '{customer}' {found}")
    return None
