"""Two versions of a policy: what changed in meaning and in text, and whom it moves."""

from __future__ import annotations

import datetime
import difflib
from collections import Counter
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from dunlang.comparing.compare import compare
from dunlang.compile import read_source
from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.core.money import Money
from engine.core.policies import PolicySet, policy_set, side_by_side
from engine.services.decisions import decisions_of
from engine.services.library import FileLibrary
from engine.services.plain import plain_money
from engine.services.policies import Policies
from engine.services.reports.reading import everybody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dunlang.checking.checked import Checked
    from dunlang.comparing.compare import Change
    from dunlang.comparing.settings import Said
    from engine.core.decision import Decision, Outcome
    from engine.core.ledger_index import LedgerIndex
    from engine.services.plain import Plain

SHOWN = 10
"""Cases that are told as examples."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version from files."""

    checked: Checked
    policies: Policies
    """It alone, with its calendars and tables."""


def version_in(policies: Policies) -> Version | int:
    """The one policy that was read; else how many there are without errors."""
    if len(policies.plans) != 1 or not policies.usable:
        return len(policies.plans)
    (plan,) = policies.plans
    checked, _ = read_source(plan.source, FileLibrary(policies.sources))
    return 0 if checked is None else Version(checked, policies)


def both(old: Policies, new: Policies) -> Policies:
    """Two versions to read a ledger with: the facts and stages of either."""
    return Policies((*old.sources, *new.sources), (*old.plans, *new.plans), ())


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one version to another."""

    old: Checked
    new: Checked
    changes: tuple[Change, ...]

    @property
    def of_cases(self) -> tuple[Change, ...]:
        """Changes of what happens to cases."""
        return tuple(change for change in self.changes if change.decides)

    @property
    def of_checks(self) -> tuple[Change, ...]:
        """Changes of examples and guarantees, which decide nothing."""
        return tuple(change for change in self.changes if not change.decides)

    @property
    def text(self) -> str:
        """The difference of the texts, line by line, with their names."""
        old, new = self.old.policy.span.source, self.new.policy.span.source
        lines = difflib.unified_diff(
            old.text.splitlines(), new.text.splitlines(), old.name, new.name, lineterm=""
        )
        return "".join(f"{line}\n" for line in lines)


def difference(old: Checked, new: Checked) -> Difference:
    """What changed from one version to another."""
    return Difference(old, new, compare(old, new))


# ------------------------------------------------------------------------------- whom it moves


class Step(NamedTuple):
    """What is next for a case, as far as versions are compared."""

    outcome: Outcome
    stage: str | None
    """The one that is due, or the next one."""


class Move(NamedTuple):
    """From what is next under one version to what is next under the other."""

    old: Step
    new: Step


@dataclass(slots=True)
class Moved:
    """Cases that move alike."""

    cases: int = 0
    amounts: Counter[str] = field(default_factory=Counter)
    """What they owe, by currency."""


@dataclass(slots=True)
class Effect:
    """What a version does to the cases of a ledger otherwise than another, on a day."""

    on: datetime.date
    policies: frozenset[str]
    """Those of which versions are compared."""
    cases: int = 0
    """Open cases that either version decides."""
    earlier: int = 0
    """Whose next action comes earlier than under the old version."""
    later: int = 0
    otherwise: int = 0
    """For which the same is next on the same day, with another fee, channel, deadline or reason."""
    moves: dict[Move, Moved] = field(default_factory=dict)
    """Of the cases for which something else is next, or on another day."""
    examples: list[tuple[Decision | None, Decision | None]] = field(default_factory=list)
    """The first of them, by id."""

    def add(self, old: Decision | None, new: Decision | None) -> None:
        """Count a case by its decisions; None: settled."""
        either = new or old
        if either is None or not any(
            d is not None and d.policy in self.policies for d in (old, new)
        ):
            return
        self.cases += 1
        steps = Move(step_of(old), step_of(new))
        days = next_day(old), next_day(new)
        if steps.old == steps.new and days[0] == days[1]:
            self.otherwise += _terms(old) != _terms(new)
            return
        if days[0] is not None and days[1] is not None:
            self.earlier += days[1] < days[0]
            self.later += days[1] > days[0]
        moved = self.moves.setdefault(steps, Moved())
        moved.cases += 1
        moved.amounts[either.open_amount.currency] += either.open_amount.minor
        self.examples.append((old, new))
        self.examples.sort(key=lambda pair: (pair[1] or pair[0] or either).case)
        del self.examples[SHOWN:]


def step_of(decision: Decision | None) -> Step:
    """What is next for a case; None: nothing is owed."""
    if decision is None:
        return Step("settled", None)
    following = None if decision.next is None else decision.next.stage
    return Step(decision.outcome, decision.stage or following)


def next_day(decision: Decision | None) -> datetime.date | None:
    """When something is done next, if nothing changes."""
    if decision is None:
        return None
    if decision.outcome == "act":
        return decision.on
    return None if decision.next is None else decision.next.due


_TERMS = attrgetter(
    *("fee", "tax", "interest", "channels", "deadline", "mode", "send_at", "approval", "template"),
    *("task", "hand_over", "suspend", "cancel", "write_off", "reason"),
)


def _terms(decision: Decision | None) -> object:
    """How something is done."""
    return None if decision is None else _TERMS(decision)


def as_if(others: PolicySet, version: Policies, on: datetime.date) -> PolicySet:
    """Policies as if a version had taken effect by a day, and none after it."""
    (plan,) = version.plans
    now = replace(plan, effective=min(plan.effective, on.toordinal()))
    own = policy_set((now,), version.calendars, version.tables)
    kept = {
        name: tuple(
            each
            for each in versions
            if name != plan.id
            or (each.plan.effective < plan.effective and each.plan.version != plan.version)
        )
        for name, versions in others.versions.items()
    }
    return side_by_side([PolicySet(kept), own])


def count_moves(
    effect: Effect,
    index: LedgerIndex,
    names: Iterable[str],
    old: PolicySet,
    new: PolicySet,
    known: datetime.datetime | None = None,
) -> None:
    """Decide the open cases of some debtors under both, and count what is otherwise."""
    for name in names:
        fold = known_at(index, name, effect.on.toordinal(), known).fold
        before, after = (
            {each.case: each for each in decisions_of(debtor_of(name, fold, under), effect.on)}
            for under in (old, new)
        )
        for case in sorted({*before, *after}):
            effect.add(before.get(case), after.get(case))


def effect_in(
    index: LedgerIndex,
    old: Policies,
    new: Policies,
    on: datetime.date,
    known: datetime.datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Effect:
    """Whom a version moves in a ledger, with no other policies around."""
    nothing = PolicySet({})
    before, after = as_if(nothing, old, on), as_if(nothing, new, on)
    effect = Effect(on, frozenset({*before.versions, *after.versions}))
    names = everybody(index)
    for number, name in enumerate(names, start=1):
        count_moves(effect, index, [name], before, after, known)
        if progress is not None:
            progress(number, len(names))
    return effect


# ---------------------------------------------------------------------------------------- plain


def plain_difference(found: Difference, effect: Effect | None = None) -> Plain:
    """What changed, as one object of JSON."""
    plain: Plain = {
        "from": _version(found.old),
        "to": _version(found.new),
        "same_meaning": not found.of_cases,
        "changes": [_change(each) for each in found.of_cases],
        "checks": [_change(each) for each in found.of_checks],
        "text": found.text,
    }
    if effect is not None:
        plain["effect"] = plain_effect(effect)
    return plain


def plain_effect(effect: Effect) -> Plain:
    """Whom it moves, as an object of JSON."""
    moves = sorted(effect.moves.items(), key=lambda each: (-each[1].cases, str(each[0])))
    total: Counter[str] = Counter()
    for _, moved in moves:
        total.update(moved.amounts)
    return {
        "on": effect.on.isoformat(),
        "cases": effect.cases,
        "moved": sum(moved.cases for _, moved in moves),
        "earlier": effect.earlier,
        "later": effect.later,
        "otherwise": effect.otherwise,
        "open_amounts": _amounts(total),
        "moves": [
            {
                "from": move.old._asdict(),
                "to": move.new._asdict(),
                "cases": moved.cases,
                "open_amounts": _amounts(moved.amounts),
            }
            for move, moved in moves
        ],
        "examples": [_example(*pair) for pair in effect.examples],
    }


def _amounts(amounts: Counter[str]) -> list[dict[str, str] | None]:
    return [plain_money(Money(amounts[code], code)) for code in sorted(amounts)]


def _example(old: Decision | None, new: Decision | None) -> Plain:
    either = new or old
    if either is None:
        message = "a case that moves has a decision"
        raise AssertionError(message)
    return {
        "case": either.case,
        "customer": either.customer,
        "open_amount": plain_money(either.open_amount),
        "from": _told(old),
        "to": _told(new),
    }


def _told(decision: Decision | None) -> Plain:
    day = next_day(decision)
    reason = None if decision is None else decision.reason
    on = None if day is None else day.isoformat()
    return {**step_of(decision)._asdict(), "on": on, "reason": reason}


def _version(checked: Checked) -> Plain:
    return {"policy": checked.id, "version": checked.version}


def _change(change: Change) -> Plain:
    return {
        "kind": change.kind,
        "where": change.where or None,
        "setting": change.setting,
        "from": _said(change.old),
        "to": _said(change.new),
    }


def _said(said: Said | None) -> Plain | None:
    if said is None:
        return None
    span = said.span
    return {
        "text": said.text,
        "file": None if span is None else span.source.name,
        "line": None if span is None else span.line,
    }
