"""Many cases with which nothing is the matter, decided at once for one day.

Such a case is an invoice that its own customer pays, to which nothing happened but payments and
stages, under policies that look at one case at a time. (What limits contacts looks at all cases of
a customer, so there it is the only one.) What `decide` would say about it depends on little, and
much of that is the same from case to case: which version covers it, where it stands, what a stage
would charge. Each is worked out once and found again; so is the decision itself, but for the ids
and the amount, which stand in it as `CASE`, `CUSTOMER` and nothing.

Whatever takes more than that is left to `decide`, which has the last word: a decision found here is
the one that it would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from engine.core.answers import (
    ACT,
    EXCLUDED,
    HELD,
    NO_STAGE_LEFT,
    NONE_LEFT,
    NOT_DUE,
    WAITING,
)
from engine.core.bound import read_own
from engine.core.calendar import date_of
from engine.core.case import NEVER
from engine.core.decide import OUTCOMES
from engine.core.decision import Decision, Next
from engine.core.fees import UNREACHABLE, fee_of, reached
from engine.core.joint import fitting
from engine.core.late import Question, closed
from engine.core.letters import letters_of
from engine.core.money import Money
from engine.core.place import NOWHERE, Executed, place_after
from engine.core.rates import MissingRate
from engine.core.walk import NOT_COVERED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunlang.plan import StagePlan
    from engine.core.answers import Facts
    from engine.core.case import CaseFacts
    from engine.core.decision import Outcome
    from engine.core.evaluator import Evaluator, Variant
    from engine.core.fees import Charge
    from engine.core.model import Value
    from engine.core.place import Place
    from engine.core.policies import PolicySet, PolicyVersion

CASE, CUSTOMER = "\ufdd0", "\ufdd1"
"""In place of ids: no characters, so that nothing else is written so."""
_MANY = 10_000
"""Of anything that is found again; of more, everything is found anew."""


class Whose(NamedTuple):
    """A customer who pays for themselves alone."""

    id: str
    facts: Mapping[str, Value]
    """Built-in and declared, by bare name."""
    has: tuple[bool, bool, bool]
    """Whether they can be reached by e-mail, post and telephone; see `fees.reach_of`."""


class Item(NamedTuple):
    """An invoice, and what happened to it up to the day: days are `date.toordinal()`."""

    id: str
    whose: Whose
    issued: int
    due: int
    amount: int
    """Minor units, at first."""
    currency: str
    facts: Mapping[str, Value]
    paid: Sequence[tuple[int, int]] = ()
    """Day and minor units of what came in, no more than the amount in all."""
    stages: Sequence[tuple[int, str]] = ()
    """Day and id of what was executed, by `Event.order`."""
    is_only: bool = False
    """Whether it is the only invoice of its customer."""


class _Covered(NamedTuple):
    """The version that decides a case, and the facts that it reads."""

    version: PolicyVersion
    evaluator: Evaluator
    bound: Facts


class _Unusual(Exception):  # noqa: N818 - nothing is wrong
    """Something is left to `decide`."""


class _Lane(NamedTuple):
    """A version that may cover cases in a currency, and how the facts that it reads are found."""

    version: PolicyVersion
    evaluator: Evaluator
    slots: tuple[tuple[bool, str], ...]
    """Whether a fact is the customer's, else the invoice's; its bare name."""


class _At(NamedTuple):
    """A case on a day, where its dunning stands and which stages hold for it."""

    covered: _Covered
    item: Item
    facts: CaseFacts
    place: Place
    variant: Variant
    day: int


class Usual:
    """Decides usual cases by the versions in force on one day; any number of threads may ask."""

    def __init__(self, policies: PolicySet, day: int) -> None:
        """`day` is a `date.toordinal()`."""
        self.day = day
        self._policies = policies
        self._on = date_of(day)
        self._contacts = policies.features.contacts
        self.takes = is_simple(policies)
        """Whether there can be usual cases at all."""
        self._lanes: dict[tuple[int, str], tuple[_Lane, ...] | None] = {}
        self._covered: dict[tuple[object, ...], _Covered | None] = {}
        self._places: dict[tuple[object, ...], tuple[Place, Place]] = {}
        """By where a case stood, whose object is kept as the key has only its number."""
        self._decisions: dict[tuple[object, ...], Decision] = {}

    def decide(self, item: Item) -> tuple[Decision, int] | None:
        """The decision without ids and open amount, and this in minor units; None if unusual.

        The same object for the same decision.
        """
        if not self.takes:
            return None
        for memory in (self._covered, self._places, self._decisions):
            if len(memory) > _MANY:
                memory.clear()
        try:
            return self._decided(item)
        except Exception:  # noqa: BLE001 - `decide` says what is wrong with a case
            return None

    def _decided(self, item: Item) -> tuple[Decision, int]:
        day = self.day
        if self._contacts and not item.is_only:
            raise _Unusual  # what is sent for one of them counts for the others
        facts, covered = _facts(item, day), self._cover(item, day)
        if covered is None:
            if item.stages:
                raise _Unusual
            return self._uncovered(item, is_settled=facts.settled), facts.open
        place = self._place(item, covered) if item.stages else NOWHERE
        evaluator, bound = covered.evaluator, covered.bound
        variant = evaluator.variant(facts, place, bound, day)
        low = max(day + 1 if place.last_day == day else day, item.issued)
        outcome, number, own, run = variant.decide(facts, place, bound, (), day, low)
        if place.written_off and not facts.settled:
            outcome, number = NO_STAGE_LEFT, NONE_LEFT
        at = _At(covered, item, facts, place, variant, day)
        limits = covered.version.plan.contacts
        if outcome == ACT:
            room = _room(at, number, run) if limits and _is_sent(at, number) else run
            if room == day:
                return self._acting(at, number, own), facts.open
            outcome, run = closed(_question(at), WAITING), room
        following = number if outcome in _WAITS else NONE_LEFT
        if limits and following >= 0:
            run = _room(at, following, run)
        if outcome == HELD:
            _, following, _, run = variant.next_stage(facts, place, bound, (), day, NEVER)
        return self._idle(at, (outcome, number), (following, run)), facts.open

    # ------------------------------------------------------------------ who decides

    def _cover(self, item: Item, day: int) -> _Covered | None:
        """The version that covers a case on a day; None if none does."""
        force = self._policies.in_force(day)
        key = id(force), item.currency
        if key not in self._lanes:
            self._lanes[key] = _lanes(force, item.currency)
        lanes = self._lanes[key]
        if lanes is None:
            raise _Unusual
        theirs, own = item.whose.facts, item.facts
        found: _Covered | None = None
        for lane in lanes:
            read = [(theirs if of_customer else own).get(name) for of_customer, name in lane.slots]
            known = id(lane.version), item.currency, *read
            if known in self._covered:
                covering = self._covered[known]
            else:
                covering = self._covered[known] = _covering(lane, item, day)
            if covering is not None:
                if found is not None:
                    raise _Unusual  # two cover it
                found = covering
        return found

    # ------------------------------------------------------------------ where it stands

    def _place(self, item: Item, today: _Covered) -> Place:
        """`today`: the version that covers it on the day itself."""
        place, in_force = NOWHERE, self._policies.in_force
        for day, name in item.stages:
            if day > self.day:
                break
            if self._contacts and place.last_day == day:
                raise _Unusual  # whether they went in one letter is asked then
            is_same = in_force(day) is in_force(self.day)
            facts, covered = _facts(item, day), today if is_same else self._cover(item, day)
            if covered is None or facts.settled:
                raise _Unusual
            variant = covered.evaluator.variant(facts, place, covered.bound, day)
            at = _At(covered, item, facts, place, variant, day)
            for stage in variant.ladder.stages:
                if stage.id == name:
                    place = self._executed(at, stage, _charge(at, stage))
                    break
            else:
                raise _Unusual
        return place

    def _executed(self, at: _At, stage: StagePlan, charge: Charge) -> Place:
        """Where a case stands after a stage; the same object for the same place."""
        version, has = at.covered.version, at.item.whose.has
        key = id(at.place), id(version), id(stage), at.day, charge, has
        kept = self._places.get(key)
        if kept is not None and kept[0] is at.place:
            return kept[1]
        channels, _ = reached(stage, has)
        done = Executed(
            at.day,
            stage.id,
            version.deadline(stage.pay_within, at.day) if stage.pay_within else NEVER,
            charge.fee,
            is_notice=stage.is_notice,
            tax=charge.tax,
            policy=version.plan.id,
            version=version.plan.version,
            channels=channels,
            suspend=stage.suspend,
            write_off=stage.write_off,
            terms=version.terms,
        )
        found = place_after(at.place, done)
        self._places[key] = at.place, found
        return found

    # ------------------------------------------------------------------ what is said

    def _acting(self, at: _At, number: int, own: int) -> Decision:
        stage = at.variant.ladder.stages[number]
        charge = _charge(at, stage)
        after = self._executed(at, stage, charge)
        following, run, variant = NONE_LEFT, 0, at.variant
        if not after.written_off:
            bound = at.covered.bound
            variant = at.covered.evaluator.variant(at.facts, after, bound, at.day)
            low = max(at.day + 1, at.item.issued)
            _, following, _, run = variant.next_stage(at.facts, after, bound, (), at.day, low)
            if at.covered.version.plan.contacts and following >= 0:
                run = _room(at._replace(place=after, variant=variant), following, run)
        currency, has = at.item.currency, at.item.whose.has
        key = id(stage), own, charge, after.deadline, has, id(variant), following, run, currency
        found = self._decisions.get(key)
        if found is None:
            coming = _next(variant, following, run)
            found = self._decisions[key] = self._action(at, stage, (own, charge, after), coming)
        return found

    def _action(
        self, at: _At, stage: StagePlan, done: tuple[int, Charge, Place], coming: Next | None
    ) -> Decision:
        plan, currency = at.covered.version.plan, at.item.currency
        own, charge, after = done
        channels, problems = reached(stage, at.item.whose.has)
        return Decision(
            CASE,
            CUSTOMER,
            self._on,
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
            letters=letters_of(_Addressed(CASE, CUSTOMER, currency), plan, stage, at.day, channels),
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

    def _idle(self, at: _At, said: tuple[int, int], then: tuple[int, int]) -> Decision:
        """Nothing is done. `said`: outcome and number; `then`: the next stage and its run day."""
        key = id(at.variant), said, then, at.item.currency
        found = self._decisions.get(key)
        if found is None:
            (outcome, number), plan, ladder = said, at.covered.version.plan, at.variant.ladder
            rules = {EXCLUDED: ladder.excludes, HELD: ladder.holds}.get(outcome)
            found = self._decisions[key] = Decision(
                CASE,
                CUSTOMER,
                self._on,
                plan.id,
                plan.version,
                OUTCOMES[outcome],
                Money(0, at.item.currency),
                None if rules is None else rules[number].text,
                _next(at.variant, *then),
            )
        return found

    def _uncovered(self, item: Item, *, is_settled: bool) -> Decision:
        key = is_settled, item.currency
        found = self._decisions.get(key)
        if found is None:
            owed = Money(0, item.currency)
            settled: Outcome = "settled" if is_settled else "no_policy"
            reason = None if is_settled else NOT_COVERED
            found = Decision(CASE, CUSTOMER, self._on, None, None, settled, owed, reason)
            self._decisions[key] = found
        return found


_WAITS = frozenset({NOT_DUE, WAITING})


class _Addressed(NamedTuple):
    """To whom letters go."""

    case: str
    customer: str
    currency: str


def is_simple(policies: PolicySet) -> bool:
    """Whether policies look at one case at a time, and at nothing but what was executed for it."""
    uses = policies.features
    if uses.accounts or uses.customer_gap or uses.per_letter:
        return False
    if uses.posts or uses.replays or uses.stays:
        return False
    versions = (each for versions in policies.versions.values() for each in versions)
    return not any(version.plan.straight for version in versions)


def _lanes(force: Sequence[PolicyVersion], currency: str) -> tuple[_Lane, ...] | None:
    """The versions that may cover cases in a currency; None if one asks for more than is known."""
    found = []
    for version in force:
        if currency not in version.plan.currencies:
            continue
        evaluator, slots = version.evaluator(currency), version.slots(currency)
        if evaluator.stops_calm or not evaluator.is_static or not evaluator.reads_own:
            return None
        if not all(slot.is_fact for slot in slots):
            return None
        named = tuple((slot.of_customer, slot.name) for slot in slots)
        found.append(_Lane(version, evaluator, named))
    return tuple(found)


def _covering(lane: _Lane, item: Item, day: int) -> _Covered | None:
    """A version with the facts that it reads, if it covers a case; the day does not matter."""
    version, evaluator, facts = lane.version, lane.evaluator, _facts(item, day)
    read = read_own(version.slots(item.currency), facts, item.whose.id, item.id)
    bound = read + evaluator.settle(read)
    if version.plan.applies is None or evaluator.applies(facts, bound, day):
        return _Covered(version, evaluator, bound)
    return None


class _Facts:
    """Stands in for `CaseFacts`, of which one is made for every case, with what never differs."""

    __slots__ = ("customer_facts", "due", "invoice_facts", "issued", "open", "original", "settled")
    since = cycle_since = open_since = charges = 0
    disputed = promise_kept = False
    invoice_excluded_until = customer_excluded_until = promise_until = taken = NEVER
    assigned = None

    def __init__(self, item: Item, left: int) -> None:
        self.open = left
        self.original = item.amount
        self.issued = item.issued
        self.due = item.due
        self.invoice_facts = item.facts
        self.customer_facts = item.whose.facts
        self.settled = left == 0


def _facts(item: Item, day: int) -> CaseFacts:
    """What is true of a case at the end of a day."""
    left = item.amount
    for paid_on, minor in item.paid:
        if paid_on <= day:
            left -= minor
    return cast("CaseFacts", _Facts(item, left))


def _charge(at: _At, stage: StagePlan) -> Charge:
    """What a stage charges."""
    if stage.charge_interest or stage.cancel is not None:
        raise _Unusual
    charging = at.covered.version.charging(at.item.currency)
    charge = fee_of(stage, at.variant.ladder, at.facts, at.place, at.day, charging)
    if isinstance(charge, MissingRate):
        raise _Unusual
    return charge


def _is_sent(at: _At, number: int) -> bool:
    """Whether a stage reaches the customer, or is no notice."""
    _, problems = reached(at.variant.ladder.stages[number], at.item.whose.has)
    return UNREACHABLE not in problems


def _room(at: _At, number: int, first: int) -> int:
    """The first day from one on that has room for the contact that a stage is."""
    channels, _ = reached(at.variant.ladder.stages[number], at.item.whose.has)
    return fitting(at.place.history, at.covered.version, channels, first)


def _question(at: _At) -> Question:
    covered = at.covered
    return Question(
        covered.version, at.variant, at.facts, at.place, covered.bound, (), at.day, at.day
    )


def _next(variant: Variant, number: int, run: int) -> Next | None:
    return None if number < 0 else Next(variant.ladder.stages[number].id, date_of(run))
