"""Proposing a run: what is to be done on a day, with reasons, for people to look at first."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.core.joint import is_coupled
from engine.services.actors import Refused, not_allowed
from engine.services.due_actions import answers, debtor_on, sha256_of, unreachable
from engine.services.found import Found, packed, unpacked
from engine.services.resuming import all_over
from engine.services.stored_company import company, in_force
from engine.services.version import program
from engine.services.webhook_events import run_proposed
from engine.store import audit, runs
from engine.store.ledger import count_debtors, debtors_after
from engine.store.ledger_digest import facts_digests
from engine.store.ledger_read import position
from engine.store.runs import LOCK, Action, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.services.due_actions import Answers, Due
    from engine.services.found import FoundDebtor, FoundDue
    from engine.services.stored_company import Company, InForce
    from engine.store.database import Database
    from engine.store.ledger_read import Position
    from engine.store.runs import ActionState

TOO_EARLY = "S402"
"""A later run was executed already."""
TOLD = 1_000
"""Cases that could not be decided, of which a run keeps the names."""
AT_ONCE = 200
"""Debtors whose ledger, decisions and actions are in memory at once."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What came of proposing a run."""

    run: Run
    states: Mapping[str, int]
    """How many of its actions are in which state."""
    new: int
    """Actions that were not proposed before."""
    changed: int
    """Actions that say something else than before."""
    withdrawn: int
    """Actions that are not due any more."""
    over: int
    """Suspensions that end when the run is performed."""


def propose(
    database: Database,
    actor: Actor,
    day: datetime.date,
    at: datetime.datetime,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Proposal | Refused:
    """Work out what is to be done on a day, and keep it with the reasons. Nothing is done yet.

    Proposed again, what is still the same stays as it is, reviews included. Raises StoreError.
    """
    refused = not_allowed(actor, "run", "propose a run")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = too_early(connection, day) or look(connection, day, progress=progress)
        if isinstance(found, Refused):
            return found
        over = len(all_over(connection, found.now, day))
    with database.writing(LOCK) as connection:
        refused = too_early(connection, day)
        if refused is not None:
            return refused
        before = runs.run_of(connection, day)
        run = runs.put_run(connection, _run(before, found, day, actor, at))
        counts = keep(connection, actor, at, run, found)
        body = {
            "outcomes": run.outcomes,
            "policies": run.policies,
            "position": run.position,
            "program": run.program,
            **counts,
        }
        states = runs.count_states(connection, run)
        run_proposed(connection, at, run, states)
        audit.append(connection, at, actor.name, "run proposed", run.subject, body)
        return Proposal(run, states, **counts, over=over)


def too_early(connection: Connection, day: datetime.date) -> Refused | None:
    """Why there can be no run for a day any more; None if there can."""
    last = runs.last_executed(connection)
    if last is None or day >= last:
        return None
    message = f"the run of {last} was executed already, so there is none for {day} any more"
    return Refused(TOO_EARLY, message, f"what was due then is proposed for {last} or later")


def look(
    connection: Connection,
    day: datetime.date,
    debtors: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Found | Refused:
    """What is due on a day, for some debtors or for all; what a person keeps back is left out."""
    now = in_force(connection)
    if isinstance(now, Refused):
        return now
    at = position(connection)
    looking = _Looking(connection, now, day, at, runs.run_of(connection, day))
    total = count_debtors(connection, at.customers) if debtors is None else len(debtors)
    parts: list[bytes] = []
    done = 0
    for names in _parts(connection, at, debtors):
        parts.append(looking.part(names))
        done += len(names)
        if progress is not None:
            progress(done, total)
    return Found(now, at, tuple(parts), looking.outcomes, tuple(looking.undecided))


def _parts(
    connection: Connection, at: Position, debtors: Sequence[str] | None
) -> Iterator[Sequence[str]]:
    """Debtors, some at a time: those that are given, or all."""
    if debtors is not None:
        for first in range(0, len(debtors), AT_ONCE):
            yield debtors[first : first + AT_ONCE]
        return
    last = 0
    while names := debtors_after(connection, last, at.customers, AT_ONCE):
        yield list(names)
        last = max(names.values())


class _Looking:
    """A look at a company on a day, some debtors at a time."""

    def __init__(
        self,
        connection: Connection,
        now: InForce,
        day: datetime.date,
        at: Position,
        run: Run | None,
    ) -> None:
        self.connection = connection
        self.now = now
        self.day = day
        self.at = at
        self.run = run
        self.held_before = runs.held_before(connection, day).keys()
        self.outcomes: Counter[str] = Counter()
        self.undecided: list[tuple[str, str]] = []

    def part(self, names: Sequence[str]) -> bytes:
        """What is due for some debtors, packed."""
        asked = set()  # debtors with something to be decided about
        there = set()  # keys about which people may have said something in this run
        kept: dict[str, set[str]] = {}  # by debtor, what a person keeps back
        if self.run is not None:
            for name, key, case, state in runs.reviewable(self.connection, self.run, names):
                asked.add(name)
                there.add(key)
                if state in {"held", "dropped"}:
                    kept.setdefault(name, set()).add(case)
        carried = self.held_before - there
        seen = company(self.connection, self.now, debtors=names, upto=self.at)
        found = []
        for name in names:
            if name not in seen.index.invoices:
                continue
            mine = _answers(seen, self.now, self.day, name, kept.get(name, set()), carried)
            self._count(mine)
            if mine.due or name in asked:
                found.append(mine)
        facts = facts_digests(self.connection, [each.name for each in found], self.at)
        return packed((each, facts[each.name]) for each in found)

    def _count(self, answers: Answers) -> None:
        for each in answers.decisions.values():
            self.outcomes[each.outcome] += 1
            if each.outcome == "undecided" and len(self.undecided) < TOLD:
                self.undecided.append((each.case, each.reason or ""))


def _answers(
    seen: Company, now: InForce, day: datetime.date, name: str, said: set[str], carried: set[str]
) -> Answers:
    """What is due for a debtor: for cases that a person keeps back, if they alone were let go.

    `said`: cases that are kept back in this run. `carried`: keys of what was held in earlier ones.
    """
    debtor = debtor_on(seen.index, name, now.together, day)
    worlds: dict[frozenset[str], Answers] = {}

    def without(cases: frozenset[str]) -> Answers:
        if cases not in worlds:
            worlds[cases] = answers(debtor, day, without=cases)
        return worlds[cases]

    alone = without(frozenset())
    if not is_coupled(debtor):
        return alone  # whoever is kept back makes no room for anybody
    back = frozenset(said & alone.decisions.keys())
    # What is kept back makes room for others, which may have been held before, too.
    while more := {due.walk.case for due in without(back).due if due.key in carried} - back:
        back |= more
    due, decisions = list(without(back).due), dict(without(back).decisions)
    for case in back:
        mine = without(back - {case})
        due += [each for each in mine.due if each.walk.case == case]
        decisions.update((c, each) for c, each in mine.decisions.items() if c == case)
    return replace(alone, due=tuple(sorted(due, key=_case_of)), decisions=decisions)


def _case_of(due: Due) -> str:
    return due.walk.case


def _run(
    before: Run | None, found: Found, day: datetime.date, actor: Actor, at: datetime.datetime
) -> Run:
    return Run(
        id=0 if before is None else before.id,
        day=day,
        state="proposed" if before is None or before.executed_at is None else "executed",
        proposed_by=actor.name,
        proposed_at=at,
        position=found.position.plain(),
        policies=[list(each) for each in found.now.versions],
        outcomes=dict(sorted(found.outcomes.items())),
        undecided=[list(each) for each in found.undecided],
        program=program(),
        executed_by=None if before is None else before.executed_by,
        executed_at=None if before is None else before.executed_at,
    )


def keep(
    connection: Connection, actor: Actor, at: datetime.datetime, run: Run, found: Found
) -> dict[str, int]:
    """Add what is new, change what is different, withdraw what is not due any more; how many."""
    held = runs.held_before(connection, run.day)
    counts: Counter[str] = Counter(new=0, changed=0, withdrawn=0)
    for part in found.parts:
        debtors = unpacked(part)
        there = runs.actions_of_debtors(connection, run, [each.name for each in debtors])
        new: list[Action] = []
        entries: list[tuple[str, str, Mapping[str, object]]] = []
        for debtor in debtors:
            mine = {action.key: action for action in there[debtor.name]}
            for due in debtor.due:
                before = mine.pop(due.key, None)
                if before is not None and before.state in {"begun", "performed"}:
                    continue
                action = _action(run, debtor, due, before, held.get(due.key))
                if action is before:
                    continue
                action = replace(action, changed_by=actor.name, changed_at=at)
                body = _entry(run, found, debtor, due, action)
                entries.append(("action proposed", action.subject, body))
                if before is None:
                    new.append(action)
                else:
                    counts["changed"] += 1
                    runs.change_action(connection, action)
            for gone in mine.values():
                if gone.state in runs.OPEN and not _stays_back(gone, debtor):
                    body = withdraw(connection, run, gone, debtor.told(gone.case), actor, at)
                    entries.append(("action withdrawn", gone.subject, body))
                    counts["withdrawn"] += 1
        counts["new"] += len(new)
        runs.add_actions(connection, new)
        audit.append_all(connection, at, actor.name, entries)
    return dict(counts)


def _stays_back(gone: Action, debtor: FoundDebtor) -> bool:
    """Whether a person keeps something back that is not due only for now."""
    return gone.state in {"held", "dropped"} and debtor.is_due(gone.case) is False


def _action(
    run: Run, debtor: FoundDebtor, due: FoundDue, before: Action | None, held: Action | None
) -> Action:
    """The action as it is kept; the same object if it says what it said before."""
    plain = due.plain
    sealed = sha256_of(plain)
    if before is not None and before.sha256 == sealed and before.state != "withdrawn":
        return before
    state: ActionState = "proposed"
    reason: str | None = None
    if before is not None and before.state in {"held", "dropped"}:
        state, reason = before.state, before.reason
    elif held is not None:
        state, reason = "held", held.reason
    elif (problem := unreachable(plain)) is not None:
        state, reason = "blocked", problem
    return Action(
        id=0 if before is None else before.id,
        run_id=run.id,
        key=due.key,
        case=plain["case"],
        customer=debtor.name,
        policy=plain["policy"] or "",
        version=plain["version"] or 0,
        stage=plain["stage"] or "",
        state=state,
        reason=reason,
        decision=plain,
        sha256=sealed,
        approval=plain.get("approval"),
        approved_by=None,  # what was approved was something else
        approved_at=None,
        mode=plain["mode"] or "send",
        released_by=None,
        released_at=None,
        changed_by="",
        changed_at=run.proposed_at,
    )


def _entry(
    run: Run, found: Found, debtor: FoundDebtor, due: FoundDue, action: Action
) -> dict[str, object]:
    """What the audit trail keeps of a decision: enough to make it once more."""
    return {
        "on": run.day.isoformat(),
        "key": action.key,
        "customer": action.customer,
        "policies": [list(each) for each in found.now.versions],
        "position": found.position.plain(),
        "facts": debtor.facts,
        "without": list(due.without),
        "program": program(),
        "state": action.state,
        "decision": action.decision,
    }


def withdraw(
    connection: Connection,
    run: Run,
    action: Action,
    reason: str,
    actor: Actor,
    at: datetime.datetime,
) -> dict[str, object]:
    """Take an action back because the facts changed; what the audit trail says of it."""
    gone = replace(
        action,
        state="withdrawn",
        reason=reason,
        approved_by=None,
        approved_at=None,
        released_by=None,
        released_at=None,
        changed_by=actor.name,
        changed_at=at,
    )
    runs.change_standing(connection, [gone])
    return {"on": run.day.isoformat(), "key": action.key, "reason": reason}
