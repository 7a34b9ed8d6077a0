"""Tasks as a person goes through them: with the customer's name, and where they can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.money import Money
from engine.services.actors import Refused, not_allowed
from engine.services.ledger_writes import find_stored
from engine.services.names import has
from engine.store import ledger, tasks

if TYPE_CHECKING:
    from engine.services.actors import Actor
    from engine.store.database import Database
    from engine.store.tasks import Task

_PAGE = 500
_LOOKED_AT = 5_000
"""Tasks that are looked at for one page, however few of them fit."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task in a list."""

    task: Task
    name: str
    """The customer's; empty where the ledger has none."""

    @property
    def amount(self) -> Money:
        """What was open then."""
        return Money(self.task.amount, self.task.currency)


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Some tasks."""

    lines: tuple[TaskLine, ...]
    after: int | None
    """After which number the next page begins; None: there are no more."""


def open_tasks(
    database: Database, actor: Actor, *, words: str = "", after: int = 0
) -> TaskPage | Refused:
    """Open tasks after a number, whose names and texts have all words. Raises StoreError."""
    refused = not_allowed(actor, "read", "see the worklist")
    if refused is not None:
        return refused
    found: list[TaskLine] = []
    looked = 0
    with database.reading() as connection:
        while len(found) < _PAGE and looked < _LOOKED_AT:
            page = tasks.tasks(connection, state="open", case=None, after=after, limit=_PAGE)
            rows = ledger.customers(connection, {each.customer for each in page})
            names = {name: str(row.facts.get("name") or "") for name, row in rows.items()}
            lines = [TaskLine(each, names.get(each.customer, "")) for each in page]
            found += [each for each in lines if has(_text(each), words)]
            if len(page) < _PAGE:
                return TaskPage(tuple(found), None)
            looked += len(page)
            after = page[-1].id
    return TaskPage(tuple(found), after)


def _text(line: TaskLine) -> str:
    task = line.task
    return f"{line.name} {task.customer} {task.case} {task.stage} {task.kind} {task.text}"


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a customer can be reached."""

    facts: dict[str, str]


_FACTS = ("name", "kind", "language", "email", "phone", "street", "postcode", "city", "country")


def reached(database: Database, actor: Actor, customer: str) -> Reached | Refused:
    """What is known of where a customer can be reached, as it stands. Raises StoreError."""
    stored = find_stored(database, actor, "customers", customer)
    if isinstance(stored, Refused):
        return stored
    return Reached({each: str(stored.plain[each]) for each in _FACTS if stored.plain.get(each)})
