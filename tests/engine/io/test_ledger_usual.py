"""JSON objects in which nothing is unusual are read by a short way, to the same ledger."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.model import Ledger
from engine.io.ledger_json import Objects, read_objects, read_tables
from engine.io.ledger_usual import usual_ledger
from tests.engine.io.folders import TYPES

CUSTOMER: dict[str, Any] = {"id": "C-1", "name": "Müller", "kind": "business", "risk": "low"}
INVOICE: dict[str, Any] = {
    "id": "R-1",
    "customer": "C-1",
    "issued": "2026-01-30",
    "due": "2026-03-02",
    "amount": "250.00",
    "currency": "EUR",
}
STAGE: dict[str, Any] = {
    "date": "2026-03-05",
    "kind": "stage",
    "invoice": "R-1",
    "stage": "reminder",
}
PAYMENT: dict[str, Any] = {
    "date": "2026-03-04",
    "kind": "payment",
    "invoice": "R-1",
    "amount": "9.5",
}

VALUES: tuple[Any, ...] = (
    *("", None, "C-1", "R-1", "C-2", "R-2", "2026-03-01", "2026-02-30", "EUR", "eur", "JPY"),
    *("10.00", "10.005", "-1", "0", 0, 7, 7.5, True, [], ["a"], {}, "a\0b", "a\nb", "low", "yes"),
    *("payment", "credit", "stage", "dispute", "5.00 EUR", "high;low"),
)
NAMES = (
    *("id", "customer", "issued", "due", "amount", "currency", "payer", "risk", "kind", "tags"),
    *("name", "document", "recorded", "date", "invoice", "stage", "value", "until", "excluded"),
    *("", "a\nb", "project", "country"),
)


@st.composite
def changed(draw: st.DrawFn, usual: dict[str, Any]) -> dict[str, Any]:
    """An object as it should be, with fields changed, added or taken away."""
    found = dict(usual)
    for _ in range(draw(st.sampled_from((0, 0, 0, 0, 0, 1, 2)))):
        name = draw(st.sampled_from(NAMES))
        if draw(st.booleans()):
            found[name] = draw(st.sampled_from(VALUES))
        else:
            found.pop(name, None)
    return found


def some(*usual: dict[str, Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.sampled_from(usual).flatmap(changed), min_size=1, max_size=3)


LISTS = st.builds(
    Objects,
    some(CUSTOMER, CUSTOMER | {"id": "C-2", "country": "DE"}),
    some(INVOICE, INVOICE | {"id": "R-2", "project": "x"}),
    some(STAGE, PAYMENT, PAYMENT | {"kind": "credit", "date": "2026-03-05"}),
)


@given(LISTS)
def test_what_is_read_by_the_short_way_is_what_the_long_one_reads(objects: Objects) -> None:
    found = usual_ledger(*objects, TYPES)
    if found is not None:
        assert read_tables(objects, TYPES) == found
    assert read_objects(objects, TYPES) == read_tables(objects, TYPES)


def test_what_most_services_send_takes_the_short_way() -> None:
    objects = Objects([CUSTOMER | {"phone": None, "tags": ""}], [INVOICE], [STAGE, PAYMENT])
    found = usual_ledger(*objects, TYPES)
    assert isinstance(found, Ledger)
    assert [event.kind for event in found.events] == ["payment", "stage"]
    assert found == read_tables(objects, TYPES)


@pytest.mark.parametrize(
    ("customer", "invoice", "event"),
    [
        ({"payer": "C-2"}, {}, {}),
        ({"id": 1}, {}, {}),
        ({"excluded": "yes"}, {}, {}),
        ({"risk": "huge"}, {}, {}),
        ({"name": "a\0b"}, {}, {}),
        ({}, {"document": "D-1"}, {}),
        ({}, {"amount": 250}, {}),
        ({}, {"amount": "0.00"}, {}),
        ({}, {"currency": "XXX"}, {}),
        ({}, {"customer": "C-9"}, {}),
        ({}, {}, {"id": "E-1"}),
        ({}, {}, {"fee": "1.00"}),
        ({}, {}, {"kind": "dispute"}),
        ({}, {}, {"invoice": "R-9"}),
        ({}, {}, {"date": "2026-02-30"}),
    ],
)
def test_what_is_unusual_takes_the_long_way(
    customer: dict[str, Any], invoice: dict[str, Any], event: dict[str, Any]
) -> None:
    lists = [CUSTOMER | customer], [INVOICE | invoice], [STAGE | event]
    assert usual_ledger(*lists, TYPES) is None
