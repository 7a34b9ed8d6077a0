"""What the tables of runs really hold, for who looks for what was changed in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, func, or_, select, type_coerce

from engine.store.ledger import looked_up
from engine.store.ledger_digest import OWN_KEYS, line_of
from engine.store.policies import digest
from engine.store.schema.ledger import EVENTS
from engine.store.schema.runs import ACTIONS, DELIVERIES, OUTBOX, RUNS, TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Row

_PAGE = 1_000


def own_events(connection: Connection) -> Iterator[tuple[str, str]]:
    """Events that runs wrote: the key of each, and the SHA-256 of its row."""
    wanted = select(EVENTS.c.key, line_of(connection, EVENTS).label("line"))
    own = or_(*(func.substr(EVENTS.c.key, 1, len(begin)) == begin for begin in OWN_KEYS))
    for row in _streamed(connection, wanted.where(own, EVENTS.c.import_id.is_(None))):
        yield row.key, digest(row.line)


def sealed_events(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of the rows of some events, by key."""
    wanted = select(EVENTS.c.key, line_of(connection, EVENTS).label("line"))
    rows = looked_up(connection, wanted, EVENTS.c.key, keys)
    return {row.key: digest(row.line) for row in rows}


def action_rows(connection: Connection) -> Iterator[Row[Any]]:
    """Every action: `day` of its run, `key`, `state`, text of the `decision`, who let it go."""
    columns = (ACTIONS.c.key, ACTIONS.c.state, ACTIONS.c.approved_by, ACTIONS.c.released_by)
    decision = type_coerce(ACTIONS.c.decision, Text).label("decision")
    day = type_coerce(RUNS.c.day, Text).label("day")
    if connection.dialect.name == "postgresql":
        day = func.to_char(RUNS.c.day, "YYYY-MM-DD").label("day")
    wanted = select(day, *columns, decision).join(RUNS, RUNS.c.id == ACTIONS.c.run_id)
    return _streamed(connection, wanted.order_by(ACTIONS.c.id))


def letter_rows(connection: Connection) -> Iterator[Row[Any]]:
    """Everything that went out: its `key` and the text of its `payload`."""
    payload = type_coerce(OUTBOX.c.payload, Text).label("payload")
    wanted = select(OUTBOX.c.key, payload).join(DELIVERIES, DELIVERIES.c.id == OUTBOX.c.delivery_id)
    done = wanted.where(DELIVERIES.c.state == "done")
    return _streamed(connection, done.order_by(OUTBOX.c.id))


def task_rows(connection: Connection) -> Iterator[Row[Any]]:
    """Every task: `id`, `key`, `kind`, `text`, `state` and `done_by`."""
    columns = (TASKS.c.id, TASKS.c.key, TASKS.c.kind, TASKS.c.text, TASKS.c.state, TASKS.c.done_by)
    return _streamed(connection, select(*columns).order_by(TASKS.c.id))


def _streamed(connection: Connection, wanted: Any) -> Iterator[Row[Any]]:  # noqa: ANN401 - SQLAlchemy's statements have no simpler type
    yield from connection.execute(wanted, execution_options={"yield_per": _PAGE})
