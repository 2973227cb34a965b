"""`workbench lab` with all its parts: figures that move, addresses that work, an end that leaves nothing."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
import httpx
import pytest
import redis

from checker.lab.run import psql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.conftest import Bench

WAIT_SECONDS: Final = 60.0
FIGURES: Final = re.compile(
    r"^\d\d:\d\d:\d\d  (?P<rate>[\d.]+) req/s .* errors (?P<errors>\d+)  memory (?P<memory>[\d.]+) MB  "
    r"connections (?P<connections>.+?)  queue waiting (?P<waiting>\d+), .*  statements (?P<statements>[\d.]+)/s"
)


@dataclass
class Output:
    """What a lab has printed so far, read on a thread of its own."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip("\n"))

    def wait(self, pattern: str) -> re.Match[str]:
        """Wait for a line that has the pattern; return the match in the last one that has."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            if found := [match for line in list(self.lines) if (match := re.search(pattern, line))]:
                return found[-1]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.process.kill()
        pytest.fail(f"no {pattern!r} in {self.lines}; {self.process.stderr.read() if self.process.stderr else ''}")

    def command(self, what: str) -> str:
        """Return the line that says how to attach to something."""
        return self.wait(rf"^{what} +(\S.*)$")[1]


@pytest.fixture
def lab(bench: Bench) -> Iterator[Output]:
    """Run a lab on the starter until the test has ended it, or end it."""
    process = bench.start("lab", "passes", "--plain")
    yield Output(process)
    if process.poll() is None:
        process.kill()
    process.wait(WAIT_SECONDS)


def shell(command: str, **environ: str) -> str:
    """Run a command as somebody types it in another terminal."""
    whole = {"PATH": "/usr/local/bin:/usr/bin:/bin", **environ}
    done = subprocess.run(["sh", "-euc", command], env=whole, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_printed_works(bench: Bench, lab: Output) -> None:
    """The psql line logs in as the role, Redis and the queue answer, the process is the API, the logs are there."""
    lab.wait(FIGURES.pattern)
    query = "SELECT current_user, count(*) > 0 FROM tasks"
    assert shell(f'{lab.command("PostgreSQL")} -Atc "{query}"') == "candidate|t\n"
    assert redis.Redis.from_url(lab.command("Redis")).ping()
    pid = int(lab.command("stacks").rpartition(" ")[2])
    command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    assert "uvicorn app.main:app" in command
    assert "bwrap" not in command
    logs = lab.command("logs").removeprefix("tail -f ").removesuffix("/*.log")
    assert "GET /tasks" in (Path(logs) / "api.log").read_text()
    assert httpx.get(f"{lab.command('API')}/health").status_code == 200
    statements = "SELECT sum(calls) > 0 FROM pg_stat_statements"
    whole = shell(f"{lab.command('variables')} && {shlex.quote(str(psql()))} -Atc {shlex.quote(statements)}")
    assert whole == "t\n"
    assert counted(lab.command("SQS")) >= 0
    assert bench.processes()


def counted(url: str) -> int:
    """Return how many messages wait on the queue of a URL, as boto3 sees it."""
    endpoint = "/".join(url.split("/")[:3])
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    client: Any = boto3.client("sqs", endpoint_url=endpoint, region_name="us-east-1", **keys)
    named = "ApproximateNumberOfMessages"
    answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=[named])
    client.close()
    return int(answer["Attributes"][named])


def test_figures_move_and_it_ends_by_itself(bench: Bench) -> None:
    """After five seconds: answers, memory, connections and statements; then nothing is left, and the status is 0."""
    ended = bench.run("lab", "passes", "--plain", "--seconds", "5", "--rate", "30")
    assert ended.status == 0, ended.stderr
    first, last = [match for line in ended.stdout.splitlines() if (match := FIGURES.match(line))]
    assert float(last["rate"]) > 5
    assert float(last["memory"]) > 30
    assert float(last["statements"]) > 5
    assert int(last["errors"]) == 0
    assert re.search(r"idle \d", last["connections"])
    assert first[0] != last[0]
    assert bench.leftovers() == []


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143), (signal.SIGKILL, -9)],
    ids=str,
)
def test_however_it_ends_nothing_is_left(bench: Bench, lab: Output, number: signal.Signals, status: int) -> None:
    """No process, no folder, no port: by Ctrl-C, by SIGTERM, with its terminal, and where it is killed."""
    lab.wait(FIGURES.pattern)
    port = int(lab.command("API").rpartition(":")[2])
    lab.process.send_signal(number)
    assert lab.process.wait(WAIT_SECONDS) == status
    assert bench.leftovers() == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/health")


def test_a_service_that_does_not_come_up_says_why(bench: Bench) -> None:
    """The cause and the end of its log on stderr, status 1, nothing left."""
    broken = bench.submission({"app/main.py": "+\nraise RuntimeError('no such thing')\n"})
    ended = bench.run("lab", "passes", "--path", broken, "--plain")
    assert ended.status == 1
    assert "RuntimeError: no such thing" in ended.stderr
    assert "exited with status 1 before it answered GET /health" in ended.stderr
    assert 'Traceback (most recent call last):\n  File "/work' not in ended.stderr
    assert bench.leftovers() == []


def test_a_service_that_dies_is_started_again(bench: Bench, lab: Output) -> None:
    """As a container's keeper would; the ids are those of the new process."""
    lab.wait(FIGURES.pattern)
    pid = int(lab.command("stacks").rpartition(" ")[2])
    subprocess.run(["kill", "-9", str(pid)], check=True)
    deadline = time.monotonic() + WAIT_SECONDS
    while lab.command("stacks").endswith(f" {pid}") and time.monotonic() < deadline:
        time.sleep(0.05)
    after = int(lab.command("stacks").rpartition(" ")[2])
    assert after != pid
    assert "uvicorn app.main:app" in bench.processes()[after]


def test_the_submission_reaches_no_door(bench: Bench) -> None:
    """A service that looks for listening sockets among its own descriptors, and for the doors, finds none."""
    if shutil.which("unshare") is None:
        pytest.skip("no namespaces to look into")
    look = (
        "+\nimport os as _os\n\n_found = [_os.readlink(f'/proc/self/fd/{n}') for n in _os.listdir('/proc/self/fd')"
        " if _os.path.islink(f'/proc/self/fd/{n}')]\n"
        "print('DESCRIPTORS', [one for one in _found if one.startswith('socket:')], flush=True)\n"
    )
    folder = bench.submission({"app/main.py": look})
    process = bench.start("lab", "passes", "--path", folder, "--plain")
    output = Output(process)
    logs = output.command("logs").removeprefix("tail -f ").removesuffix("/*.log")
    assert "DESCRIPTORS []" in Path(shlex.split(logs)[0], "api.log").read_text()
    process.terminate()
    assert process.wait(WAIT_SECONDS) == 143
    assert bench.leftovers() == []
