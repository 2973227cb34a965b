"""The Docker engine: whether one answers, which one it is, and how well its containers keep strangers apart."""

from __future__ import annotations

import os
import socket
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from checker.errors import InfrastructureError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import APIClient

CALL_SECONDS: Final = 30
ANY_VERSION: Final = "1.41"  # of the API: only asked by is which one is spoken
PROBE_SECONDS: Final = 5  # for an engine that is there to say so
CONNECTIONS: Final = 32  # of the pool; a run has about ten containers
SAFE_ENGINE: Final = (25, 0, 5)  # CVE-2024-29018 is mended there
SAFE_RUNC: Final = (1, 1, 12)  # CVE-2024-21626
SANDBOXES: Final = ("runsc", "kata", "kata-runtime", "io.containerd.kata.v2", "io.containerd.runsc.v1")
INSTALL: Final = "install Docker and start it (https://docs.docker.com/engine/install), then: workbench doctor"


@dataclass(frozen=True)
class Engine:
    """The engine's own words about itself."""

    version: str
    runtime: str
    runtime_version: str

    @property
    def level(self) -> str:
        """`strong`: a kernel of its own a container; `medium`: the host's, with no known way out; `weak`: older."""
        if self.runtime in SANDBOXES:
            return "strong"
        return "medium" if not self.outdated else "weak"

    @property
    def outdated(self) -> list[str]:
        """What is older than what is known to be safe."""
        found = []
        if numbers(self.version) < SAFE_ENGINE:
            found.append(f"Docker {self.version} is older than {shown(SAFE_ENGINE)}")
        if self.runtime == "runc" and numbers(self.runtime_version) < SAFE_RUNC:
            found.append(f"runc {self.runtime_version} is older than {shown(SAFE_RUNC)}")
        return found

    @property
    def isolation(self) -> str:
        """How a submission is kept apart, for the verdict."""
        return f"containers ({self.level}: Docker {self.version}, {self.runtime} {self.runtime_version})"


def numbers(version: str) -> tuple[int, ...]:
    """Return a version's leading numbers; none where it does not begin with one."""
    found = []
    for part in version.partition("-")[0].partition("+")[0].split("."):
        if not part.isdecimal():
            break
        found.append(int(part))
    return tuple(found)


def shown(version: tuple[int, ...]) -> str:
    """Return a version as text."""
    return ".".join(map(str, version))


@cache
def client() -> APIClient:
    """Return a client of the engine that `DOCKER_HOST` names, or the usual one; it may be used by several threads."""
    from docker.errors import DockerException
    from docker.utils import kwargs_from_env

    from docker import APIClient

    try:
        knock()
        with closing(APIClient(version=ANY_VERSION, timeout=PROBE_SECONDS, **kwargs_from_env())) as probe:
            spoken = probe.version(api_version=False)["ApiVersion"]
        found = APIClient(version=spoken, timeout=CALL_SECONDS, max_pool_size=CONNECTIONS, **kwargs_from_env())
    except (DockerException, OSError) as error:
        raise InfrastructureError(f"no Docker engine answers: {brief(error)}", next_step=INSTALL) from error
    return found


def knock() -> None:
    """Raise `OSError` where nobody listens on the engine's socket: the SDK would leave one of its own open then."""
    host = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    if host.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PROBE_SECONDS)
            probe.connect(host.removeprefix("unix://"))


def brief(error: BaseException) -> str:
    """Return what an error of the SDK says, without the errors that it wraps."""
    text = str(error.__cause__ or error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:300]


@contextmanager
def refused() -> Iterator[None]:
    """Turn the engine's errors, and its absence, into our own trouble."""
    from docker.errors import DockerException

    try:
        yield
    except (DockerException, OSError) as error:
        raise InfrastructureError(f"the Docker engine refused: {brief(error)}", next_step=INSTALL) from error


def engine() -> Engine:
    """Ask the engine who it is; `InfrastructureError` where none answers.

    `WORKBENCH_RUNTIME` names another runtime than the engine's default one, as `runsc`.
    """
    with refused():
        version: dict[str, Any] = client().version()
        info: dict[str, Any] = client().info()
    runtime = os.environ.get("WORKBENCH_RUNTIME") or info.get("DefaultRuntime", "runc")
    if runtime not in info.get("Runtimes", {}):
        known = ", ".join(sorted(info.get("Runtimes", {})))
        raise InfrastructureError(f"the Docker engine has no runtime {runtime!r}", next_step=f"one of: {known}")
    parts = {part["Name"]: part.get("Version", "?") for part in version.get("Components", [])}
    return Engine(version["Version"], runtime, parts.get(runtime, "?"))


def require_for_strangers() -> None:
    """Refuse an engine on which code of people nobody knows should not run."""
    if found := engine().outdated:
        raise InfrastructureError(
            f"this engine is not safe for strangers' code: {' and '.join(found)}",
            next_step="update Docker and runc, or name a sandboxed runtime: WORKBENCH_RUNTIME=runsc workbench grade …",
        )
