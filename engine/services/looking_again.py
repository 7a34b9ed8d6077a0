"""The facts looked at again, right before something is done that was proposed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine.core.policies import PolicyVersion
from engine.services.due_actions import answers_of, difference, sha256_of, told, unreachable
from engine.services.letters_out import together

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Mapping, Sequence

    from engine.core.decision import Decision
    from engine.services.due_actions import Answers, Due
    from engine.services.stored_company import Company, InForce
    from engine.store.runs import Action, Run

DONE_ALREADY = "it was performed already"
_OVER = frozenset({"settled", "excluded", "held", "no_policy"})
"""Outcomes of today with which nothing goes out that was due earlier."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the facts say now about the actions that were proposed for a debtor."""

    answers: Answers
    proposed: Mapping[str, Action]
    """By key, those that are still what was proposed."""
    changed: tuple[tuple[Action, str], ...]
    """Those that are not, and what changed."""
    ready: tuple[tuple[Due, ...], ...]
    """What can be performed, by what is sent together."""


def look_again(
    seen: Company,
    now: InForce,
    run: Run,
    name: str,
    actions: Sequence[Action],
    at: datetime.datetime,
    claimed: Collection[str] = (),
) -> Looked:
    """Compare the actions that a run proposed for a debtor with what the ledger says at a time.

    `claimed`: keys of what is being performed, or was.
    """
    kept = {action.case for action in actions if action.state in {"held", "dropped"}}
    answers = answers_of(seen.index, name, now.together, run.day, without=kept)
    today = _Today(seen, now, name, at)
    open_keys = {action.key for action in actions if action.state == "proposed"}
    late = {each.walk.case: today.against(each) for each in answers.due if each.key in open_keys}
    gone = {case: why for case, why in late.items() if why is not None}
    if gone:
        # What is not done any more bears no fee for its letter and takes nobody's place.
        without = kept | gone.keys()
        answers = answers_of(seen.index, name, now.together, run.day, without=without)
    due = {each.key: each for each in answers.due}
    same: dict[str, Action] = {}
    changed: list[tuple[Action, str]] = []
    for action in actions:
        if action.state != "proposed":
            continue
        mine = due.get(action.key)
        if action.key in claimed:
            changed.append((action, DONE_ALREADY))
        elif mine is None:
            over = gone.get(action.case) or told(answers.decisions.get(action.case))
            changed.append((action, over))
        elif (why := _changed(action, mine)) is not None:
            changed.append((action, why))
        else:
            same[action.key] = action
    groups = together(due[key] for key in same)
    ready = [
        tuple(group)
        for group in groups
        if all(same[each.key].is_ready and today.has_come(each) for each in group)
    ]
    return Looked(answers, same, tuple(changed), tuple(ready))


def _changed(action: Action, due: Due) -> str | None:
    """What is otherwise than when it was proposed."""
    plain = due.plain
    if (problem := unreachable(plain)) is not None:
        return problem
    return None if sha256_of(plain) == action.sha256 else difference(action.decision, plain)


@dataclass(slots=True)
class _Today:
    """A debtor on the day on which something is done, if that is not the day of the run."""

    seen: Company
    now: InForce
    name: str
    at: datetime.datetime
    decisions: dict[datetime.date, Mapping[str, Decision]] = field(default_factory=dict)

    def date(self, due: Due) -> datetime.date:
        """The day that it is where the policy holds."""
        version = due.walk.version(due.decision.on.toordinal())
        if not isinstance(version, PolicyVersion):
            message = f"{due.key} is due, and no version decides it"
            raise TypeError(message)
        return self.at.astimezone(ZoneInfo(version.plan.timezone)).date()

    def has_come(self, due: Due) -> bool:
        """Whether the day of the run has begun where the policy holds."""
        return self.date(due) >= due.decision.on

    def against(self, due: Due) -> str | None:
        """Why something that was due on the day of the run is not to be done any more."""
        today = self.date(due)
        if today <= due.decision.on:
            return None
        if today not in self.decisions:
            later = answers_of(self.seen.index, self.name, self.now.together, today)
            self.decisions[today] = later.decisions
        decision = self.decisions[today].get(due.decision.case)
        if decision is None or decision.outcome in _OVER:
            return f"{told(decision)} since"
        if decision.open_amount != due.decision.open_amount:
            before, left = due.decision.open_amount, decision.open_amount
            return f"the open amount was {before} and is {left} on {today}"
        return None
