"""What a run does for one debtor on a day: the actions that are due, each with its key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dunlang.suggest import listed
from engine.core.calendar import date_of
from engine.core.debtor import Debtor
from engine.core.decide import is_unreachable
from engine.core.decision import Decision
from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.core.walk import InvoiceWalk, Walk
from engine.services.decisions import decisions_of
from engine.services.plain import plain_decision
from engine.store.policies import digest
from engine.store.schema.base import canonical

if TYPE_CHECKING:
    import datetime

    from engine.core.ledger_index import LedgerIndex
    from engine.core.policies import PolicySet

_TOLD_ONLY = frozenset({"because", "next"})
"""Parts of a decision that change nothing about what is done today."""


@dataclass(frozen=True, slots=True)
class Due:
    """An action that is due."""

    key: str
    """`CASE#CYCLE#STAGE#REPETITION`: the first day of the cycle, and how often the stage was
    executed in it, cancelled or not, with this time. Nothing is performed twice under it."""
    walk: Walk
    decision: Decision
    """With its reasons."""
    without: tuple[str, ...] = ()
    """Cases of the debtor that were left out because a person keeps them back, by id."""

    @property
    def plain(self) -> Mapping[str, Any]:
        """The decision as values of JSON."""
        return plain_decision(self.decision, explained=True)


@dataclass(frozen=True, slots=True)
class Answers:
    """What is to be done for a debtor on a day."""

    name: str
    debtor: Debtor
    due: tuple[Due, ...]
    """By case (code point)."""
    decisions: Mapping[str, Decision]
    """All that are not settled, by case."""


def answers_of(
    index: LedgerIndex,
    name: str,
    policies: PolicySet,
    on: datetime.date,
    *,
    without: Collection[str] = (),
) -> Answers:
    """What is to be done for a debtor on a day, as far as the ledger knows.

    `without`: cases for which a person said that nothing is to be done.
    """
    return answers(debtor_on(index, name, policies, on), on, without=without)


def debtor_on(index: LedgerIndex, name: str, policies: PolicySet, on: datetime.date) -> Debtor:
    """A debtor as the ledger knows them on a day."""
    return debtor_of(name, known_at(index, name, on.toordinal(), None).fold, policies)


def answers(debtor: Debtor, on: datetime.date, *, without: Collection[str] = ()) -> Answers:
    """As `answers_of`, for a debtor who is asked about more than once."""
    decisions = {each.case: each for each in decisions_of(debtor, on, without=without)}
    if not any(each.outcome == "act" for each in decisions.values()):
        return Answers(debtor.name, debtor, (), decisions)
    # The reasons take a while, so only those who act are asked for them.
    explained = decisions_of(debtor, on, explain=True, without=without)
    due = []
    for decision in explained:
        if decision.outcome == "act":
            walk = walk_of(debtor, decision.case)
            left_out = tuple(sorted(without))
            due.append(Due(key_of(debtor, walk, decision), walk, decision, left_out))
    return Answers(debtor.name, debtor, tuple(due), decisions)


def walk_of(debtor: Debtor, case: str) -> Walk:
    """The case of a debtor; an invoice or an account."""
    walk = debtor.invoices.get(case)
    return debtor.accounts[case] if walk is None else walk


def key_of(debtor: Debtor, walk: Walk, decision: Decision) -> str:
    """What makes it the same action again: case, cycle, stage and repetition."""
    since = walk.facts(decision.on.toordinal()).cycle_since
    # Cancelled ones count: who does a stage again after that does another thing.
    done = sum(
        event.kind == "stage" and event.stage == decision.stage and event.date.toordinal() >= since
        for event in _stages(debtor, walk)
    )
    cycle = date_of(since).isoformat() if since > 0 else "first"
    return f"{walk.case}#{cycle}#{decision.stage}#{done + 1}"


def _stages(debtor: Debtor, walk: Walk) -> tuple[Any, ...]:
    if isinstance(walk, InvoiceWalk):
        return walk.timeline.stages
    return debtor.history.account_events.get(walk.case, ())


def sha256_of(plain: Mapping[str, Any]) -> str:
    """The SHA-256 of what a decision says to do; its reasons and what comes next do not count."""
    return digest(canonical({k: v for k, v in plain.items() if k not in _TOLD_ONLY}))


def unreachable(plain: Mapping[str, Any]) -> str | None:
    """Why an action that is due cannot be performed: no channel reaches the customer."""
    problems = tuple(plain["problems"])
    return "; ".join(problems) if is_unreachable(problems) else None


# ------------------------------------------------------------------------------- what changed


def told(decision: Decision | None) -> str:
    """What a decision says, in a few words, to who expected an action."""
    if decision is None or decision.outcome == "settled":
        return "settled"
    if decision.outcome in {"waiting", "not_due"}:
        if decision.next is None:
            return "nothing is due"
        return f"nothing is due before {decision.next.due} ({decision.next.stage})"
    if decision.outcome == "act":
        return f"{decision.stage} is due"
    reason = f": {decision.reason}" if decision.reason else ""
    return f"{decision.outcome.replace('_', ' ')}{reason}"


_NAMES = {
    "open_amount": "the open amount",
    "fee": "the fee",
    "tax": "the tax",
    "interest": "the interest",
    "deadline": "the deadline",
    "stage": "the stage",
    "due": "the due day",
    "channels": "the channels",
    "letters": "the letters",
    "policy": "the policy",
    "version": "the version",
    "approval": "who has to approve it",
}


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What a decision says otherwise than before: `the open amount was 250.00 EUR, now 120.00`."""
    changed = [
        name
        for name in dict.fromkeys((*before, *now))
        if name not in _TOLD_ONLY and before.get(name) != now.get(name)
    ]
    first = [name for name in _NAMES if name in changed] or changed
    sentences = [
        f"{_NAMES.get(name, name)} was {_shown(before.get(name))} and is {_shown(now.get(name))}"
        for name in first[:2]
    ]
    return " and ".join(sentences)


def _shown(value: object) -> str:
    match value:
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
        case list():
            return listed([str(each) for each in value]) if value else "none"
        case None | "":
            return "none"
        case _:
            return str(value)
