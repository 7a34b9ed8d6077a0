"""The next action of an invoice, in short: what a ledger holds decides it as it always does."""

from __future__ import annotations

import asyncio
import datetime
import json
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from engine.core.model import Ledger
from engine.io.ledger_json import Objects, read_objects
from engine.services.cases import next_action, short_next_action
from engine.services.given_answers import Answering, answer_usual
from engine.services.given_ledger import decide_given
from engine.services.imports import KINDS
from engine.services.stored_company import in_force_now
from engine.store.one_case import question
from engine.store.one_usual import usual_invoice
from tests.engine.services.importing import taken, written
from tests.engine.services.publications import new
from tests.engine.services.running import DAY, company, performed, proposed
from tests.engine.services.test_given_answers import HOUSE, LIMITED, ON, VIEWER, asked, under

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from engine.store.database import Database

SAID: tuple[dict[str, str], ...] = (
    {},
    {"fee": "3.10", "interest": "0.00"},
    {"policy": "house", "version": "1", "value": "email"},
    {"policy": "house", "fee": "0.00", "until": "2026-03-30"},
    {"policy": "house", "version": "7"},
)


def families(seed: int) -> Iterator[Objects]:
    """Customers one by one, with what the ledger says of stages said in more or fewer words."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    every = asked(seed, 120)
    for customer in every.customers:
        invoices = [each for each in every.invoices if each["customer"] == customer["id"]]
        names = {each["id"] for each in invoices}
        events: list[dict[str, Any]] = []
        for event in every.events:
            if event["invoice"] in names:
                more = chance.choice(SAID) if event["kind"] == "stage" else {}
                events.append({**event, **more})
        alone = {name: value for name, value in customer.items() if name != "payer"}
        yield Objects([alone], invoices, events)


@pytest.mark.parametrize(("text", "least"), [(HOUSE, 120), (LIMITED, 60)], ids=["house", "limited"])
def test_an_invoice_is_decided_as_among_everything_that_its_debtor_owes(
    database: Database, tmp_path: Path, text: str, least: int
) -> None:
    answering, usual = under(tmp_path, text), 0
    read = [
        objects
        for objects in families(1)
        if isinstance(read_objects(objects, answering.now.declared), Ledger)
    ]
    for kind in KINDS:
        rows = (json.dumps(row) for objects in read for row in getattr(objects, kind))
        path = written(tmp_path, f"{kind}.ndjson", "\n".join(rows))
        assert taken(database, kind, path, batch=500).is_taken
    for on in (ON, datetime.date(2026, 3, 21)):
        for objects in read:
            expected = decide_given(VIEWER, answering.now, objects, on)
            assert isinstance(expected, list)
            for plain in expected:
                case = str(plain["case"])
                found = asyncio.run(short_next_action(database, VIEWER, answering, case, on))
                assert found is not None
                assert json.loads(found.texts[0]) == plain
                texts = database.ask(partial(answers_about, case))
                invoice = usual_invoice(texts, case)
                usual += bool(invoice and answer_usual(answering, case, invoice, on))
    assert usual > least


def answers_about(case: str, connection: Connection) -> Sequence[str | None]:
    """What a store answers about a case."""
    asked_for = question(connection.dialect.name)
    return tuple(connection.execute(asked_for, {"invoice": case}).one())


def test_what_a_run_did_counts_the_days_after(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    proposed(database)
    performed(database, tmp_path)
    answering = Answering(new(in_force_now(database)))
    for later in (0, 1, 14, 40):
        on = DAY + datetime.timedelta(days=later)
        for case in ("R-1", "R-2", "R-3", "R-4", "R-5"):
            found = asyncio.run(short_next_action(database, VIEWER, answering, case, on))
            assert found is not None
            expected = next_action(database, VIEWER, answering.now, case, on)
            assert json.loads(found.texts[0]) == expected
