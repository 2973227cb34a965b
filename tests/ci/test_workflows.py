"""What CI services run: least rights, nothing foreign in a script, calls that the command line knows."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import typer
import yaml

from cli import app

REPOSITORY: Final = Path(__file__).parents[2]
ACTION: Final = REPOSITORY / "action.yml"
WORKFLOW: Final = REPOSITORY / ".github" / "workflows" / "grade.yml"
HANDED: Final = REPOSITORY / "checker" / "handout" / ".github" / "workflows" / "tests.yml"
GITLAB: Final = REPOSITORY / "ci" / "gitlab-grade.yml"
PINNED: Final = re.compile(r"[\w-]+/[\w./-]+@(?:v\d+(?:\.\d+)*|[0-9a-f]{40})")
FAKE: Final = """#!/usr/bin/env bash
printf '%s\\0' "$@" >"$CALLED"
echo '::error::what a submission printed'
for argument in "$@"; do
  case $argument in
    annotations=*) printf '::error title=t::m\\n::set-output name=x::y\\nplain\\n' >"${argument#*=}" ;;
    json=*) [ -n "${FAKE_VERDICT-x}" ] && echo '{}' >"${argument#*=}" ;;
    summary=*) echo '# a summary' >"${argument#*=}" ;;
  esac
done
exit "${FAKE_STATUS:-1}"
"""


def load(path: Path) -> Any:
    """Return a YAML file's data; YAML 1.1 reads the key `on` as true."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs() -> Any:
    """Return the jobs of the reusable workflow."""
    return load(WORKFLOW)["jobs"]


def steps(path: Path) -> list[dict[str, Any]]:
    """Return every step of an action or a workflow."""
    data = load(path)
    found = [data["runs"]] if "runs" in data else data["jobs"].values()
    return [step for part in found for step in part["steps"]]


def scripts() -> list[str]:
    """Return every script, of each service."""
    grade = load(GITLAB)["grade"]
    github = [step["run"] for path in (ACTION, WORKFLOW, HANDED) for step in steps(path) if "run" in step]
    return [*github, "\n".join([*grade["script"], *grade["after_script"]])]


def step_named(path: Path, name: str) -> dict[str, Any]:
    """Return one step."""
    (step,) = [step for step in steps(path) if step.get("name") == name]
    return step


@pytest.mark.parametrize("script", scripts())
def test_every_script_parses(script: str) -> None:
    """Bash reads it."""
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


@pytest.mark.parametrize("script", scripts())
def test_nothing_is_put_into_a_script(script: str) -> None:
    """Values come by the environment: a branch named like a command is never part of one. And nothing is evaluated."""
    assert "${{" not in script
    assert not re.search(r"\b(eval|source)\b|\bbash -c\b|\bsh -c\b", script)


@pytest.mark.parametrize("path", [ACTION, WORKFLOW, HANDED], ids=lambda path: path.name)
def test_every_action_is_pinned(path: Path) -> None:
    """Each foreign action has a version; the one without is this repository's own, at the commit that was fetched."""
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    assert not [name for name in used if name != "./workbench" and not PINNED.fullmatch(name)]


def test_the_grading_job_can_only_read() -> None:
    """It has the right to read and no other, and no secret's name or token stands in it or in the action."""
    grade = jobs()["grade"]
    assert load(WORKFLOW)["permissions"] == {}
    assert grade["permissions"] == {"contents": "read"}
    for text in (yaml.safe_dump(grade), ACTION.read_text(encoding="utf-8")):
        assert not re.search(r"secrets\.|\bsecrets:|github\.token|GH_TOKEN|GITHUB_TOKEN|id-token", text)


def test_only_the_publishing_job_may_write() -> None:
    """It may write checks, waits for the other, and fetches no submission."""
    publish = jobs()["publish"]
    assert publish["permissions"] == {"contents": "read", "checks": "write"}
    assert publish["needs"] == "grade"
    fetched = [step["with"]["path"] for step in publish["steps"] if step.get("uses", "").startswith("actions/checkout")]
    assert fetched == ["workbench"]


def test_no_checkout_leaves_a_token() -> None:
    """Every checkout forgets its credentials."""
    found = [
        step for path in (WORKFLOW, HANDED) for step in steps(path) if step.get("uses", "").startswith("actions/check")
    ]
    assert len(found) == 4
    assert all(step["with"]["persist-credentials"] is False for step in found)


@pytest.mark.parametrize("path", [WORKFLOW, HANDED, *(REPOSITORY / ".github" / "workflows").glob("*.yml")])
def test_no_workflow_runs_strangers_code_with_rights(path: Path) -> None:
    """None is started by an event that brings the base repository's rights to a fork's commit."""
    started = load(path)[True]
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(started)


def test_the_workflow_gives_the_action_what_it_takes() -> None:
    """Every input that the workflow passes on is one of the action's."""
    (step,) = [step for step in jobs()["grade"]["steps"] if step.get("uses") == "./workbench"]
    assert set(step["with"]) <= set(load(ACTION)["inputs"])


class Stage:
    """A folder where the action's step runs with a stand-in for the workbench."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        program = folder / "workbench" / "bin" / "workbench"
        program.parent.mkdir(parents=True)
        program.write_text(FAKE)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def run(self, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the step that grades, as GitHub runs it."""
        inputs = {"REPOSITORY": "/a repository", "REF": "-x; id", "KATAS": "", "STRANGERS": "false"}
        files = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary", "CALLED": "called"}
        whole = {
            "PATH": os.environ["PATH"],
            "RUNNER_TEMP": str(self.folder),
            "REPORTS": str(self.folder / "reports"),
            **inputs,
            **{name: str(self.folder / file) for name, file in files.items()},
            **environ,
        }
        argv = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step_named(ACTION, "Grade")["run"]]
        return subprocess.run(argv, cwd=self.folder, env=whole, capture_output=True, text=True, check=False)

    @property
    def called(self) -> list[str]:
        """The words that the workbench was called with."""
        return (self.folder / "called").read_text().split("\0")[:-1]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a stage."""
    return Stage(tmp_path)


def test_the_calls_are_ones_that_the_command_line_knows(stage: Stage) -> None:
    """Both the call for every task and the one for some katas parse, whatever the reference looks like."""
    commands = getattr(typer.main.get_command(app), "commands")  # noqa: B009 - a group has them, its type does not
    for environ in ({}, {"KATAS": " task2  task3 ", "STRANGERS": "true", "REPORTS": str(stage.folder / "again")}):
        stage.run(**environ)
        name, *words = stage.called
        assert name == "grade"
        assert "--ref=-x; id" in words
        context = commands["grade"].make_context("grade", words)
        assert context.params["ref"]
    assert {"task2", "task3", "--strangers"} < set(stage.called)


def test_what_a_submission_prints_is_no_command(stage: Stage) -> None:
    """Its lines stand between two that only this run knows; only annotations come after them."""
    first, *lines = stage.run().stdout.splitlines()
    word = first.removeprefix("::stop-commands::")
    assert re.fullmatch(r"[0-9a-f]{32}", word)
    end = lines.index(f"::{word}::")
    assert "::error::what a submission printed" in lines[:end]
    assert lines[end + 1 :] == ["::error title=t::m"]
    assert stage.run(REPORTS=str(stage.folder / "again")).stdout.splitlines()[0] != first


@pytest.mark.parametrize("status", ["0", "1", "3"])
def test_the_exit_status_is_the_grades(stage: Stage, status: str) -> None:
    """It is the step's own and its output, and the summary is kept whatever it is."""
    assert stage.run(FAKE_STATUS=status).returncode == int(status)
    assert (stage.folder / "output").read_text() == f"status={status}\n"
    assert (stage.folder / "summary").read_text() == "# a summary\n"


@pytest.mark.parametrize(("status", "meant"), [("0", 3), ("1", 3), ("2", 2), ("3", 3), ("143", 143)])
def test_without_a_verdict_it_is_an_error_of_ours(stage: Stage, status: str, meant: int) -> None:
    """A program that broke down exits with 1, as for a fail: where it left no verdict it says nothing of anyone."""
    assert stage.run(FAKE_STATUS=status, FAKE_VERDICT="").returncode == meant
    assert (stage.folder / "output").read_text() == f"status={meant}\n"


@pytest.mark.parametrize("kind", ["folder", "link", "dangling"])
def test_reports_go_into_no_folder_of_the_submissions(stage: Stage, kind: str) -> None:
    """Where the folder is there already, perhaps as a link that leads elsewhere, nothing is graded or written."""
    elsewhere, reports = stage.folder / "elsewhere", stage.folder / "reports"
    if kind == "folder":
        reports.mkdir()
    else:
        reports.symlink_to(elsewhere)
    if kind == "link":
        elsewhere.mkdir()
    assert stage.run().returncode == 2
    assert not (stage.folder / "called").exists()
    assert not elsewhere.exists() or not list(elsewhere.iterdir())


def test_gitlabs_call_is_the_same() -> None:
    """The template's job calls `grade` with a repository, a commit and reports that the command line knows."""
    script = "\n".join(load(GITLAB)["grade"]["script"])
    options = set(re.findall(r"(--(?:repo|ref|report))\b", script))
    assert options == {"--repo", "--ref", "--report"}
    formats = re.findall(r'--report "(\w+)=\$REPORTS/', script)
    assert formats == ["json", "junit", "summary"]


def test_gitlabs_job_gets_no_variable_of_the_project() -> None:
    """It inherits three variables by name, repeats an error of ours once, and keeps the reports of every outcome."""
    grade = load(GITLAB)["grade"]
    assert grade["inherit"] == {"default": False, "variables": ["WORKBENCH_URL", "WORKBENCH_REF", "WORKBENCH_KATAS"]}
    assert grade["retry"] == {"max": 1, "exit_codes": [3]}
    assert grade["artifacts"]["when"] == "always"
    assert grade["artifacts"]["paths"] == [grade["variables"]["REPORTS"]]
    assert grade["artifacts"]["reports"]["junit"] == f"{grade['variables']['REPORTS']}/junit.xml"
    assert "token" not in GITLAB.read_text(encoding="utf-8").lower()
