"""Ledgers as lists of JSON objects at random: most as they should be, some with anything wrong."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from engine.io.ledger_json import Objects

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
