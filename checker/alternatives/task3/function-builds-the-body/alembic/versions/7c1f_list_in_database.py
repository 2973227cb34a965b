"""The list is made in the database: a function builds a page as JSON, triggers keep the tally that `total` is read from."""

from alembic import op

revision = "7c1f0a92d3be"
down_revision = "0001"
branch_labels = None
depends_on = None

NOTE = """
CREATE FUNCTION task_tally_{op}() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO task_tally (status, n) SELECT status, sum(d) FROM ({source}) s GROUP BY status HAVING sum(d) <> 0;
  IF random() < 0.02 AND current_setting('transaction_isolation') = 'read committed' THEN
    WITH gone AS (
      DELETE FROM task_tally WHERE ctid IN (SELECT ctid FROM task_tally FOR UPDATE SKIP LOCKED) RETURNING status, n
    ) INSERT INTO task_tally (status, n) SELECT status, sum(n) FROM gone GROUP BY status;
  END IF;
  RETURN NULL;
END $f$
"""
SOURCES = {
    "insert": ("NEW TABLE AS added", "SELECT status, 1 AS d FROM added"),
    "delete": ("OLD TABLE AS gone_rows", "SELECT status, -1 AS d FROM gone_rows"),
    "update": (
        "NEW TABLE AS added OLD TABLE AS gone_rows",
        "SELECT status, 1 AS d FROM added UNION ALL SELECT status, -1 FROM gone_rows",
    ),
}
PAGE = """
CREATE FUNCTION tasks_page(p_status text, p_limit int, p_older boolean, p_micros bigint, p_id bigint, p_kept text)
RETURNS json LANGUAGE plpgsql STABLE AS $f$
DECLARE
  v_total bigint;
  v_rows tasks[];
  v_way text := CASE WHEN p_older THEN 'DESC' ELSE 'ASC' END;
  v_where text := 'true';
  v_more boolean;
  v_next text;
  v_previous text;
BEGIN
  SELECT coalesce(sum(n), 0) INTO v_total FROM task_tally WHERE p_status IS NULL OR status = p_status;
  IF p_status IS NOT NULL THEN
    v_where := format('status = %L', p_status);
  END IF;
  IF p_micros IS NOT NULL THEN
    v_where := v_where || format(' AND (created_at, id) %s (%L::timestamptz, %s)', CASE WHEN p_older THEN '<' ELSE '>' END,
      timestamptz 'epoch' + p_micros * interval '1 microsecond', p_id);
  END IF;
  EXECUTE format('SELECT array_agg(r ORDER BY (r).created_at DESC, (r).id DESC) FROM (SELECT t AS r FROM tasks t WHERE %s'
    ' ORDER BY created_at %s, id %s LIMIT %s) s', v_where, v_way, v_way, p_limit + 1) INTO v_rows;
  v_more := coalesce(cardinality(v_rows), 0) > p_limit;
  IF v_more THEN
    v_rows := CASE WHEN p_older THEN v_rows[1:p_limit] ELSE v_rows[2:] END;
  END IF;
  IF v_rows IS NULL THEN
    IF NOT p_older THEN
      v_next := '/tasks?' || p_kept;
    END IF;
  ELSE
    IF v_more OR NOT p_older THEN
      v_next := '/tasks?cursor=n' || tasks_place(v_rows[cardinality(v_rows)]) || p_kept;
    END IF;
    IF (p_older AND p_micros IS NOT NULL) OR (NOT p_older AND v_more) THEN
      v_previous := '/tasks?cursor=p' || tasks_place(v_rows[1]) || p_kept;
    END IF;
  END IF;
  RETURN json_build_object(
    'items', (SELECT coalesce(json_agg(json_build_object('id', r.id, 'title', r.title, 'description', r.description,
        'status', r.status, 'created_at', tasks_time(r.created_at), 'updated_at', tasks_time(r.updated_at))
        ORDER BY r.created_at DESC, r.id DESC), '[]') FROM unnest(v_rows) r),
    'total', v_total, 'next', v_next, 'previous', v_previous);
END $f$
"""


def upgrade() -> None:
    """No task may come or go between the counting and the triggers."""
    op.execute("LOCK TABLE tasks IN SHARE ROW EXCLUSIVE MODE")
    op.execute("CREATE INDEX ix_tasks_newest ON tasks (created_at DESC, id DESC)")
    op.execute("CREATE INDEX ix_tasks_status_newest ON tasks (status, created_at DESC, id DESC)")
    op.execute("CREATE TABLE task_tally (status text NOT NULL, n bigint NOT NULL)")
    op.execute("INSERT INTO task_tally SELECT status, count(*) FROM tasks GROUP BY status")
    for name, (tables, source) in SOURCES.items():
        op.execute(NOTE.format(op=name, source=source))
        op.execute(
            f"CREATE TRIGGER task_tally_{name} AFTER {name.upper()} ON tasks REFERENCING {tables}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION task_tally_{name}()"
        )
    op.execute(
        "CREATE FUNCTION task_tally_truncate() RETURNS trigger LANGUAGE plpgsql AS"
        " $f$ BEGIN DELETE FROM task_tally; RETURN NULL; END $f$"
    )
    op.execute(
        "CREATE TRIGGER task_tally_truncate AFTER TRUNCATE ON tasks"
        " FOR EACH STATEMENT EXECUTE FUNCTION task_tally_truncate()"
    )
    op.execute(
        "CREATE FUNCTION tasks_place(t tasks) RETURNS text LANGUAGE sql STABLE AS"
        " $f$ SELECT '.' || (extract(epoch FROM t.created_at) * 1000000)::bigint || '.' || t.id $f$"
    )
    op.execute(
        "CREATE FUNCTION tasks_time(t timestamptz) RETURNS text LANGUAGE sql STABLE AS"
        """ $f$ SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') $f$"""
    )
    op.execute(PAGE)


def downgrade() -> None:
    """Go back to the revision before."""
    op.execute("DROP FUNCTION tasks_page, tasks_place, tasks_time")
    for name in (*SOURCES, "truncate"):
        op.execute(f"DROP TRIGGER task_tally_{name} ON tasks")
        op.execute(f"DROP FUNCTION task_tally_{name}")
    op.execute("DROP TABLE task_tally")
    op.execute("DROP INDEX ix_tasks_status_newest")
    op.execute("DROP INDEX ix_tasks_newest")
