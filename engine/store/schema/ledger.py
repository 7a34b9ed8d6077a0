"""The ledger: customers and invoices as they came in, and everything that happened since.

Rows are only ever added. What changes about a customer or an invoice is an event.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from engine.store.schema.base import METADATA, Day, Json, Moment, Number

IMPORTS = Table(
    "imports",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # customers, invoices, events
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False, index=True),  # of the file
    Column("state", Text, nullable=False),  # staging, done, refused
    Column("begun_after", Number, nullable=False),  # so many imports, on which its checks rest
    Column("staged", Number, nullable=False),  # rows that need not be read again
    Column("taken", Number, nullable=False),
    Column("changed", Number, nullable=False),  # rows that became events
    Column("unchanged", Number, nullable=False),  # rows that were there already
    Column("bad", Number, nullable=False),
    Column("actor", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
)
"""Files that were read."""

STAGED = Table(
    "staged_rows",
    METADATA,
    Column("import_id", Integer, ForeignKey("imports.id"), primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),  # of the row, from 1
    Column("part", Integer, primary_key=True, autoincrement=False),  # a row may become more events
    # customer, invoice, event: to be added; document: of an invoice to be added;
    # same, changed: there already; bad, lost: what is wrong with a row
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),  # of a customer or invoice; what identifies an event
    Column("body", Json, nullable=False),
    Index(None, "import_id", "id"),
)
"""Rows of a file that is not taken yet: all of it is, or nothing."""

CUSTOMERS = Table(
    "customers",
    METADATA,
    Column("seq", Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("payer", Text, index=True),
    Column("facts", Json, nullable=False),  # texts as written; a policy declares what they mean
    Column("import_id", Integer, ForeignKey("imports.id")),
)
"""Who is dunned."""

INVOICES = Table(
    "invoices",
    METADATA,
    Column("seq", Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("customer", Text, nullable=False, index=True),
    Column("document", Text, index=True),
    Column("issued", Day, nullable=False),
    Column("due", Day, nullable=False),
    Column("amount", Number, nullable=False),  # minor units
    Column("currency", Text, nullable=False),
    Column("recorded", Moment),
    Column("facts", Json, nullable=False),
    Column("import_id", Integer, ForeignKey("imports.id")),
)
"""What is owed."""

EVENTS = Table(
    "events",
    METADATA,
    Column("seq", Number, primary_key=True),  # in the order in which they came
    Column("key", Text, nullable=False, unique=True),  # what makes it the same event again
    Column("id", Text, index=True),
    Column("kind", Text, nullable=False),
    Column("date", Day, nullable=False),
    Column("target", Text, nullable=False),  # invoice, document, customer, case
    Column("target_id", Text, nullable=False),
    Column("customer", Text, nullable=False, index=True),  # to whom the target belongs
    Column("recorded", Moment, nullable=False),
    Column("amount", Number),
    Column("currency", Text),
    Column("until", Day),
    Column("name", Text),
    Column("value", Text),
    Column("reason", Text),
    Column("stage", Text),
    Column("policy", Text),
    Column("version", Integer),
    Column("fee", Number),
    Column("interest", Number),
    Column("import_id", Integer, ForeignKey("imports.id")),
)
"""What happened, effective on `date`, known from `recorded`."""
