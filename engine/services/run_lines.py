"""A run as a person goes through it: part by part, a line for each action, and added up."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

from engine.core.money import Money
from engine.io.garbage import collector_at_rest
from engine.services.actors import Refused, may_approve_as, not_allowed
from engine.services.executing import NO_RUN
from engine.services.names import has
from engine.services.plain import money_of
from engine.services.plain_runs import decision_from, waits_for
from engine.services.proposing import too_early
from engine.services.reviewing import NO_ACTION
from engine.services.run_sums import run_sums, ways
from engine.services.task_lines import reached
from engine.store import ledger, run_sections, runs, tasks
from engine.store.run_sections import UNTIL, Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from engine.core.decision import Decision
    from engine.services.actors import Actor
    from engine.store.database import Database
    from engine.store.runs import Action, ActionState, Run

__all__ = ["Section"]

Days: TypeAlias = "dict[str, datetime.date]"

SECTIONS: tuple[Section, ...] = get_args(Section)
"""Parts of a run: what a person has to look at, what goes out by itself, and so on."""
_PAGE = 500
_LOOKED_AT = 5_000
"""Actions that are looked at for one page, however few of them fit."""
_TOGETHER = 100
"""Actions of a customer among which those are looked for that share a letter."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """An action in a list."""

    id: int
    case: str
    customer: str
    """The debtor."""
    name: str
    """Theirs; empty where the ledger has none."""
    policy: str
    version: int
    stage: str
    by: tuple[str, ...]
    """Channels, else what it is."""
    state: ActionState
    waits: str | None
    """`approval` or `release`."""
    approval: str | None
    """Who has to approve it."""
    approved_by: str | None
    mode: str
    reason: str | None
    """Why it is blocked, held, dropped or withdrawn, or could not be handed over."""
    open_amount: Money
    fee: Money | None
    overdue: int | None
    """Days on the day of the run; None for an account."""
    sha256: str
    """Of what it says to do."""

    @property
    def held_until(self) -> datetime.date | None:
        """Until when it is held, if whoever holds it said so."""
        if self.state != "held" or not (self.reason or "").startswith(UNTIL):
            return None
        try:
            return datetime.date.fromisoformat((self.reason or "")[len(UNTIL) :][:10])
        except ValueError:
            return None


def until(day: datetime.date, why: str) -> str:
    """The reason of what is held until a day."""
    return f"{UNTIL}{day}: {why}"


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some lines of a run."""

    lines: tuple[RunLine, ...]
    after: int | None
    """After which number the next page begins; None: there are no more."""


@dataclass(frozen=True, slots=True)
class Board:
    """How a run stands, in numbers."""

    run: Run
    counts: Mapping[Section, int]
    tasks: int
    """Open ones, of whatever run."""
    due_back: int
    """How many are held until a day that has come."""
    over: Refused | None
    """Why nothing in it can be changed any more: a later run was executed."""
    idle: str
    """Where nothing is proposed: what is to be said about the day, if anything."""


def run_board(
    database: Database, actor: Actor, day: datetime.date | None, today: datetime.date
) -> Board | Refused:
    """The run of a day (None: the newest) in numbers. Raises StoreError."""
    refused = not_allowed(actor, "read", "look at a run")
    if refused is not None:
        return refused
    with database.reading() as connection:
        run = _run(connection, day)
        if isinstance(run, Refused):
            return run
        states: Counter[str] = Counter(runs.count_states(connection, run))
        ready = runs.count_ready(connection, run)
        found: dict[Section, int] = {
            "review": states["proposed"] - ready + states["blocked"],
            "ready": ready,
            "held": states["held"] + states["dropped"],
            "failed": states["begun"],
            "done": states["performed"],
            "withdrawn": states["withdrawn"],
            "all": states.total(),
        }
        board = Board(
            run,
            found,
            tasks.count(connection, "open"),
            run_sections.count_due_back(connection, run, today),
            too_early(connection, run.day),
            "",
        )
    if states:
        return board
    sums = run_sums(database, actor, board.run)
    idle = "" if isinstance(sums, Refused) else sums.idle
    return Board(board.run, found, board.tasks, board.due_back, board.over, idle)


def run_lines(
    database: Database,
    actor: Actor,
    day: datetime.date,
    section: Section,
    *,
    words: str = "",
    after: int = 0,
    limit: int = _PAGE,
) -> RunPage | Refused:
    """Actions of a part of a run, after a number, whose names and stages have all words.

    A page may be short, or empty, and not the last. Raises StoreError.
    """
    refused = not_allowed(actor, "read", "look at a run")
    if refused is not None:
        return refused
    with collector_at_rest(), database.reading() as connection:
        run = _run(connection, day)
        if isinstance(run, Refused):
            return run
        failures = run_sections.failures(connection, run)
        found: list[RunLine] = []
        looked = 0
        while len(found) < limit and looked < _LOOKED_AT:
            page = run_sections.section(connection, run, section, after=after, limit=_PAGE)
            found += _lines(connection, run, page, failures, words)
            if len(page) < _PAGE:
                return RunPage(tuple(found), None)
            looked += len(page)
            after = page[-1].id
        return RunPage(tuple(found), after)


def _run(connection: Connection, day: datetime.date | None) -> Run | Refused:
    run = runs.newest(connection) if day is None else runs.run_of(connection, day)
    if run is None:
        message = "no run was proposed yet" if day is None else f"no run was proposed for {day}"
        return Refused(NO_RUN, message, "propose one first")
    return run


def _lines(
    connection: Connection,
    run: Run,
    page: Sequence[Action],
    failures: Mapping[str, str],
    words: str = "",
) -> list[RunLine]:
    names = _names(connection, {each.customer for each in page})
    if words.strip():
        page = [each for each in page if has(_text(each, names.get(each.customer, "")), words)]
    due = _due(connection, [each.case for each in page])
    return [
        _line(
            each,
            names.get(each.customer, ""),
            (run.day - due[each.case]).days if each.case in due else None,
            failures.get(each.customer) if each.state == "begun" else each.reason,
        )
        for each in page
    ]


def _text(action: Action, name: str) -> str:
    way = " ".join(ways(action))
    own = f"{action.case} {action.customer} {action.stage} {action.policy} {action.state} {way}"
    return f"{name} {own} {action.reason or ''}"


def _line(action: Action, name: str, overdue: int | None, reason: str | None) -> RunLine:
    said: Mapping[str, Any] = action.decision
    return RunLine(
        action.id,
        action.case,
        action.customer,
        name,
        action.policy,
        action.version,
        action.stage,
        ways(action),
        action.state,
        waits_for(action),
        action.approval,
        action.approved_by,
        action.mode,
        reason,
        money_of(said["open_amount"]) or Money(0, ""),
        money_of(said["fee"]),
        overdue,
        action.sha256,
    )


def _names(connection: Connection, customers: set[str]) -> dict[str, str]:
    rows = ledger.customers(connection, customers)
    return {name: str(row.facts.get("name") or "") for name, row in rows.items()}


def _due(connection: Connection, cases: Sequence[str]) -> Days:
    """When invoices are due, as far as it was moved meanwhile, too."""
    rows = ledger.invoices(connection, cases)
    due: Days = {name: row.due for name, row in rows.items()}
    owners = {row.customer for row in rows.values()}
    moved = ledger.events_of_kinds(connection, ("due_changed",), owners)
    for row in sorted(moved, key=lambda each: int(each.seq)):
        if row.target == "invoice" and row.target_id in due:
            due[row.target_id] = datetime.date.fromisoformat(row.value)
    return due


# ------------------------------------------------------------------------------------ one of them


@dataclass(frozen=True, slots=True)
class ActionLook:
    """All about an action: what will be sent to whom, and why."""

    line: RunLine
    action: Action
    decision: Decision
    to: Mapping[str, str]
    """What is known of where the customer can be reached."""
    together: tuple[RunLine, ...]
    """Others that share a letter with it, the first of them."""
    is_more: bool
    """Whether there may be more."""


def look_at_action(
    database: Database, actor: Actor, day: datetime.date, number: int
) -> ActionLook | Refused:
    """All about an action of a run. Raises StoreError."""
    refused = not_allowed(actor, "read", "look at a run")
    if refused is not None:
        return refused
    with database.reading() as connection:
        run = _run(connection, day)
        if isinstance(run, Refused):
            return run
        action = next(iter(runs.with_ids(connection, [number])), None)
        if action is None:
            return Refused(NO_ACTION, f"there is no action {number}")
        failures = run_sections.failures(connection, run)
        mine = set(action.decision["letters"] or ())
        others: list[Action] = []
        if mine:
            others = run_sections.of_customer(connection, run, action.customer, limit=_TOGETHER)
        shared = [
            each
            for each in others
            if each.id != number and mine & set(each.decision["letters"] or ())
        ]
        line, *rest = _lines(connection, run, [action, *shared], failures)
    known = reached(database, actor, action.customer)
    to = {} if isinstance(known, Refused) else known.facts
    decision = decision_from(action.decision)
    is_more = len(others) == _TOGETHER
    return ActionLook(line, action, decision, to, tuple(rest), is_more)


# -------------------------------------------------------------------------------------- added up


@dataclass(slots=True)
class Totals:
    """Actions added up; amounts of each currency for themselves."""

    seen: dict[str, str] = field(default_factory=dict)
    """By case, the SHA-256 of what its action says."""
    customers: set[str] = field(default_factory=set)
    by: Counter[str] = field(default_factory=Counter)
    """How many go by which channel; what nobody can be reached by is left out."""
    _open: Counter[str] = field(default_factory=Counter)
    _fees: Counter[str] = field(default_factory=Counter)

    @property
    def actions(self) -> int:
        """How many there are."""
        return len(self.seen)

    @property
    def open_amounts(self) -> list[Money]:
        """What is open, by currency."""
        return [Money(self._open[code], code) for code in sorted(self._open)]

    @property
    def fees(self) -> list[Money]:
        """What is charged, by currency."""
        return [Money(self._fees[code], code) for code in sorted(self._fees)]

    def add(self, line: RunLine) -> None:
        """One more."""
        self._more(line.case, line.customer, line.sha256, line.by)
        self._amounts(line.open_amount, line.fee)

    def _more(self, case: str, customer: str, sha256: str, by: Sequence[str]) -> None:
        self.seen[case] = sha256
        self.customers.add(customer)
        self.by.update(by)

    def _amounts(self, open_amount: Money | None, fee: Money | None) -> None:
        for money, sums in ((open_amount, self._open), (fee, self._fees)):
            if money is not None and money.minor:
                sums[money.currency] += money.minor

    def add_action(self, action: Action) -> None:
        """One more."""
        self._more(action.case, action.customer, action.sha256, ways(action))
        said = action.decision
        self._amounts(money_of(said["open_amount"]), money_of(said["fee"]))


def total(
    database: Database,
    actor: Actor,
    day: datetime.date,
    section: Section,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Totals | Refused:
    """A part of a run, added up. Raises StoreError."""
    return _total(database, actor, day, section, lambda _: True, progress)


def total_to_approve(
    database: Database,
    actor: Actor,
    day: datetime.date,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Totals | Refused:
    """What of a run waits for an approval that this person may give. Raises StoreError."""

    def waits(action: Action) -> bool:
        wanted = action.approval if waits_for(action) == "approval" else None
        return wanted is not None and may_approve_as(actor, wanted)

    return _total(database, actor, day, "review", waits, progress)


def _total(
    database: Database,
    actor: Actor,
    day: datetime.date,
    section: Section,
    wanted: Callable[[Action], bool],
    progress: Callable[[int, int], None] | None,
) -> Totals | Refused:
    refused = not_allowed(actor, "read", "look at a run")
    if refused is not None:
        return refused
    totals = Totals()
    with database.reading() as connection:
        run = _run(connection, day)
        if isinstance(run, Refused):
            return run
        count = sum(runs.count_states(connection, run).values())
        for done, action in enumerate(_every(connection, run, section), 1):
            if wanted(action):
                totals.add_action(action)
            if progress is not None and done % _PAGE == 0:
                progress(done, count)
    return totals


def _every(connection: Connection, run: Run, section: Section) -> Iterator[Action]:
    after = 0
    while page := run_sections.section(connection, run, section, after=after, limit=_PAGE):
        yield from page
        after = page[-1].id
