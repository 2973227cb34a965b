"""Functions that read pages and totals, and the counters that the totals come from."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UP = [
    "CREATE INDEX ix_tasks_newest ON tasks (created_at DESC, id DESC)",
    "CREATE INDEX ix_tasks_status_newest ON tasks (status, created_at DESC, id DESC)",
    "CREATE TABLE task_totals (status text PRIMARY KEY, total bigint NOT NULL)",
    "INSERT INTO task_totals SELECT status, count(*) FROM tasks GROUP BY status",
    """
    CREATE FUNCTION count_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP IN ('INSERT', 'UPDATE') THEN
            INSERT INTO task_totals AS t SELECT status, count(*) FROM new_rows GROUP BY status ORDER BY status
            ON CONFLICT (status) DO UPDATE SET total = t.total + excluded.total;
        END IF;
        IF TG_OP IN ('DELETE', 'UPDATE') THEN
            UPDATE task_totals t SET total = t.total - o.total
            FROM (SELECT status, count(*) AS total FROM old_rows GROUP BY status) o WHERE o.status = t.status;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER count_new AFTER INSERT ON tasks REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_tasks()
    """,
    """
    CREATE TRIGGER count_gone AFTER DELETE ON tasks REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_tasks()
    """,
    """
    CREATE TRIGGER count_moved AFTER UPDATE ON tasks REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_tasks()
    """,
    """
    CREATE FUNCTION total_of_tasks(wanted text) RETURNS bigint LANGUAGE sql STABLE AS $$
        SELECT coalesce(sum(total), 0)::bigint FROM task_totals WHERE wanted IS NULL OR status = wanted
    $$
    """,
    """
    CREATE FUNCTION page_of_tasks(wanted text, at timestamptz, place int, direction text, size int)
    RETURNS TABLE (id int, title varchar, description text, status varchar, created_at timestamptz,
                   updated_at timestamptz, older boolean, newer boolean)
    LANGUAGE plpgsql STABLE AS $$
    DECLARE
        way text := CASE direction WHEN 'newer' THEN 'ASC' ELSE 'DESC' END;
        sign text := CASE direction WHEN 'newer' THEN '>' ELSE '<' END;
        filter text := concat_ws(' AND ',
            CASE WHEN wanted IS NOT NULL THEN 'status = $1' END,
            CASE WHEN at IS NOT NULL THEN format('(created_at, id) %s ($2, $3)', sign) END);
    BEGIN
        RETURN QUERY EXECUTE format(
            'WITH found AS (
                 SELECT t.*, row_number() OVER (ORDER BY created_at %1$s, id %1$s) AS nth
                 FROM (SELECT * FROM tasks WHERE %2$s ORDER BY created_at %1$s, id %1$s LIMIT $4 + 1) t
             ), ends AS (SELECT max(nth) > $4 AS more FROM found)
             SELECT id, title, description, status, created_at, updated_at,
                    CASE WHEN $5 = ''newer'' THEN true ELSE more END,
                    CASE WHEN $5 = ''newer'' THEN more ELSE $2 IS NOT NULL END
             FROM found, ends WHERE nth <= $4 ORDER BY created_at DESC, id DESC',
            way, coalesce(nullif(filter, ''), 'true')) USING wanted, at, place, size, direction;
    END $$
    """,
]
DOWN = [
    "DROP FUNCTION page_of_tasks, total_of_tasks",
    "DROP TRIGGER count_moved ON tasks",
    "DROP TRIGGER count_gone ON tasks",
    "DROP TRIGGER count_new ON tasks",
    "DROP FUNCTION count_tasks",
    "DROP TABLE task_totals",
    "DROP INDEX ix_tasks_status_newest, ix_tasks_newest",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
