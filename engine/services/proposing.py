"""Proposing a run: what is to be done on a day, with reasons, for people to look at first."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from engine.services.actors import Refused, not_allowed
from engine.services.due_actions import answers_of, sha256_of, told, unreachable
from engine.services.stored_company import company, in_force
from engine.services.version import program
from engine.store import audit, runs
from engine.store.ledger_digest import facts_digests
from engine.store.runs import LOCK, Action, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.services.due_actions import Answers, Due
    from engine.services.stored_company import Company, InForce
    from engine.store.database import Database
    from engine.store.runs import ActionState

TOO_EARLY = "S402"
"""A later run was executed already."""
TOLD = 1_000
"""Cases that could not be decided, of which a run keeps the names."""


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


@dataclass(frozen=True, slots=True)
class Found:
    """What is due on a day, worked out from one state of the store."""

    now: InForce
    seen: Company
    answers: Sequence[Answers]
    """Of the debtors for whom something is due, or was in an earlier proposal."""
    facts: Mapping[str, str]
    """SHA-256 of what the ledger says about a debtor."""
    outcomes: Mapping[str, int]
    undecided: Sequence[tuple[str, str]]


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
        audit.append(connection, at, actor.name, "run proposed", run.subject, body)
        return Proposal(run, runs.count_states(connection, run), **counts)


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
    run = runs.run_of(connection, day)
    asked = set()  # debtors with something to be decided about
    there = set()  # keys about which people may have said something in this run
    kept: dict[str, set[str]] = {}  # by debtor, what a person keeps back
    for action in _open(connection, run, debtors):
        asked.add(action.customer)
        there.add(action.key)
        if action.state in {"held", "dropped"}:
            kept.setdefault(action.customer, set()).add(action.case)
    carried = runs.held_before(connection, day).keys() - there
    seen = company(connection, now, debtors=debtors)
    answers: list[Answers] = []
    outcomes: Counter[str] = Counter()
    undecided: list[tuple[str, str]] = []
    names = seen.index.debtors if debtors is None else debtors
    for number, name in enumerate(names, start=1):
        mine = _answers(seen, now, day, name, kept.get(name, set()), carried)
        outcomes.update(each.outcome for each in mine.decisions.values())
        undecided += [
            (each.case, each.reason or "")
            for each in mine.decisions.values()
            if each.outcome == "undecided"
        ]
        if mine.due or name in asked:
            answers.append(mine)
        if progress is not None:
            progress(number, len(names))
    facts = facts_digests(connection, [each.name for each in answers], seen.position)
    return Found(now, seen, answers, facts, outcomes, undecided[:TOLD])


def _open(
    connection: Connection, run: Run | None, debtors: Sequence[str] | None
) -> Iterable[Action]:
    """What a run proposed for some debtors, or for all, that may still be performed."""
    if run is None:
        return ()
    if debtors is None:
        return runs.actions(connection, run, states=runs.OPEN)
    found = chain.from_iterable(runs.actions_of_debtors(connection, run, debtors).values())
    return (action for action in found if action.state in runs.OPEN)


def _answers(
    seen: Company, now: InForce, day: datetime.date, name: str, said: set[str], carried: set[str]
) -> Answers:
    """What is due for a debtor: for cases that a person keeps back, if they alone were let go.

    `said`: cases that are kept back in this run. `carried`: keys of what was held in earlier ones.
    """
    worlds: dict[frozenset[str], Answers] = {}

    def without(cases: frozenset[str]) -> Answers:
        if cases not in worlds:
            worlds[cases] = answers_of(seen.index, name, now.together, day, without=cases)
        return worlds[cases]

    alone = without(frozenset())
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
        position=found.seen.position.plain(),
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
    there = runs.actions_of_debtors(connection, run, [each.name for each in found.answers])
    held = runs.held_before(connection, run.day)
    new: list[Action] = []
    entries: list[tuple[str, str, Mapping[str, object]]] = []
    changed = withdrawn = 0
    for answers in found.answers:
        mine = {action.key: action for action in there[answers.name]}
        for due in answers.due:
            before = mine.pop(due.key, None)
            if before is not None and before.state in {"begun", "performed"}:
                continue
            action = _action(run, answers, due, before, held.get(due.key))
            if action is before:
                continue
            action = replace(action, changed_by=actor.name, changed_at=at)
            entries.append(("action proposed", action.subject, _entry(run, found, due, action)))
            if before is None:
                new.append(action)
            else:
                changed += 1
                runs.change_action(connection, action)
        for gone in mine.values():
            if gone.state in runs.OPEN and not _stays_back(gone, answers):
                reason = told(answers.decisions.get(gone.case))
                body = withdraw(connection, run, gone, reason, actor, at)
                entries.append(("action withdrawn", gone.subject, body))
                withdrawn += 1
    runs.add_actions(connection, new)
    audit.append_all(connection, at, actor.name, entries)
    return {"new": len(new), "changed": changed, "withdrawn": withdrawn}


def _stays_back(gone: Action, answers: Answers) -> bool:
    """Whether a person keeps something back that is not due only for now."""
    now = answers.decisions.get(gone.case)
    return gone.state in {"held", "dropped"} and now is not None and now.outcome != "act"


def _action(
    run: Run, answers: Answers, due: Due, before: Action | None, held: Action | None
) -> Action:
    """The action as it is kept; the same object if it says what it said before."""
    plain, decision = due.plain, due.decision
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
        case=decision.case,
        customer=answers.name,
        policy=decision.policy or "",
        version=decision.version or 0,
        stage=decision.stage or "",
        state=state,
        reason=reason,
        decision=plain,
        sha256=sealed,
        approval=decision.approval,
        approved_by=None,  # what was approved was something else
        approved_at=None,
        mode=decision.mode or "send",
        released_by=None,
        released_at=None,
        changed_by="",
        changed_at=run.proposed_at,
    )


def _entry(run: Run, found: Found, due: Due, action: Action) -> dict[str, object]:
    """What the audit trail keeps of a decision: enough to make it once more."""
    return {
        "on": run.day.isoformat(),
        "key": action.key,
        "customer": action.customer,
        "policies": [list(each) for each in found.now.versions],
        "position": found.seen.position.plain(),
        "facts": found.facts[action.customer],
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
    runs.change_action(connection, gone)
    return {"on": run.day.isoformat(), "key": action.key, "reason": reason}
