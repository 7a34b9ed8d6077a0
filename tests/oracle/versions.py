"""A policy version with what its header says, defaults filled in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from dunlang.ast import policy as tree
from dunlang.ast import stages as ladder
from tests.oracle.executed import PaymentTerms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunlang.ast.expressions import Expression
    from dunlang.checking.checked import Checked
    from tests.oracle.conditions import Reader
    from tests.oracle.terms import Terms

S = TypeVar("S")


@dataclass(eq=False)
class Version:
    """One version of a policy."""

    checked: Checked
    remembered: dict[frozenset[int], Terms] = field(default_factory=dict)
    """What it says for each combination of exceptions; see `terms`."""
    readers: dict[int, Reader] = field(default_factory=dict)
    """What works out each of its conditions, by the identity of the expression."""
    asked: dict[int, frozenset[str]] = field(default_factory=dict)
    """The facts that each of its conditions asks, likewise."""

    def setting(self, kind: type[S]) -> S | None:
        """A setting of the header."""
        settings = self.checked.policy.header.settings
        return next((setting for setting in settings if isinstance(setting, kind)), None)

    def items(self, kind: type[S]) -> list[S]:
        """Items of the file, in the order written."""
        return [item for item in self.checked.policy.items if isinstance(item, kind)]

    @cached_property
    def id(self) -> str:
        """The policy's id."""
        return self.checked.id

    @cached_property
    def number(self) -> int:
        """The version number."""
        return self.checked.version

    @cached_property
    def effective(self) -> datetime.date:
        """The date from which it is in force."""
        setting = self.setting(tree.Effective)
        assert setting is not None
        return setting.date.value

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Those that it names; "a case in another currency is not covered"."""
        setting = self.setting(tree.Currencies)
        assert setting is not None
        return frozenset(code.text for code in setting.codes)

    @cached_property
    def applies_when(self) -> Expression | None:
        """`applies when`; without it, to every case."""
        setting = self.setting(tree.AppliesWhen)
        return None if setting is None else setting.condition

    @cached_property
    def calendar(self) -> str | None:
        """Whose holidays are no business days."""
        setting = self.setting(tree.Calendar)
        return None if setting is None else setting.code.text

    @cached_property
    def on_business_days(self) -> bool:
        """Whether it runs on business days only."""
        setting = self.setting(tree.RunOn)
        return setting is not None and setting.days == "business days"

    @cached_property
    def accounts(self) -> tree.DunEach | None:
        """`dun each account`, if it does."""
        setting = self.setting(tree.DunEach)
        return setting if setting is not None and setting.unit == "account" else None

    @cached_property
    def letters_per(self) -> str:
        """case, customer, or customer and stage."""
        setting = self.setting(tree.Letters)
        return "case" if setting is None else setting.per

    @cached_property
    def grace(self) -> ladder.Duration | None:
        """`grace` of the header."""
        setting = self.setting(tree.Grace)
        return None if setting is None else setting.duration

    @cached_property
    def rounding(self) -> tree.Round | None:
        """`round`; without it half up to the minor unit."""
        return self.setting(tree.Round)

    @cached_property
    def straight(self) -> bool:
        """Whether late runs go straight to the stage reached."""
        setting = self.setting(tree.LateRuns)
        return setting is not None and setting.how == "straight to the stage reached"

    @cached_property
    def takes_over(self) -> bool:
        """Whether running cases move to it."""
        setting = self.setting(tree.RunningCases)
        return setting is None or setting.how == "move to this version"

    @cached_property
    def steps_down(self) -> bool:
        """`step down when less is owed`."""
        return self.setting(tree.StepDown) is not None

    @cached_property
    def payment_terms(self) -> PaymentTerms:
        """How money is applied, and when a case ends."""
        pay, settled = self.setting(tree.PaymentsSettle), self.setting(tree.SettledWhen)
        return PaymentTerms(
            pay is not None and pay.first == "charges",
            settled is not None and settled.paid == "open amount and charges",
            self.setting(tree.ReopenedContinue) is not None,
        )

    @cached_property
    def claims_when_paid(self) -> bool:
        """`claim interest when paid`."""
        return bool(self.items(tree.ClaimWhenPaid))

    @cached_property
    def tax(self) -> tree.FeesTaxedAt | None:
        """`fees taxed at`."""
        return next(iter(self.items(tree.FeesTaxedAt)), None)

    @cached_property
    def contact_limits(self) -> list[tree.ContactLimit]:
        """`contact at most`."""
        return self.items(tree.ContactLimit)

    @cached_property
    def blocks(self) -> list[tree.ForBlock]:
        """Exceptions, in the order written."""
        return self.items(tree.ForBlock)

    @cached_property
    def stages(self) -> list[ladder.Stage]:
        """The ladder, in the order written."""
        return self.items(ladder.Stage)

    @cached_property
    def tables(self) -> Mapping[str, str]:
        """File of the table by name of the `rate`."""
        return {item.name.text: item.table.value for item in self.items(tree.RateDecl)}

    @cached_property
    def may_stop(self) -> bool:
        """Whether it stops clocks at all; saves asking every day of the past."""
        inner = [item for block in self.blocks for item in block.items]
        return any(
            isinstance(item, tree.Hold) and item.clock_stopped
            for item in (*self.checked.policy.items, *inner)
        )

    @cached_property
    def lead(self) -> datetime.timedelta:
        """How far before the invoice date a late run's chain may count from, at most.

        Its stages before the due date stand on days on which there may have been no invoice yet.
        """
        if not (self.straight and self.may_stop):
            return datetime.timedelta()
        days = {"day": 1, "week": 7, "month": 31, "business day": 4}
        terms = [term for term in self.terms if term.kind == "before due"]
        most = max((days[t.duration.unit] * t.duration.count + 10 for t in terms), default=0)
        return datetime.timedelta(days=most)

    @cached_property
    def may_count_from_start(self) -> bool:
        """Whether it uses `since start` at all."""
        return any(term.kind == "since start" for term in self.terms)

    @cached_property
    def terms(self) -> list[ladder.WaitTerm]:
        """Every wait of every stage, exceptions included."""
        stages = [*self.stages]
        for block in self.blocks:
            stages += [item for item in block.items if isinstance(item, ladder.Stage)]
        return [
            term
            for stage in stages
            for clause in stage.clauses
            if isinstance(clause, ladder.After)
            for term in clause.terms
        ]
