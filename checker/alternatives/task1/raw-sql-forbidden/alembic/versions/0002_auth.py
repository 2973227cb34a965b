from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute(
        "CREATE TABLE users (id serial PRIMARY KEY, username varchar(32) UNIQUE NOT NULL, "
        "salt bytea NOT NULL, verifier bytea NOT NULL)"
    )
    op.execute("ALTER TABLE tasks ADD owner varchar(32) REFERENCES users (username) ON UPDATE CASCADE")


def downgrade():
    op.execute("ALTER TABLE tasks DROP owner")
    op.execute("DROP TABLE users")
