"""Runs: what was proposed, what became of it, and what is handed to channels and people."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from engine.store.schema.base import METADATA, Day, Json, JsonLater, Moment, Number

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("day", Day, nullable=False, unique=True),  # a day has one run, proposed again or not
    Column("state", Text, nullable=False),  # proposed, executed, lapsed
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Moment, nullable=False),  # the last time
    Column("position", Json, nullable=False),  # of the ledger that it saw
    Column("policies", Json, nullable=False),  # the versions that decided: id, number, SHA-256
    Column("outcomes", Json, nullable=False),  # how many decisions of each kind
    Column("undecided", Json, nullable=False),  # case and reason, the first of them
    Column("program", Text, nullable=False),  # versions of what decided
    Column("executed_by", Text),
    Column("executed_at", Moment),  # the first time
)
"""The dunning runs, one a day."""

ACTIONS = Table(
    "actions",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("run_id", Integer, ForeignKey("runs.id"), nullable=False),
    Column("key", Text, nullable=False),  # CASE#CYCLE#STAGE#REPETITION
    Column("case", Text, nullable=False, index=True),
    Column("customer", Text, nullable=False),  # the debtor
    Column("policy", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    # proposed, blocked (nobody can be reached), held, dropped, withdrawn, begun, performed
    Column("state", Text, nullable=False),
    Column("reason", Text),  # why it is blocked, held, dropped or withdrawn
    Column("decision", JsonLater, nullable=False),
    Column("sha256", Text, nullable=False),  # of what the decision says to do
    Column("approval", Text),  # the role that has to approve it
    Column("approved_by", Text),
    Column("approved_at", Moment),
    Column("mode", Text, nullable=False),  # send, finalize, draft, suggest
    Column("released_by", Text),  # who lets go what does not go out by itself
    Column("released_at", Moment),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("key", "run_id"),
    Index(None, "run_id", "id"),
    Index(None, "run_id", "customer", "state"),
    Index(
        "ix_actions_held",  # few, among all that there ever were
        "key",
        sqlite_where=text("state = 'held'"),
        postgresql_where=text("state = 'held'"),
    ),
)
"""What is to be done for a case on the day of a run; one thing at most that is not withdrawn."""

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("run_id", Integer, ForeignKey("runs.id"), nullable=False),
    Column("customer", Text, nullable=False),
    Column("state", Text, nullable=False),  # begun, done, withdrawn
    Column("folder", Text, nullable=False),  # where its letters go, whoever finishes it
    Column("worker", Text, nullable=False),  # who is at it
    Column("lease", Moment, nullable=False),  # until when nobody else takes it over
    Column("begun_by", Text, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("failure", Text),  # why it could not be handed over the last time
    Index(None, "state", "lease"),
)
"""Actions that are performed together: they share a letter, or one stands alone."""

CLAIMS = Table(
    "claims",
    METADATA,
    Column("key", Text, primary_key=True),  # of the action: nothing is performed twice
    Column("delivery_id", Number, ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("action_id", Number, ForeignKey("actions.id"), nullable=False, index=True),
)
"""Actions that are being performed, or were; who withdraws a delivery takes its claims away."""

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("delivery_id", Number, ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("key", Text, nullable=False, unique=True),  # by which a channel knows it again
    Column("channel", Text, nullable=False),
    Column("payload", Json, nullable=False),  # as it was when the delivery was begun
    Column("receipt", Text),
    Column("sent_at", Moment),
)
"""Letters on their way to a channel."""

TASKS = Table(
    "tasks",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("key", Text, nullable=False),  # of the action
    Column("kind", Text, nullable=False),  # task, call, hand_over, suspend, resume, ...
    Column("day", Day, nullable=False),
    Column("case", Text, nullable=False, index=True),
    Column("customer", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("text", Text, nullable=False),  # what to do
    Column("channel", Text),
    Column("amount", Number, nullable=False),  # open then, in minor units
    Column("currency", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),  # open, done, void
    Column("done_by", Text),
    Column("done_at", Moment),
    Column("note", Text),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("key", "kind"),
    Index(None, "state", "day"),
    Index(
        "ix_tasks_suspending",  # few, among all that people ever had to do
        "case",
        "stage",
        "id",
        sqlite_where=text("kind IN ('suspend', 'resume')"),
        postgresql_where=text("kind IN ('suspend', 'resume')"),
    ),
)
"""The worklist: what people are to do."""
