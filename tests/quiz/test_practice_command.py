"""`workbench practice` as a process of its own: pipes, a closed input, sudden death, and what it remembers."""

from __future__ import annotations

import datetime as dt
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quiz.practice_command import chosen_items
from records.database import open_records
from records.practice import PracticeRecords

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.bank import Bank
    from tests.conftest import Own

ROOT = Path(__file__).parents[2]
SECONDS = 60


@pytest.fixture
def practice(own: Own) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a way to run the command with an input, its records in the test's own folder."""
    place = {"XDG_STATE_HOME": str(own.state)}

    def run(*options: str, typed: str | None = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, ROOT / "cli.py", "practice", *options],
            input=typed,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, **place, "NO_COLOR": "1"},
        )

    return run


def test_a_pipe_practises(practice: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """A whole question goes through a pipe; the numbers know of it afterwards; nothing steers a terminal."""
    done = practice("--section", "1", typed="\nall\ns\ns\nq\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Practice: 0 questions due, 3 not practised yet." in done.stdout
    assert "Covered: 4 of 4 points, 100% of the weight." in done.stdout
    stats = practice("--stats")
    assert (stats.returncode, stats.stderr) == (0, "")
    assert "1 of 27 questions practised" in stats.stdout
    assert "\x1b" not in done.stdout + stats.stdout


def test_a_date_is_remembered(practice: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """`--by` holds for the next practice too; `none` forgets it; a wrong one is a wrong call."""
    day = dt.datetime.now().astimezone().date() + dt.timedelta(days=30)
    assert f"Your interview is on {day}, in 30 days" in practice("--by", day.isoformat()).stdout
    assert f"Your interview is on {day}" in practice("--due").stdout
    assert "Your interview" not in practice("--by", "none").stdout
    wrong = practice("--by", "soon")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "next: workbench practice --by" in wrong.stderr


def test_an_unknown_section_is_a_wrong_call(practice: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """The error says which there are, before anything is kept."""
    wrong = practice("--section", "9")
    assert wrong.returncode == 2
    assert "there is no section '9'" in wrong.stderr


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("closed", ["<&-", "</dev/null"])
def test_a_closed_input_never_hangs(closed: str) -> None:
    """Without an input it tells what there is and ends well."""
    command = f'exec "$0" "$1" practice {closed}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, str(ROOT / "cli.py")],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "What was rated is kept." in done.stdout


def test_sudden_death_loses_nothing_that_was_rated(own: Own) -> None:
    """A process that is killed after a rating has kept it: the next one knows of it."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "practice"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\nnone\n")
    shown, deadline = b"", time.monotonic() + SECONDS
    while b"Covered: 0 of 4 points" not in shown and time.monotonic() < deadline:
        shown += process.stdout.read(65_536)
    process.send_signal(signal.SIGKILL)
    process.wait(SECONDS)
    process.stdin.close()
    process.stdout.close()
    with open_records(f"sqlite:///{own.state / 'workbench' / 'records.sqlite3'}") as records:
        store = PracticeRecords(records)
        assert [review.item for review in store.reviews()] == ["q1"]
        assert {card.id for card in store.cards()} == {"q1", "q1/junior", "q1/mid"}


def test_on_a_terminal_the_editor_is_there(own: Own, tmp_path: Path) -> None:
    """On a terminal `e` starts $EDITOR, and lines are broken at its width."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\n"
        "path.write_text('In the thread pool.' + path.read_text())\n",
        encoding="utf-8",
    )
    leader, follower = pty.openpty()
    environ = {**os.environ, "EDITOR": f"{sys.executable} {script}", "TERM": "xterm", "COLUMNS": "80"}
    environ.pop("VISUAL", None)
    command = [sys.executable, str(ROOT / "cli.py"), "practice", "--section", "1"]
    with subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower, env=environ) as process:
        os.close(follower)
        os.write(leader, b"e\nall\nq\n")
        process.wait(SECONDS)
    os.close(leader)
    assert process.returncode == 0
    with open_records(f"sqlite:///{own.state / 'workbench' / 'records.sqlite3'}") as records:
        assert [review.answer for review in PracticeRecords(records).reviews()] == ["In the thread pool."]


def test_sections_choose_the_questions(bank: Bank) -> None:
    """All of them, or those of the sections that are named."""
    assert [item.id for item in chosen_items(bank, None)] == ["q1", "q2", "q3", "q4"]
    assert [item.id for item in chosen_items(bank, "2,bonus")] == ["q3", "q4"]
