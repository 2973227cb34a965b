"""Submissions that are broken before or while they are checked, and calls that are wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.e2e.conftest import Bench, Ended

STUCK = "+\nimport threading\nthreading.Event().wait()\n"
REVISION = 'revision = "{name}"\ndown_revision = "0001"\n\n\ndef upgrade():\n    {body}\n'


def middleware(*lines: str) -> dict[str, str]:
    """Return the API with something to do before each request."""
    head = "+\nimport os\nimport time\n\n\n@app.middleware('http')\nasync def trick(request, call_next):\n"
    return {"app/main.py": head + "".join(f"    {line}\n" for line in (*lines, "return await call_next(request)"))}


@dataclass(frozen=True)
class Broken:
    """A submission that stops the run: its changed files and what the candidate reads, whitespace aside."""

    name: str
    files: Mapping[str, str]
    said: tuple[str, ...]
    kata: str = "passes"
    without: tuple[str, ...] = field(default=())

    @property
    def width(self) -> int:
        """How many may run at once: those that wait for a limit take little else."""
        return 5 if self.kata == "hurried" else 2

    def call(self, bench: Bench) -> Ended:
        """Check the submission."""
        submission = bench.submission(self.files)
        for name in self.without:
            (submission / name).unlink()
        return bench.run("check", self.kata, "--path", submission)


BROKEN = [
    Broken(
        "a requirement that does not exist",
        {"requirements.txt": "fastapi==0.0.0.0.1\n"},
        ("requirements.txt does not install", "there is no version of fastapi==0.0.0.0.1"),
    ),
    Broken(
        "requirements with a syntax error",
        {"requirements.txt": "fastapi === = 1\n"},
        ("requirements.txt does not install", "fastapi === = 1"),
    ),
    Broken("no requirements", {}, ("the submission has no requirements.txt",), without=("requirements.txt",)),
    Broken("no worker", {}, ("the submission has no lambda_function.py",), without=("lambda_function.py",)),
    Broken(
        "a syntax error in the API",
        {"app/main.py": "+\ndef broken(:\n"},
        ("uvicorn app.main:app` exited with status 1", "def broken(:", "SyntaxError: invalid syntax"),
    ),
    Broken(
        "a migration that raises",
        {"alembic/versions/0002_x.py": REVISION.format(name="0002", body='raise RuntimeError("no such luck")')},
        ("`alembic upgrade head` exited with status 1", "RuntimeError: no such luck"),
    ),
    Broken(
        "two heads",
        {
            "alembic/versions/0002_x.py": REVISION.format(name="0002", body="pass"),
            "alembic/versions/0003_y.py": REVISION.format(name="0003", body="pass"),
        },
        ("`alembic upgrade head` exited with status", "Multiple head revisions are present"),
    ),
    Broken(
        "an API that exits with 0 at import",
        {"app/main.py": "+\nimport os\nos._exit(0)\n"},
        ("`uvicorn app.main:app` exited with status 0 before it answered GET /health",),
    ),
    Broken(
        "an API that exits with 3",
        {"app/main.py": "+\nimport sys\nsys.exit(3)\n"},
        ("`uvicorn app.main:app` exited with status 3 before it answered GET /health",),
    ),
    Broken(
        "an API that is killed by a signal",
        {"app/main.py": "+\nimport ctypes\nctypes.string_at(0)\n"},
        ("`uvicorn app.main:app` was ended by SIGSEGV before it answered GET /health",),
    ),
    Broken(
        "a health check that answers 500",
        middleware("raise LookupError('ill')"),
        ("`uvicorn app.main:app` answered GET /health with 500, not 200", "LookupError: ill"),
    ),
    Broken(
        "a handler that cannot be imported",
        {"lambda_function.py": "import nothing_of_that_name\n"},
        ("lambda_function.lambda_handler cannot be imported", "nothing_of_that_name"),
    ),
    Broken(
        "a module without a handler",
        {"lambda_function.py": "lambda_handlre = None\n"},
        ("lambda_function.lambda_handler cannot be imported", "Handler 'lambda_handler' missing"),
    ),
    Broken(
        "a worker that exits at import",
        {"lambda_function.py": "+\nimport os\nprint('farewell')\nos._exit(5)\n"},
        ("the worker exited with status 5 before it asked for work", "farewell"),
    ),
    Broken(
        "an API that floods its log at import",
        {"app/main.py": "+\nimport os\nwhile True:\n    os.write(1, b'flood ' * 10_000 + b'\\n')\n"},
        ("uvicorn app.main:app was ended: it wrote more than 64 MB of log",),
    ),
    Broken(
        "an API that floods its log later",
        middleware("while request.method == 'POST':", "    os.write(1, b'flood ' * 10_000 + b'\\n')"),
        ("uvicorn app.main:app was ended: it wrote more than 64 MB of log",),
    ),
    Broken(
        "an API that goes in the middle of the checks",
        middleware("if request.method == 'POST':", "    print('I am off', flush=True)", "    os._exit(4)"),
        ("the API exited with status 4 while the checks ran", "I am off"),
    ),
    Broken(
        "a migration that never ends",
        {"alembic/versions/0002_x.py": REVISION.format(name="0002", body="while True: pass")},
        ("`alembic upgrade head` did not end within 10 s",),
        kata="hurried",
    ),
    Broken(
        "an API that never comes to listen",
        {"app/main.py": STUCK},
        ("`uvicorn app.main:app` did not answer GET /health within 10 s",),
        kata="hurried",
    ),
    Broken(
        "an API that takes connections and answers nothing",
        middleware("time.sleep(60)"),
        ("`uvicorn app.main:app` did not answer GET /health within 10 s",),
        kata="hurried",
    ),
    Broken(
        "an API that hangs in the middle of the checks",
        middleware("if request.method == 'POST':", "    time.sleep(60)"),
        ("the checks did not end within 12 s",),
        kata="hurried",
    ),
    Broken(
        "a worker that never asks for work",
        {"lambda_function.py": STUCK},
        ("the worker did not ask for work within 10 s",),
        kata="hurried",
    ),
]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name.replace(" ", "-"))
def test_a_broken_submission_fails_with_its_cause(side_by_side: Callable[[Broken], Ended], case: Broken) -> None:
    """Whatever a submission does to itself is a failure: status 1, and the cause and its own last words are shown."""
    ended = side_by_side(case)
    text = " ".join(ended.stdout.split())
    assert [words for words in case.said if words not in text] == [], ended.stdout
    assert (ended.status, ended.stderr) == (1, "")
    assert text.split("FAIL")[-1].startswith(" score 0,")


def test_an_empty_folder_fails(bench: Bench) -> None:
    """A folder that holds no task service fails with what it lacks; the JSON says the same."""
    (bench.root / "empty").mkdir()
    ended = bench.check("passes", bench.root / "empty")
    assert (ended.status, ended.stderr) == (1, "")
    assert ended.verdict["verdict"] == "fail"
    assert ended.verdict["cause"].startswith("the submission has no app/main.py")


def test_requirements_without_a_server_fail(bench: Bench) -> None:
    """Where the requirements do not install uvicorn, that is said; nothing else is tried."""
    submission = bench.submission()
    requirements = (submission / "requirements.txt").read_text().splitlines()
    kept = [line for line in requirements if not line.startswith(("uvicorn", "boto3"))]
    (submission / "requirements.txt").write_text("\n".join(kept))
    ended = bench.check("passes", submission)
    assert ended.status == 1
    cause = "`uvicorn app.main:app` cannot be started: requirements.txt does not install it"
    assert ended.verdict["cause"] == cause


def test_links_are_skipped(bench: Bench) -> None:
    """A symbolic link out of the tree is no part of the submission, which is graded all the same."""
    submission = bench.submission()
    (submission / "secrets").symlink_to("/etc/passwd")
    (submission / "app" / "everything").symlink_to("/")
    ended = bench.check("passes", submission)
    assert (ended.status, ended.verdict["verdict"]) == (0, "pass")


def test_a_link_in_place_of_a_needed_file_fails(bench: Bench) -> None:
    """What is a link is not there: nothing outside the tree is read in its place."""
    submission = bench.submission()
    (submission / "requirements.txt").rename(bench.root / "requirements.txt")
    (submission / "requirements.txt").symlink_to(bench.root / "requirements.txt")
    ended = bench.check("passes", submission)
    assert ended.status == 1
    assert ended.verdict["cause"].startswith("the submission has no requirements.txt")


def too_many(folder: Path) -> None:
    """Write more files than are taken."""
    (folder / "many").mkdir()
    for number in range(5_001):
        (folder / "many" / str(number)).touch()


def too_much(folder: Path) -> None:
    """Write more bytes than are taken, none of the files too large by itself."""
    for number in range(13):
        with (folder / f"large{number}").open("wb") as file:
            file.truncate(5 * 1024 * 1024)


def too_large(folder: Path) -> None:
    """Write a file that is larger than is taken."""
    with (folder / "large").open("wb") as file:
        file.truncate(5 * 1024 * 1024 + 1)


@pytest.mark.parametrize(
    ("fill", "cause"),
    [
        (too_many, "the submission has more than 5000 files"),
        (too_much, "the submission has more than 64 MB"),
        (too_large, "large has more than 5 MB"),
    ],
)
def test_a_tree_over_the_caps_fails(bench: Bench, fill: Callable[[Path], None], cause: str) -> None:
    """Too many files, too many bytes, a file too large: each is named."""
    submission = bench.submission()
    fill(submission)
    ended = bench.check("passes", submission)
    assert ended.status == 1
    assert ended.verdict["cause"] == cause


def test_checks_that_do_not_end_are_an_error(bench: Bench) -> None:
    """Where the model solution does not get through either, it is not the submission's doing."""
    ended = bench.check("endless", bench.submission())
    assert ended.status == 3
    assert "but neither does the model solution pass here" in ended.verdict["cause"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "tsk2"], "there is no kata 'tsk2'"),
        (["check", "passes", "--path", "nowhere"], "nowhere is no folder"),
        (["check", "passes", "--path", "file"], "file is no folder"),
        (["check"], "is not a folder that `workbench start` made"),
        (["check", "passes", "--format", "xml"], "Invalid value for '--format'"),
    ],
)
def test_a_wrong_call_is_told_in_a_line(bench: Bench, arguments: list[str], said: str) -> None:
    """Status 2, nothing on stdout, what is wrong and what to type next on stderr."""
    (bench.root / "file").touch()
    ended = bench.run(*arguments)
    assert (ended.status, ended.stdout) == (2, "")
    assert said in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr
