"""index for paging"""

import sqlalchemy as sa
from alembic import op

revision = "f3a1b2"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("idx_paging", "tasks", [sa.text("created_at DESC"), sa.text("id DESC")])


def downgrade() -> None:
    op.drop_index("idx_paging", "tasks")
