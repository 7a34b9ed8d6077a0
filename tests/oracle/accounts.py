"""The accounts of a debtor on a day: their invoices, what rules take out, what is owed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dunlang.ast import policy as tree
from tests.oracle.case import Case, Life
from tests.oracle.conditions import applies, asks_invoice, asks_only_customer, value
from tests.oracle.days import DAY
from tests.oracle.terms import block_applies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.core.model import Invoice
    from tests.oracle.today import Today
    from tests.oracle.versions import Version

Rule = tree.Exclude | tree.Hold


@dataclass
class Account:
    """An account on a day."""

    id: str
    currency: str
    members: list[Invoice] = field(default_factory=list)
    """All invoices that are covered and exist, paid ones too."""
    policies: set[str] = field(default_factory=set)


def account_id(case: Case, version: Version) -> str:
    """Law: DEBTOR:CURRENCY[:VALUE of the split fact; left out if unknown]."""
    assert version.accounts is not None
    name = f"{case.today.seen.debtor.id}:{case.currency}"
    if version.accounts.by is None:
        return name
    split = value(version.accounts.by, version, case)
    return name if split is None else f"{name}:{split}"


@dataclass
class Sorted:
    """What rules that look at `invoice.*` leave of an account."""

    overdue: list[Invoice]
    """In order of due date, invoice date, id: "the oldest" is the first."""
    taken: dict[str, Rule]
    """The rule that takes an invoice out, the first in the order of asking."""
    left: list[Invoice]
    """Overdue items that no rule took out."""
    first_rule: Rule | None
    """The first in the order of asking that took out an overdue item."""
    stands_still: bool
    """Whether a hold stops the clock for each overdue item."""

    @property
    def all_taken_out(self) -> bool:
        """Whether rules took out all that is overdue."""
        return bool(self.overdue) and not self.left

    @property
    def counted(self) -> list[Invoice]:
        """What amounts and dates are of: the items that are left.

        Where rules took out everything: those it would have "with its held items in it (with all
        of them, if only excluded)".
        """
        held = [i for i in self.overdue if isinstance(self.taken.get(i.id), tree.Hold)]
        return self.left or held or self.overdue

    def bearing(self, members: Sequence[Invoice]) -> tuple[Invoice, ...]:
        """Law: The sum is over the invoices that no rule takes out, paid ones too."""
        return tuple(invoice for invoice in members if invoice.id not in self.taken)


def sort_out(today: Today, account: str, life: Life, version: Version | None) -> Sorted:
    """Ask the rules of each invoice of an account, once while its life is the same."""
    key = ("sorted", account, version)
    known = today.answers.get(key)
    if isinstance(known, tuple) and known[0] is life:
        return known[1]  # type: ignore[no-any-return]  # what was put there
    found = sorted_out(today, account, life, version)
    today.answers[key] = (life, found)
    return found


def sorted_out(today: Today, account: str, life: Life, version: Version | None) -> Sorted:
    """The same, worked out."""
    found = today.accounts().get(account)
    members = found.members if found else []
    seen, till = today.seen, today.till
    overdue = [i for i in members if till.open(i) > 0 and today.day > seen.due(i)]
    overdue.sort(key=lambda i: (seen.due(i), i.issued, i.id))
    bare = bare_case(today, account, life)
    rules = rules_for_items(version, bare) if version else []
    taken: dict[str, Rule] = {}
    stopped = set()
    for invoice in members if rules else ():
        item = bare.item(invoice)
        for rule in rules:
            assert version is not None
            if applies(rule.condition, version, item):
                taken.setdefault(invoice.id, rule)
                if isinstance(rule, tree.Hold) and rule.clock_stopped:
                    stopped.add(invoice.id)
    first = (rule for rule in rules if any(taken.get(i.id) is rule for i in overdue))
    return Sorted(
        overdue,
        taken,
        [invoice for invoice in overdue if invoice.id not in taken],
        next(first, None),
        bool(overdue) and all(invoice.id in stopped for invoice in overdue),
    )


def bare_case(today: Today, account: str, life: Life) -> Case:
    """An account before anything is known of its amounts and dates."""
    currency = account.removeprefix(today.seen.debtor.id + ":").split(":")[0]
    promised = today.seen.promise_of_account(account, currency)
    return Case(account, today, currency, 0, 0, today.day, today.day, promised, life, account=True)


def rules_for_items(version: Version, bare: Case) -> list[Rule]:
    """Rules that look at `invoice.*`: "excludes before holds, in the order written".

    They "may stand at file level and in a `for` block whose condition asks only `customer.*`".
    """
    items: list[object] = [*version.checked.policy.items]
    for block in version.blocks:
        if asks_only_customer(block.condition, version) and block_applies(block, version, bare):
            items += block.items
    rules = [
        item
        for item in items
        if isinstance(item, (tree.Exclude, tree.Hold)) and asks_invoice(item.condition, version)
    ]
    return sorted(rules, key=lambda rule: isinstance(rule, tree.Hold))


def account_case(today: Today, account: str, life: Life, version: Version | None) -> Case:
    """An account as a case.

    "open = sum of the others' open less unapplied money (of the customer in that currency, plus
    payments/credits on the `case`)." "original = sum of the others' original amounts. due,
    invoice date: of the oldest."
    """
    state = sort_out(today, account, life, version)
    bare = bare_case(today, account, life)
    seen, counted = today.seen, state.counted
    found = today.accounts().get(account)
    due, issued = last_dates(today, account)
    return Case(
        account,
        today,
        bare.currency,
        max(0, needed(today, account, state) - shared(today, account, state)),
        sum(invoice.amount.minor for invoice in counted),
        seen.due(counted[0]) if counted else due,
        counted[0].issued if counted else issued,
        bare.promised,
        life,
        bearing=state.bearing(found.members) if found else (),
        account=True,
        taken_out=state.first_rule if state.all_taken_out else None,
        stands_still=state.stands_still,
    )


def last_dates(today: Today, account: str) -> tuple[datetime.date, datetime.date]:
    """Due date and invoice date of an account that has nothing overdue today.

    "A case that owes only charges goes on climbing": while it is not settled it keeps those of
    the evening before.
    """
    story, day = today.story, today.day
    yesterday = story.days.get(day - DAY)
    existed = story.covered.get(account, day) < day
    if yesterday is None or not existed or yesterday.life(account).settled:
        return day, day
    before = yesterday.case(account)
    return before.due, before.issued


def needed(today: Today, account: str, state: Sorted) -> int:
    """What is overdue of an account less what came in for it as such; below 0: too much."""
    if not state.counted:
        return 0
    came_in = today.till.on_account(account, state.counted[0].amount.currency)
    return sum(today.till.open(invoice) for invoice in state.counted) - came_in


def shared(today: Today, account: str, state: Sorted) -> int:
    """How much of the debtor's unapplied money an account gets.

    "Several split accounts share the customer's unapplied money in order of their oldest overdue
    due date, then id"; those all of whose items are taken out "come last".
    """
    if not state.counted:
        return 0
    currency = state.counted[0].amount.currency
    pool = today.till.unapplied(currency)
    if pool == 0:
        return 0
    queue: list[tuple[bool, datetime.date, str, int]] = []
    for other in today.accounts().values():
        if other.currency != currency:
            continue
        life = today.life(other.id)
        theirs = state
        if other.id != account:
            theirs = sort_out(today, other.id, life, today.account_version(other.id, life))
        if theirs.counted:
            due = today.seen.due(theirs.counted[0])
            wanted = needed(today, other.id, theirs)
            queue.append((theirs.all_taken_out, due, other.id, wanted))
    for _, _, name, wanted in sorted(queue):
        part = min(pool, max(0, wanted))
        if name == account:
            return part
        pool -= part
    return 0
