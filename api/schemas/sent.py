"""What is sent, where a route reads it itself: named in the description, as what FastAPI reads is.

A generator of clients names its types by these, and has none to name where a schema stands inline.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from api.schemas.ledger import QuestionDescribed
from api.schemas.writes import CUSTOMER, EVENT, INVOICE

_PLACE = "#/components/schemas/"
QUESTION = "Question"
WRITES = {"customers": "CustomerWrite", "invoices": "InvoiceWrite", "events": "EventWrite"}


def reference(name: str) -> dict[str, Any]:
    """A schema that is described under a name."""
    return {"$ref": _PLACE + name}


def named() -> dict[str, Any]:
    """The schemas under their names."""
    template = f"{_PLACE}{{model}}"
    _, parts = models_json_schema([(QuestionDescribed, "validation")], ref_template=template)
    found: dict[str, Any] = parts["$defs"]
    found[QUESTION] = {**found.pop(QuestionDescribed.__name__), "title": QUESTION}
    writes = zip(WRITES.values(), (CUSTOMER, INVOICE, EVENT), strict=True)
    return {**found, **{name: {**schema, "title": name} for name, schema in writes}}
