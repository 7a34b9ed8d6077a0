"""Decisions of the audit trail made once more, with what was known and in force at the time."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.services.due_actions import answers_of, difference, told
from engine.services.stored_company import InForce, as_it_was, company
from engine.services.version import program
from engine.store import audit
from engine.store.audit import Flaw
from engine.store.errors import StoreError
from engine.store.ledger_digest import facts_digests
from engine.store.ledger_read import Position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from engine.services.due_actions import Answers
    from engine.store.audit import Entry

PROPOSED = "action proposed"
_AT_ONCE = 500
"""Decisions that are made once more together."""


class _Told(NamedTuple):
    """What an entry says of a decision."""

    entry: Entry
    on: datetime.date
    customer: str
    facts: str
    without: tuple[str, ...]
    key: str
    decision: Mapping[str, Any]
    position: Position
    versions: tuple[tuple[str, int, str], ...]
    program: str


def decision_flaws(
    connection: Connection, seen: Callable[[int], object] | None = None
) -> Iterator[Flaw]:
    """Decisions that come out otherwise than the audit trail says, and facts that are others.

    `seen` is told now and then how many entries more were looked at.
    """
    replaying = _Replaying(connection)
    part: list[_Told] = []
    for entry in audit.told(connection, [PROPOSED]):
        said = _said(entry)
        if said is None:
            continue  # changed by hand, which the check of the chain tells
        if part and (len(part) == _AT_ONCE or _state(part[0]) != _state(said)):
            yield from replaying.flaws(part)
            part = []
        part.append(said)
        if seen is not None:
            seen(1)
    yield from replaying.flaws(part)


def _state(said: _Told) -> object:
    return said.position, said.versions, said.on


def _said(entry: Entry) -> _Told | None:
    body = entry.body
    try:
        return _Told(
            entry,
            datetime.date.fromisoformat(body["on"]),
            body["customer"],
            body["facts"],
            tuple(body["without"]),
            body["key"],
            body["decision"],
            Position.from_plain(body["position"]),
            tuple((name, number, sha256) for name, number, sha256 in body["policies"]),
            body["program"],
        )
    except (KeyError, TypeError, ValueError):
        return None


@dataclass(slots=True)
class _Replaying:
    connection: Connection
    policies: dict[object, InForce | str] = field(default_factory=dict)
    """By versions; or why they cannot be asked any more."""

    def flaws(self, part: Sequence[_Told]) -> Iterator[Flaw]:
        """What comes out otherwise; all of the part saw the same state of the store."""
        if not part:
            return
        first = part[0]
        now = self._in_force(first.versions)
        if isinstance(now, str):
            for said in part:
                yield Flaw(said.entry.number, f"{_name(said)} cannot be repeated: {now}")
            return
        names = sorted({said.customer for said in part})
        facts = facts_digests(self.connection, names, first.position)
        seen = company(self.connection, now, debtors=names, upto=first.position)
        asked: dict[tuple[str, tuple[str, ...]], Answers] = {}
        for said in part:
            if facts.get(said.customer) != said.facts:
                what = f"what the ledger says of customer {said.customer}"
                reason = f"{what} is not what it said when {_name(said)} was decided"
                yield Flaw(said.entry.number, reason)
                continue
            if said.customer not in seen.index.invoices:
                yield Flaw(said.entry.number, f"the invoices of {_name(said)} are not there")
                continue
            asking = (said.customer, said.without)
            if asking not in asked:
                asked[asking] = answers_of(
                    seen.index, said.customer, now.together, said.on, without=said.without
                )
            why = _otherwise(said, asked[asking])
            if why is not None:
                yield Flaw(said.entry.number, why)

    def _in_force(self, versions: tuple[tuple[str, int, str], ...]) -> InForce | str:
        if versions not in self.policies:
            try:
                found = as_it_was(self.connection, versions)
            except StoreError as error:
                self.policies[versions] = error.message
            else:
                self.policies[versions] = (
                    found
                    if isinstance(found, InForce)
                    else f"{found[0]} version {found[1]} is not there as it was"
                )
        return self.policies[versions]


def _name(said: _Told) -> str:
    return f"{said.decision.get('stage')} of case {said.decision.get('case')} on {said.on}"


def _otherwise(said: _Told, answers: Answers) -> str | None:
    """What a decision made once more says otherwise; None if it is the same."""
    by = "" if said.program == program() else f" (by {program()}; it was {said.program})"
    due = next((each for each in answers.due if each.key == said.key), None)
    if due is None:
        case = str(said.decision.get("case"))
        return f"{_name(said)} is decided otherwise now{by}: {told(answers.decisions.get(case))}"
    plain = due.plain
    if plain == said.decision:
        return None
    what = difference(said.decision, plain) or "the reasons are others"
    return f"{_name(said)} is decided otherwise now{by}: {what}"
