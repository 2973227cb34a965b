"""What to attach with."""

from __future__ import annotations

import subprocess
from pathlib import Path

from checker.lab.attach import Addresses, Attachments, as_text

INSIDE = {
    "DATABASE_URL": "postgresql+psycopg://candidate:5432ab@127.0.0.1:5432/tasks",
    "SQS_QUEUE_URL": "http://127.0.0.1:4566/000000000000/tasks",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "JWT_SECRET": "not for you",
}
ADDRESSES = Addresses.of(INSIDE, {"api": 1001, "database": 1002, "cache": 1003, "queue": 1004})


def attachments(pids: dict[str, int]) -> Attachments:
    """Return what to attach with, in a folder whose name a shell would split."""
    return Attachments(ADDRESSES, pids, Path("/tmp/a run/logs"), Path("/tmp/a run/env"), "psql")  # noqa: S108


def test_addresses_lead_through_the_doors() -> None:
    """Each has the port of its door, and nothing else of it is changed."""
    assert ADDRESSES.database == "postgresql://candidate:5432ab@127.0.0.1:1002/tasks"
    assert ADDRESSES.cache == "redis://127.0.0.1:1003/0"
    assert ADDRESSES.queue == "http://127.0.0.1:1004/000000000000/tasks"
    assert (ADDRESSES.endpoint, ADDRESSES.api) == ("http://127.0.0.1:1004", "http://127.0.0.1:1001")


def test_commands_are_whole() -> None:
    """What is to be typed stands there with its paths quoted, and names the API's process."""
    text = as_text(attachments({"api": 4711, "worker": 4712}))
    assert "psql postgresql://candidate:5432ab@127.0.0.1:1002/tasks\n" in text
    assert "py-spy dump --pid 4711\n" in text
    assert "gdb -p 4711\n" in text
    assert "tail -f '/tmp/a run/logs'/*.log\n" in text
    assert ". '/tmp/a run/env'\n" in text


def test_without_ids_no_command_is_made_up() -> None:
    """Where a process is not found, nothing is offered that would fail."""
    text = as_text(attachments({}))
    assert "not known here" in text
    assert "py-spy" not in text


def test_a_shell_reads_the_exports(tmp_path: Path) -> None:
    """They set what psql, boto3 and redis-cli read, and put our own psql at the end of the path; no secret."""
    file = tmp_path / "env"
    file.write_text(ADDRESSES.exports("/some where/bin/psql"))
    names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "AWS_ENDPOINT_URL", "SQS_QUEUE_URL")
    script = f'. {file}; echo "{" ".join(f"${name}" for name in names)}"; echo "$PATH"'
    done = subprocess.run(["sh", "-euc", script], env={"PATH": "/bin"}, capture_output=True, text=True, check=True)
    values, path = done.stdout.splitlines()
    assert values == f"127.0.0.1 1002 candidate 5432ab tasks http://127.0.0.1:1004 {ADDRESSES.queue}"
    assert path == "/bin:/some where/bin"
    assert "JWT" not in file.read_text()
