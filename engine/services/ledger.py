"""A ledger, read with the facts that the policies declare and ready to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.suggest import closest
from engine.core.ledger_index import index_ledger
from engine.io.garbage import collector_at_rest
from engine.io.ledger import load_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dunlang.plan import Plan
    from dunlang.types import Type
    from engine.core.ledger_index import LedgerIndex
    from engine.core.model import Ledger
    from engine.core.problems import DataProblem


@dataclass(frozen=True, slots=True)
class LedgerFound:
    """What came of reading a ledger."""

    index: LedgerIndex | None
    """None if something is wrong with it."""
    problems: tuple[DataProblem, ...]
    """By file, then by line; not empty beside an index where bad rows were skipped."""
    repeated: int
    """Events that stood there again under the same id, and were taken once."""
    readable: bool
    """Whether every file is a table, so that leaving bad rows out would help."""
    doubts: tuple[str, ...]
    """Sentences about names that look like slips of the keys, and about texts in a store that do
    not fit what the policies declare."""


def open_ledger(
    folder: Path,
    declared: Mapping[str, Type],
    plans: Sequence[Plan] = (),
    *,
    skip_bad: Path | None = None,
    what_if: Path | None = None,
) -> LedgerFound:
    """The ledger in a folder, with all that is wrong with its files.

    `declared` are the types of declared facts by path (`Policies.declared`); the `plans` tell which
    stages and policies there are. `skip_bad` names a file for the bad rows, which are then left
    out; `what_if` a file of further events. Raises OSError for what cannot be read or written.
    """
    found = load_ledger(folder, declared, skip_bad=skip_bad, what_if=what_if)
    with collector_at_rest():
        index = None if found.ledger is None else index_ledger(found.ledger)
    doubts = (*found.doubts, *(() if found.ledger is None else slips(found.ledger, plans)))
    return LedgerFound(index, tuple(found.problems), found.repeated, found.readable, doubts)


def slips(ledger: Ledger, plans: Sequence[Plan]) -> Iterator[str]:
    """Stages and policies in events that are close to one that there is; one may be long gone."""
    stages = [stage for plan in plans for stage in plan.base.stages]
    known: dict[str, set[str | None]] = {
        "stage": {
            name for each in stages for name in (each.id, *(old for _, old in each.replaces))
        },
        "policy": {plan.id for plan in plans},
    }
    named = {
        "stage": {event.stage for event in ledger.events},
        "policy": {event.policy for event in ledger.events},
    }
    for what, names in known.items():
        there = sorted(filter(None, names))
        for name in sorted(filter(None, named[what] - names)):
            meant = closest(name, there)
            if meant is not None:
                yield f"events name a {what} '{name}', which there is not; is '{meant}' meant?"
