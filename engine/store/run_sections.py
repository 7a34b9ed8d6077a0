"""Actions of a run by what a person does with them, in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import func, not_, select

from engine.store.deliveries import Delivery
from engine.store.ledger import looked_up
from engine.store.runs import READY, Action
from engine.store.schema.runs import ACTIONS, DELIVERIES, OUTBOX

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from engine.store.runs import Run

Section: TypeAlias = Literal["review", "ready", "held", "failed", "done", "withdrawn", "all"]

_IN: Mapping[Section, ColumnElement[bool]] = {
    "review": ((ACTIONS.c.state == "proposed") & not_(READY)) | (ACTIONS.c.state == "blocked"),
    "ready": READY,
    "held": ACTIONS.c.state.in_(("held", "dropped")),
    "failed": ACTIONS.c.state == "begun",
    "done": ACTIONS.c.state == "performed",
    "withdrawn": ACTIONS.c.state == "withdrawn",
}
UNTIL = "until "
"""With this and a date begins the reason of what is held for so long."""


def section(
    connection: Connection, run: Run, name: Section, *, after: int, limit: int
) -> list[Action]:
    """Actions of a part of a run after a number; at most `limit` (a page)."""
    wanted = select(ACTIONS).where(ACTIONS.c.run_id == run.id, ACTIONS.c.id > after)
    if name != "all":
        wanted = wanted.where(_IN[name])
    rows = connection.execute(wanted.order_by(ACTIONS.c.id).limit(limit))
    return [Action(*row) for row in rows]


def of_customer(connection: Connection, run: Run, customer: str, *, limit: int) -> list[Action]:
    """Actions of a run for one debtor that still stand; at most `limit`."""
    mine = (ACTIONS.c.run_id == run.id) & (ACTIONS.c.customer == customer)
    wanted = select(ACTIONS).where(mine, ACTIONS.c.state != "withdrawn")
    return [Action(*row) for row in connection.execute(wanted.order_by(ACTIONS.c.id).limit(limit))]


def count_due_back(connection: Connection, run: Run, today: datetime.date) -> int:
    """How many actions are held until a day that has come."""
    day = func.substr(ACTIONS.c.reason, len(UNTIL) + 1, 10)
    wanted = (
        select(func.count())
        .select_from(ACTIONS)
        .where(
            ACTIONS.c.run_id == run.id,
            ACTIONS.c.state == "held",
            func.substr(ACTIONS.c.reason, 1, len(UNTIL)) == UNTIL,
            day <= today.isoformat(),
        )
    )
    return connection.execute(wanted).scalar_one()


def failures(connection: Connection, run: Run) -> dict[str, str]:
    """By debtor, why a delivery of a run is not out yet."""
    wanted = select(DELIVERIES.c.customer, DELIVERIES.c.failure).where(
        DELIVERIES.c.run_id == run.id,
        DELIVERIES.c.state == "begun",
        DELIVERIES.c.failure.is_not(None),
    )
    return {row.customer: row.failure for row in connection.execute(wanted)}


def deliveries_of(connection: Connection, run: Run, *, after: int, limit: int) -> list[Delivery]:
    """Deliveries of a run after a number; at most `limit` (a page)."""
    wanted = select(DELIVERIES).where(DELIVERIES.c.run_id == run.id, DELIVERIES.c.id > after)
    rows = connection.execute(wanted.order_by(DELIVERIES.c.id).limit(limit))
    return [Delivery(*row) for row in rows]


def channels_of(connection: Connection, deliveries: Sequence[int]) -> dict[int, list[str]]:
    """By number of a delivery, the channels of what it hands over, in order."""
    wanted = select(OUTBOX.c.delivery_id, OUTBOX.c.channel).order_by(OUTBOX.c.id)
    found: dict[int, list[str]] = {}
    for row in looked_up(connection, wanted, OUTBOX.c.delivery_id, deliveries):
        mine = found.setdefault(row.delivery_id, [])
        if row.channel not in mine:
            mine.append(row.channel)
    return found


def last_folder(connection: Connection) -> str | None:
    """Where the newest delivery went; None: there was none."""
    wanted = select(DELIVERIES.c.folder).order_by(DELIVERIES.c.id.desc()).limit(1)
    found: str | None = connection.execute(wanted).scalar()
    return found
