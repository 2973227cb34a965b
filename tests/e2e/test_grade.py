"""`workbench grade` as it is typed, on the local stack: repositories, several at a time, stopped and taken up again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.e2e.conftest import Bench, Ended

LOCAL = ("--stack", "local")
HELD = "sleep 62"  # what the submission's own child is called while a grade is held
HOLD = (
    "+\nimport os\n\n\n@app.middleware('http')\nasync def hold(request, call_next):\n"
    f"    if request.method == 'POST':\n        os.system('{HELD}')\n    return await call_next(request)\n"
)


def git(folder: Path, *arguments: str) -> str:
    """Run git without anybody's settings."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *author, *arguments], cwd=folder, env=environ, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def repository(bench: Bench) -> Path:
    """Return a repository with the starter on `main`."""
    folder = bench.submission(name="repository")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "one")
    return folder


@pytest.fixture
def branch(bench: Bench, repository: Path) -> Callable[[str, Mapping[str, str | None]], str]:
    """Return a way to make a branch with changed files; `None` removes one."""

    def made(name: str, files: Mapping[str, str | None]) -> str:
        git(repository, "switch", "--quiet", "--create", name, "main")
        for path, text in files.items():
            file = repository / path
            if text is None:
                file.unlink()
            else:
                file.write_text(file.read_text() + text[1:] if text.startswith("+") else text)
        git(repository, "add", "--all", ".")
        git(repository, "commit", "--quiet", "--allow-empty", "--message", name)
        git(repository, "switch", "--quiet", "main")
        return git(repository, "rev-parse", name)

    assert bench.root in repository.parents
    return made


def results(ended: Ended) -> list[str]:
    """Return the verdicts of a call with JSON, in their order."""
    return [one["verdict"] for one in json.loads(ended.stdout)["results"]]


def journal_of(path: Path) -> list[dict[str, Any]]:
    """Return a journal's lines after the first, torn ones left out."""
    found = []
    for line in path.read_bytes().splitlines()[1:]:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def test_a_branch_is_graded(bench: Bench, repository: Path) -> None:
    """The verdict is the one that `check` gives the checkout; it names repository, commit and tree."""
    ended = bench.run("grade", "--repo", repository, "--ref", "main", "passes", *LOCAL, "--format", "json")
    assert ended.status == 0, ended.stderr
    assert ended.verdict["submission"] == {
        "repository": str(repository),
        "commit": git(repository, "rev-parse", "HEAD"),
        "tree": git(repository, "rev-parse", "HEAD^{tree}"),
    }
    assert ended.statuses == bench.check("passes", repository).statuses
    assert git(repository, "status", "--porcelain") == ""


def test_several_commits_and_katas_make_one_table(
    bench: Bench, repository: Path, branch: Callable[[str, Mapping[str, str | None]], str], tmp_path: Path
) -> None:
    """A line a commit and kata, in the order asked for, the worst exit status, further reports of the same."""
    branch("broken", {"alembic.ini": None})
    refs = ("--ref", "main", "--ref", "broken")
    report = f"json={tmp_path}/verdicts.json"
    ended = bench.run("grade", "--repo", repository, *refs, "passes", "fails", *LOCAL, "--report", report)
    assert ended.status == 1, ended.stderr
    table = [line.split()[:3] for line in ended.stdout.splitlines()[-4:]]
    assert table == [
        ["main", "passes", "PASS"],
        ["main", "fails", "FAIL"],
        ["broken", "passes", "FAIL"],
        ["broken", "fails", "FAIL"],
    ]
    assert "the submission has no alembic.ini" in ended.stdout
    assert [one["verdict"] for one in json.loads((tmp_path / "verdicts.json").read_text())["results"]] == [
        "pass",
        "fail",
        "fail",
        "fail",
    ]
    assert "4 of 4" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["--ref", "gone", "passes"], 2, "no branch, tag or commit 'gone'"),
        (["--ref", "--upload-pack=touch x", "passes"], 2, "is no name of a branch"),
        (["--ref", "main\nmain", "passes"], 2, "is no name of a branch"),
        (["--ref", "main"], 2, "no kata is named"),
        (["--ref", "main", "--all", "passes"], 2, "no kata goes with it"),
        (["--ref", "main", "nothing"], 2, "there is no kata"),
        (["--ref", "main", "passes", "--strangers"], 2, "containers alone"),
        (["--ref", "main", "passes", "--journal", "."], 2, "cannot be a journal"),
        (["--ref", "main", "passes", "--report", "x=y"], 2, "no report format"),
    ],
)
def test_a_wrong_call_grades_nothing(
    bench: Bench, repository: Path, arguments: list[str], status: int, told: str
) -> None:
    """One line says what is wrong; there is no verdict."""
    ended = bench.run("grade", "--repo", repository, *LOCAL, *arguments)
    assert (ended.status, ended.stdout) == (status, "")
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("repo", ["gone", "ext::sh -c touch% x", "ssh://git@example.org/x", "http://example.org/x"])
def test_a_repository_that_is_not_taken_is_a_wrong_call(bench: Bench, repo: str) -> None:
    """What is not there, or would run a program or be read by others, is refused before anything is asked."""
    ended = bench.run("grade", "--repo", repo, "--ref", "main", "passes", *LOCAL)
    assert (ended.status, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) <= 3


def test_without_an_engine_it_is_our_trouble(bench: Bench, repository: Path) -> None:
    """No engine: exit status 3, what to do, no verdict, and no other stack in its place."""
    environ = {"DOCKER_HOST": f"unix://{bench.root}/no.sock"}
    ended = bench.run("grade", "--repo", repository, "--ref", "main", "passes", environ=environ)
    assert (ended.status, ended.stdout) == (3, "")
    assert "next:" in ended.stderr


def test_requirements_that_choose_a_registry_fail(
    bench: Bench, repository: Path, branch: Callable[[str, Mapping[str, str | None]], str]
) -> None:
    """Options are the submission's doing, told with the line and the reason; the registry they name is not asked."""

    class Nobody(BaseHTTPRequestHandler):
        asked = 0

        def do_GET(self) -> None:
            type(self).asked += 1

    with ThreadingHTTPServer(("127.0.0.1", 0), Nobody) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        branch("index", {"requirements.txt": f"+\n--index-url http://127.0.0.1:{server.server_port}/simple\n"})
        ended = bench.run("grade", "--repo", repository, "--ref", "index", "passes", *LOCAL, "--format", "json")
        server.shutdown()
        thread.join()
    assert (ended.status, ended.verdict["verdict"]) == (1, "fail")
    assert "the option --index-url" in ended.verdict["cause"]
    assert Nobody.asked == 0


def test_kill_dash_nine_costs_one_grade_and_the_rest_is_graded_once(
    bench: Bench, repository: Path, branch: Callable[[str, Mapping[str, str | None]], str]
) -> None:
    """A batch that is killed goes on: what had ended is not graded again, what was under way is, the rest follows."""
    branch("held", {"app/main.py": HOLD})
    branch("broken", {"alembic.ini": None})
    journal = bench.root / "grades.jsonl"
    refs = ("--ref", "broken", "--ref", "held", "--ref", "main")
    call = ("grade", "--repo", repository, *refs, "passes", *LOCAL, "--jobs", "1", "--journal", journal)
    process = bench.start(*call)
    bench.wait_for_process(HELD, process)
    second = bench.run(*call)
    assert second.status == 2
    assert "another grade writes" in second.stderr
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert [(one["event"], one["grade"]["commit"][:7]) for one in journal_of(journal)] == [
        ("begin", git(repository, "rev-parse", "broken")[:7]),
        ("end", git(repository, "rev-parse", "broken")[:7]),
        ("begin", git(repository, "rev-parse", "held")[:7]),
    ]
    before = journal.read_bytes()
    with journal.open("ab") as file:
        file.write(b'{"event": "end", "gra')  # as far as the disk got
    changed = branch("mended", {})
    again: list[str | Path] = [*call, "--format", "json"]
    again[again.index("held")] = "mended"
    ended = bench.run(*again)
    assert ended.status == 1, ended.stderr
    assert results(ended) == ["fail", "pass", "pass"]
    assert "broken passes: fail, as the journal has it" in ended.stderr
    assert journal.read_bytes().startswith(before)
    ends = [one["grade"]["commit"] for one in journal_of(journal) if one["event"] == "end"]
    assert sorted(ends) == sorted([*(git(repository, "rev-parse", name) for name in ("broken", "main")), changed])
    third = bench.run(*again)
    assert (third.status, results(third)) == (1, ["fail", "pass", "pass"])
    assert len([one for one in journal_of(journal) if one["event"] == "end"]) == 3


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str)
def test_a_signal_ends_a_batch(
    bench: Bench,
    repository: Path,
    branch: Callable[[str, Mapping[str, str | None]], str],
    number: signal.Signals,
    status: int,
) -> None:
    """The shell's status of that signal, no verdict, nothing left; the journal says that it was stopped."""
    branch("held", {"app/main.py": HOLD})
    journal = bench.root / "grades.jsonl"
    refs = ("--ref", "held", "--ref", "main")
    process = bench.start("grade", "--repo", repository, *refs, "passes", *LOCAL, "--jobs", "1", "--journal", journal)
    bench.wait_for_process(HELD, process)
    process.send_signal(number)
    ended = bench.end(process)
    assert (ended.status, ended.stdout) == (status, "")
    assert ended.stderr.endswith("workbench: stopped\n")
    assert [one["event"] for one in journal_of(journal)] == ["begin", "stop"]
