"""Users, whose passwords and tokens the database alone makes and checks."""

from alembic import op

revision = "0002"
down_revision = "0001"

ACCOUNTS = """
CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username text NOT NULL UNIQUE,
    secret text NOT NULL CHECK (secret LIKE '$2a$08$%')
)
"""

OWNERS = "ALTER TABLE tasks ADD account_id uuid REFERENCES users ON DELETE SET NULL"

BASE64URL = """
CREATE FUNCTION base64url(data bytea) RETURNS text LANGUAGE sql IMMUTABLE
RETURN translate(encode(data, 'base64'), E'+/=\n', '-_')
"""

SIGN = """
CREATE FUNCTION sign(payload json, key text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    WITH signed AS (
        SELECT base64url('{"alg": "HS256", "typ": "JWT"}') || '.'
            || base64url(convert_to(payload::text, 'UTF8')) AS text
    )
    SELECT text || '.' || base64url(hmac(text, key, 'sha256')) FROM signed
$$
"""

LOGIN = """
CREATE FUNCTION login(name text, password text, minutes int, key text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT sign(json_build_object('sub', id, 'exp', extract(epoch FROM now())::int + 60 * minutes), key)
    FROM users WHERE username = $1 AND secret = crypt(password, secret)
$$
"""

# The claims of a token that this database signed, whose time is not over and whose account is still there.
ACCOUNT_OF = """
CREATE FUNCTION account_of(token text, key text) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
DECLARE
    parts text[] := string_to_array(token, '.');
    texts text[];
BEGIN
    IF cardinality(parts) <> 3 OR parts[3] <> base64url(hmac(parts[1] || '.' || parts[2], key, 'sha256')) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(
        convert_from(decode(translate(part, '-_', '+/') || repeat('=', -length(part) & 3), 'base64'), 'UTF8')
    )
    INTO texts FROM unnest(parts[1:2]) AS part;
    IF texts[1]::json ->> 'alg' <> 'HS256'
        OR coalesce((texts[2]::json ->> 'exp')::numeric, 0) <= extract(epoch FROM now())
    THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT id FROM users WHERE id = (texts[2]::json ->> 'sub')::uuid);
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$
"""


def upgrade():
    op.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto")
    for statement in (ACCOUNTS, OWNERS, BASE64URL, SIGN, LOGIN, ACCOUNT_OF):
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade():
    op.execute("DROP FUNCTION account_of, login, sign, base64url")
    op.execute("ALTER TABLE tasks DROP account_id")
    op.execute("DROP TABLE users")
