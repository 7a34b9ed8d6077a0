"""What must hold of every simulation, whatever the policies and the ledger are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given, settings

from dunlang.ast.policy import Calendar, RunOn
from dunlang.currencies import MINOR_DIGITS
from tests.properties.worlds import World, by_case, shown, with_cap, with_hold, worlds

if TYPE_CHECKING:
    import datetime

    from dunlang.checking.checked import Checked
    from engine.core.model import Event
    from engine.core.simulate import SimulationEvent
    from tests.oracle.days import Holidays

SATURDAY = 5
FEW = settings(max_examples=25)
BACK = ("repeat", "else", "step down", "continue", "replaces")
"""What may send a case back to where it was."""


@FEW
@given(worlds(policies=1, without=BACK))
def test_no_stage_is_executed_twice_in_a_cycle_unless_the_policy_says_so(world: World) -> None:
    for asked, debtor in world.debtors():
        played = world.engine.simulate(asked.ledger, debtor, world.whole(from_scratch=True))
        for case, events in by_case(played).items():
            done: set[str | None] = set()
            for event in events:
                if event.event == "reopened":
                    done.clear()
                elif event.event == "stage":
                    assert event.stage not in done, shown(asked, case, event)
                    done.add(event.stage)


@FEW
@given(worlds(policies=1, versions=1, without=("continue",), change=with_cap))
def test_the_fees_of_a_cycle_never_pass_the_cap(world: World) -> None:
    caps = cap_of(world)
    for asked, debtor in world.debtors():
        played = world.engine.simulate(asked.ledger, debtor, world.whole(from_scratch=True))
        for events in by_case(played).values():
            charged: Counter[str] = Counter()
            for event in events:
                if event.event == "reopened":
                    charged.clear()
                if event.fee is not None:
                    charged[event.fee.currency] += event.fee.minor
                    assert event.fee.minor >= 0
                    assert charged[event.fee.currency] <= caps[event.fee.currency], shown(
                        asked, event
                    )


def cap_of(world: World) -> dict[str, int]:
    """The one cap of the one policy, in minor units."""
    (version,) = (v for versions in world.engine.policies.versions.values() for v in versions)
    cap = version.plan.base.cap
    assert cap is not None
    return {
        each.currency: int(each.value.scaleb(MINOR_DIGITS[each.currency])) for each in cap.amounts
    }


@FEW
@given(worlds())
def test_nothing_is_executed_once_a_case_is_settled(world: World) -> None:
    for asked, debtor in world.debtors():
        played = world.engine.simulate(asked.ledger, debtor, world.whole())
        for events in by_case(played).values():
            settled = False
            for event in events:
                if event.event in ("settled", "reopened"):
                    settled = event.event == "settled"
                elif event.event in ("stage", "held", "stepped_down", "written_off"):
                    assert not settled, shown(asked, event)


@FEW
@given(worlds(change=with_hold))
def test_nothing_is_executed_on_a_day_off_or_while_an_invoice_is_disputed(world: World) -> None:
    versions = {(each.id, each.version): each for each in world.rules.checkeds}
    for asked, debtor in world.debtors():
        played = world.engine.simulate(asked.ledger, debtor, asked.played)
        for event in played:
            if event.event != "stage":
                continue
            assert event.policy is not None
            assert event.version is not None
            version = versions[event.policy, event.version]
            off = days_off(version, world.rules.tables.holidays)
            assert off is None or (event.on.weekday() < SATURDAY and event.on not in off), shown(
                asked, event
            )
            runs = asked.played.run_on
            assert runs is None or event.on in runs
            if asked.played.known is None:
                assert not is_disputed(asked.ledger.events, event), shown(asked, event)


def days_off(version: Checked, holidays: Holidays) -> frozenset[datetime.date] | None:
    """The holidays on which a policy does not run; None if it runs on any day."""
    settings = version.policy.header.settings
    if not any(isinstance(each, RunOn) and each.days == "business days" for each in settings):
        return None
    codes = [each.code.text for each in settings if isinstance(each, Calendar)]
    return holidays[codes[0]] if codes else frozenset()


def is_disputed(events: tuple[Event, ...], happened: SimulationEvent) -> bool:
    """Whether the newest word about the invoice itself is that it is disputed."""
    about = [
        event.kind
        for event in events
        if event.target_id == happened.case
        and event.kind in ("dispute", "dispute_resolved")
        and event.date <= happened.on
    ]
    return about[-1:] == ["dispute"]
