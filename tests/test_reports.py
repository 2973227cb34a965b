"""`--report FORMAT=FILE`: what is refused beforehand, and files that are whole or not there."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from checker import reports
from checker.errors import InfrastructureError, UsageError
from checker.renderers.formats import FORMATS
from checker.renderers.summary import MAX_BYTES
from checker.reports import Wanted, parse, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from checker.verdict import Verdict

FULL: Final = Path("/dev/full")  # the kernel's own full disk


def unheard(text: str) -> None:
    """Fail where something is printed that should not be."""
    pytest.fail(f"printed: {text}")


def names(folder: Path) -> list[str]:
    """Return what lies in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_written(tmp_path: Path, make_verdict: Callable[..., Verdict], name: str) -> None:
    """A file holds what the format's renderer returns."""
    verdicts = [make_verdict("fail", "pass")]
    write(verdicts, parse([f"{name}={tmp_path / 'out'}"]), unheard)
    assert (tmp_path / "out").read_text(encoding="utf-8") == FORMATS[name](verdicts)
    assert names(tmp_path) == ["out"]


def test_reports_are_as_many_as_wanted(tmp_path: Path, make_verdict: Callable[..., Verdict]) -> None:
    """One format twice, another for stdout, and names with an equals sign."""
    printed: list[str] = []
    wanted = parse([f"json={tmp_path / 'a'}", f"json={tmp_path / 'b=c'}", "annotations=-"])
    write([make_verdict("fail", "pass")], wanted, printed.append)
    assert json.loads((tmp_path / "a").read_text()) == json.loads((tmp_path / "b=c").read_text())
    assert [text.split()[0] for text in printed] == ["::error"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["xml=a"], "no report format 'xml'"),
        (["=a"], "no report format ''"),
        (["a.json"], "no report format 'a.json'"),
        (["JSON=a"], "no report format 'JSON'"),
        (["json"], "names no file"),
        (["json="], "names no file"),
        (["json=gone/a"], "gone/a cannot be written: No such file or directory"),
        (["json=file/a"], "file/a cannot be written: Not a directory"),
        (["json=."], ". cannot be written"),
        (["json=folder"], "folder cannot be written"),
        ([f"json={'x' * 300}/a"], "cannot be written: File name too long"),
        (["json=a", "junit=./a"], "two reports for one place, a"),
        (["json=-", "junit=-"], "two reports for one place, -"),
    ],
)
def test_a_call_that_cannot_be_met_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: list[str], told: str
) -> None:
    """Before anything is graded, with what to type instead, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError) as caught:
        parse(values)
    assert told in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.next_step
    assert names(tmp_path) == ["file", "folder"]


def test_what_may_not_be_written_is_refused(
    open_folder: Path, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    """A folder, or a file in it, that belongs to somebody else."""
    (open_folder / "file").write_text("theirs")
    for name in ("new", "file"):
        with unprivileged():
            if os.access(open_folder, os.W_OK, effective_ids=True):
                pytest.skip("the folder is this user's own")
            with pytest.raises(UsageError, match="cannot be written"):
                parse([f"json={open_folder / name}"])


def test_stdout_holds_one_thing() -> None:
    """A verdict that a program reads has stdout to itself; beside one for people there may be annotations."""
    with pytest.raises(UsageError, match="stdout holds the verdict as json already"):
        parse(["annotations=-"], "json")
    assert parse(["annotations=-"], "human") == [Wanted("annotations", None)]
    assert parse([]) == []


def test_a_file_is_replaced_and_a_link_is_not_followed(tmp_path: Path, make_verdict: Callable[..., Verdict]) -> None:
    """What lay there before goes as a whole; where a submission laid a link, what it leads to is untouched."""
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "old").write_text("x" * 100_000)
    for name in ("link", "loop", "old"):
        write([make_verdict("pass", "pass")], parse([f"json={tmp_path / name}"]), unheard)
        assert json.loads((tmp_path / name).read_text())["kata"] == "tiny"
    assert (tmp_path / "victim").read_text() == "precious"
    assert not (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_report_may_be_read_by_whom_the_umask_lets(
    tmp_path: Path, make_verdict: Callable[..., Verdict], umask: int, mode: int
) -> None:
    """The next step of a job may run as another user."""
    before = os.umask(umask)
    try:
        write([make_verdict("pass", "pass")], parse([f"json={tmp_path / 'a'}"]), unheard)
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


def test_a_full_disk_is_our_trouble_and_the_others_are_written(
    tmp_path: Path, make_verdict: Callable[..., Verdict]
) -> None:
    """A report that the system refuses is named, and those after it are there."""
    wanted = [Wanted("json", FULL), Wanted("junit", tmp_path / "b")]
    with pytest.raises(InfrastructureError, match="cannot write the report /dev/full: No space left on device"):
        write([make_verdict("pass", "pass")], wanted, unheard)
    assert (tmp_path / "b").read_text().startswith("<?xml")


def test_a_device_or_a_pipe_is_written_to(tmp_path: Path, make_verdict: Callable[..., Verdict]) -> None:
    """It stays what it is."""
    os.mkfifo(tmp_path / "pipe")
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append((tmp_path / "pipe").read_text()))
    reader.start()
    write([make_verdict("pass", "pass")], parse([f"json={tmp_path / 'pipe'}"]), unheard)
    reader.join(10)
    assert json.loads(heard[0])["verdict"] == "fail"
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("before", [None, "the report of another day"])
def test_a_file_is_whole_or_as_it_was(tmp_path: Path, before: str | None) -> None:
    """Where the system takes some bytes and then no more, there is no truncated file, nor one beside it."""
    file = tmp_path / "report"
    if before is not None:
        file.write_text(before)
    limit = (1_000, resource.RLIM_INFINITY)
    program = (
        "import sys\nfrom pathlib import Path\nfrom checker.reports import replace, told\n"
        "with told(Path(sys.argv[1])):\n    replace(Path(sys.argv[1]), b'x' * 5000)\n"
    )
    ended = limited(program, file, limit)
    assert "cannot write the report" in ended.stderr
    assert "File too large" in ended.stderr
    assert names(tmp_path) == ([] if before is None else ["report"])
    assert before is None or file.read_text() == before


def limited(program: str, file: Path, limit: tuple[int, int]) -> subprocess.CompletedProcess[str]:
    """Run a program that may write files of so many bytes."""
    start = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, {limit})\n"
    return subprocess.run(
        [sys.executable, "-c", start + program, str(file)], capture_output=True, text=True, check=False, timeout=60
    )


def test_the_jobs_summary_is_added_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_verdict: Callable[..., Verdict]
) -> None:
    """Another part of the step may have written there; a summary elsewhere, and another format, replace."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    (tmp_path / "summary").write_text("before\n")
    (tmp_path / "other").write_text("before\n")
    verdicts = [make_verdict("pass", "pass", result="pass")]
    write(verdicts, parse([f"summary={tmp_path / 'summary'}", f"summary={tmp_path / 'other'}"]), unheard)
    assert (tmp_path / "summary").read_text() == f"before\n\n{FORMATS['summary'](verdicts)}"
    assert (tmp_path / "other").read_text() == FORMATS["summary"](verdicts)
    write(verdicts, parse([f"summary={tmp_path / 'summary'}"]), unheard)
    assert (tmp_path / "summary").read_text().count("## `tiny`") == 2


@pytest.mark.parametrize("size", [MAX_BYTES - 1_000, MAX_BYTES - 1, MAX_BYTES, MAX_BYTES + 5])
def test_the_jobs_summary_stays_within_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_verdict: Callable[..., Verdict], size: int
) -> None:
    """What is there already counts, as GitHub refuses the whole where it is too long."""
    file = tmp_path / "summary"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    file.write_bytes(b"x" * size)
    write([make_verdict("fail", "fail")] * 20, parse([f"summary={file}"]), unheard)
    assert file.stat().st_size <= max(MAX_BYTES, size)


def test_a_jobs_summary_that_cannot_be_added_to_is_as_it_was(tmp_path: Path) -> None:
    """Half of a table would spoil what other parts of the step wrote."""
    file = tmp_path / "summary"
    file.write_text("before\n")
    program = (
        "import sys\nfrom pathlib import Path\nfrom checker import reports\n"
        "reports.encoded = lambda text: b'x' * 5000\n"
        "with reports.told(Path(sys.argv[1])):\n    reports.add([], Path(sys.argv[1]))\n"
    )
    assert "File too large" in limited(program, file, (1_000, resource.RLIM_INFINITY)).stderr
    assert file.read_text() == "before\n"


def test_formats_of_the_command_line_are_those_that_there_are() -> None:
    """`--format` and `--report` know the same ones."""
    from cli import Format

    assert [str(one) for one in Format] == list(FORMATS)
    assert reports.STDOUT == "-"
