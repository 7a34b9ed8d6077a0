"""What runs do, day after day in a store, is what a simulation of these days says they do."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from engine.core.ledger_index import index_ledger
from engine.core.model import Ledger
from engine.io.ledger_write import write_ledger
from engine.services.actors import Actor
from engine.services.delivering import Sending
from engine.services.demo_company import demo_ledger
from engine.services.demo_dunning import dunned
from engine.services.executing import execute
from engine.services.plain import plain_event
from engine.services.policies import read_policies
from engine.services.proposing import propose
from engine.services.publishing import approve
from engine.services.reviewing import review
from engine.services.run_lists import show_run
from engine.services.shipped import shipped_policies
from engine.services.simulations import Simulation, simulate
from engine.services.stored_company import in_force
from engine.store.ledger_read import read_ledger
from tests.engine.services.importing import import_folder
from tests.engine.services.publications import BERTA, NOW, new, put_files, put_in_force
from tests.engine.services.random_company import POLICIES, paid_at_last, random_company
from tests.engine.services.running import drop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from engine.core.model import Event
    from engine.core.policies import PolicySet
    from engine.core.simulate import SimulationEvent
    from engine.services.executing import Execution
    from engine.store.database import Database

FIRST = datetime.date(2026, 3, 2)
ONE = datetime.timedelta(days=1)
NOON = datetime.time(12, tzinfo=datetime.UTC)
Resumed: TypeAlias = tuple[datetime.date, str, str]
"""On which day, of which case, and what."""
SAID = ("on", "case", "stage", "policy", "version", "fee", "tax", "interest", "deadline")
SAID_TOO = ("open_amount", "channels", "letters")


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)  # the next one asks both
def test_the_shipped_policies_do_to_the_demo_what_a_simulation_says(
    database: Database, tmp_path: Path
) -> None:
    shipped = read_policies([shipped_policies()])
    for each in new(put_files(database, shipped_policies())):
        new(approve(database, BERTA, each.version.policy, each.version.version, NOW))
    ledger = dunned(demo_ledger(FIRST + 88 * ONE), shipped.together(), FIRST, 1)
    busy = busy_part(ledger, shipped.together(), days=15, debtors=30)
    done, _ = as_simulated(database, tmp_path, busy, days=15)
    assert {each["policy"] for each in done} == {plan.id for plan in shipped.plans}
    assert len(done) > 30


def test_cases_that_look_at_one_another_are_treated_as_a_simulation_says(
    database: Database, tmp_path: Path
) -> None:
    put_in_force(database, *POLICIES)
    ledger = paid_at_last(random_company(FIRST), FIRST + 14 * ONE)
    done, resumed = as_simulated(database, tmp_path, ledger, days=21)
    assert len({each["stage"] for each in done}) > 6
    assert len(done) > 50
    assert len(resumed) > 3


def as_simulated(
    database: Database, folder: Path, ledger: Ledger, *, days: int
) -> tuple[list[dict[str, Any]], list[Resumed]]:
    """Import a ledger, run every day, and compare; what was done, and what was resumed."""
    write_ledger(folder / "ledger", ledger)
    import_folder(database, folder / "ledger", batch=1000)
    before, policies = stored(database)
    last = FIRST + (days - 1) * ONE
    everything = played_events(before, policies, FIRST, last + 20 * ONE)
    played = [each for each in everything if each.event == "stage"]
    now = [each for each in played if each.on <= last]
    later = [each for each in played if each.on > last]
    decided: list[dict[str, Any]] = []
    resumed: list[Resumed] = []
    for number in range(days):
        result = run(database, folder, number, policies)
        day = FIRST + number * ONE
        decided += performed(database, result)
        resumed += [(day, *each) for each in result.resumed]
    assert resumed == sorted(as_resumed(everything, last))
    assert by_case(decided) == by_case([said(plain_event(each)) for each in now])
    after, _ = stored(database)
    assert recorded(after) == sorted(map(as_recorded, now))
    assert played_stages(after, policies, last + ONE, last + 20 * ONE) == later
    assert played_stages(after, policies, FIRST, last + 20 * ONE) == played
    return decided, resumed


def stored(database: Database) -> tuple[Ledger, PolicySet]:
    """What a store holds."""
    with database.reading() as connection:
        now = new(in_force(connection))
        return read_ledger(connection, now.declared), now.together


def played_events(
    ledger: Ledger, policies: PolicySet, first: datetime.date, last: datetime.date
) -> list[SimulationEvent]:
    """What happens in a simulation."""
    return list(simulate(index_ledger(ledger), policies, Simulation(first, last)))


def played_stages(
    ledger: Ledger, policies: PolicySet, first: datetime.date, last: datetime.date
) -> list[SimulationEvent]:
    """What a simulation executes."""
    played = played_events(ledger, policies, first, last)
    return [each for each in played if each.event == "stage"]


def as_resumed(played: Sequence[SimulationEvent], last: datetime.date) -> Iterator[Resumed]:
    """What is suspended by a stage of the simulation and resumed in it by a day."""
    stopped = set()
    for each in played:
        if each.event == "stage" and each.suspend is not None:
            stopped.add((each.case, each.stage))
        elif each.event == "resumed" and (each.case, each.stage) in stopped and each.on <= last:
            yield each.on, each.case, each.reason or ""


def busy_part(ledger: Ledger, policies: PolicySet, *, days: int, debtors: int) -> Ledger:
    """The debtors of a ledger for whom something is done soon, some of each policy in turn."""
    index = index_ledger(ledger)
    by_policy: dict[str | None, list[str]] = {}
    for each in played_stages(ledger, policies, FIRST, FIRST + (days - 1) * ONE):
        by_policy.setdefault(each.policy, []).append(index.debtor_of(each.customer))
    share = debtors // len(by_policy)
    kept = {name for busy in by_policy.values() for name in list(dict.fromkeys(busy))[:share]}
    invoices = {n: i for n, i in ledger.invoices.items() if index.debtor_of(i.customer) in kept}
    family = {n: c for n, c in ledger.customers.items() if index.debtor_of(n) in kept}
    wanted = {id(event) for name in kept for event in index.events.get(name, ())}
    return Ledger(family, invoices, tuple(e for e in ledger.events if id(e) in wanted))


def run(database: Database, folder: Path, number: int, policies: PolicySet) -> Execution:
    """Propose a day, let go what waits for people, and perform it."""
    versions = [each for some in policies.versions.values() for each in some]
    roles = {stage.approval for each in versions for stage in each.plan.base.stages}
    boss = Actor("boss", "admin", frozenset(role for role in roles if role))
    day = FIRST + number * ONE
    at = datetime.datetime.combine(day, NOON)
    new(propose(database, boss, day, at))
    new(review(database, boss, "approve", day, [], at))
    new(review(database, boss, "release", day, [], at))
    result = new(execute(database, boss, day, lambda: at, Sending(str(folder / "letters"), drop)))
    assert (result.withdrawn, result.failed, result.elsewhere) == ((), (), 0)
    assert result.states.keys() <= {"performed", "blocked"}
    return result


def performed(database: Database, result: Execution) -> list[dict[str, Any]]:
    """What was decided and done."""
    day = result.run.day
    found = new(show_run(database, BERTA, day, states=["performed"], limit=10_000)).actions
    assert sorted(result.performed) == sorted(each.case for each in found)
    return [said(each.decision) for each in found]


def said(plain: Any) -> dict[str, Any]:  # noqa: ANN401 - values of JSON
    """What is to be done, as far as a simulation tells it too."""
    return {name: plain.get(name) for name in (*SAID, *SAID_TOO)}


def by_case(every: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(every, key=lambda each: (each["on"], each["case"]))


def recorded(ledger: Ledger) -> list[tuple[str, ...]]:
    """The stages of the ledger from the first day on."""
    return sorted(
        _words(e.date, e.target_id, e.stage, e.policy, e.version, e.fee, e.interest, e.until)
        + tuple(sorted(_channels(e)))
        for e in ledger.events
        if e.kind == "stage" and e.date >= FIRST
    )


def as_recorded(e: SimulationEvent) -> tuple[str, ...]:
    """The same of what a simulation executes."""
    said = _words(e.on, e.case, e.stage, e.policy, e.version, e.fee, e.interest, e.deadline)
    return said + tuple(sorted(e.channels))


def _words(*values: object) -> tuple[str, ...]:
    return tuple(map(str, values))


def _channels(event: Event) -> frozenset[str]:
    return event.value if isinstance(event.value, frozenset) else frozenset()
