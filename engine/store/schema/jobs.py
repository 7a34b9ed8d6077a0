"""Work in the background, and what simulations found."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from engine.store.schema.base import METADATA, Json, Moment, Number

JOBS = Table(
    "jobs",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("kind", Text, nullable=False),  # execution, simulation, ...
    Column("subject", Text, nullable=False),  # what it is about, such as the day of a run
    Column("asked", Json, nullable=False),  # what is to be done
    Column("actor", Text, nullable=False),  # who asked; their role is looked up when it is done
    Column("state", Text, nullable=False),  # queued, running, done, failed, cancelled
    Column("cancelled_by", Text),  # who does not want it any more
    Column("worker", Text),  # who is at it
    Column("lease", Moment),  # until when nobody else takes it over
    Column("taken", Integer, nullable=False),  # how often, since it last got on
    Column("done", Number, nullable=False),  # of as many as `of`
    Column("of", Number, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("begun_at", Moment),
    Column("ended_at", Moment),
    Column("result", Json),
    Column("problem", Json),
    Index(None, "state", "kind"),
    Index(None, "kind", "subject"),
    sqlite_autoincrement=True,  # a number that was deleted is never given again
)
"""What is to be done without anybody waiting for it."""

SIMULATIONS = Table(
    "simulations",
    METADATA,
    Column("job_id", Number, ForeignKey("jobs.id"), primary_key=True, autoincrement=False),
    Column("asked", Json, nullable=False),  # what is to be played
    Column("given", Json, nullable=False),  # with it: drafts with their texts, further events
    Column("position", Json, nullable=False),  # of the ledger that it sees
    Column("after", Number, nullable=False),  # `seq` of the last customer who was played
    Column("parts", Integer, nullable=False),  # some debtors each, of whom everything was found
    Column("found", Number, nullable=False),  # events
    Column("sums", Json, nullable=False),
)
"""Simulations, and how far they have got."""

SIMULATION_BLOCKS = Table(
    "simulation_blocks",
    METADATA,
    Column("job_id", Number, ForeignKey("simulations.job_id"), primary_key=True),
    # found: as they were found; policies, against: in order
    Column("list", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("part", Integer, nullable=False),  # found together, and in order among themselves
    Column("side", Text, nullable=False),  # policies or against: who decided
    Column("first", Number, nullable=False),  # events in earlier blocks of the list
    Column("count", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # JSON, an event a line, compressed
)
"""Events of simulations, many together."""
