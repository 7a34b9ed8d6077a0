"""Simulations in a store: how far they have got, and what they found, in compressed blocks."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import delete, func, insert, select, update

from engine.store.ledger_read import Position
from engine.store.schema.jobs import SIMULATION_BLOCKS, SIMULATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

Side: TypeAlias = Literal["policies", "against"]
"""Who decided: the policies, or those that they are compared with."""
FOUND = "found"
"""The list of all events as they were found; those in order are called as their side."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A simulation, as far as it has got."""

    job_id: int
    asked: Mapping[str, Any]
    """What is to be played."""
    position: Position
    """Of the ledger that it sees."""
    after: int
    """`seq` of the last customer who was played."""
    parts: int
    """How many times some debtors were played and kept."""
    found: int
    """Events, of both sides."""
    sums: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Block:
    """Events that are kept together."""

    list: str
    number: int
    part: int
    """Those found together are in order among themselves, on their side."""
    side: Side
    first: int
    """How many events are in earlier blocks of the list."""
    lines: tuple[str, ...]
    """An event each, as JSON."""


_COLUMNS = tuple(SIMULATIONS.c[name] for name in Stored.__slots__)


def add(
    connection: Connection,
    number: int,
    asked: Mapping[str, object],
    given: Mapping[str, object],
    position: Position,
    sums: Mapping[str, object],
) -> None:
    """Keep what a job is to simulate; `given` is what only who plays it needs."""
    values = {
        "job_id": number,
        "asked": dict(asked),
        "given": dict(given),
        "position": position.plain(),
        "after": 0,
        "parts": 0,
        "found": 0,
        "sums": dict(sums),
    }
    connection.execute(insert(SIMULATIONS).values(values))


def simulations(connection: Connection, numbers: Sequence[int]) -> dict[int, Stored]:
    """The simulations of some jobs."""
    wanted = select(*_COLUMNS).where(SIMULATIONS.c.job_id.in_(numbers))
    found = {}
    for number, asked, at, *rest in connection.execute(wanted):
        found[number] = Stored(number, asked, Position.from_plain(at), *rest)
    return found


def given(connection: Connection, number: int) -> Any:  # noqa: ANN401 - a value of JSON
    """What was given with the simulation of a job."""
    wanted = select(SIMULATIONS.c.given).where(SIMULATIONS.c.job_id == number)
    return connection.execute(wanted).scalar_one()


def change(connection: Connection, number: int, **values: object) -> None:
    """Keep how far a simulation has got: `after`, `parts`, `found`, `sums`."""
    connection.execute(update(SIMULATIONS).where(SIMULATIONS.c.job_id == number).values(**values))


def add_blocks(connection: Connection, number: int, blocks: Sequence[Block]) -> None:
    """Keep events."""
    rows = [
        {
            "job_id": number,
            "list": each.list,
            "number": each.number,
            "part": each.part,
            "side": each.side,
            "first": each.first,
            "count": len(each.lines),
            "body": zlib.compress("\n".join(each.lines).encode(), 3),
        }
        for each in blocks
    ]
    if rows:
        connection.execute(insert(SIMULATION_BLOCKS), rows)


def block_count(connection: Connection, number: int, list_: str) -> int:
    """How many blocks a list has."""
    blocks = SIMULATION_BLOCKS.c
    wanted = select(func.count()).where(blocks.job_id == number, blocks.list == list_)
    return connection.execute(wanted).scalar_one()


def block(connection: Connection, number: int, list_: str, at: int) -> Block | None:
    """The block of a place in a list; None behind the last."""
    blocks = SIMULATION_BLOCKS.c
    wanted = select(SIMULATION_BLOCKS).where(
        blocks.job_id == number, blocks.list == list_, blocks.number == at
    )
    row = connection.execute(wanted).first()
    return None if row is None else _block(row)


def block_with(connection: Connection, number: int, list_: str, event: int) -> int:
    """The number of the block in which an event is, by its place in the list; the last if none."""
    blocks = SIMULATION_BLOCKS.c
    wanted = select(func.max(blocks.number)).where(
        blocks.job_id == number, blocks.list == list_, blocks.first <= event
    )
    return connection.execute(wanted).scalar_one() or 0


def parts_of(connection: Connection, number: int, side: Side) -> dict[int, list[int]]:
    """By part, the numbers of the blocks that were found on a side, in order."""
    blocks = SIMULATION_BLOCKS.c
    wanted = select(blocks.part, blocks.number).where(
        blocks.job_id == number, blocks.list == FOUND, blocks.side == side
    )
    found: dict[int, list[int]] = {}
    for part, at in connection.execute(wanted.order_by(blocks.number)):
        found.setdefault(part, []).append(at)
    return found


def _block(row: Any) -> Block:  # noqa: ANN401 - a row of the table
    lines = tuple(zlib.decompress(row.body).decode().split("\n"))
    return Block(row.list, row.number, row.part, row.side, row.first, lines)


def remove(connection: Connection, number: int) -> None:
    """Forget the simulation of a job, and what it found."""
    for table in (SIMULATION_BLOCKS, SIMULATIONS):
        connection.execute(delete(table).where(table.c.job_id == number))
