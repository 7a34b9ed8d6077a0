"""What customers say about one another: who pays for whom, when all rows are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.io.ledger_rows import unknown

if TYPE_CHECKING:
    from engine.io.ledger_state import Reading
    from engine.io.sheets import Sheet


def check_payers(reading: Reading, sheet: Sheet) -> None:
    """Drop customers whose payer is not there or pays back to them, which is reported."""
    payers = {name: row for name, row in reading.payers.items() if name in reading.customers}
    circles = _in_circles(reading)
    bad = []
    for name, row in payers.items():
        sheet.take(row)
        payer = str(reading.customers[name].payer)
        if name in circles:
            chain = " for ".join(f"'{each}'" for each in circles[name])
            sheet.complain(
                "L126",
                "payer",
                f"customers pay for one another in a circle: {chain}",
                "leave the cell of the one who really pays empty",
            )
        elif payer not in reading.customers:
            unknown(reading, sheet, "customer", payer, reading.customers, column="payer")
        else:
            continue
        bad.append(name)
    while bad:
        for name in bad:
            del reading.customers[name]
            reading.bad["customer"].add(name)
        bad = [
            name
            for name in payers
            if name in reading.customers
            and reading.customers[name].payer in reading.bad["customer"]
        ]
        for name in bad:
            sheet.take(payers[name])
            payer = str(reading.customers[name].payer)
            unknown(reading, sheet, "customer", payer, reading.customers, column="payer")


def _in_circles(reading: Reading) -> dict[str, list[str]]:
    """For each customer on a circle of payers: who pays for whom, from them round to them."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for name in reading.payers:
        path: dict[str, None] = {}
        at: str | None = name
        while at is not None and at not in seen and at in reading.customers:
            seen.add(at)
            path[at] = None
            at = reading.customers[at].payer
        if at in path:
            names = list(path)
            circle = names[names.index(at) :]
            for number, each in enumerate(circle):
                found[each] = [each, *reversed(circle[:number]), *reversed(circle[number:])]
    return found
