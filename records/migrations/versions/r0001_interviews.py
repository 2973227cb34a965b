"""Interviews: what was planned, what was entered, what was concluded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of interviews."""
    op.create_table(
        "interviews",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("candidate", sa.Text, nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("started", sa.Double, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("ended", sa.Double),
        sa.PrimaryKeyConstraint("id", name="pk_interviews"),
    )
    op.create_table(
        "sheets",
        sa.Column("interview", sa.String(64), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("marks", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("red_flags", sa.JSON, nullable=False),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("asked", sa.Boolean, nullable=False),
        sa.Column("skipped", sa.Boolean, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("interview", "item", name="pk_sheets"),
        sa.ForeignKeyConstraint(["interview"], ["interviews.id"], name="fk_sheets_interview", ondelete="CASCADE"),
    )
    op.create_table(
        "conclusions",
        sa.Column("interview", sa.String(64), nullable=False),
        sa.Column("recommendation", sa.String(16)),
        sa.Column("level", sa.String(16)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("interview", name="pk_conclusions"),
        sa.ForeignKeyConstraint(["interview"], ["interviews.id"], name="fk_conclusions_interview", ondelete="CASCADE"),
    )
