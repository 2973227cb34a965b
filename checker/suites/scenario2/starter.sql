-- What the starter's revisions 0002 and 0003 add to 0001 (`alembic upgrade 0001:0003 --sql`); a test compares them.
CREATE TABLE task_events (
    id SERIAL NOT NULL,
    task_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    detail TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
);
UPDATE alembic_version SET version_num='0002' WHERE alembic_version.version_num = '0001';
CREATE INDEX ix_tasks_title ON tasks (title);
UPDATE alembic_version SET version_num='0003' WHERE alembic_version.version_num = '0002';
