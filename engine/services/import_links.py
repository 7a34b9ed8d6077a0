"""What rows of an imported file say about one another and about the store, once they are in it.

Both checks run in the transaction that took the rows, which is rolled back where they find
something: the database holds what would not fit into memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.core.model import Customer
from engine.io.ledger_links import Flaw, linked
from engine.io.ledger_payers import check_payers
from engine.io.ledger_state import Reading
from engine.store import ledger, ledger_read, staging

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from engine.core.model import Event
    from engine.io import sheets
    from engine.io.sheets import Sheet
    from engine.store.staging import Import

LINKED = ("reversal", "stage", "stage_cancelled", "charge_paid", "charge_waived")
"""Kinds of events that say something about others, or of which others do."""


def link_flaws(
    connection: Connection, begun: Import, *, keeps_good_rows: bool
) -> dict[int, list[Flaw]]:
    """What is wrong with reversals and cancelled stages, by the number of the row.

    All events of the customers concerned are looked at. Where a new row would make an event wrong
    that was taken before, the new one is to blame.
    """
    found: dict[str, list[Flaw]] = {}
    has_lost = staging.has_lost(connection, begun)
    for customers in staging.concerned(connection, begun, LINKED):
        rows = _events_of(connection, customers)
        reading = _reading(connection, begun, rows, keeps_good_rows=keeps_good_rows)
        if has_lost:
            reading.lose("events")
        for event, flaw in linked(reading)[1]:
            key = rows[event.row].key
            if rows[event.row].import_id == begun.id:
                found.setdefault(key, []).append(flaw)
            else:
                blamed = _blamed(rows, begun, event)
                message = f"with this row an event of the store would be wrong: {flaw.message}"
                for each in blamed:
                    hint = "take the row out, or correct its date"
                    found.setdefault(each, []).append(Flaw(flaw.code, "", message, hint))
    numbers = _numbers(connection, begun, found)
    return {numbers[key]: flaws for key, flaws in found.items()}


def _events_of(connection: Connection, customers: Sequence[str]) -> dict[int, Row[Any]]:
    """The events of some customers that matter here, and what they take back, by place."""
    rows = ledger.events_of_kinds(connection, LINKED, customers)
    originals = {f"id:{row.value}" for row in rows if row.kind == "reversal"}
    rows += ledger.events_by_key(connection, originals).values()
    return {row.seq: row for row in rows}


def _reading(
    connection: Connection,
    begun: Import,
    rows: Mapping[int, Row[Any]],
    *,
    keeps_good_rows: bool,
) -> Reading:
    reading = Reading({}, keeps_good_rows=keeps_good_rows)
    typed = ledger_read.Typed({})
    for place, row in rows.items():
        event = ledger_read.event_of(row._mapping, typed)  # noqa: SLF001 - the public name for a row's columns
        reading.events[place] = event
        if event.id is not None:
            reading.by_id[event.id] = event
    named = {str(each.value) for each in reading.events.values() if each.kind == "reversal"}
    missing = {f"id:{name}" for name in named - reading.by_id.keys()}
    for row in staging.staged(connection, begun, missing):
        if row.kind == "bad":
            reading.bad["id"].add(row.id.removeprefix("id:"))
    return reading


def _blamed(rows: Mapping[int, Row[Any]], begun: Import, event: Event) -> list[str]:
    """The new events on the same thing that come before one that they make wrong."""
    return [
        row.key
        for row in rows.values()
        if row.import_id == begun.id
        and row.target_id == event.target_id
        and (row.date, row.recorded) <= (event.date, event.recorded)
    ]


def _numbers(connection: Connection, begun: Import, keys: Mapping[str, object]) -> dict[str, int]:
    """The rows in which events stood, by what makes them the same again."""
    ids = {key if key.startswith("id:") else key.rpartition(":")[0] for key in keys}
    rows = staging.staged(connection, begun, ids)
    return {row.body["key"]: row.number for row in rows if row.kind == "event"}


# -------------------------------------------------------------------------------------- payers


def complain_of_payers(
    connection: Connection,
    begun: Import,
    sheet: Sheet,
    rows: Mapping[str, sheets.Row],
    *,
    keeps_good_rows: bool,
) -> None:
    """Say in the sheet what is wrong with the payers of such customers; `rows` are theirs."""
    reading = Reading({}, keeps_good_rows=keeps_good_rows)
    for name, row in rows.items():
        sheet.take(row)
        reading.customers[name] = Customer(name, {}, sheet.cell("payer") or None)
        reading.payers[name] = row
    payers = {str(each.payer) for each in reading.customers.values()}
    for staged in staging.staged(connection, begun, payers - reading.customers.keys()):
        if staged.kind == "bad":
            reading.bad["customer"].add(staged.id)
    if staging.has_lost(connection, begun):
        reading.lose("customers")
    check_payers(reading, sheet)
