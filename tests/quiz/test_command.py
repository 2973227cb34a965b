"""`workbench quiz` as a process of its own: through pipes, killed, twice at a time, with nothing to read."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checker.content import find_content
from quiz.bank import read_bank
from quiz.session import Mark, Recommendation
from records.database import open_records
from records.interviews import InterviewStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quiz.session import Kept
    from tests.conftest import Own

WORKBENCH = str(Path(sys.executable).with_name("workbench"))
SECONDS = 60.0  # a start takes less than one; this is for a machine with much else to do
THREE = "q1,q3,q7"


@dataclass
class Talk:
    """A process under way, and what it said so far."""

    process: subprocess.Popen[bytes]
    heard: str = ""

    def type(self, line: str, until: str) -> str:
        """Type a line and return what is said to it, up to a text."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()
        return self.hear(until)

    def hear(self, until: str) -> str:
        """Return what is said next, up to a text."""
        assert self.process.stdout is not None
        deadline, before = time.monotonic() + SECONDS, len(self.heard)
        while not re.search(until, self.heard[before:], re.DOTALL):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(self.process.stdout.fileno(), 65_536) if ready else b""
            assert chunk, f"{until!r} did not come; heard {self.heard[before:]!r}"
            self.heard += chunk.decode()
        return self.heard[before:]

    @property
    def interview(self) -> str:
        """The interview's id."""
        found = re.match(r"Interview (\w+) ", self.heard)
        assert found
        return found[1]


@pytest.fixture
def talk(own: Own) -> Iterator[Callable[..., Talk]]:
    """Return a way to start `workbench quiz --plain`, up to its first prompt; what still runs at the end is killed."""
    with contextlib.ExitStack() as stack:

        def start(*options: str) -> Talk:
            argv, pipe = [WORKBENCH, "quiz", "--plain", *options], subprocess.PIPE
            process = stack.enter_context(subprocess.Popen(argv, cwd=own.temporary, stdin=pipe, stdout=pipe))
            stack.callback(process.kill)
            begun = Talk(process)
            begun.hear(r"Point \d+: [^\n]*\n")
            return begun

        yield start


@pytest.fixture
def quiz(own: Own) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a way to run `workbench quiz` to its end, with what is typed."""

    def run(*options: str, typed: str | None = "", **how: Any) -> subprocess.CompletedProcess[str]:
        given = {"input": typed} if typed is not None else {"stdin": subprocess.DEVNULL}
        pipe, argv = subprocess.PIPE, [WORKBENCH, "quiz", *options]
        whole = {"cwd": own.temporary, "stdout": pipe, "stderr": pipe, "text": True, "timeout": SECONDS, **given, **how}
        return subprocess.run(argv, check=False, **whole)

    return run


def kept(interview: str) -> Kept:
    """Return an interview from the records."""
    with open_records() as records:
        return InterviewStore(records).load(interview)


def interview_in(output: str) -> str:
    """Return the id of the interview that an output is about."""
    return Talk(process=None, heard=output).interview  # type: ignore[arg-type]  # no process is left


def test_a_whole_interview_goes_through_a_pipe(quiz: Callable[..., Any], own: Own) -> None:
    """Three questions, marked, noted and judged, off a terminal and without an option for it; and then its report."""
    lines = ["said Plain def routes run in a thread pool", "c 1 2", "p 3", "m rest", "note quick", "n"]
    lines += ["c rest", "r 1", "n", "m rest", "end", "strong yes", "senior", "Knows it all.", "Hire."]
    done = quiz("--candidate", "Ada Lovelace", "--questions", THREE, typed="\n".join(lines) + "\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Said: “thread pool”." in done.stdout
    interview = kept(interview_in(done.stdout))
    assert interview.candidate == "Ada Lovelace"
    assert interview.plan.items == ("q1", "q3", "q7")
    points = [point.id for point in read_bank(find_content().questions).item("q1").points]
    marks = [Mark.COVERED, Mark.COVERED, Mark.PARTLY, *[Mark.MISSED] * (len(points) - 3)]
    assert interview.sheets["q1"].marks == dict(zip(points, marks, strict=True))
    assert (interview.sheets["q1"].note, interview.sheets["q3"].red_flags) == ("quick", (0,))
    assert set(interview.sheets["q7"].marks.values()) == {Mark.MISSED}
    assert interview.conclusion.recommendation is Recommendation.STRONG_YES
    assert (interview.conclusion.reason, interview.conclusion.note) == ("Knows it all.", "Hire.")
    assert interview.ended is not None
    line, page = f"workbench report {interview.id}", own.temporary / "report.html"
    assert done.stdout.endswith(f"Its report: {line}\n")
    argv = [WORKBENCH, *line.split()[1:], "--out", str(page)]
    subprocess.run(argv, capture_output=True, timeout=SECONDS, check=True)
    written = page.read_text(encoding="utf-8").casefold()
    assert all(words in written for words in ("ada lovelace", "strong yes", "knows it all.", "quick"))


def test_kill_9_loses_nothing_and_the_interview_goes_on(talk: Callable[..., Talk]) -> None:
    """Marks, notes, texts half entered, place and clock are there after a kill, and the interview is taken up there."""
    first = talk("--questions", THREE)
    first.type("c 1", "Point 2:")
    first.type("n", "Question 2 of 3.*Point 1:")
    first.type("p", "Point 2:")
    while "question 00:00" in first.type("list", r"Time: [^\n]*\n"):  # the clock has to have something to lose
        time.sleep(0.1)
    first.type("note", "Type or paste")
    first.type("half a note", "")
    first.type("and more", "")
    deadline = time.monotonic() + SECONDS
    while "more" not in kept(first.interview).sheets["q3"].note:
        assert time.monotonic() < deadline
    first.process.kill()
    assert first.process.wait() == -signal.SIGKILL
    second = talk("--resume", first.interview[:4])
    assert "It goes on at question 2, after 00:0" in second.heard
    assert "Question 2 of 3: q3" in second.heard
    assert "Marked partly." in second.heard
    assert "question 00:00" not in second.heard
    interview = kept(first.interview)
    assert interview.position == 1
    assert (list(interview.sheets["q1"].marks.values()), interview.sheets["q3"].note) == (
        [Mark.COVERED],
        "half a note\nand more",
    )
    assert interview.sheets["q3"].seconds >= 1
    second.type("b", "Question 1 of 3.*Marked covered")


def test_two_interviews_at_a_time_do_not_disturb_each_other(talk: Callable[..., Talk]) -> None:
    """What one process enters is not in the other's interview, whichever writes last."""
    ada, eve = talk("--candidate", "Ada", "--questions", "q1"), talk("--candidate", "Eve", "--questions", "q1")
    assert ada.interview != eve.interview
    for word in ("one", "two", "three"):
        ada.type(f"note ada {word}", "The note is kept")
        eve.type(f"note eve {word}", "The note is kept")
    ada.type("c", "Point 2:")
    eve.type("m", "Point 2:")
    for one, name, mark in ((ada, "ada", Mark.COVERED), (eve, "eve", Mark.MISSED)):
        sheet = kept(one.interview).sheets["q1"]
        assert sheet.note == f"{name} one\n{name} two\n{name} three"
        assert list(sheet.marks.values()) == [mark]


def test_an_interview_is_open_once(talk: Callable[..., Talk], quiz: Callable[..., Any]) -> None:
    """Whoever resumes an interview that is open elsewhere is told so, and changes nothing."""
    first = talk("--questions", "q1")
    refused = quiz("--resume", first.interview)
    assert refused.returncode == 2
    assert f"interview {first.interview} is open in another process" in refused.stderr


@pytest.mark.parametrize("closed", ["empty", "null", "no descriptor"])
def test_a_closed_input_ends_at_once(quiz: Callable[..., Any], closed: str) -> None:
    """With nothing to read the first question is told, and how to go on; that is no error."""
    how = {"preexec_fn": lambda: os.close(0)} if closed == "no descriptor" else {}
    done = quiz("--questions", "q1", typed="" if closed == "empty" else None, **how)
    assert (done.returncode, done.stderr) == (0, "")
    interview = interview_in(done.stdout)
    assert done.stdout.endswith(f"Interview {interview} is kept. Go on with: workbench quiz --resume {interview}\n")


def test_a_reader_that_leaves_loses_nothing(talk: Callable[..., Talk]) -> None:
    """Where nobody reads any more the process ends, and what was entered is kept."""
    one = talk("--questions", "q1")
    one.type("c", "Point 2:")
    assert one.process.stdout is not None
    assert one.process.stdin is not None
    one.process.stdout.close()
    one.process.stdin.write(b"c\n")
    one.process.stdin.close()
    assert one.process.wait(SECONDS) == 3
    assert list(kept(one.interview).sheets["q1"].marks.values()) == [Mark.COVERED] * 2


def test_an_interruption_keeps_everything(talk: Callable[..., Talk]) -> None:
    """Ctrl-C tells how to go on, and the exit status is that of an interruption."""
    one = talk("--questions", "q1")
    one.process.send_signal(signal.SIGINT)
    one.hear("workbench quiz --resume")
    assert one.process.wait(SECONDS) == 130


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--level", "expert"), "there is no level 'expert'"),
        (("--minutes", "1"), "no question fits into 1 minutes"),
        (("--resume", "zzzzzz"), "there is no interview 'zzzzzz'"),
        (("--resume", "zzzzzz", "--level", "mid"), "has its candidate and its questions"),
    ],
)
def test_a_wrong_call_says_what_to_type(quiz: Callable[..., Any], options: tuple[str, ...], message: str) -> None:
    """What cannot be met is told before anything is kept."""
    done = quiz(*options)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "next: workbench" in done.stderr


def test_the_documented_script_holds_an_interview(own: Own) -> None:
    """The how-to's script of lines runs as it stands, to the end of an interview."""
    page = find_content().questions.parent / "docs" / "how-to" / "run-an-interview.md"
    (script,) = re.findall(r"^(printf .*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    environ = {**os.environ, "PATH": f"{Path(WORKBENCH).parent}:{os.environ['PATH']}"}
    argv = ["bash", "-ec", script]
    done = subprocess.run(
        argv, cwd=own.temporary, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    interview = kept(interview_in(done.stdout))
    assert (interview.candidate, interview.conclusion.note) == ("A rehearsal", "Knows sessions.")
    assert interview.ended is not None


def test_the_bank_is_listed(quiz: Callable[..., Any]) -> None:
    """Every question is listed, and nothing is begun."""
    done = quiz("--list")
    assert done.returncode == 0
    assert all(f"  {item} " in done.stdout for item in read_bank(find_content().questions).items)
