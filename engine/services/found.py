"""What is due for the debtors of a company, kept small until it is written down.

A run looks at the whole ledger first and writes afterwards, so that others can write meanwhile.
What it found would not fit into memory as objects: of a large company there are a great many.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from engine.services.due_actions import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.services.due_actions import Answers
    from engine.services.stored_company import InForce
    from engine.store.ledger_read import Position


class FoundDue(NamedTuple):
    """An action that is due."""

    key: str
    plain: Mapping[str, Any]
    """The decision as values of JSON, with its reasons."""
    without: tuple[str, ...]
    """Cases of the debtor that were left out because a person keeps them back, by id."""


Standing: TypeAlias = tuple[Literal["act", "wait"], str]
"""Whether something is due for a case, and what its decision says, in a few words."""


class FoundDebtor(NamedTuple):
    """What there is to be done for a debtor."""

    name: str
    facts: str
    """SHA-256 of what the ledger says about them."""
    due: tuple[FoundDue, ...]
    """By case (code point)."""
    standing: Mapping[str, Standing]
    """All cases that are not settled."""

    def told(self, case: str) -> str:
        """What is to be said of a case to who expected an action."""
        return self.standing[case][1] if case in self.standing else told(None)

    def is_due(self, case: str) -> bool | None:
        """Whether something is due for a case; None if it is settled."""
        return self.standing[case][0] == "act" if case in self.standing else None


@dataclass(frozen=True, slots=True)
class Found:
    """What is due on a day, worked out from one state of the store."""

    now: InForce
    position: Position
    parts: tuple[bytes, ...]
    """Some debtors each, packed: for whom something is due, or was in an earlier proposal."""
    outcomes: Mapping[str, int]
    undecided: tuple[tuple[str, str], ...]
    """Case and reason, the first of them."""


def packed(debtors: Iterable[tuple[Answers, str]]) -> bytes:
    """Answers for some debtors, with the SHA-256 of the facts of each, in little room."""
    plain = [
        (
            answers.name,
            facts,
            [(due.key, due.plain, due.without) for due in answers.due],
            {
                case: ("act" if decision.outcome == "act" else "wait", told(decision))
                for case, decision in answers.decisions.items()
            },
        )
        for answers, facts in debtors
    ]
    return zlib.compress(json.dumps(plain).encode(), level=1)


def unpacked(part: bytes) -> list[FoundDebtor]:
    """What was packed."""
    return [
        FoundDebtor(
            name,
            facts,
            tuple(FoundDue(key, plain, tuple(without)) for key, plain, without in due),
            {case: (kind, text) for case, (kind, text) in standing.items()},
        )
        for name, facts, due, standing in json.loads(zlib.decompress(part))
    ]
