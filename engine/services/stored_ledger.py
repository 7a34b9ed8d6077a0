"""The ledger of a store, read with the facts that the policies declare and ready to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.ledger_index import index_ledger
from engine.io.garbage import collector_at_rest
from engine.io.ledger import LedgerRead, with_events
from engine.services.ledger import LedgerFound, slips
from engine.store.ledger import owner_of
from engine.store.ledger_read import load_ledger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dunlang.plan import Plan
    from dunlang.types import Type
    from engine.store.database import Database


def open_stored(
    database: Database,
    declared: Mapping[str, Type],
    plans: Sequence[Plan] = (),
    *,
    what_if: Path | None = None,
    case: str | None = None,
) -> LedgerFound:
    """The ledger of a store; see `engine.services.ledger.open_ledger`.

    Where only one `case` is asked for, only what concerns its debtor is read. Raises StoreError,
    and OSError for `what_if`.
    """
    with collector_at_rest(), database.reading() as connection:
        debtor = None if case is None or what_if is not None else owner_of(connection, case)
        stored = load_ledger(connection, declared, None if debtor is None else [debtor])
    unfit = tuple(map(str, stored.unfit))
    if what_if is None:
        found = LedgerRead(stored.ledger, [], 0, readable=True, doubts=[])
    else:
        found = with_events(stored.ledger, declared, what_if)
    with collector_at_rest():
        index = None if found.ledger is None else index_ledger(found.ledger)
    odd = () if found.ledger is None else slips(found.ledger, plans)
    doubts = (*unfit, *found.doubts, *odd)
    return LedgerFound(index, tuple(found.problems), found.repeated, found.readable, doubts)
