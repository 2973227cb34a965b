"""The submission's virtual environment: made by uv from `requirements.txt`, kept by what it was made from.

The key covers the requirement files' text, the interpreter, and the submission's files where a requirement points
into them. An environment without its mark was not finished, and is made again.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.errors import InfrastructureError, SubmissionError
from checker.processes import kill_group
from checker.workspace import ELSEWHERE, cache_folder, locked, refuse_full

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.submission import Submission

FORMAT: Final = 1  # of an environment; a change of how one is made raises this
INSTALL_SECONDS: Final = 600.0
MARK: Final = "workbench-complete"
SHOWN_LINES: Final = 12
INCLUDE: Final = re.compile(r"^(?:-r|--requirement|-c|--constraint)[\s=]+(\S+)")
COMMENT: Final = re.compile(r"(?:^|\s)#.*")
ELSEWHERE_URL: Final = re.compile(r"\b(?!(?:\w+\+)?file:)[a-z][a-z0-9+.]*://\S*", re.IGNORECASE)
LOCAL: Final = re.compile(  # a requirement or an option that names a file or folder
    r"^(?:-e|--editable|-f|--find-links)\b|/|file:|^\.|\.(?:whl|zip|tar\.\w+)\b", re.IGNORECASE
)
NETWORK: Final = re.compile(  # what uv says when the registry cannot be reached, which is not the submission's doing
    r"dns error|error sending request|failed to lookup address|connection refused|network is unreachable|timed out",
    re.IGNORECASE,
)
DISK: Final = re.compile(r"No space left on device|Disk quota exceeded|Read-only file system")


def find_environment(submission: Submission, progress: Callable[[str], None]) -> Path:
    """Return the submission's environment, making it first where it is new; `progress` hears uv's lines then."""
    folder = cache_folder() / "environments" / key(submission)
    if (folder / MARK).is_file():
        return folder
    with locked(folder.with_suffix(".lock")):
        if not (folder / MARK).is_file():
            build(submission, folder, progress)
    return folder


def key(submission: Submission) -> str:
    """Return the name of the environment: a digest of all that it depends on."""
    digest = hashlib.sha256(f"{FORMAT} {platform.python_version()} {platform.platform()} {interpreter()}".encode())
    pointing = False
    for text in requirement_texts(submission.folder):
        digest.update(text.encode() + b"\0")
        pointing = pointing or any(map(points_into_the_tree, text.splitlines()))
    if pointing:
        digest.update(submission.tree.encode())
    return digest.hexdigest()[:32]


def points_into_the_tree(line: str) -> bool:
    """Whether a line of a requirement file may name files of the submission's, other requirement files aside."""
    told = ELSEWHERE_URL.sub("", COMMENT.sub("", line)).strip()
    return bool(LOCAL.search(told)) and not INCLUDE.match(told)


def requirement_texts(folder: Path) -> list[str]:
    """Return the text of `requirements.txt` and of every file that it includes, each once."""
    pending, texts = [folder / "requirements.txt"], list[str]()
    seen: set[Path] = set()
    while pending:
        path = pending.pop().resolve()
        if path in seen or not path.is_file() or not path.is_relative_to(folder.resolve()):
            continue
        seen.add(path)
        texts.append(path.read_text(encoding="utf-8", errors="replace"))
        pending += [path.parent / match[1] for line in texts[-1].splitlines() if (match := INCLUDE.match(line.strip()))]
    return texts


def interpreter() -> str:
    """Return the interpreter that environments are made with: this one's, outside any environment."""
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def uv_program() -> Path:
    """Return uv, from the wheel that ships it."""
    beside = Path(sys.executable).parent / "uv"
    found = beside if beside.is_file() else shutil.which("uv")
    if found is None:
        raise InfrastructureError("uv is not installed", next_step="pip install uv")
    return Path(found)


def build(submission: Submission, folder: Path, progress: Callable[[str], None]) -> None:
    """Make the environment and mark it as complete; nothing is left of one that fails."""
    with refuse_full(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
    python = folder / "bin" / "python"
    try:
        uv(["venv", "--python", interpreter(), "--no-project", folder], submission, progress)
        uv(
            ["pip", "install", "--python", python, "--compile-bytecode", "-r", submission.folder / "requirements.txt"],
            submission,
            progress,
        )
        with refuse_full(folder):
            (folder / MARK).touch()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def uv(arguments: list[str | Path], submission: Submission, progress: Callable[[str], None]) -> None:
    """Run uv to its end; its last lines are the cause where it fails."""
    neutral = cache_folder()  # uv reads the settings of the project it is in: those of the submission's are not meant
    options = ["--color", "never", "--no-python-downloads", "--project", str(neutral)]
    argv = [str(uv_program()), *options, *map(str, arguments)]
    environ = {**os.environ, "UV_PROJECT_ENVIRONMENT": "", "VIRTUAL_ENV": ""}
    lines: list[str] = []
    with subprocess.Popen(
        argv,
        cwd=submission.folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        limit = threading.Timer(INSTALL_SECONDS, kill_group, [process.pid])
        limit.start()
        try:
            for line in process.stdout or ():
                lines.append(line.rstrip())
                progress(lines[-1].strip())
        except BaseException:
            kill_group(process.pid)
            raise
        finally:
            limit.cancel()
    if process.returncode == -signal.SIGKILL:
        raise InfrastructureError(f"installing requirements.txt took longer than {INSTALL_SECONDS:g} s")
    if process.returncode != 0:
        raise refusal("\n".join(lines[-SHOWN_LINES:]))


def refusal(log: str) -> Exception:
    """Say whose doing a failed installation is."""
    if DISK.search(log):
        return InfrastructureError(f"no room to install requirements.txt: {log.splitlines()[-1]}", next_step=ELSEWHERE)
    if NETWORK.search(log):
        return InfrastructureError(
            f"the package registry cannot be reached: {log.splitlines()[-1].strip()}",
            next_step="check the network, then run the same command again",
        )
    return SubmissionError("requirements.txt does not install", log=log)
