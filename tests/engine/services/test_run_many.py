"""Runs over more customers than are looked at together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services import audit
from engine.services.proposing import AT_ONCE
from engine.services.run_lists import list_actions
from tests.engine.services.importing import taken
from tests.engine.services.publications import ANNA, new, put_in_force, text
from tests.engine.services.running import DAY, HEAD, LADDER, happens, proposed

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

COUNT = 2 * AT_ONCE + 5
LAST = COUNT - 1


def great_company(database: Database, folder: Path) -> None:
    """Customers with an invoice each; the third pays for the last but one."""
    customers = [
        f"C-{n},a{n}@example.com,{'C-3' if n == LAST else ''}" for n in range(1, COUNT + 1)
    ]
    invoices = [f"R-{n},C-{n},2026-02-01,2026-03-02,250.00,EUR" for n in range(1, COUNT + 1)]
    (folder / "customers.csv").write_text("\n".join(("id,email,payer", *customers, "")))
    (folder / "invoices.csv").write_text(
        "\n".join(("id,customer,issued,due,amount,currency", *invoices, ""))
    )
    assert taken(database, "customers", folder / "customers.csv").is_taken
    assert taken(database, "invoices", folder / "invoices.csv").is_taken
    put_in_force(database, text(ladder=LADDER, more=HEAD))


def test_a_run_over_many_customers_proposes_for_each_once_in_their_order(
    database: Database, tmp_path: Path
) -> None:
    great_company(database, tmp_path)
    proposal = proposed(database)
    assert (proposal.new, proposal.run.outcomes) == (COUNT, {"act": COUNT})
    actions = new(list_actions(database, ANNA, day=DAY, limit=2 * COUNT))
    own = [f"C-{n}" for n in range(1, COUNT + 1) if n != LAST]
    assert [each.customer for each in actions] == [*own[:3], "C-3", *own[3:]]
    (paid_for,) = (each for each in actions if each.case == f"R-{LAST}")
    assert paid_for.decision["letters"] == [f"{DAY}/C-3/EUR/email"]

    happens(
        database,
        tmp_path,
        "2026-03-16,payment,R-1,250.00,EUR",
        f"2026-03-16,payment,R-{LAST},250.00,EUR",
        f"2026-03-16,payment,R-{COUNT},50.00,EUR",
    )
    again = proposed(database)
    assert (again.new, again.changed, again.withdrawn) == (0, 1, 2)
    assert new(audit.verify(database, ANNA)).flaws == ()
