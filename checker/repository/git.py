"""How git is run: on a bare repository of ours, hearing nobody's settings, within limits."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING, Final

from checker.errors import InfrastructureError
from checker.processes import child_setup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SECONDS: Final = 60.0  # for one call of git, the network's share included
MAX_MEMORY_BYTES: Final = 2 * 1024**3  # of address space; a pack's index is mapped as a whole
MAX_FETCHED_BYTES: Final = 256 * 1024**2  # of the one pack that a fetch writes: four times what a submission may have
PASSED_ON: Final = re.compile(
    r"(?:HTTPS?|ALL|NO)_PROXY$|SSL_CERT_(?:FILE|DIR)$|GIT_SSL_CA(?:INFO|PATH)$", re.IGNORECASE
)
QUIET: Final = (  # beside the environment below, which keeps every configuration but this out
    "protocol.allow=never",
    "fetch.fsckObjects=true",
    "fetch.unpackLimit=1",  # one pack, whose size the kernel limits, and never a file an object
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.commitGraph=false",
    "core.multiPackIndex=false",
    "core.packedGitWindowSize=16m",
    "core.packedGitLimit=256m",
    "credential.helper=",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=20",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
)
FIXED_IN: Final = (
    (2, 39, 4),
    (2, 40, 2),
    (2, 41, 1),
    (2, 42, 2),
    (2, 43, 4),
    (2, 44, 1),
    (2, 45, 1),
)  # CVE-2024-32002…
NEEDED: Final = (2, 36, 0)  # `cat-file --batch-command`


def git_program() -> str:
    """Return git's path; `InfrastructureError` where there is none."""
    found = shutil.which("git")
    if found is None:
        raise InfrastructureError("git is not installed", next_step="apt install git")
    return found


def environment(folder: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """Return what git is told by its environment: the repository `folder`, and nobody's settings."""
    kept = {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}
    return {
        **kept,
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "HOME": "/nonexistent",
        "GIT_DIR": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "/bin/false",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_PROTOCOL_FROM_USER": "0",
        **extra,
    }


def limits() -> Callable[[], None]:
    """Return what a child does before it becomes git: it gives up memory, files and a life of its own."""
    die_with_us = child_setup()

    def setup() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FETCHED_BYTES, MAX_FETCHED_BYTES))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # or git would end without saying why
        die_with_us()

    return setup


def options() -> list[str]:
    """Return the settings that come before git's command."""
    return [part for setting in QUIET for part in ("-c", setting)]


def version_of_git() -> tuple[int, ...]:
    """Return the version of the git that is used, three numbers."""
    try:
        told = subprocess.run([git_program(), "--version"], capture_output=True, text=True, timeout=SECONDS, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise InfrastructureError(f"git does not run: {error}", next_step="apt install --reinstall git") from error
    return read_version(told.stdout)


def read_version(told: str) -> tuple[int, ...]:
    """Return the three numbers in what `git --version` tells."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", told)
    if found is None:
        raise InfrastructureError(f"git does not tell its version: {told.strip()!r}")
    return tuple(int(part or 0) for part in found.groups())


def is_fixed(version: tuple[int, ...]) -> bool:
    """Whether a version of git has no known hole that a repository from elsewhere could use."""
    return version >= FIXED_IN[-1] or any(version[:2] == fixed[:2] and version >= fixed for fixed in FIXED_IN)


def require_git() -> None:
    """Refuse to go on without a git that can do what is asked of it here."""
    version = version_of_git()
    if version < NEEDED:
        shown, needed = (".".join(map(str, one)) for one in (version, NEEDED))
        raise InfrastructureError(f"git {shown} is too old: {needed} is needed", next_step="apt install git")
