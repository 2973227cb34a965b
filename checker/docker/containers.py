"""One container of a run, as the process that wants it sees it: made, told what to run, heard, ended.

Every container is hardened alike, has no network but the run's loopback, and its standard input is its lifeline: when
this process goes, however it goes, the engine closes the input, PID 1 ends everything, and the engine removes it.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from docker.errors import DockerException
from docker.types import LogConfig, Ulimit

from checker.docker import init
from checker.docker.engine import client
from checker.docker.seccomp import profile
from checker.errors import InfrastructureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    Hearing = Callable[[int, bytes], None]

LABEL: Final = "workbench.run"  # its value is the run's id
LEASE: Final = "workbench.lease"  # the run's folder, which its process holds a lock of
OURS: Final = "10001:10001"
STRANGER: Final = "65534:65534"
GIB: Final = 2**30
MIB: Final = 2**20
SPARE_TASKS: Final = 2  # for PID 1
HEADER: Final = struct.Struct(">BxxxL")  # of a frame: stream, bytes (Docker's API, "attach to a container")
SWEEP_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Kind:
    """What a container of some kind may take and sees, beside what all have in common."""

    user: str
    memory: int
    tasks: int
    files: int
    temporary: int  # bytes of /tmp
    trusted: bool  # whether it has the run's volume

    def excess(self, code: int) -> str:
        """Say what a container took too much of, by its exit status; empty where it did not."""
        if code == init.OUT_OF_MEMORY:
            return f"it used more than {self.memory // GIB} GiB of memory"
        return f"it had more than {self.tasks - SPARE_TASKS} processes and threads" if code == init.OUT_OF_TASKS else ""

    def tmpfs(self) -> dict[str, str]:
        """Return what is in memory and may be written."""
        options = "rw,nosuid,nodev,noexec"
        return {
            "/tmp": f"{options},size={self.temporary},nr_inodes=20k,mode=1777",  # noqa: S108 - a mount of its own
            "/driver": f"{options},size=1m,nr_inodes=100,mode=1777",
        }


PART: Final = Kind(OURS, 2 * GIB, 512 + SPARE_TASKS, 8192, 64 * MIB, trusted=True)
SUITE: Final = Kind(OURS, 2 * GIB, 512 + SPARE_TASKS, 8192, 256 * MIB, trusted=True)
SUBMISSION: Final = Kind(STRANGER, GIB, 256 + SPARE_TASKS, 1024, 64 * MIB, trusted=False)


@dataclass(frozen=True)
class Place:
    """Where the containers of one run live: its id, its folder, its volume, the container whose loopback they share."""

    run: str
    folder: Path
    image: str
    runtime: str
    volume: str
    network: str = "none"


def labels(place: Place) -> dict[str, str]:
    """Return what every resource of a run carries."""
    return {LABEL: place.run, LEASE: str(place.folder)}


def host_config(place: Place, kind: Kind, binds: Sequence[str]) -> dict[str, Any]:
    """Return how a container is kept apart; `binds` are folders of this machine, `from:to:ro` or `:rw`."""
    mounts = list(binds)
    if kind.trusted:
        mounts.append(
            f"{place.volume}:/run/workbench:rw,nocopy"
        )  # else it would be given the rights of the image's folder
    config: dict[str, Any] = client().create_host_config(
        network_mode=place.network,
        binds=mounts,
        tmpfs=kind.tmpfs(),
        read_only=True,
        auto_remove=True,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges", f"seccomp={profile()}"],
        pids_limit=kind.tasks,
        mem_limit=kind.memory,
        memswap_limit=kind.memory,
        nano_cpus=2_000_000_000,
        shm_size=64 * MIB if not kind.trusted else 256 * MIB,
        ipc_mode="private",
        log_config=LogConfig(type="none"),  # what it writes is read here, and kept nowhere else
        ulimits=[
            Ulimit(name="nofile", soft=kind.files, hard=kind.files),
            Ulimit(name="core", soft=0, hard=0),
            Ulimit(name="fsize", soft=256 * MIB, hard=256 * MIB)
            if not kind.trusted
            else Ulimit(name="memlock", soft=65536, hard=65536),
        ],
        runtime=place.runtime,
    )
    return config


class Container:
    """A container that has been started and waits for its order.

    `hear` gets its output, `ended` its exit status, both on a thread of the container's own.
    """

    def __init__(self, place: Place, kind: Kind, title: str, binds: Sequence[str] = ()) -> None:
        made = client().create_container(
            place.image,
            name=f"workbench-{place.run}-{title}",
            user=kind.user,
            hostname="submission" if not kind.trusted and place.network == "none" else None,
            stdin_open=True,
            detach=False,  # so that the engine closes the input when this process is gone
            labels=labels(place),
            environment={},
            host_config=host_config(place, kind, binds),
        )
        self.id: str = made["Id"]
        self.title = title
        self.code: int | None = None
        self._sending = threading.Lock()
        self._attach()

    def _attach(self) -> None:
        parameters = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        self._stream = client().attach_socket(self.id, params=parameters)
        self._socket: socket.socket = getattr(self._stream, "_sock", self._stream)
        self._socket.settimeout(None)

    def start(self) -> None:
        """Start it; PID 1 waits for the order."""
        client().start(self.id)

    def run(self, order: Mapping[str, Any], hear: Hearing, ended: Callable[[int], None]) -> None:
        """Give the order (`checker.docker.init`) and hear the program."""
        threading.Thread(target=self._listen, args=(hear, ended), name=self.title, daemon=True).start()
        self.send(json.dumps(order).encode() + b"\n")

    def send(self, data: bytes) -> None:
        """Write to the container's standard input; nothing happens where it is gone."""
        with self._sending, contextlib.suppress(OSError):
            self._socket.sendall(data)

    def kill(self) -> None:
        """Let go of the lifeline, which ends it."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def memory(self) -> int:
        """Return how many bytes of memory are its processes' own (anonymous pages), by the kernel's own count."""
        found = client().stats(self.id, stream=False, one_shot=True)["memory_stats"].get("stats", {})
        return int(found.get("anon", found.get("total_rss", found.get("rss", 0))))

    def _listen(self, hear: Hearing, ended: Callable[[int], None]) -> None:
        status: list[int] = []
        waiting = threading.Thread(target=lambda: status.append(self._wait()), daemon=True)
        waiting.start()
        for stream, chunk in frames(self._socket):
            hear(stream, chunk)
        waiting.join()
        self.code = status[0] if status else -1
        ended(self.code)

    def _wait(self) -> int:
        """Return the exit status; -1 where the engine cannot tell, as it is gone or somebody removed the container."""
        with contextlib.suppress(DockerException, OSError):
            return int(client().wait(self.id, timeout=None)["StatusCode"])
        return -1

    def close(self) -> None:
        """Forget it."""
        with contextlib.suppress(OSError):
            self._socket.close()
        with contextlib.suppress(OSError):
            self._stream.close()


def frames(source: socket.socket) -> Iterator[tuple[int, bytes]]:
    """Yield what comes through an attached socket, 1 (stdout) or 2 (stderr) with each piece, until it ends."""
    while header := receive(source, HEADER.size):
        stream, size = HEADER.unpack(header)
        data = receive(source, size)
        if data is None:
            return
        yield stream, data


def receive(source: socket.socket, size: int) -> bytes | None:
    """Return exactly `size` bytes; None where the stream ends before."""
    parts = bytearray()
    while len(parts) < size:
        try:
            chunk = source.recv(min(size - len(parts), 65536))
        except OSError:
            return None
        if not chunk:
            return None
        parts += chunk
    return bytes(parts)


def sweep_run(run: str) -> None:
    """Remove what a run has: its containers, then its volume; whatever is already on its way out is waited for."""
    wanted = {"label": f"{LABEL}={run}"}
    deadline = time.monotonic() + SWEEP_SECONDS
    while left := client().containers(all=True, filters=wanted, quiet=True):
        for container in left:
            remove(container["Id"])
        if time.monotonic() > deadline:
            raise InfrastructureError(f"{len(left)} containers of the run {run} cannot be removed")
    for volume in client().volumes(filters=wanted)["Volumes"] or ():
        with contextlib.suppress(DockerException):
            client().remove_volume(volume["Name"], force=True)


def remove(identifier: str) -> None:
    """Remove a container, running or not; nothing happens where it is gone, or on its way out."""
    with contextlib.suppress(DockerException):
        client().remove_container(identifier, force=True, v=True)
