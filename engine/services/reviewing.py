"""Reviewing a run: people keep actions back, let them go, and approve what has to be approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from dunlang.suggest import did_you_mean
from engine.services.actors import Refused, not_allowed, not_approving
from engine.services.due_actions import unreachable
from engine.services.executing import NO_RUN
from engine.services.proposing import keep, look, too_early
from engine.store import audit, ledger, runs
from engine.store.runs import LOCK, Action, ActionState, Run

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.store.database import Database

Verb: TypeAlias = Literal["hold", "drop", "release", "approve"]

NO_ACTION = "S405"
NO_REASON = "S406"
NOT_OPEN = "S407"

_AT_ONCE = 1_000
"""Actions that are changed in one go."""
_DONE: dict[Verb, str] = {
    "hold": "action held",
    "drop": "action dropped",
    "release": "action released",
    "approve": "action approved",
}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came of a review."""

    run: Run
    actions: tuple[Action, ...]
    """The actions as they are now."""
    others: int
    """Actions of the same customers that changed with it: proposed, changed, or withdrawn."""


def review(
    database: Database,
    actor: Actor,
    verb: Verb,
    day: datetime.date | None,
    cases: Sequence[str] | Mapping[str, str],
    at: datetime.datetime,
    reason: str = "",
) -> Reviewed | Refused:
    """Say something about what is proposed for some cases; for all of them, or for none.

    `hold` keeps an action back until it is released, also in later runs; `drop` keeps it out of
    this one. `release` takes that back, and lets go what does not go out by itself. Without a
    `day` it is the newest run; without `cases` everything in it that waits for an approval or a
    release: what somebody keeps back is let go by name only.
    Cases may come with the SHA-256 of their actions as they were looked at: what says something
    else by now is refused. Raises StoreError.
    """
    permission, what = (
        ("read", "look at a run") if verb == "approve" else ("review", "review a run")
    )
    refused = not_allowed(actor, permission, what)  # type: ignore[arg-type]  # both are permissions
    if refused is None and verb in {"hold", "drop"} and not reason.strip():
        refused = Refused(
            NO_REASON, f"to {verb} an action takes a reason", "--reason TEXT says why"
        )
    if refused is not None:
        return refused
    with database.writing(LOCK) as connection:
        run = runs.newest(connection) if day is None else runs.run_of(connection, day)
        if run is None:
            message = "no run was proposed yet" if day is None else f"no run was proposed for {day}"
            return Refused(NO_RUN, message, "'dun run --on DATE' proposes one")
        asking = _Asking(actor, verb, cases)
        found = too_early(connection, run.day) or _named(connection, run, asking)
        if isinstance(found, Refused):
            return found
        others = _changed(connection, actor, verb, run, found, reason.strip(), at)
        if verb in {"hold", "release"}:
            keys = {each.key for each in found if verb == "hold" or each.state == "held"}
            states: tuple[ActionState, ...] = _FROM["hold"] if verb == "hold" else ("held",)
            for later in runs.later(connection, run.day) if keys else ():
                proposed = runs.actions(connection, later, states=states)
                same = [action for action in proposed if action.key in keys]
                _changed(connection, actor, verb, later, same, reason.strip(), at)
        numbers = [action.id for action in found]
        del found  # of a great many, one copy fills the memory
        now = runs.with_ids(connection, numbers)
        return Reviewed(run, tuple(now), others)


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who says what about which actions."""

    actor: Actor
    verb: Verb
    cases: Sequence[str] | Mapping[str, str]

    def refused(self, action: Action) -> Refused | None:
        """Why it cannot be done with an action."""
        if isinstance(self.cases, Mapping) and self.cases[action.case] != action.sha256:
            message = f"what is to be done for case '{action.case}' changed since you looked at it"
            return Refused(NOT_OPEN, message, "look at it again")
        return _refused(self.actor, self.verb, action)


def _named(connection: Connection, run: Run, asking: _Asking) -> list[Action] | Refused:
    """The actions that are meant, or why something cannot be done with one of them."""
    if not asking.cases:
        states: tuple[ActionState, ...] = _FROM[asking.verb]
        every = runs.actions(
            connection, run, states=("proposed",) if asking.verb == "release" else states
        )
        return [each for each in every if _refused(asking.actor, asking.verb, each) is None]
    found = []
    there = runs.actions_of_cases(connection, run, asking.cases)
    for case in dict.fromkeys(asking.cases):
        mine = there.get(case, [])
        mine = [each for each in mine if each.state != "withdrawn"] or mine
        if not mine:
            return nothing_for(connection, run, case)
        refused = asking.refused(mine[-1])
        if refused is not None:
            return refused
        found.append(mine[-1])
    return found


def nothing_for(connection: Connection, run: Run, case: str) -> Refused:
    """That a run has nothing to do for a case."""
    if ledger.owner_of(connection, case) is not None:
        hint = f"'dun decide --on {run.day} --case {case}' says why"
    else:
        there = [each.case for each in runs.actions(connection, run)]
        hint = did_you_mean(case, there) or "'dun run show' lists what it proposes"
    return Refused(NO_ACTION, f"the run of {run.day} proposes nothing for case '{case}'", hint)


_FROM: dict[Verb, tuple[ActionState, ...]] = {
    "hold": ("proposed", "blocked", "dropped"),
    "drop": ("proposed", "blocked", "held"),
    "release": ("proposed", "held", "dropped"),
    "approve": ("proposed",),
}


def _refused(actor: Actor, verb: Verb, action: Action) -> Refused | None:
    """Why something cannot be done with an action."""
    what = f"{action.stage} of case '{action.case}'"
    if action.state not in _FROM[verb]:
        why = f": {action.reason}" if action.reason else ""
        state = "being performed" if action.state == "begun" else action.state
        return Refused(NOT_OPEN, f"{what} is {state}{why}", "")
    if verb == "approve":
        if action.approval is None:
            return Refused(NOT_OPEN, f"{what} needs no approval", "")
        if action.approved_by is not None:
            return Refused(NOT_OPEN, f"{what} was approved by {action.approved_by}", "")
        return not_approving(actor, action.approval)
    if verb == "release" and action.state == "proposed":
        if action.mode == "send":
            return Refused(
                NOT_OPEN, f"{what} goes out by itself", "'dun run --execute' performs it"
            )
        if action.released_by is not None:
            return Refused(NOT_OPEN, f"{what} was released by {action.released_by}", "")
    return None


def _change(
    actor: Actor,
    verb: Verb,
    run: Run,
    action: Action,
    reason: str,
    at: datetime.datetime,
) -> tuple[Action, tuple[str, str, Mapping[str, object]]]:
    """Say something about an action: as it is now, and what the audit trail says of it."""
    changed = replace(action, changed_by=actor.name, changed_at=at)
    match verb:
        case "hold" | "drop":
            state: ActionState = "held" if verb == "hold" else "dropped"
            changed = replace(changed, state=state, reason=reason)
        case "approve":
            changed = replace(changed, approved_by=actor.name, approved_at=at)
        case "release" if action.state == "proposed":
            changed = replace(changed, released_by=actor.name, released_at=at)
        case "release":
            reason_now = unreachable(action.decision)
            state = "proposed" if reason_now is None else "blocked"
            changed = replace(changed, state=state, reason=reason_now)
    body = {"on": run.day.isoformat(), "key": action.key, "sha256": action.sha256}
    body["state"] = changed.state
    if reason:
        body["reason"] = reason
    return changed, (_DONE[verb], action.subject, body)


def _changed(
    connection: Connection,
    actor: Actor,
    verb: Verb,
    run: Run,
    found: Sequence[Action],
    reason: str,
    at: datetime.datetime,
) -> int:
    """Say something about actions of a run; how many others changed with it.

    What is kept back, or is not any more, may change what is due for the same customers.
    """
    for first in range(0, len(found), _AT_ONCE):
        some = found[first : first + _AT_ONCE]
        said = [_change(actor, verb, run, action, reason, at) for action in some]
        runs.change_standing(connection, [action for action, _ in said])
        audit.append_all(connection, at, actor.name, [entry for _, entry in said])
    if verb == "approve" or all(each.state == "proposed" and verb == "release" for each in found):
        return 0
    looked = look(connection, run.day, sorted({each.customer for each in found}))
    if isinstance(looked, Refused):
        message = "a run was proposed, and no policy is in force"
        raise TypeError(message)
    return sum(keep(connection, actor, at, run, looked).values())
