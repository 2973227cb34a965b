"""`workbench check --watch` on a terminal of its own, and `--all`."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from typing import TYPE_CHECKING, Final

import pytest

from tests.e2e.conftest import WORKBENCH

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Bench

SECONDS: Final = 60.0
SCREEN: Final = {"TERM": "xterm", "LINES": "40", "COLUMNS": "100", "NO_COLOR": "1"}


class Terminal:
    """A process on a pseudo-terminal: what it wrote so far, and keys to press."""

    def __init__(self, bench: Bench, *arguments: str | Path) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [WORKBENCH, *map(str, arguments)],
            env={**bench.environ, **SCREEN},
            cwd=bench.root,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            text=True,
        )
        bench.started.append(self.process)
        os.close(slave)
        self.text = ""

    def wait_for(self, pattern: str) -> str:
        """Read until the text since the last match holds `pattern`; return that text and forget it."""
        deadline = time.monotonic() + SECONDS
        while (found := re.search(pattern, self.text)) is None:
            assert time.monotonic() < deadline, f"no {pattern!r} in {self.text[-2000:]!r}"
            if select.select([self._master], [], [], 0.1)[0]:
                self.text += os.read(self._master, 65536).decode(errors="replace")
        seen, self.text = self.text[: found.end()], self.text[found.end() :]
        return seen

    def press(self, key: str) -> None:
        """Press one key."""
        os.write(self._master, key.encode())

    def end(self) -> int:
        """Wait for the process's end."""
        status = self.process.wait(SECONDS)
        os.close(self._master)
        return status


@pytest.fixture
def broken(bench: Bench) -> Path:
    """Give a submission that fails one of the two requirements of the kata `passes`."""
    return bench.submission({"lambda_function.py": "+\n\ndef lambda_handler(event, context):\n    return None\n"})


def test_a_save_is_checked_again_and_a_hint_is_given(bench: Bench, broken: Path) -> None:
    """Break, read, hint, mend, save, pass, quit: the keys work and nothing is left."""
    terminal = Terminal(bench, "check", "passes", "--path", broken, "--watch")
    assert "completed" in terminal.wait_for(r"FAIL  score \d+[\s\S]*?checked at")
    terminal.press("h")
    terminal.wait_for(r"hint 1 of 3")
    mended = (broken / "lambda_function.py").read_text().rpartition("\n\ndef lambda_handler")[0]
    (broken / "lambda_function.py").write_text(mended)
    terminal.wait_for(r"PASS  score 100")
    terminal.press("q")
    assert terminal.end() == 0


def test_a_second_save_ends_the_check_under_way(bench: Bench, broken: Path) -> None:
    """Of two saves the second one's verdict is shown, and the first one's never."""
    terminal = Terminal(bench, "check", "passes", "--path", broken, "--watch")
    terminal.wait_for(r"checked at")
    text = (broken / "lambda_function.py").read_text()
    (broken / "lambda_function.py").write_text(text + "\n# saved once\n")
    terminal.wait_for(r"checking")
    (broken / "lambda_function.py").write_text(text.rpartition("\n\ndef lambda_handler")[0])
    seen = terminal.wait_for(r"checked at")
    assert "PASS  score 100" in seen
    assert "checked at" not in seen[: seen.index("PASS  score 100")]
    terminal.press("q")
    assert terminal.end() == 0


def test_ctrl_c_ends_a_watch(bench: Bench, broken: Path) -> None:
    """Ctrl-C while a check is under way: status 130."""
    terminal = Terminal(bench, "check", "passes", "--path", broken, "--watch")
    terminal.wait_for(r"checking")
    terminal.process.send_signal(2)
    assert terminal.end() == 130


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("check", "passes", "--all"), "--all grades every task"),
        (("check", "--all", "--watch"), "only one of --all, --watch and --model"),
        (("check", "passes", "--watch", "--format", "json"), "--watch is for people"),
        (("check", "passes", "--model", "--watch"), "only one of"),
    ],
)
def test_options_that_do_not_go_together(bench: Bench, arguments: tuple[str, ...], reason: str) -> None:
    """Status 2 and one line that says why."""
    ended = bench.run(*arguments)
    assert ended.status == 2
    assert reason in ended.stderr
