"""An account: what a debtor owes in one currency, dunned as one case.

Its facts are put together each day from those of its overdue invoices; which invoices are its own
and which of them rules take out depends on the policy and may change from day to day. So an
account is gone through day by day, from the first day on which it has an invoice.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from engine.core.answers import EXCLUDED
from engine.core.case import NEVER, USUAL, Booking, CaseFacts, Posting, Terms
from engine.core.codegen import outcome_taken
from engine.core.place import Move, Place, place_of, postings_of
from engine.core.policies import PolicyVersion, Uncovered
from engine.core.walk import InvoiceWalk, Walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunlang.plan import Rule
    from engine.core.debtor import Debtor
    from engine.core.model import Value

_SINCE = attrgetter("since")
_BUT_SINCE = attrgetter(*(each.name for each in fields(CaseFacts) if each.name != "since"))
_NO_FACTS: Mapping[str, Value] = {}
"""An account has no facts of an invoice; nobody writes to it."""
NOT_COVERED = Uncovered(undecided=False, reason="no policy covers an invoice of it")


@dataclass(frozen=True, slots=True)
class Items:
    """The invoices of an account on a day."""

    version: PolicyVersion | Uncovered
    policies: tuple[str, ...]
    """Those that put an invoice into it; one, if all is well."""
    members: tuple[InvoiceWalk, ...]
    """Those that its policy covers and no rule takes out, overdue or not, paid or not."""
    all_overdue: tuple[InvoiceWalk, ...]
    """Those of the account that are overdue, also if rules take them out."""
    overdue: tuple[InvoiceWalk, ...]
    """Those that make up its amount, oldest first; where rules took out all, those they hold."""
    taken: int
    """The rule that answers for it if all overdue ones are taken out, else NEVER."""

    def gross(self, day: int) -> int:
        """What its overdue invoices come to."""
        return sum(item.facts(day).open for item in self.overdue)


@dataclass(frozen=True, slots=True)
class AccountDay:
    """An account at the end of a day."""

    facts: CaseFacts
    items: Items
    version: PolicyVersion | Uncovered
    exists: bool
    """Whether a policy put an invoice into it on this day or before."""


@dataclass(slots=True, kw_only=True, eq=False)
class AccountWalk(Walk):
    """An account through time."""

    debtor: Debtor
    invoices: tuple[InvoiceWalk, ...]
    """All of the debtor's in its currency."""
    _days: list[AccountDay] = field(default_factory=list)
    """From `known_from` on."""
    _items: dict[int, Items] = field(default_factory=dict)
    _starts: dict[str, int] = field(default_factory=dict)

    def facts(self, day: int) -> CaseFacts:
        """The facts of the account at the end of a day."""
        if day < self.known_from:
            # Nothing is owed yet, and nothing overdue: it is what an account is without invoices.
            return replace(self._debtor_facts(day), since=day, due=day, issued=day, settled=True)
        return self.on(day).facts

    def version(self, day: int) -> PolicyVersion | Uncovered:
        """The version that decides on a day."""
        return self.on(day).version if day >= self.known_from else NOT_COVERED

    def has_invoices(self, day: int) -> bool:
        """Whether a policy puts an invoice into this account on a day."""
        return day >= self.known_from and self.on(day).items.version is not NOT_COVERED

    def move(self, made: Move) -> None:
        """Put on record what was done; the day on which it was ends otherwise now."""
        self.moves.append(made)
        self.look_back_to(made.day)
        self.forget(made.day)

    def forget(self, day: int) -> None:
        """Work days from this one on out again."""
        keep = max(0, day - self.known_from)
        del self._days[keep:]
        self._items = {each: items for each, items in self._items.items() if each < day}
        self._starts = {policy: each for policy, each in self._starts.items() if each < day}

    def is_never_stopped(self, version: PolicyVersion) -> bool:
        """Nobody can see it: something may be the matter with any invoice in it."""
        del version
        return False

    def next_change(self, version: PolicyVersion, day: int) -> int:
        """The next day: what an account consists of may change on any."""
        del version
        return day + 1

    def counted_from(self) -> int:
        """A day before all that waits of this case can count from."""
        days = [min(s.issued, s.due) for each in self.invoices for s in each.timeline.spans]
        return min(days + [move.day for move in self.moves])

    def start(self, policy: str, day: int) -> int:
        """The first day up to `day` on which a version of a policy covered it; NEVER if none."""
        self.on(day)
        found = self._starts.get(policy, NEVER)
        return found if found <= day else NEVER

    def is_stopped(self, version: PolicyVersion, day: int, place: Place | None = None) -> bool:
        """Whether a hold of the version stopped the clock on a day."""
        if super(AccountWalk, self).is_stopped(version, day, place):
            return True
        overdue = self.items(day).all_overdue if day >= self.known_from else ()
        place = place or self.place(day)
        return bool(overdue) and all(_is_stopped(each, version, place, day) for each in overdue)

    def on(self, day: int) -> AccountDay:
        """The account at the end of a day; before its first day it is the one of that day."""
        at = max(0, day - self.known_from)
        while len(self._days) <= at:
            today = self.known_from + len(self._days)
            self._days.append(self._next(today, self._days[-1] if self._days else None))
        return self._days[at]

    def items(self, day: int) -> Items:
        """The invoices of the account on a day."""
        found = self._items.get(day)
        if found is None:
            since = self.on(day - 1).facts.cycle_since if day > self.known_from else 0
            found = self._items[day] = self._find_items(day, since)
        return found

    # ------------------------------------------------------------------- one day

    def _next(self, day: int, before: AccountDay | None) -> AccountDay:
        items = self.items(day)
        facts = self._facts(day, items, before)
        if before is not None and facts.cycle_since != before.facts.cycle_since:
            # Rules may look at what was done in the cycle, and this day begins one.
            items = self._items[day] = self._find_items(day, day)
            facts = self._facts(day, items, before)
            if not facts.settled:
                facts = replace(facts, cycle_since=day, open_since=day)
            # Else the version under which it stood until it was settled counts what the one in
            # force does not: it is settled still, and no cycle begins.
        version = items.version
        for policy in items.policies:
            self._starts.setdefault(policy, day)
        if before is not None and _BUT_SINCE(facts) == _BUT_SINCE(before.facts):
            facts = before.facts
        exists = version is not NOT_COVERED or (before is not None and before.exists)
        return AccountDay(facts, items, version, exists)

    def _find_items(self, day: int, cycle_since: int) -> Items:
        own: list[InvoiceWalk] = []
        versions: dict[str, PolicyVersion] = {}
        for invoice in self.invoices:
            found = invoice.version(day) if invoice.known_from <= day else None
            if isinstance(found, PolicyVersion) and account_of(invoice, found, day) == self.case:
                own.append(invoice)
                versions.setdefault(found.plan.id, found)
        overdue = [each for each in own if each.facts(day).open > 0 and day > each.facts(day).due]
        overdue.sort(key=lambda each: _age(each, day))
        if len(versions) != 1:
            names = " and ".join(sorted(version.name for version in versions.values()))
            both = Uncovered(undecided=True, reason=f"{names} both cover invoices of it")
            nobody = both if versions else NOT_COVERED
            return Items(nobody, (*versions,), tuple(own), tuple(overdue), tuple(overdue), NEVER)
        (version,) = versions.values()
        moves = [move for move in self.moves if move.day <= day]
        place = place_of(moves, cycle_since, cycle_since)
        if self.policies.features.stays:
            version = self.policies.standing(version, place.executed, day)
        taken = {each.case: _taken(each, version, place, day) for each in own}
        members = tuple(each for each in own if taken[each.case] == NEVER)
        left = tuple(each for each in overdue if taken[each.case] == NEVER)
        rules = [taken[each.case] for each in overdue]
        if left or not overdue:
            return Items(version, (*versions,), members, tuple(overdue), left, NEVER)
        held = tuple(e for e in overdue if outcome_taken(taken[e.case]) != EXCLUDED)
        return Items(
            version, (*versions,), members, tuple(overdue), held or tuple(overdue), min(rules)
        )

    def _facts(self, day: int, items: Items, before: AccountDay | None) -> CaseFacts:
        debtor = self._debtor_facts(day)
        oldest = items.overdue[0].facts(day) if items.overdue else None
        earlier = before.facts if before else None
        charges, terms = self._charges(day)
        opened = items.gross(day) - self.debtor.money_of(self, day) if items.overdue else 0
        opened = max(0, opened)
        is_taken = items.taken != NEVER
        settled = not is_taken and opened <= 0 and not (terms.until_charges_paid and charges > 0)
        cycle_since = earlier.cycle_since if earlier else 0
        open_since = earlier.open_since if earlier else 0
        existed = before is not None and before.exists
        if existed and earlier is not None and earlier.settled and not settled:
            open_since = day
            # What is done on the day has no say in whether its cycle is a new one.
            if not self._terms(day - 1).reopened_continue:
                cycle_since = day
        # While it owes charges, an account goes on from the dates of its last oldest invoice.
        issued = due = day
        last = oldest or (earlier if existed and earlier and not earlier.settled else None)
        if last is not None:
            issued, due = last.issued, last.due
        # Written out, as `replace` would take longer than everything above: this is done every day.
        return CaseFacts(
            since=day,
            open=opened,
            original=sum(item.facts(day).original for item in items.overdue),
            issued=issued,
            due=due,
            disputed=debtor.disputed,
            invoice_excluded_until=debtor.invoice_excluded_until,
            customer_excluded_until=debtor.customer_excluded_until,
            promise_until=debtor.promise_until,
            promise_kept=debtor.promise_kept,
            cycle_since=cycle_since,
            assigned=None,
            invoice_facts=_NO_FACTS,
            customer_facts=debtor.customer_facts,
            charges=charges,
            settled=settled,
            taken=items.taken,
            open_since=open_since,
        )

    def _debtor_facts(self, day: int) -> CaseFacts:
        accounts = self.debtor.history.accounts
        spans = accounts.get(self.case) or accounts[self.currency]
        return spans[bisect_right(spans, day, key=_SINCE) - 1]

    def _charges(self, day: int) -> tuple[int, Terms]:
        """What is outstanding at the end of a day, and whose terms hold."""
        postings = self._postings(day)
        if not postings:
            return 0, USUAL
        booked = self.bookings(day)
        outstanding = sum(
            each.amount if each.kind == "charged" else -each.amount for each in booked
        )
        return outstanding, postings[-1].terms

    def bookings(self, day: int) -> list[Booking]:
        """What was booked on its charges by the end of a day, in order."""
        changes = [
            Booking(event.date.toordinal(), _LOWERING[event.kind], event.amount.minor)
            for event in self.debtor.history.account_events.get(self.case, ())
            if event.kind in _LOWERING and event.amount is not None
        ]
        changes += [Booking(each.day, "charged", each.amount) for each in self._postings(day)]
        found: list[Booking] = []
        outstanding = 0
        for when, kind, amount in sorted(changes, key=_in_order):
            if when <= day and amount:
                before = outstanding
                outstanding = max(0, before + amount if kind == "charged" else before - amount)
                change = outstanding - before
                found.append(Booking(when, kind, change if kind == "charged" else -change))
        return found

    def _terms(self, day: int) -> Terms:
        postings = self._postings(day)
        return postings[-1].terms if postings else USUAL

    def _postings(self, day: int) -> list[Posting]:
        return list(postings_of(self.case, [move for move in self.moves if move.day <= day]))


_LOWERING: Mapping[str, Literal["paid", "waived"]] = {
    "charge_paid": "paid",
    "charge_waived": "waived",
}


def _in_order(change: Booking) -> tuple[int, bool]:
    """What is charged on a day is not paid by what came in on it."""
    return change.day, change.kind == "charged"


def account_of(invoice: InvoiceWalk, version: PolicyVersion, day: int) -> str | None:
    """Id of the account that an invoice belongs to under a version; None if it has none."""
    plan = version.plan
    if plan.unit != "account":
        return None
    case = f"{invoice.customer}:{invoice.currency}"
    if plan.split_by is None:
        return case
    name = plan.split_by.partition(".")[2]
    value: object = invoice.facts(day).invoice_facts.get(name)
    if value is None:
        value = version.defaults[invoice.currency].get(plan.split_by)
    return case if value is None else f"{case}:{value}"


def rule_against(account: AccountWalk, invoice: InvoiceWalk, day: int) -> tuple[bool, Rule] | None:
    """The rule that takes an invoice out of its account on a day, and whether it excludes it.

    None where no rule does.
    """
    version = account.version(day)
    if not isinstance(version, PolicyVersion):
        return None
    place = account.place(day)
    taken = _taken(invoice, version, place, day)
    if taken == NEVER:
        return None
    facts, bound = invoice.facts(day), invoice.bound(version, day)
    variant = version.evaluator(invoice.currency).variant(facts, place, bound, day)
    asked = replace(facts, settled=False, taken=taken)
    outcome, number, _, _ = variant.decide(asked, place, bound, (), day, day)
    excludes = outcome == EXCLUDED
    rules = variant.ladder.excludes if excludes else variant.ladder.holds
    return excludes, rules[number]


def _age(invoice: InvoiceWalk, day: int) -> tuple[int, int, str]:
    facts = invoice.facts(day)
    return facts.due, facts.issued, invoice.case


def _is_stopped(invoice: InvoiceWalk, version: PolicyVersion, place: Place, day: int) -> bool:
    """Whether a hold that looks at invoices stops the clock for one of an account."""
    facts, bound = invoice.facts(day), invoice.bound(version, day)
    variant = version.evaluator(invoice.currency).variant(facts, place, bound, day)
    return variant.item_stopped is not None and variant.item_stopped(facts, place, bound, day)


def _taken(invoice: InvoiceWalk, version: PolicyVersion, place: Place, day: int) -> int:
    """Which rule takes an invoice out of its account; NEVER if none does."""
    facts, bound = invoice.facts(day), invoice.bound(version, day)
    variant = version.evaluator(invoice.currency).variant(facts, place, bound, day)
    return variant.taken(facts, place, bound, day) if variant.taken is not None else NEVER
