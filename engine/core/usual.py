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

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from engine.core.amounts import stages_by_amount
from engine.core.answers import (
    ACT,
    EXCLUDED,
    HELD,
    NO_STAGE_LEFT,
    NONE_LEFT,
    NOT_DUE,
    WAITING,
)
from engine.core.calendar import date_of
from engine.core.case import NEVER
from engine.core.decide import OUTCOMES
from engine.core.decision import Decision
from engine.core.fees import Charge, reached
from engine.core.late import closed
from engine.core.money import Money
from engine.core.place import NOWHERE, Executed, place_after
from engine.core.usual_at import CASE, CUSTOMER, At, Unusual, next_of
from engine.core.usual_items import facts_of, item_like
from engine.core.usual_versions import Covered, bounds_of, every, is_simple, lanes_of, reading
from engine.core.walk import NOT_COVERED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.plan import StagePlan
    from engine.core.decision import Outcome
    from engine.core.place import Place
    from engine.core.policies import PolicySet
    from engine.core.usual_items import Item, Said, Shape
    from engine.core.usual_versions import Lane

_MANY = 10_000
"""Of anything that is found again; of more, everything is found anew."""
_MANY_ALIKE = 20_000
"""The same, of shapes: some for every day on which invoices were due."""
_UNASKED: Any = object()


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
        self._lanes: dict[tuple[int, str], tuple[Lane, ...] | None] = {}
        self._covered: dict[tuple[object, ...], tuple[Covered, bool]] = {}
        """What a version reads of a case, and whether it covers it."""
        self._places: dict[tuple[object, ...], tuple[Place, Place]] = {}
        """By where a case stood, whose object is kept as the key has only its number."""
        self._decisions: dict[tuple[object, ...], Decision] = {}
        self._alike: dict[tuple[Shape, int], Decision] = {}
        """By shape, and how many bounds lie below the amount or, below 0, the amount itself."""
        self._bounds: dict[str, Sequence[int] | None] = {}
        versions = every(policies)
        self._by_amount = frozenset[str]().union(*(stages_by_amount(v.plan) for v in versions))

    def alike(self, shape: Shape, amount: int) -> Decision | None:
        """As `decide`, for a case of which nothing was paid; found at once if another was alike.

        Such cases differ in nothing that a policy looks at: it tells their amounts apart only by
        some that are written in it, and charges no share of them.
        """
        currency = shape[2]
        bounds = self._bounds.get(currency, _UNASKED)
        if bounds is _UNASKED:
            bounds = self._bounds[currency] = bounds_of(self._policies, currency)
        rank = -amount if bounds is None else bisect_left(bounds, amount)
        found = self._alike.get((shape, rank)) or self._alike.get((shape, -amount))
        if found is not None:
            return found
        first = self.decide(item_like(shape, CASE, CUSTOMER, amount))
        if first is None:
            return None
        found, stages = first[0], shape[5]
        is_share = not self._by_amount.isdisjoint((found.stage, *(each.stage for each in stages)))
        if len(self._alike) >= _MANY_ALIKE:
            self._alike.clear()
        self._alike[shape, -amount if is_share else rank] = found
        return found

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
            raise Unusual  # what is sent for one of them counts for the others
        facts, covered = facts_of(item, day), self._cover(item, day)
        if covered is None:
            if item.stages:
                raise Unusual
            return self._uncovered(item, is_settled=facts.settled), facts.open
        place = self._place(item, covered) if item.stages else NOWHERE
        evaluator, bound = covered.evaluator, covered.bound
        variant = evaluator.variant(facts, place, bound, day)
        low = max(day + 1 if place.last_day == day else day, item.issued)
        outcome, number, own, run = variant.decide(facts, place, bound, (), day, low)
        if place.written_off and not facts.settled:
            outcome, number = NO_STAGE_LEFT, NONE_LEFT
        at = At(covered, item, facts, place, variant, day)
        limits = covered.version.plan.contacts
        if outcome == ACT:
            room = at.room(number, run) if limits and at.is_sent(number) else run
            if room == day:
                return self._acting(at, number, own), facts.open
            outcome, run = closed(at.question, WAITING), room
        following = number if outcome in _WAITS else NONE_LEFT
        if limits and following >= 0:
            run = at.room(following, run)
        if outcome == HELD:
            _, following, _, run = variant.next_stage(facts, place, bound, (), day, NEVER)
        return self._idle(at, (outcome, number), (following, run)), facts.open

    # ------------------------------------------------------------------ who decides

    def _cover(self, item: Item, day: int) -> Covered | None:
        """The version that covers a case on a day; None if none does."""
        force = self._policies.in_force(day)
        key = id(force), item.currency
        if key not in self._lanes:
            self._lanes[key] = lanes_of(force, item.currency)
        lanes = self._lanes[key]
        if lanes is None:
            raise Unusual
        found: Covered | None = None
        for lane in lanes:
            read, covers = self._read(lane, item)
            if covers:
                if found is not None:
                    raise Unusual  # two cover it
                found = read
        return found

    def _read(self, lane: Lane, item: Item) -> tuple[Covered, bool]:
        """What a version reads of a case, and whether it covers it."""
        theirs, own = item.whose.facts, item.facts
        read = [(theirs if of_customer else own).get(name) for of_customer, name in lane.slots]
        key = id(lane.version), item.currency, *read
        found = self._covered.get(key)
        if found is None:
            found = self._covered[key] = reading(lane, item, self.day)
        return found

    def _named(self, item: Item, day: int, said: Said) -> Covered | None:
        """The version under which the ledger says that a stage was executed."""
        if said.policy is None:
            return self._cover(item, day)
        if said.version is None:
            version = self._policies.version_of(said.policy, day)
        else:
            version = self._policies.numbered(said.policy, said.version)
        lanes = None if version is None else lanes_of((version,), item.currency)
        return self._read(lanes[0], item)[0] if lanes else None

    # ------------------------------------------------------------------ where it stands

    def _place(self, item: Item, today: Covered) -> Place:
        """`today`: the version that covers it on the day itself."""
        place, in_force = NOWHERE, self._policies.in_force
        for done in item.stages:
            day, said = done.day, done.said
            if day > self.day:
                break
            if self._contacts and place.last_day == day:
                raise Unusual  # whether they went in one letter is asked then
            if said is not None:
                covered = self._named(item, day, said)
            else:
                is_same = in_force(day) is in_force(self.day)
                covered = today if is_same else self._cover(item, day)
            facts = facts_of(item, day)
            if covered is None or facts.settled:
                raise Unusual
            variant = covered.evaluator.variant(facts, place, covered.bound, day)
            at = At(covered, item, facts, place, variant, day)
            for stage in variant.ladder.stages:
                if stage.id == done.stage:
                    place = self._executed(at, stage, at.charge(stage, said), said)
                    break
            else:
                raise Unusual
        return place

    def _executed(
        self, at: At, stage: StagePlan, charge: Charge, said: Said | None = None
    ) -> Place:
        """Where a case stands after a stage; the same object for the same place."""
        version, has = at.covered.version, at.item.whose.has
        key = id(at.place), id(version), id(stage), at.day, charge, has, said
        kept = self._places.get(key)
        if kept is not None and kept[0] is at.place:
            return kept[1]
        channels, _ = reached(stage, has)
        deadline = version.deadline(stage.pay_within, at.day) if stage.pay_within else NEVER
        if said is not None:
            channels = said.channels or channels
            deadline = deadline if said.deadline == NEVER else said.deadline
        done = Executed(
            at.day,
            stage.id,
            deadline,
            charge.fee,
            is_notice=stage.is_notice,
            tax=charge.tax,
            interest=0 if said is None else said.interest or 0,
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

    def _acting(self, at: At, number: int, own: int) -> Decision:
        stage = at.variant.ladder.stages[number]
        if stage.cancel is not None:
            raise Unusual
        charge = at.charge(stage)
        after = self._executed(at, stage, charge)
        following, run, variant = NONE_LEFT, 0, at.variant
        if not after.written_off:
            bound = at.covered.bound
            variant = at.covered.evaluator.variant(at.facts, after, bound, at.day)
            low = max(at.day + 1, at.item.issued)
            _, following, _, run = variant.next_stage(at.facts, after, bound, (), at.day, low)
            if at.covered.version.plan.contacts and following >= 0:
                run = at._replace(place=after, variant=variant).room(following, run)
        currency, has = at.item.currency, at.item.whose.has
        key = id(stage), own, charge, after.deadline, has, id(variant), following, run, currency
        found = self._decisions.get(key)
        if found is None:
            coming = next_of(variant, following, run)
            found = self._decisions[key] = at.acting(stage, (own, charge, after), coming)
        return found

    def _idle(self, at: At, said: tuple[int, int], then: tuple[int, int]) -> Decision:
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
                next_of(at.variant, *then),
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
