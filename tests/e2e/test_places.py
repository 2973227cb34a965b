"""Where a check runs and what its streams are: full disks, odd paths, closed pipes, others at the same time."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Bench

# Permissions count for root too, once it may not override them.
UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
OWN_MOUNTS = ["unshare", "-m" if os.geteuid() == 0 else "-rm", "sh", "-ec"]
ON_A_SMALL_DISK = 'mount -t tmpfs -o size="$0" none "$1"; shift; exec "$@"'


def on_a_small_disk(folder: Path, size: str) -> list[str]:
    """Return what comes before a command that is to find `folder` on a file system of `size`, which goes with it."""
    folder.mkdir(exist_ok=True)
    return [*OWN_MOUNTS, ON_A_SMALL_DISK, size, str(folder)]


def test_a_full_disk_is_our_error(bench: Bench) -> None:
    """Where a run would not fit it does not begin: status 3, what is missing, and how to name another place."""
    small = bench.root / "small"
    prefix = on_a_small_disk(small, "64m")
    ended = bench.check("passes", bench.submission(), prefix=prefix, environ={"TMPDIR": str(small)})
    assert (ended.status, ended.verdict["verdict"]) == (3, "error")
    assert "MB free and a run needs 256 MB" in ended.verdict["cause"]
    assert "TMPDIR=" in ended.verdict["cause"]


def test_a_cache_that_fills_up_is_our_error(bench: Bench) -> None:
    """Requirements that find no room are not called wrong."""
    small = bench.root / "small"
    prefix = on_a_small_disk(small, "16m")
    ended = bench.check("passes", bench.submission(), prefix=prefix, environ={"XDG_CACHE_HOME": str(small)})
    assert (ended.status, ended.verdict["verdict"]) == (3, "error")
    assert "No space left on device" in ended.verdict["cause"]


def test_a_path_that_is_too_long_for_a_socket_is_told(bench: Bench) -> None:
    """A UNIX socket's path is short; the message says so and how to mend it, before anything starts."""
    long = bench.root / ("long" * 20)
    long.mkdir()
    ended = bench.check("passes", bench.submission(), environ={"TMPDIR": str(long)})
    assert ended.status == 3
    assert "is too long for a UNIX socket" in ended.verdict["cause"]
    assert "TMPDIR=/tmp" in ended.verdict["cause"]


def test_a_folder_that_cannot_be_read_is_a_wrong_call(bench: Bench) -> None:
    """Status 2, the folder and what to type."""
    submission = bench.submission()
    (submission / "app").chmod(0)
    ended = bench.run("check", "passes", "--path", submission, prefix=UNPRIVILEGED)
    (submission / "app").chmod(0o755)
    assert (ended.status, ended.stdout) == (2, "")
    assert (
        ended.stderr.startswith("workbench: app cannot be read") or f"{submission}/app cannot be read" in ended.stderr
    )
    assert "chmod" in ended.stderr


def test_spaces_and_other_alphabets_in_every_path(bench: Bench) -> None:
    """Submission, temporary folder and cache lie where people put them."""
    odd = bench.root / "Mein Ordner ✓"
    odd.mkdir()
    submission = bench.submission(name="Mein Ordner ✓/Übung 2, it's żółć")
    ended = bench.check("passes", submission, environ={"TMPDIR": str(odd)})
    assert (ended.status, ended.verdict["verdict"]) == (0, "pass")
    assert ended.verdict["submission"]["path"] == str(submission)
    assert [path for path in odd.glob("workbench-*/*") if path.is_dir()] == []


def test_two_checks_of_a_folder_at_once(bench: Bench) -> None:
    """Both get the verdict that each would get alone."""
    submission = bench.submission()
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: bench.check("passes", submission), range(2)))
    assert [ended.status for ended in both] == [0, 0]


def test_a_started_folder_needs_no_kata_and_no_path(bench: Bench) -> None:
    """From within a folder that `start` made, also deep in it, `check` alone is enough."""
    assert bench.run("start", "passes", "mine").status == 0
    ended = bench.run("check", "--format", "json", cwd=bench.root / "mine" / "app")
    assert (ended.status, ended.verdict["kata"]) == (0, "passes")
    assert ended.verdict["submission"]["commit"] is not None


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_closed_streams_do_not_matter(bench: Bench, closed: str) -> None:
    """Without a standard input or a standard error the verdict is the same."""
    ended = bench.check("passes", bench.submission(), prefix=["sh", "-c", f'exec "$0" "$@" {closed}'])
    assert (ended.status, ended.verdict["verdict"]) == (0, "pass")


def test_a_reader_who_leaves_early_gets_no_traceback(bench: Bench) -> None:
    """As in `check | true`: the verdict cannot be told, which says nothing about the submission."""
    process = bench.start("check", "passes", "--path", bench.submission())
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert (process.stderr.read(), process.wait()) == ("", 3)


def test_a_disk_that_is_full_for_the_report(bench: Bench) -> None:
    """A verdict that cannot be written is an error in a line, not a traceback."""
    full = ["sh", "-c", 'exec "$0" "$@" >/dev/full']
    ended = bench.run("check", "passes", "--path", bench.submission(), "--format", "json", prefix=full)
    assert ended.status == 3
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_home_that_cannot_be_written(bench: Bench) -> None:
    """A state folder that cannot be made loses the progress, not the verdict's honesty: an error with a way out."""
    (bench.root / "file").touch()
    ended = bench.run(
        "check", "passes", "--path", bench.submission(), environ={"XDG_STATE_HOME": str(bench.root / "file" / "state")}
    )
    assert ended.status == 3
    assert "cannot write" in ended.stderr
    assert "XDG_STATE_HOME" in ended.stderr
    assert "Traceback" not in ended.stderr


def no_namespaces(arguments: list[str]) -> list[str]:
    """Return a command that runs `arguments` where the kernel grants no further namespaces, as in many containers."""
    inner = "unshare -U --map-user=1000 --map-group=1000"
    limit = f'echo 1 >/proc/sys/user/max_user_namespaces; exec {inner} "$0" "$@"'
    return ["unshare", "-Ur", "sh", "-ec", limit, *arguments]


def test_without_namespaces_the_verdict_is_the_same_and_says_so(bench: Bench) -> None:
    """Where no shell can be made the processes run plainly, which the verdict says; nothing is left of them either."""
    text = bench.run("check", "passes", "--path", bench.submission(), prefix=no_namespaces([])).stdout
    assert "PASS  score 100, 2 of 2 requirements" in text
    assert "isolation: none" in text


def test_without_namespaces_a_daemon_is_ended_all_the_same(bench: Bench) -> None:
    """What left its session and its parent is found and killed at the end of the run."""
    ended = bench.check("fails", bench.tricky("daemon"), prefix=no_namespaces([]))
    assert ended.statuses == {"stored": "pass", "prioritised": "fail"}
