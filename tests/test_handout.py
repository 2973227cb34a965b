"""What a candidate is handed: exactly these files in one commit, with CI that runs the visible tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from checker.catalog import Catalog
from checker.errors import UsageError
from checker.handout import hand_out
from checker.start import MARKER, Started

if TYPE_CHECKING:
    from collections.abc import Iterator

CATALOG: Final = Catalog()
SERVICE: Final = (
    *(".env.example", ".gitignore", "Dockerfile", "README.md", "alembic.ini", "alembic/env.py"),
    *("alembic/script.py.mako", "alembic/versions/0001_create_tasks.py", "app/__init__.py", "app/config.py"),
    *("app/database.py", "app/local_worker.py", "app/main.py", "app/models.py", "app/schemas.py"),
    *("app/sqs_client.py", "docker-compose.yml", "lambda_function.py", "pyproject.toml", "requirements-dev.txt"),
    *("requirements.txt", "tests/conftest.py", "tests/test_api.py", "tests/test_worker.py"),
)
CI: Final = (".github/workflows/tests.yml", ".gitlab-ci.yml")
EXAMPLES: Final = {
    "task1": {"tests/test_auth_examples.py"},
    "task2": {"tests/test_retry_examples.py"},
    "task3": {"tests/test_pagination_examples.py"},
    "task4": {"tests/test_cache_examples.py"},
}


def git(folder: Path, *arguments: str) -> str:
    """Ask git about a folder."""
    environ = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *arguments], cwd=folder, env=environ, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def below(folder: Path) -> set[str]:
    """Return the names of the files in a folder, as git lists them; of none where it is not there."""
    wanted = ("--cached", "--others", "--exclude-standard", "--", str(folder))  # what git tracks, or would
    listed = git(CATALOG.content.katas, "ls-files", *wanted) if folder.is_dir() else ""
    return {str((CATALOG.content.katas / name).relative_to(folder)) for name in listed.splitlines()}


def expected(kata: str) -> set[str]:
    """Return what a kata's repository holds: the service, what a scenario breaks in it, the kata's own tests, CI."""
    folder = CATALOG.content.katas / kata
    own = EXAMPLES.get(kata, {f"tests/{name}" for name in below(folder / "tests")})
    return {*SERVICE, *CI, MARKER, *own, *below(folder / "fault")}


def secrets() -> Iterator[Path]:
    """Yield every file that tells how a submission is graded or how a good one looks; some repeat the service's own."""
    content = CATALOG.content
    yield content.questions
    for folder in (content.solutions, content.suites, content.variants, content.alternatives):
        yield from (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


@pytest.fixture(params=CATALOG.ids())
def handed(request: pytest.FixtureRequest, tmp_path: Path) -> Started:
    """Return what is handed out, for each kata."""
    return hand_out(CATALOG, request.param, tmp_path / "kit")


def test_it_holds_exactly_these_files(handed: Started) -> None:
    """Service, brief, visible tests, marker and CI are in one commit; nothing else is there, tracked or not."""
    found = {str(path.relative_to(handed.folder)) for path in handed.folder.rglob("*") if path.is_file()}
    assert {name for name in found if not name.startswith(".git/")} == expected(handed.kata)
    assert set(git(handed.folder, "ls-files").splitlines()) == expected(handed.kata)
    assert git(handed.folder, "log", "--format=%s|%D") == f"Start {handed.kata}|HEAD -> main"
    assert git(handed.folder, "status", "--porcelain") == ""


def test_no_file_tells_the_answers(handed: Started) -> None:
    """No file is one of the solutions, suites, variants or alternatives, or the question bank, under another name."""
    shared = {path.read_bytes() for path in CATALOG.content.service.rglob("*") if path.is_file()}
    hidden = {path.read_bytes() for path in secrets()} - shared - {b""}
    assert len(hidden) > 100
    told = {name for name in expected(handed.kata) if (handed.folder / name).read_bytes() in hidden}
    assert not told


def test_the_brief_is_the_katas(handed: Started) -> None:
    """Its README is the kata's own, and tells what is graded."""
    assert (handed.folder / "README.md").read_bytes() == (
        CATALOG.content.katas / handed.kata / "README.md"
    ).read_bytes()


@pytest.fixture
def workflow() -> Any:
    """Return the workflow that is handed out; YAML 1.1 reads its key `on` as true."""
    return yaml.safe_load((CATALOG.content.handout / CI[0]).read_text(encoding="utf-8"))


def test_the_workflow_may_only_read(workflow: Any) -> None:
    """It needs no secret and no right but to read, names no foreign event, and pins what it uses."""
    text = (CATALOG.content.handout / CI[0]).read_text(encoding="utf-8")
    assert workflow["permissions"] == {"contents": "read"}
    assert set(workflow[True]) == {"push", "pull_request"}
    assert "${{" not in text
    (job,) = workflow["jobs"].values()
    uses = [step["uses"] for step in job["steps"] if "uses" in step]
    assert uses == ["actions/checkout@v4", "actions/setup-python@v5"]
    assert job["steps"][0]["with"] == {"persist-credentials": False}


def test_the_workflow_runs_what_is_there(workflow: Any) -> None:
    """Every line of shell parses; the servers that it starts and the files that it names are the starter's."""
    (job,) = workflow["jobs"].values()
    script = "\n".join(step["run"] for step in job["steps"] if "run" in step)
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
    compose = yaml.safe_load((CATALOG.content.service / "docker-compose.yml").read_text(encoding="utf-8"))
    assert {"db", "redis", "sqs"} <= set(compose["services"])
    for name in ("requirements-dev.txt", ".env.example"):
        assert name in script
        assert (CATALOG.content.service / name).is_file()
    assert "pytest" in script.split("\n")


def test_the_gitlab_job_has_the_same_environment() -> None:
    """It names every variable of the starter's example, and the servers by the names that they have there."""
    job = yaml.safe_load((CATALOG.content.handout / CI[1]).read_text(encoding="utf-8"))["tests"]
    example = (CATALOG.content.service / ".env.example").read_text(encoding="utf-8")
    named = {line.partition("=")[0] for line in example.splitlines() if "=" in line and not line.startswith("#")}
    assert named <= set(job["variables"])
    assert {service["alias"] for service in job["services"]} == {"db", "redis", "sqs"}
    assert job["script"][-1] == "pytest"


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    """A folder with anything in it is refused with a way out, and stays as it is; there is no way to force it."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").write_text("mine")
    with pytest.raises(UsageError, match="is there already") as caught:
        hand_out(CATALOG, "task2", tmp_path / "mine")
    assert caught.value.next_step == "workbench kit task2 --out ANOTHER_FOLDER"
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes"]
