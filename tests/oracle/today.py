"""One day of a debtor: what is known at its end, and the cases there are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.oracle.accounts import Account, account_case, account_id, sort_out
from tests.oracle.case import Case, Life
from tests.oracle.conditions import applies

if TYPE_CHECKING:
    import datetime

    from engine.core.model import Invoice
    from tests.oracle.facts import Seen
    from tests.oracle.story import Story
    from tests.oracle.till import Till
    from tests.oracle.versions import Version

NEW = Life()


@dataclass(eq=False)
class Today:
    """A day. While it is being worked out, `lives` are those of the evening before."""

    day: datetime.date
    story: Story
    seen: Seen
    till: Till
    lives: dict[str, Life]
    answers: dict[object, object] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    """Cases whose claim when paid needs a rate that is missing."""

    def life(self, case: str) -> Life:
        """What dunning has done to a case."""
        return self.lives.get(case, NEW)

    # ------------------------------------------------------------------- of the customer

    def owed(self, currency: str, *, overdue: bool) -> list[int]:
        """Open amounts of the debtor's invoices in a currency; perhaps only overdue ones.

        "Day 1 overdue is the day after the due date."
        """
        key = ("owed", currency, overdue)
        if key not in self.answers:
            self.answers[key] = [
                self.till.open(invoice)
                for invoice in self.story.book.invoices
                if invoice.amount.currency == currency
                and invoice.issued <= self.day
                and self.till.open(invoice) > 0
                and (not overdue or self.day > self.seen.due(invoice))
            ]
        return self.answers[key]  # type: ignore[return-value]  # what was put there

    def last_notice_before(self) -> datetime.date | None:
        """The newest notice to the debtor before today "over all cases and cycles"."""
        dates = [
            executed.date
            for life in self.lives.values()
            for executed in life.history
            if executed.notice and executed.date < self.day
        ]
        return max(dates, default=None)

    # --------------------------------------------------------------------------- invoices

    def invoice_case(self, invoice: Invoice, life: Life) -> Case:
        """An invoice as a case."""
        return Case(
            invoice.id,
            self,
            invoice.amount.currency,
            self.till.open(invoice),
            invoice.amount.minor,
            self.seen.due(invoice),
            invoice.issued,
            self.seen.promise_on(invoice),
            life,
            invoice,
            bearing=(invoice,),
        )

    def covering(self, invoice: Invoice, life: Life) -> list[Version]:
        """The versions that cover an invoice: one, if all is well.

        "An `assign` event puts an invoice or a customer under a named policy, whatever `applies
        when` says." "A case in another currency is not covered." An account policy takes invoices
        by its version in force; a case of an invoice stands under its own.
        """
        key = ("covering", invoice.id)
        known = self.answers.get(key)
        if isinstance(known, tuple) and known[0] is life:
            return known[1]  # type: ignore[no-any-return]  # what was put there
        law, found = self.story.law, []
        for policy in law.policies:
            force, standing = law.in_force(policy, self.day), law.standing(policy, self.day, life)
            if force is None or standing is None:
                continue
            version = force if standing.accounts else standing
            if self.covers(version, invoice):
                found.append(version)
        self.answers[key] = (life, found)
        return found

    def covers(self, version: Version, invoice: Invoice) -> bool:
        """Whether a version covers an invoice."""
        if invoice.amount.currency not in version.currencies:
            return False
        named = self.seen.assigned(invoice)
        if named is not None:
            return named == version.id
        if version.applies_when is None:
            return True
        return applies(version.applies_when, version, self.case(invoice.id))

    # --------------------------------------------------------------------------- accounts

    def accounts(self) -> dict[str, Account]:
        """Law: An account consists of the invoices that its policy covers that day."""
        key = "accounts"
        if key not in self.answers:
            found: dict[str, Account] = {}
            for invoice in self.story.book.invoices if self.story.law.has_accounts else ():
                versions = self.covering(invoice, self.life(invoice.id))
                if len(versions) != 1 or not versions[0].accounts or invoice.issued > self.day:
                    continue
                case = self.case(invoice.id)
                name = account_id(case, versions[0])
                account = found.setdefault(name, Account(name, case.currency))
                account.members.append(invoice)
                account.policies.add(versions[0].id)
            self.answers[key] = found
        return self.answers[key]  # type: ignore[return-value]  # what was put there

    def account_version(self, account: str, life: Life) -> Version | None:
        """The version that an account stands under; None: none, or two policies claim it."""
        found = self.accounts().get(account)
        if found is None or len(found.policies) != 1:
            return None
        (policy,) = found.policies
        standing = self.story.law.standing(policy, self.day, life)
        if standing is not None and standing.accounts:
            return standing
        return self.story.law.in_force(policy, self.day)

    # ------------------------------------------------------------------------------ cases

    def case(self, case: str) -> Case:
        """A case at the end of the day."""
        return self.case_with(case, self.life(case))

    def case_with(self, case: str, life: Life) -> Case:
        """A case as it would be with a life."""
        key = ("case", case)
        known = self.answers.get(key)
        if isinstance(known, Case) and known.life is life:
            return known
        invoice = self.story.invoices.get(case)
        if invoice is not None:
            found = self.invoice_case(invoice, life)
        else:
            found = account_case(self, case, life, self.account_version(case, life))
        self.answers[key] = found
        return found

    def case_for(self, version: Version, case: str) -> Case:
        """A case at the end of the day, for the holds of a version that decides on a later one.

        What an account was that day is what it was by its own version; only the holds are asked
        by the text of the later one.
        """
        life, was = self.life(case), self.case(case)
        if case in self.story.invoices or version is self.account_version(case, life):
            return was
        return replace(was, stands_still=sort_out(self, case, life, version).stands_still)

    def versions(self, case: Case) -> list[Version]:
        """The versions that may decide a case: one, if all is well.

        "Invoices of one account id under two account policies: `undecided`."
        """
        if case.invoice is not None:
            return self.covering(case.invoice, case.life)
        version = self.account_version(case.id, case.life)
        if version is not None:
            return [version]
        account = self.accounts().get(case.id)
        forces = [self.story.law.in_force(p, self.day) for p in account.policies] if account else []
        return [version for version in forces if version is not None]

    def is_part_of_account(self, invoice: Invoice) -> bool:
        """Whether an invoice is no case of its own today."""
        versions = self.covering(invoice, self.life(invoice.id))
        return len(versions) == 1 and versions[0].accounts is not None
