"""The submission's virtual environment: made by uv from `requirements.txt`, kept by what it was made from.

The key covers the requirement files' text, the interpreter, and the submission's files where a requirement points
into them. An environment without its mark was not finished, and is made again.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from checker.errors import InfrastructureError, SubmissionError
from checker.isolation import BuildPlaces, Isolation, System, available, build_command
from checker.processes import KILL_SECONDS, kill_group
from checker.workspace import ELSEWHERE, cache_folder, locked, made, refuse_full

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checker.submission import Submission

FORMAT: Final = 1  # of an environment; a change of how one is made raises this
INSTALL_SECONDS: Final = 600.0
MARK: Final = "workbench-complete"
SHOWN_LINES: Final = 12
PASSED_ON: Final = re.compile(r"UV_|SSL_CERT_|(?:HTTPS?|ALL|NO)_PROXY$|NETRC$", re.IGNORECASE)
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
OFFLINE: Final = re.compile(r"network was disabled")  # what uv says under --offline, or UV_OFFLINE
DISK: Final = re.compile(r"No space left on device|Disk quota exceeded|Read-only file system")


def find_environment(
    submission: Submission, progress: Callable[[str], None], hidden: tuple[Path, ...] = (), *, offline: bool = False
) -> Path:
    """Return the submission's environment, making it first where it is new; `progress` hears uv's lines then.

    Nothing of the submission's that runs meanwhile sees the folders in `hidden`. With `offline` nothing is downloaded.
    """
    folder = cache_folder() / "environments" / key(submission)
    if (folder / MARK).is_file():
        return folder
    with locked(folder.with_suffix(".lock")):
        if not (folder / MARK).is_file():
            build(submission, folder, Workshop(progress, hidden, offline=offline))
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


@dataclass(frozen=True)
class Workshop:
    """How uv is run: who hears its lines, and what is hidden from the builds that it starts."""

    progress: Callable[[str], None]
    hidden: tuple[Path, ...]
    offline: bool = False

    def shell(self, places: BuildPlaces) -> list[str]:
        """Return the command line that comes before uv's, as far as the kernel allows one."""
        return build_command(System(self.hidden), places) if available() is Isolation.NAMESPACES else []


def build(submission: Submission, folder: Path, workshop: Workshop) -> None:
    """Make the environment and mark it as complete; nothing is left of one that fails.

    It is made from a copy of the frozen files, as a build may write beside its sources.
    """
    source = folder.with_suffix(".source")
    with refuse_full(folder):
        for path in (folder, source):
            shutil.rmtree(path, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copytree(submission.folder, source)
    try:
        uv(["venv", "--python", interpreter(), "--no-project", folder], folder, workshop)
        python = folder / "bin" / "python"
        requirements = source / "requirements.txt"
        uv(["pip", "install", "--python", python, "--compile-bytecode", "-r", requirements], folder, workshop)
        with refuse_full(folder):
            (folder / MARK).touch()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(source, ignore_errors=True)


def uv(arguments: list[str | Path], folder: Path, workshop: Workshop) -> None:
    """Run uv to its end; its last lines are the cause where it fails."""
    # uv reads the settings of the project it is in: those of the submission's are not meant, and here are none.
    options = ["--color", "never", "--no-python-downloads", "--project", str(folder.parent)]
    options += ["--offline"] if workshop.offline else []
    source, cache, environ = folder.with_suffix(".source"), package_cache(), build_environment()
    places = BuildPlaces((uv_program(), *named_places(environ)), (folder, source, cache), source)
    lines: list[str] = []
    with subprocess.Popen(
        [*workshop.shell(places), str(uv_program()), *options, *map(str, arguments)],
        cwd=source,
        env={**environ, "UV_CACHE_DIR": str(cache)},
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
                workshop.progress(lines[-1].strip())
        except BaseException:
            kill_group(process.pid)
            if process.stdout is not None:
                wait_for_writers(process.stdout.fileno())
            raise
        finally:
            limit.cancel()
    if process.returncode == -signal.SIGKILL:
        raise InfrastructureError(f"installing requirements.txt took longer than {INSTALL_SECONDS:g} s")
    if process.returncode != 0:
        raise refusal("\n".join(lines[-SHOWN_LINES:]))


def wait_for_writers(descriptor: int) -> None:
    """Wait until nobody is left who writes to a pipe: what dies with its shell takes a moment, and writes till then."""
    deadline = time.monotonic() + KILL_SECONDS
    while select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
        if not os.read(descriptor, 65536):
            return


def build_environment() -> dict[str, str]:
    """Return what of this process's environment an installation needs: how packages are reached, and no secrets."""
    kept = {name: value for name, value in os.environ.items() if PASSED_ON.match(name) or name in {"PATH", "HOME"}}
    return {**kept, "LANG": "C.UTF-8", "UV_LINK_MODE": "copy"}  # a link would let one environment change another


def package_cache() -> Path:
    """Return the folder where uv keeps what it has downloaded."""
    return made(Path(os.environ.get("UV_CACHE_DIR") or platformdirs.user_cache_path("uv")))


def named_places(environ: Mapping[str, str]) -> list[Path]:
    """Return the files and folders that uv is told of: by its settings, and by the environment."""
    values = [Path(value) for name, value in environ.items() if PASSED_ON.match(name) and value.startswith("/")]
    return [*values, Path.home() / ".config" / "uv", Path.home() / ".netrc"]


def refusal(log: str) -> Exception:
    """Say whose doing a failed installation is."""
    if DISK.search(log):
        return InfrastructureError(f"no room to install requirements.txt: {log.splitlines()[-1]}", next_step=ELSEWHERE)
    if OFFLINE.search(log):
        return InfrastructureError(
            "requirements.txt needs packages that are not in the cache", next_step="run it once without --offline"
        )
    if NETWORK.search(log):
        return InfrastructureError(
            f"the package registry cannot be reached: {log.splitlines()[-1].strip()}",
            next_step="check the network, then run the same command again",
        )
    return SubmissionError("requirements.txt does not install", log=log)
