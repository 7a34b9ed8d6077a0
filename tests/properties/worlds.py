"""Random policies of a certain kind with random ledgers, for laws that hold for that kind."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

from engine.core.model import Event
from tests.oracle import vocabulary as words
from tests.oracle.drafts import theme
from tests.oracle.engine_side import Engine, Played
from tests.oracle.minimal import smallest
from tests.oracle.policies import folder
from tests.oracle.scenarios import Rules, Scenario, rules_of, scenario
from tests.oracle.shown import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from engine.core.model import Ledger
    from engine.core.simulate import SimulationEvent

LEDGERS = 6
"""For each set of policies, which cost more to make."""
DAY = datetime.timedelta(days=1)
WHOLE = Played(words.DUE - 30 * DAY, words.DUE + 90 * DAY)
"""A range in which everything happens."""


@dataclass(frozen=True)
class World:
    """Policies, and ledgers under them; a law that fails shows one of them."""

    rules: Rules
    scenarios: tuple[Scenario, ...]

    @cached_property
    def engine(self) -> Engine:
        """The engine with the policies."""
        return Engine(self.rules.checkeds, self.rules.tables)

    def debtors(self) -> Iterator[tuple[Scenario, str]]:
        """Every debtor of every ledger."""
        for each in self.scenarios:
            for customer in each.ledger.customers.values():
                if customer.payer is None:
                    yield each, customer.id

    def whole(self, *, from_scratch: bool = False) -> Played:
        """The range in which everything happens."""
        by = self.rules.to - words.DUE
        first, last = WHOLE.first + by, WHOLE.last + by
        return Played(first, last, from_scratch=from_scratch)

    def _repr_pretty_(self, printer: Any, _cycle: object) -> None:  # noqa: ANN401 - of Hypothesis
        """Shortly; a law that fails shows one small ledger with which it does."""
        printer.text(f"<{len(self.rules.texts)} policy versions>")


def shown(asked: Scenario, *more: object) -> str:
    """What a failing law says."""
    return "\n".join([as_text(asked), *map(str, more)])


Law = Callable[[Engine, Scenario, str], object]
"""What is wrong with a debtor's cases; nothing that is true if all is well."""


def obey(world: World, law: Law) -> None:
    """Fail with a small example if a law does not hold for every debtor of a world."""
    for asked, debtor in world.debtors():
        if law(world.engine, asked, debtor):
            small = smallest(asked, lambda smaller: bool(broken(smaller, law)), seconds=30)
            pytest.fail(shown(small, *broken(small, law)))


def broken(asked: Scenario, law: Law) -> list[object]:
    """What is wrong with a scenario; nothing if its policies do not check."""
    try:
        engine = Engine(asked.rules.checkeds, asked.rules.tables)
    except AssertionError:
        return []
    customers = asked.ledger.customers.values()
    found = [law(engine, asked, each.id) for each in customers if each.payer is None]
    return [each for each in found if each]


def worlds(
    *,
    without: tuple[str, ...] = (),
    having: tuple[str, ...] = (),
    policies: int = 2,
    versions: int = 3,
    change: Callable[[str, Random], str] = lambda text, _: text,
) -> st.SearchStrategy[World]:
    """Worlds whose policies use some constructs for certain and some not at all."""

    def made(rng: Random) -> World:
        chosen = (theme(rng) | set(having)) - set(without)
        texts = folder(rng, chosen, policies=policies, versions=versions)
        found = rules_of(rng, chosen, tuple(change(text, rng) for text in texts))
        return World(found, tuple(scenario(rng, found) for _ in range(LEDGERS)))

    return st.builds(made, st.randoms(use_true_random=True))


def by_case(events: list[SimulationEvent]) -> dict[str, list[SimulationEvent]]:
    """What happens to each case, in order."""
    found: dict[str, list[SimulationEvent]] = {}
    for event in events:
        found.setdefault(event.case, []).append(event)
    return found


def having_executed(ledger: Ledger, first: datetime.date, played: list[SimulationEvent]) -> Ledger:
    """The ledger with what was simulated from `first` on in place of what stood there."""
    kept = [
        event
        for event in ledger.events
        if event.kind not in ("stage", "stage_cancelled") or event.date < first
    ]
    rows = [
        Event(
            kind="stage",
            date=event.on,
            target="invoice" if event.case in ledger.invoices else "case",
            target_id=event.case,
            recorded=datetime.datetime.combine(event.on, datetime.time(), datetime.UTC),
            row=1_000 + number,
            stage=event.stage,
            policy=event.policy,
            version=event.version,
            fee=event.fee,
            interest=event.interest,
            until=event.deadline,
            value=frozenset(event.channels) or None,
        )
        for number, event in enumerate(played)
        if event.event == "stage"
    ]
    return replace(ledger, events=tuple(sorted((*kept, *rows), key=lambda event: event.order)))


def with_cap(text: str, rng: Random) -> str:
    """The policy with one cap, the same in every exception."""
    currencies = re.search(r"currency (.*)", text)
    assert currencies is not None
    codes = currencies[1].split(", ")
    cap = " | ".join(f"{rng.randint(5, 40) * words.STEP[code]} {code}" for code in codes)
    text = re.sub(r"fees at most .*", f"fees at most {cap}", text)
    if "\nfees at most" in text:
        return text
    return text.replace("\nstage ", f"\nfees at most {cap}\nstage ", 1)


def with_hold(text: str, _rng: Random) -> str:
    """The policy with a rule about disputes, before all its other rules."""
    at = re.search(
        r"^(?:hold|exclude|fees|at|contact|interest|no|claim|stage) ", text, re.MULTILINE
    )
    assert at is not None
    return f'{text[: at.start()]}hold "disputed" while invoice.disputed\n{text[at.start() :]}'
