"""100,000 tasks, as few as a test needs, in a real PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import psycopg
import pytest

from checker.kit.database import Database
from checker.suites.task3 import many
from checker.suites.task3.many import ManyTasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.kit.tasks import TaskApi
    from checker.parts.postgres import Postgres

TABLE = """
DROP TABLE IF EXISTS public.owners, public.labels, public.tasks, public.users;
CREATE TABLE public.tasks (
  id serial PRIMARY KEY, title varchar(200) NOT NULL, description text, status varchar(20) NOT NULL,
  created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
"""
OWNED = """
CREATE TABLE public.users (id serial PRIMARY KEY);
ALTER TABLE public.tasks ADD owner_id int, ADD key uuid UNIQUE DEFAULT gen_random_uuid(),
  ADD "Words" int GENERATED ALWAYS AS (length(title)) STORED;
"""
REFERRED = """
CREATE TABLE public.owners (number serial PRIMARY KEY, task int REFERENCES public.tasks ON DELETE CASCADE, name text);
CREATE TABLE public.labels (task_id int REFERENCES public.tasks ON DELETE CASCADE);
"""


class Api:
    """As much of a client as is asked for: whether it is logged in."""

    def __init__(self, *, logged_in: bool) -> None:
        self.logged_in = logged_in


def api(*, logged_in: bool) -> TaskApi:
    """Return a client."""
    return cast("TaskApi", Api(logged_in=logged_in))


@pytest.fixture
def database(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Return a database with an empty table of tasks, and let there be fewer of them."""
    monkeypatch.setattr(many, "OLDER", 30)
    monkeypatch.setattr(many, "ALL", 100)
    found = Database(postgres.dsn("observer"), postgres.dsn("grader"))
    run(postgres, TABLE)
    yield found
    run(postgres, TABLE)


def run(postgres: Postgres, statements: str) -> None:
    """Run statements as the submission's migration would."""
    with psycopg.connect(postgres.dsn("grader"), autocommit=True) as connection:
        connection.execute(statements.encode())


def count(database: Database, condition: str = "true") -> int:
    """Return how many tasks there are of some kind."""
    return int(database.rows(f"SELECT count(*) FROM public.tasks WHERE {condition}")[0][0])  # noqa: S608 - our own text


def test_the_newer_tasks_show_when_they_are_let(database: Database) -> None:
    """First the older ones alone, then all, each at a time of its own."""
    tasks = ManyTasks(database)
    tasks.show_older(api(logged_in=False))
    older = database.rows("SELECT count(*), max(created_at) FROM public.tasks")[0]
    assert older[0] == 30
    tasks.show_newer()
    assert database.rows("SELECT count(*), count(DISTINCT created_at) FROM public.tasks") == [(100, 100)]
    assert database.rows("SELECT count(*) FROM public.tasks WHERE created_at <= %s", older[1]) == [(30,)]
    tasks.drop()
    assert count(database) == 0


def test_the_tasks_of_a_user_are_copies_of_one(
    database: Database, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the service added to its row is on every other, but for keys and what the database makes."""
    run(postgres, OWNED)

    def make(_: Any) -> int:
        run(postgres, "INSERT INTO public.tasks VALUES (DEFAULT, 'own', NULL, 'pending', now(), now(), 7)")
        return int(database.rows("SELECT max(id) FROM public.tasks")[0][0])

    monkeypatch.setattr(many, "make_task", make)
    tasks = ManyTasks(database)
    tasks.show_older(api(logged_in=True))
    tasks.show_newer()
    assert count(database) == count(database, "owner_id = 7") == 100
    assert database.rows("SELECT count(DISTINCT key) FROM public.tasks") == [(100,)]


def test_what_refers_to_a_users_task_refers_to_the_copies(
    database: Database, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table of owners gets a row for each task, also those that show later; one without a row gets none."""
    run(postgres, REFERRED)

    def make(_: Any) -> int:
        run(postgres, "INSERT INTO public.tasks VALUES (DEFAULT, 'own', NULL, 'pending', now(), now())")
        run(postgres, "INSERT INTO public.owners (task, name) SELECT max(id), 'me' FROM public.tasks")
        return int(database.rows("SELECT max(id) FROM public.tasks")[0][0])

    monkeypatch.setattr(many, "make_task", make)
    tasks = ManyTasks(database)
    tasks.show_older(api(logged_in=True))
    assert database.rows("SELECT count(*), count(DISTINCT task) FROM public.owners") == [(30, 30)]
    tasks.show_newer()
    assert database.rows("SELECT count(*), count(DISTINCT task), min(name) FROM public.owners") == [(100, 100, "me")]
    assert database.rows("SELECT count(*) FROM public.labels") == [(0,)]


def test_a_branch_with_users_that_asks_for_no_token_gets_plain_rows(database: Database, postgres: Postgres) -> None:
    """What the service added to the table is its own business then."""
    run(postgres, OWNED)
    tasks = ManyTasks(database)
    assert count(database) == 0
    tasks.show_older(api(logged_in=False))
    tasks.show_newer()
    assert count(database) == count(database, "owner_id IS NULL") == 100


def test_a_branch_that_turns_out_to_ask_for_a_token_starts_over(
    database: Database, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was inserted ahead belongs to nobody, and goes."""

    def make(_: Any) -> int:
        run(postgres, "INSERT INTO public.tasks VALUES (DEFAULT, 'own', NULL, 'pending', now(), now())")
        return int(database.rows("SELECT max(id) FROM public.tasks")[0][0])

    monkeypatch.setattr(many, "make_task", make)
    tasks = ManyTasks(database)
    tasks.show_older(api(logged_in=True))
    tasks.show_newer()
    assert count(database) == 100
