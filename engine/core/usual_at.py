"""A usual case on a day: what a stage charges, whether it can be sent, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.core.calendar import date_of
from engine.core.case import NEVER
from engine.core.contacts import Contacts
from engine.core.decision import Decision, Next
from engine.core.fees import UNREACHABLE, Charge, fee_of, reached, tax_of
from engine.core.late import Question
from engine.core.letters import letters_of
from engine.core.money import Money
from engine.core.rates import MissingRate

if TYPE_CHECKING:
    from dunlang.plan import StagePlan
    from engine.core.case import CaseFacts
    from engine.core.evaluator import Variant
    from engine.core.place import Place
    from engine.core.usual_items import Item, Said
    from engine.core.usual_versions import Covered

CASE, CUSTOMER = "\ufdd0", "\ufdd1"
"""In place of ids: no characters, so that nothing else is written so."""


class Unusual(Exception):  # noqa: N818 - nothing is wrong
    """Something is left to `decide`."""


class _Addressed(NamedTuple):
    """To whom letters go."""

    case: str
    customer: str
    currency: str


class At(NamedTuple):
    """A case on a day, where its dunning stands and which stages hold for it."""

    covered: Covered
    item: Item
    facts: CaseFacts
    place: Place
    variant: Variant
    day: int

    @property
    def question(self) -> Question:
        """The case as `late` asks about it."""
        version, bound, day = self.covered.version, self.covered.bound, self.day
        return Question(version, self.variant, self.facts, self.place, bound, (), day, day)

    def charge(self, stage: StagePlan, said: Said | None = None) -> Charge:
        """What a stage charges, or charged as far as the ledger says so. Raises Unusual."""
        if stage.charge_interest and (said is None or said.interest is None):
            raise Unusual
        charging = self.covered.version.charging(self.item.currency)
        if said is not None and said.fee is not None:
            return Charge(said.fee, tax_of(said.fee, charging))
        ladder = self.variant.ladder
        charge = fee_of(stage, ladder, self.facts, self.place, self.day, charging)
        if isinstance(charge, MissingRate):
            raise Unusual
        return charge

    def is_sent(self, number: int) -> bool:
        """Whether a stage reaches the customer, or is no notice."""
        _, problems = reached(self.variant.ladder.stages[number], self.item.whose.has)
        return UNREACHABLE not in problems

    def room(self, number: int, first: int) -> int:
        """The first day from one on that has room for the contact that a stage is."""
        channels, _ = reached(self.variant.ladder.stages[number], self.item.whose.has)
        return Contacts(self.place.history).fitting(self.covered.version, channels, first)

    def acting(
        self, stage: StagePlan, done: tuple[int, Charge, Place], coming: Next | None
    ) -> Decision:
        """A stage is to be executed. `done`: its own day, what it charges, the place after it."""
        plan, currency = self.covered.version.plan, self.item.currency
        own, charge, after = done
        channels, problems = reached(stage, self.item.whose.has)
        to = _Addressed(CASE, CUSTOMER, currency)
        return Decision(
            CASE,
            CUSTOMER,
            date_of(self.day),
            plan.id,
            plan.version,
            "act",
            Money(0, currency),
            next=coming,
            problems=problems,
            stage=stage.id,
            title=stage.title,
            due=date_of(own),
            channels=channels,
            letters=letters_of(to, plan, stage, self.day, channels),
            mode=stage.mode,
            send_at=stage.send_at,
            contact_hours=plan.contact_hours,
            approval=stage.approval,
            template=stage.template,
            fee=Money(charge.fee, currency),
            tax=None if plan.fee_tax is None else Money(charge.tax, currency),
            interest=Money(0, currency),
            deadline=None if after.deadline == NEVER else date_of(after.deadline),
            task=stage.task,
            hand_over=stage.hand_over,
            suspend=stage.suspend,
            write_off=stage.write_off,
        )


def next_of(variant: Variant, number: int, run: int) -> Next | None:
    """The next stage and its day."""
    return None if number < 0 else Next(variant.ladder.stages[number].id, date_of(run))
