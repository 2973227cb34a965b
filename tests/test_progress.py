"""What is remembered of a person's practice, also when two processes write and when the file is broken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from checker.errors import InfrastructureError
from checker.progress import Progress, ProgressBook

TAKE = """
import sys
from pathlib import Path
from checker.progress import ProgressBook
book = ProgressBook(Path(sys.argv[1]))
for number in range(25):
    book.take_hint("tiny", Path(sys.argv[1]), "alpha")
    book.take_hint("tiny", Path(sys.argv[1]) / sys.argv[2], "beta")
"""


def test_nothing_is_remembered_at_first(tmp_path: Path) -> None:
    """Where nothing was done nothing is remembered, and reading writes nothing."""
    assert ProgressBook(tmp_path / "state").read("tiny", tmp_path) == Progress()
    assert list(tmp_path.iterdir()) == []


def test_hints_and_passes_are_remembered(tmp_path: Path) -> None:
    """They are counted by kata, folder and requirement, and are there for the next process."""
    book = ProgressBook(tmp_path)
    assert [book.take_hint("tiny", tmp_path / "a", "alpha") for _ in range(3)] == [1, 2, 3]
    book.take_hint("tiny", tmp_path / "b", "alpha")
    book.mark_passed("tiny", tmp_path / "a")
    again = ProgressBook(tmp_path)
    assert again.read("tiny", tmp_path / "a") == Progress({"alpha": 3}, passed=True)
    assert again.read("tiny", tmp_path / "b") == Progress({"alpha": 1}, passed=False)
    assert again.read("other", tmp_path / "a") == Progress()


def test_a_folder_is_the_same_by_any_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path and a link lead to what is remembered of the folder."""
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to("a")
    book = ProgressBook(tmp_path / "state")
    book.mark_passed("tiny", tmp_path / "a")
    monkeypatch.chdir(tmp_path)
    assert book.read("tiny", Path("a")).passed
    assert book.read("tiny", tmp_path / "link").passed


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    """Hints that two processes take at the same time are all counted."""
    processes = [subprocess.Popen([sys.executable, "-c", TAKE, str(tmp_path), name]) for name in ("a", "b")]
    assert [process.wait(30) for process in processes] == [0, 0]
    book = ProgressBook(tmp_path)
    assert book.read("tiny", tmp_path).hints == {"alpha": 50}
    assert [book.read("tiny", tmp_path / name).hints for name in ("a", "b")] == [{"beta": 25}, {"beta": 25}]


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"x"', b"[" * 100_000])
def test_a_broken_file_is_no_memory(tmp_path: Path, text: bytes) -> None:
    """A file that holds no progress is as good as none, and the next write mends it."""
    (tmp_path / "progress.json").write_bytes(text)
    book = ProgressBook(tmp_path)
    assert book.read("tiny", tmp_path) == Progress()
    assert book.take_hint("tiny", tmp_path, "alpha") == 1
    assert ProgressBook(tmp_path).read("tiny", tmp_path).hints == {"alpha": 1}


@pytest.mark.parametrize(
    ("entry", "progress"),
    [
        ("null", Progress()),
        ("3", Progress()),
        ('{"later": 1}', Progress()),
        ('{"hints": [1], "passed": "yes"}', Progress()),
        ('{"hints": {"alpha": "2", "beta": 1, "gamma": true}, "passed": true}', Progress({"beta": 1}, passed=True)),
    ],
)
def test_an_entry_of_another_shape_counts_for_what_it_holds(tmp_path: Path, entry: str, progress: Progress) -> None:
    """What another version wrote, or a hand, makes no traceback."""
    (tmp_path / "progress.json").write_text(f'{{"tiny {tmp_path}": {entry}}}')
    assert ProgressBook(tmp_path).read("tiny", tmp_path) == progress


def test_a_state_that_cannot_be_written_is_our_trouble(tmp_path: Path) -> None:
    """Where the place is no folder the error says so."""
    (tmp_path / "file").touch()
    with pytest.raises(InfrastructureError, match="cannot write"):
        ProgressBook(tmp_path / "file").take_hint("tiny", tmp_path, "alpha")


def test_a_write_that_is_cut_off_leaves_the_old_file(tmp_path: Path) -> None:
    """The file is replaced as a whole; what a writer that died left beside it is in nobody's way."""
    book = ProgressBook(tmp_path)
    book.mark_passed("tiny", tmp_path)
    (tmp_path / "progress.new").write_text('{"half')
    assert book.read("tiny", tmp_path).passed
    book.mark_passed("tiny", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["progress.json", "progress.lock"]
