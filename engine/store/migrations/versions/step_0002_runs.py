"""Runs, their actions, the outbox and the worklist; people's duties."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# The types as they were at this step, whatever becomes of those of the program.
MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this step."""
    duties = sa.Column("duties", sa.Text(), nullable=False, server_default=sa.text("'[]'"))
    op.add_column("users", duties)
    _runs()
    _actions()
    _deliveries()
    _tasks()


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("policies", sa.Text(), nullable=False),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.Column("undecided", sa.Text(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("executed_by", sa.Text(), nullable=True),
        sa.Column("executed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("day", name="uq_runs_day"),
    )


def _actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("approval", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_actions_run_id"),
        sa.UniqueConstraint("key", "run_id", name="uq_actions_key_run_id"),
    )
    op.create_index("ix_actions_case", "actions", ["case"])
    op.create_index("ix_actions_run_id_id", "actions", ["run_id", "id"])
    op.create_index("ix_actions_run_id_customer_state", "actions", ["run_id", "customer", "state"])
    held = sa.text("state = 'held'")
    op.create_index("ix_actions_held", "actions", ["key"], sqlite_where=held, postgresql_where=held)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("lease", MOMENT, nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_deliveries_run_id"),
    )
    op.create_index("ix_deliveries_state_lease", "deliveries", ["state", "lease"])

    op.create_table(
        "claims",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("delivery_id", NUMBER, nullable=False),
        sa.Column("action_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_claims"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_claims_delivery_id"),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_claims_action_id"),
    )
    op.create_index("ix_claims_delivery_id", "claims", ["delivery_id"])
    op.create_index("ix_claims_action_id", "claims", ["action_id"])

    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("delivery_id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_outbox_delivery_id"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_delivery_id", "outbox", ["delivery_id"])


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("amount", NUMBER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'open'")),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("key", "kind", name="uq_tasks_key_kind"),
    )
    op.create_index("ix_tasks_case", "tasks", ["case"])
    op.create_index("ix_tasks_state_day", "tasks", ["state", "day"])


def downgrade() -> None:
    """To the step before."""
    for table in ("tasks", "outbox", "claims", "deliveries", "actions", "runs"):
        op.drop_table(table)
    op.drop_column("users", "duties")
