"""What a run has to do, added up: by stage and channel, and by what it waits for."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.core.money import Money
from engine.services.actors import Refused, not_allowed
from engine.services.plain import money_of
from engine.services.plain_runs import waits_for
from engine.services.stored_company import in_force
from engine.store import runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.store.database import Database
    from engine.store.runs import Action, Run

_PAGE = 1_000
"""Actions that are in memory at once."""


@dataclass(slots=True)
class Group:
    """Actions of one stage that go the same way."""

    policy: str
    stage: str
    by: tuple[str, ...]
    """Channels; `task` or `hand over` where there are none."""
    actions: int = 0
    _open: Counter[str] = field(default_factory=Counter)
    _fees: Counter[str] = field(default_factory=Counter)

    def add(self, action: Action) -> None:
        """One more."""
        self.actions += 1
        for name, sums in (("open_amount", self._open), ("fee", self._fees)):
            money = money_of(action.decision[name])
            if money is not None and money.minor:
                sums[money.currency] += money.minor

    @property
    def open_amounts(self) -> list[Money]:
        """What is open, by currency."""
        return [Money(self._open[code], code) for code in sorted(self._open)]

    @property
    def fees(self) -> list[Money]:
        """What is charged for it, by currency."""
        return [Money(self._fees[code], code) for code in sorted(self._fees)]


@dataclass(frozen=True, slots=True)
class RunSums:
    """What a run has to do."""

    groups: tuple[Group, ...]
    """What is not held, dropped or blocked, by policy, stage and channels."""
    ready: int
    """How many `--execute` would perform now, if nothing changed."""
    approvals: Mapping[str, int]
    """How many wait for approval, by the role or duty that may give it."""
    releases: int
    """How many wait for somebody to release them."""
    blocked: Mapping[str, int]
    """How many cannot be performed, by reason."""
    idle: str
    """Where nothing is due: what is to be said about the day, if anything."""


def run_sums(database: Database, actor: Actor, run: Run) -> RunSums | Refused:
    """What is left to do in a run. Raises StoreError."""
    refused = not_allowed(actor, "read", "look at a run")
    if refused is not None:
        return refused
    groups: dict[tuple[str, str, tuple[str, ...]], Group] = {}
    approvals: Counter[str] = Counter()
    blocked: Counter[str] = Counter()
    ready = releases = 0
    with database.reading() as connection:
        for action in _left(connection, run):
            if action.state == "blocked":
                blocked[action.reason or ""] += 1
                continue
            place = action.policy, action.stage, ways(action)
            groups.setdefault(place, Group(*place)).add(action)
            waits = waits_for(action)
            if waits == "approval":
                approvals[action.approval or ""] += 1
            releases += waits == "release"
            ready += waits is None
        idle = "" if groups or blocked else _idle(connection, run.day)
    found = tuple(groups[place] for place in sorted(groups))
    return RunSums(found, ready, dict(sorted(approvals.items())), releases, dict(blocked), idle)


def ways(action: Action) -> tuple[str, ...]:
    """How an action is performed: its channels, else what it is."""
    said = action.decision
    kinds = ("task", "hand_over", "suspend", "cancel", "write_off")
    found = tuple(said["channels"] or ())
    return found or tuple(kind.replace("_", " ") for kind in kinds if said.get(kind))


def _left(connection: Connection, run: Run) -> Iterator[Action]:
    after = 0
    while True:
        page = runs.actions(
            connection, run, states=("proposed", "blocked"), after=after, limit=_PAGE
        )
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].id


def _idle(connection: Connection, on: datetime.date) -> str:
    """Why nothing can be due on a day, whatever is owed; empty if that is not so."""
    now = in_force(connection)
    if isinstance(now, Refused):
        return str(now)
    day = on.toordinal()
    versions = now.together.in_force(day)
    if not versions:
        first = datetime.date.fromordinal(min(now.together.effective))
        return f"no policy is in force on {on}; the first takes effect on {first}"
    following = min(version.run_day(day) for version in versions)
    if following > day:
        return (
            f"{on} is no business day, and the policies run only on those;"
            f" the next is {datetime.date.fromordinal(following)}"
        )
    return ""
