"""The journal: what is written is there, whatever happens to whoever writes; one process writes at a time."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.errors import InfrastructureError, UsageError
from checker.journal import HEADER, TRIES, Key, open_journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASS = {"result": "pass"}


WRITER = """
import sys
from pathlib import Path
from checker.journal import Key, open_journal
with open_journal(Path(sys.argv[1])) as journal:
    number = 0
    while True:
        key = Key("r", f"{number:040x}", "tiny", "local", "1", "s")
        journal.begin(key)
        journal.end(key, {"result": "pass", "text": "x" * 3000})
        print(number, flush=True)
        number += 1
"""


def key(number: int = 0, **changes: str) -> Key:
    """Return a key."""
    return Key(
        **{
            "repository": "r",
            "commit": f"{number:040x}",
            "kata": "tiny",
            "stack": "local",
            "workbench": "1",
            "suite": "s",
            **changes,
        }
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal goes."""
    return tmp_path / "journal.jsonl"


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a journal after its first."""
    return [json.loads(line) for line in path.read_bytes().removeprefix(HEADER).splitlines() if line]


def test_what_ended_is_known_the_next_time(path: Path) -> None:
    """A verdict comes back for the same grade, and for no other one."""
    with open_journal(path) as journal:
        journal.begin(key())
        journal.end(key(), {"result": "fail", "more": ["\u00e9\n", 1]})
        assert journal.verdict(key()) == {"result": "fail", "more": ["\u00e9\n", 1]}
    with open_journal(path) as journal:
        assert journal.verdict(key()) == {"result": "fail", "more": ["\u00e9\n", 1]}
        for name in ("repository", "commit", "kata", "stack", "workbench", "suite"):
            assert journal.verdict(replace(key(), **{name: "other"})) is None
    assert [line["event"] for line in lines(path)] == ["begin", "end"]


def test_an_error_is_no_end(path: Path) -> None:
    """What says nothing of the submission is graded again, and what was told before it stands no longer."""
    with open_journal(path) as journal:
        journal.begin(key())
        journal.end(key(), {"result": "error"})
        assert journal.verdict(key()) is None
        assert journal.lost(key()) == 0


def test_deaths_are_counted(path: Path) -> None:
    """A grade that was begun and neither ended nor was stopped has cost a process its life."""
    for number in range(TRIES):
        with open_journal(path) as journal:
            assert journal.lost(key()) == number
            journal.begin(key())
            journal.begin(key(1))
            journal.stop(key(1))
    with open_journal(path) as journal:
        assert (journal.lost(key()), journal.lost(key(1)), journal.lost(key(2))) == (TRIES, 0, 0)


def test_a_second_writer_is_refused(path: Path) -> None:
    """Another process, or another call in this one, is told in one line; it changes nothing."""
    with open_journal(path) as journal:
        journal.begin(key())
        before = path.read_bytes()
        with pytest.raises(UsageError, match="another grade writes"), open_journal(path):
            pass
        told = subprocess.run([sys.executable, "-c", WRITER, path], capture_output=True, text=True, check=False)
        assert "another grade writes" in told.stderr
        assert path.read_bytes() == before
    with open_journal(path):
        pass


def test_a_child_does_not_hold_the_lock(path: Path) -> None:
    """The lock ends with the journal, though a program that was started meanwhile lives on."""
    with open_journal(path):
        child = subprocess.Popen(["sleep", "30"], close_fds=False)
    with open_journal(path):
        pass
    child.kill()
    child.wait()


@pytest.mark.parametrize("content", ["", HEADER.decode()[:10], HEADER.decode()[:-1], HEADER.decode()])
def test_a_journal_that_was_hardly_begun_is_one(path: Path, content: str) -> None:
    """A crash while the first line was written leaves no trouble."""
    path.write_text(content)
    with open_journal(path) as journal:
        journal.begin(key())
    assert path.read_bytes().startswith(HEADER)
    assert len(lines(path)) == 1


@pytest.mark.parametrize("content", ["hello\n", "{}\n", HEADER.decode()[:-1] + "x\n", "\n" + HEADER.decode()])
def test_another_file_is_left_as_it_is(path: Path, content: str) -> None:
    """A file that is something else is refused, and not a byte of it is changed."""
    path.write_text(content)
    with pytest.raises(UsageError, match="is no journal"), open_journal(path):
        pass
    assert path.read_text() == content


@pytest.mark.parametrize("name", [".", "gone/journal", "\0"])
def test_a_place_that_cannot_be_written_is_a_wrong_call(tmp_path: Path, name: str) -> None:
    """A folder, a folder that is not there, no name at all."""
    with pytest.raises(UsageError, match="cannot be a journal"), open_journal(tmp_path / name):
        pass


def whole(path: Path) -> bytes:
    """Write a journal of three grades, and return its bytes."""
    with open_journal(path) as journal:
        for number in range(3):
            journal.begin(key(number))
            journal.end(key(number), PASS)
    data = path.read_bytes()
    path.unlink()
    return data


def test_it_may_be_torn_anywhere(path: Path) -> None:
    """Cut after any byte, it opens, knows what had ended, and what is written next is read again."""
    data = whole(path)
    for cut in range(0, len(data), 5):
        path.write_bytes(data[:cut])
        with open_journal(path) as journal:
            ends = data[:cut].count(b'"end"') - (
                0 if data[:cut].endswith(b"\n") or b'"end"' not in data[:cut].split(b"\n")[-1] else 1
            )
            known = [journal.verdict(key(number)) is not None for number in range(3)]
            assert known.count(True) in {ends, ends + 1}, "a line is whole with or without its end"
            journal.begin(key(7))
            journal.end(key(7), PASS)
        with open_journal(path) as journal:
            assert journal.verdict(key(7)) == PASS
            assert [journal.verdict(key(number)) is not None for number in range(3)] == known
        assert path.read_bytes().startswith(data[:cut])


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    garbage=st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [
                b"null",
                b"[]",
                b'{"event": "end"}',
                b'{"grade": {}}',
                b'{"event":"end","grade":7,"verdict":[]}',
            ]
        ),
    )
)
def test_lines_that_say_nothing_are_passed_over(path: Path, garbage: bytes) -> None:
    """Whatever stands between the lines, those that are whole count."""
    path.unlink(missing_ok=True)
    data = whole(path)
    at = data.rindex(b'{"event": "begin"')
    path.write_bytes(data[:at] + garbage + b"\n" + data[at:])
    with open_journal(path) as journal:
        assert all(journal.verdict(key(number)) == PASS for number in range(3))


def test_a_line_of_brackets_is_passed_over(path: Path) -> None:
    """JSON too deep to be read says nothing, either."""
    path.write_bytes(whole(path) + b"[" * 100_000)
    with open_journal(path) as journal:
        assert journal.verdict(key()) == PASS


def test_threads_write_whole_lines(path: Path) -> None:
    """Several grades at a time do not write into one another's lines."""
    with open_journal(path) as journal:

        def write(number: int) -> None:
            for _ in range(5):
                journal.begin(key(number))
                journal.end(key(number), {"result": "pass", "text": "x" * 5000})

        threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(lines(path)) == 40


@pytest.fixture
def narrow() -> Iterator[None]:
    """Let no file of this process grow beyond some kilobytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("narrow")
def test_a_full_disk_is_our_trouble(path: Path) -> None:
    """What cannot be written is said, and does not count; what was written before stays."""
    with open_journal(path) as journal:
        journal.end(key(), PASS)
        with pytest.raises(InfrastructureError, match="cannot write the journal"):
            journal.end(key(1), {"result": "pass", "text": "x" * 10_000})
        assert journal.verdict(key(1)) is None
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    with open_journal(path) as journal:
        assert (journal.verdict(key()), journal.verdict(key(1))) == (PASS, None)


def test_kill_dash_nine_loses_nothing_that_was_said_to_be_done(path: Path) -> None:
    """Whatever a writer reported before it was killed is in the journal, which opens at once."""
    with subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True) as process:
        said = [process.stdout.readline() for _ in range(20)] if process.stdout else []
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines() if process.stdout else []
    done = [int(line) for line in said if line.endswith("\n")]
    with open_journal(path) as journal:
        assert done == list(range(len(done)))
        assert len(done) >= 20
        assert all(journal.verdict(key(number)) is not None for number in done)
