"""Decisions from a ledger: of one case, or of every case that is not settled."""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.suggest import did_you_mean
from engine.core.account import AccountWalk, account_of, rule_against
from engine.core.debtor import Debtor, is_in_account
from engine.core.decide import decide, decide_all
from engine.core.decision import Decision
from engine.core.history import catch_up, debtor_of
from engine.core.knowledge import known_at
from engine.core.money import Money
from engine.core.policies import PolicyVersion
from engine.core.walk import InvoiceWalk

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from engine.core.ledger_index import LedgerIndex
    from engine.core.policies import PolicySet
    from engine.core.walk import Walk

_MANY = 5_000
"""Among more ids than these no similar one is looked for."""


@dataclass(frozen=True, slots=True)
class NoCase:
    """There is no such case to decide."""

    reason: str
    """One sentence, without a full stop."""
    hint: str = ""


def decide_case(
    index: LedgerIndex,
    policies: PolicySet,
    case: str,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
) -> Decision | NoCase:
    """What is to be done next for a case on a day, as known at a time (None: all that is known).

    An invoice that is dunned as a part of an account is answered for by the account.
    """
    found = find_walk(index, policies, case, on, known)
    if isinstance(found, NoCase):
        return found
    debtor, walk = found
    return decided_alone(debtor, walk, on, explain=explain)


def decide_open(
    index: LedgerIndex,
    policies: PolicySet,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Decision]:
    """The decisions of all cases that exist on a day and are not settled, by id (code point).

    A case that cannot be decided is `undecided` and stops none of the others. `progress` is told
    after each debtor how many of how many are done.
    """
    day = on.toordinal()
    found: list[Decision] = []
    for number, name in enumerate(index.debtors, start=1):
        debtor = debtor_of(name, known_at(index, name, day, known).fold, policies)
        found += decisions_of(debtor, on, explain=explain)
        if progress is not None:
            progress(number, len(index.debtors))
    found.sort(key=_case_of)
    yield from found


def decide_every(
    index: LedgerIndex,
    policies: PolicySet,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
    is_late: Callable[[], bool],
) -> list[Decision] | None:
    """The decision of every case, settled or not, in the order of the invoices; None if late.

    Invoices that are dunned as a part of an account are answered for by the account, once. An
    invoice that was not known yet has no case.
    """
    day = on.toordinal()
    answers: dict[str, Decision] = {}
    for name in index.debtors:
        debtor = debtor_of(name, known_at(index, name, day, known).fold, policies)
        answers.update(_decided_every(debtor, on, explain=explain))
        if is_late():
            return None
    every = (answers.get(invoice) for invoice in index.ledger.invoices)
    return list({each.case: each for each in every if each is not None}.values())


def _decided_every(debtor: Debtor, on: datetime.date, *, explain: bool) -> dict[str, Decision]:
    """By invoice: the decision for it, or for its account."""
    day = on.toordinal()
    with suppress(Exception):  # the decision says what is wrong
        catch_up(debtor, day)
    held: dict[str, AccountWalk] = {}
    with suppress(Exception):  # as above: each is asked alone then
        held = _held(debtor, day) if debtor.accounts else {}
    walks: dict[str, Walk] = {c: held.get(c, walk) for c, walk in debtor.invoices.items()}
    asked = list({walk.case: walk for walk in walks.values()}.values())
    by_case = decisions_for(debtor, asked, on, explain=explain)
    return {case: by_case[walk.case] for case, walk in walks.items()}


def decisions_for(
    debtor: Debtor, walks: Sequence[Walk], on: datetime.date, *, explain: bool = False
) -> dict[str, Decision]:
    """The decisions for some cases of a debtor on a day, by case."""
    apart = [_taken_out(debtor, walk, on) for walk in walks] if debtor.accounts else []
    found = {each.case: each for each in apart if each is not None}
    rest = [walk for walk in walks if walk.case not in found]
    try:
        decided = decide_all(debtor, rest, on.toordinal(), explain=explain)
    except Exception:  # noqa: BLE001 - one case never stops the others: they are asked alone
        decided = [decided_alone(debtor, walk, on, explain=explain) for walk in rest]
    return found | {each.case: each for each in decided}


def _taken_out(debtor: Debtor, walk: Walk, on: datetime.date) -> Decision | None:
    """The answer for an invoice that a rule takes out of its account; None if none does.

    Nothing is done for it, and its account answers for the others.
    """
    day = on.toordinal()
    with suppress(Exception):  # what is wrong is told by who decides
        version = walk.version(day)
        if not isinstance(walk, InvoiceWalk) or not isinstance(version, PolicyVersion):
            return None
        facts, account = walk.facts(day), account_of(walk, version, day)
        if account not in debtor.accounts or walk.known_from > day or facts.settled:
            return None
        found = rule_against(debtor.accounts[account], walk, day)
        if found is not None:
            excludes, rule = found
            return Decision(
                case=walk.case,
                customer=walk.customer,
                on=on,
                policy=version.plan.id,
                version=version.plan.version,
                outcome="excluded" if excludes else "held",
                open_amount=Money(facts.open, walk.currency),
                reason=rule.text,
            )
    return None


def _held(debtor: Debtor, day: int) -> dict[str, AccountWalk]:
    """The account of each invoice that is dunned as a part of one on a day."""
    inside = {walk.case for walk in debtor.invoices.values() if is_in_account(walk, day)}
    if not inside:
        return {}
    return {
        walk.case: account
        for account in reversed(debtor.accounts.values())
        for walk in account.items(day).members + account.items(day).overdue
        if walk.case in inside
    }


def _case_of(decision: Decision) -> str:
    return decision.case


def decisions_of(
    debtor: Debtor,
    on: datetime.date,
    *,
    explain: bool = False,
    without: Container[str] = (),
) -> list[Decision]:
    """The decisions of a debtor's cases that exist on a day and are not settled, by id.

    `without`: cases that are left out, as if nothing could be done for them today.
    """
    day = on.toordinal()
    try:
        catch_up(debtor, day)
        walks = [walk for walk in debtor.cases_on(day) if not walk.facts(day).settled]
        walks = [walk for walk in walks if walk.case not in without]
        decided = decide_all(debtor, walks, day, explain=explain, without=without)
    except Exception:  # noqa: BLE001 - one case never stops the others: they are asked alone
        walks = [walk for walk in debtor.invoices.values() if walk.known_from <= day]
        alone = (walk for walk in walks if walk.case not in without)
        decided = [decided_alone(debtor, walk, on, explain=explain) for walk in alone]
    return [each for each in decided if each.outcome != "settled"]


def find_case(index: LedgerIndex, case: str) -> NoCase | None:
    """Why there is no such case in the ledger; None if there is."""
    if debtor_of_case(index, case) is not None:
        return None
    every = index.ledger.invoices
    hint = did_you_mean(case, every) if len(every) <= _MANY else ""
    if case in index.ledger.customers:
        hint = "it is a customer's; name one of their invoices"
    return NoCase(f"there is no case '{case}' in the ledger", hint)


def debtor_of_case(index: LedgerIndex, case: str) -> str | None:
    """Who owes a case: an invoice, or an account such as `C-17:EUR`; None if there is none."""
    invoice = index.ledger.invoices.get(case)
    if invoice is not None:
        return index.debtor_of(invoice.customer)
    parts = case.split(":")
    for count in range(1, len(parts)):
        customer, currency = ":".join(parts[:count]), parts[count]
        owed = index.invoices.get(customer, ())
        if any(each.amount.currency == currency for each in owed):
            return customer
    return None


def find_walk(
    index: LedgerIndex,
    policies: PolicySet,
    case: str,
    on: datetime.date,
    known: datetime.datetime | None,
) -> tuple[Debtor, Walk] | NoCase:
    """A debtor and their case; of an invoice in an account, the account."""
    name = debtor_of_case(index, case)
    if name is None:
        return find_case(index, case) or NoCase(f"there is no case '{case}' in the ledger")
    day = on.toordinal()
    debtor = debtor_of(name, known_at(index, name, day, known).fold, policies)
    walk = _case_of_debtor(debtor, case, day)
    if walk is not None:
        return debtor, walk
    if case in index.ledger.invoices:
        reason = f"case '{case}' was not recorded yet at that time"
        return NoCase(reason, "choose a later --known")
    return NoCase(f"no policy duns '{case}' as an account")


def _case_of_debtor(debtor: Debtor, case: str, day: int) -> Walk | None:
    """A case of a debtor; of an invoice in an account, the account; None if there is none."""
    walk = debtor.invoices.get(case)
    if walk is None:
        return debtor.accounts.get(case)
    with suppress(Exception):  # the decision says what is wrong
        catch_up(debtor, day)
    return _held(debtor, day).get(case, walk) if debtor.accounts else walk


def decided_for(
    debtor: Debtor, case: str, on: datetime.date, *, explain: bool
) -> Decision | NoCase:
    """As `decide_case`, of a debtor for whom things were done that no ledger holds."""
    walk = _case_of_debtor(debtor, case, on.toordinal())
    if walk is None:
        return NoCase(f"case '{case}' is not known yet on {on}")
    return decided_alone(debtor, walk, on, explain=explain)


def decided_alone(debtor: Debtor, walk: Walk, on: datetime.date, *, explain: bool) -> Decision:
    """The decision; whatever goes wrong with one case is an answer too."""
    day = on.toordinal()
    apart = _taken_out(debtor, walk, on) if debtor.accounts else None
    if apart is not None:
        return apart
    try:
        return decide(debtor, walk, day, explain=explain)
    except Exception as error:  # noqa: BLE001 - one case never stops the others
        owed = 0 if isinstance(walk, AccountWalk) else walk.facts(day).open
        return Decision(
            case=walk.case,
            customer=walk.customer,
            on=on,
            policy=None,
            version=None,
            outcome="undecided",
            open_amount=Money(owed, walk.currency),
            reason=why_undecided(error),
        )


def why_undecided(error: Exception) -> str:
    """What to tell about a case with which something went wrong."""
    if isinstance(error, OverflowError):
        return "a date of this case lies beyond the calendar"
    return f"an internal error ({type(error).__name__}: {error})"
