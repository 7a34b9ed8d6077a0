"""What is to be resumed is found among the tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """To this step."""
    ours = sa.text("kind IN ('suspend', 'resume')")
    op.create_index(
        "ix_tasks_suspending",
        "tasks",
        ["case", "stage", "id"],
        sqlite_where=ours,
        postgresql_where=ours,
    )


def downgrade() -> None:
    """To the step before."""
    op.drop_index("ix_tasks_suspending", "tasks")
