"""The two shells, tried for real: what a submission's process can see and do, and what is left when its parent dies."""

from __future__ import annotations

import json
import secrets
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from checker import isolation
from checker.environment import interpreter
from checker.isolation import (
    INNER_ID,
    OUTER_ID,
    TMP_BYTES,
    VOLATILE_BYTES,
    BuildPlaces,
    Isolation,
    Mounts,
    System,
    available,
    build_command,
    inner_command,
    outer_command,
    write_etc,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.usefixtures("namespaces")

DEADLINE: Final = 10.0
ENVIRON: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "ONE": "a b=c"}
SUBMISSION: Final = "/submission"


class Run:
    """The folders of a run on this machine, and its shells around a piece of Python."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("volatile", "submission", "venv"):
            (root / name).mkdir()
        (root / "submission" / "file").write_text("mine")
        (root / "secret").write_text("the run's own")
        self.etc = write_etc(root / "etc")

    def outer(self, *words: str) -> list[str]:
        """Return the command line of a program in the outer shell."""
        return [*outer_command(self.root / "volatile"), *words]

    def inner(self, *words: str) -> list[str]:
        """Return the command line of a program in the inner shell, to be run in the outer one."""
        shown = ((self.root / "submission", SUBMISSION), (self.root / "venv", "/venv"))
        return [*inner_command(Mounts(System(()), shown, self.etc, SUBMISSION), ENVIRON), *words]

    def ask_outer(self, code: str) -> Any:
        """Run a piece of Python in the outer shell; return the JSON that it prints."""
        return answer(self.outer(sys.executable, "-I", "-c", code))

    def ask_inner(self, code: str) -> Any:
        """Run a piece of Python as a process of the submission; return the JSON that it prints."""
        return answer(self.outer(*self.inner(interpreter(), "-I", "-c", code)))


def answer(argv: list[str]) -> Any:
    """Run a program and return the JSON that it prints."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run's folders."""
    return Run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def listening() -> Iterator[int]:
    """Listen on the host's loopback; return the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def seen(run: Run) -> dict[str, Any]:
    """Return what a process of the submission sees."""
    code = """
import json, os, socket
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
pids = [name for name in os.listdir("/proc") if name.isdigit()]
print(json.dumps({
    "root": sorted(os.listdir("/")),
    "ids": [*os.getresuid(), *os.getresgid()],
    "status": {name: value.split() for name, value in status.items()},
    "environ": dict(os.environ),
    "cwd": os.getcwd(),
    "pids": pids,
    "commands": [open(f"/proc/{pid}/cmdline").read() for pid in pids],
    "interfaces": [name for _, name in socket.if_nameindex()],
    "routes": open("/proc/net/route").read().splitlines()[1:],
    "hostname": socket.gethostname(),
    "passwd": open("/etc/passwd").read(),
    "etc": sorted(os.listdir("/etc")),
    "localhost": socket.gethostbyname("localhost"),
    "session": os.getsid(0),
}))
"""
    found: dict[str, Any] = run.ask_inner(code)
    return found


def test_the_root_holds_the_system_and_the_submission(seen: dict[str, Any]) -> None:
    """Of the host there is `/usr` and the interpreter, and nothing else but the submission's own."""
    system = {"bin", "dev", "etc", "lib", "lib64", "proc", "submission", "tmp", "usr", "venv"}
    assert set(seen["root"]) <= system | {Path(interpreter()).parts[1]}
    assert {"submission", "usr", "proc", "tmp"} <= set(seen["root"])


def test_the_user_is_nobody_without_capabilities(seen: dict[str, Any]) -> None:
    """Real, effective and saved ids are nobody's, no capability is held or can be gained, nor by a set-uid program."""
    status = seen["status"]
    assert seen["ids"] == [int(INNER_ID)] * 6
    assert {status[name][0] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == ["1"]


def test_the_environment_is_the_given_one(seen: dict[str, Any]) -> None:
    """Nothing of the workbench's own environment comes through; what is given arrives as it is."""
    assert {name: value for name, value in seen["environ"].items() if name != "PWD"} == ENVIRON
    assert seen["cwd"] == SUBMISSION


def test_other_processes_are_not_to_be_seen(seen: dict[str, Any]) -> None:
    """There are the process itself and bubblewrap's first one; neither shows the run's command lines."""
    assert len(seen["pids"]) <= 2
    assert not any("volatile" in command for command in seen["commands"])


def test_the_network_is_a_loopback(seen: dict[str, Any]) -> None:
    """There is one interface, no route, and a name for it."""
    assert seen["interfaces"] == ["lo"]
    assert seen["routes"] == []
    assert (seen["hostname"], seen["localhost"]) == ("submission", "127.0.0.1")


def test_the_hosts_etc_is_not_shown(seen: dict[str, Any]) -> None:
    """`/etc` holds the few files that programs read, without a user of the host's."""
    assert seen["passwd"] == f"nobody:x:{INNER_ID}:{INNER_ID}:nobody:/tmp:/bin/sh\n"
    assert seen["etc"] == ["group", "hosts", "ld.so.cache", "nsswitch.conf", "passwd"]


def test_the_session_is_its_own(seen: dict[str, Any]) -> None:
    """No terminal of the workbench's can be written to by TIOCSTI."""
    assert seen["session"] in {1, 2}


def test_the_run_and_the_host_cannot_be_reached(run: Run) -> None:
    """The run's folders, the user's home and the workbench's files are not there under any path."""
    hidden = [
        run.root,
        run.root / "secret",
        run.root / "volatile",
        Path.home() / ".cache",
        Path(__file__),
        Path("/var"),
    ]
    hidden += [Path(isolation.__file__), Path("/sys"), Path("/run"), Path("/proc/1/root") / str(run.root).lstrip("/")]
    code = f"import json, os; print(json.dumps([p for p in {list(map(str, hidden))!r} if os.path.exists(p)]))"
    assert run.ask_inner(code) == []


def test_nothing_but_tmp_can_be_written(run: Run) -> None:
    """The root, the system, the submission's own files, the environment and the devices are read-only."""
    code = """
import json, os
written = []
for folder in ("/", "/usr", "/usr/bin", "/submission", "/venv", "/etc", "/proc", "/dev", "/bin", "/tmp", "/dev/shm"):
    try:
        open(os.path.join(folder, "new"), "w").write("x")
        written.append(folder)
    except OSError:
        pass
for path in ("/submission/file", "/etc/passwd", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger"):
    try:
        open(path, "w").write("x")
        written.append(path)
    except OSError:
        pass
print(json.dumps(written))
"""
    assert run.ask_inner(code) == ["/tmp", "/dev/shm"]  # noqa: S108 - the shell's own
    assert (run.root / "submission" / "file").read_text() == "mine"


OPEN_SETTINGS = """
import json, os
opened = []
for folder, folders, files in os.walk("/proc"):
    if folder == "/proc":
        folders[:] = [name for name in folders if not name.isdigit() and name not in ("self", "thread-self")]
    for name in files:
        try:
            os.close(os.open(os.path.join(folder, name), os.O_WRONLY | os.O_NONBLOCK))
            opened.append(os.path.join(folder, name))
        except OSError:
            pass
print(json.dumps(opened))
"""


def test_no_setting_of_the_kernel_can_be_written(run: Run) -> None:
    """Nothing in `/proc` but a process's own files can be opened for writing, also where root runs the workbench.

    `kernel.core_pattern` alone would be the whole machine.
    """
    assert run.ask_inner(OPEN_SETTINGS) == []


def test_an_installation_cannot_write_the_kernels_settings_either() -> None:
    """The same for what runs when requirements are installed, which is the submission's code as well."""
    command = build_command(System(()), BuildPlaces((), (), Path("/")))
    assert answer([*command, interpreter(), "-I", "-c", OPEN_SETTINGS]) == []


def test_an_installation_writes_where_it_may(tmp_path: Path) -> None:
    """It sees what it is to read, writes its own folder and a `/tmp`, makes no namespaces, and finds nothing else."""
    for name in ("readable", "writable", "other"):
        (tmp_path / name).mkdir()
    code = f"""
import ctypes, json, os
written = []
for folder in ("{tmp_path}/readable", "{tmp_path}/writable", "{tmp_path}/other", "/usr", "/etc", "/", "/tmp"):
    try:
        open(os.path.join(folder, "new"), "w").write("x")
        written.append(os.path.basename(folder))
    except OSError:
        pass
print(json.dumps([written, ctypes.CDLL(None).unshare(0x10000000), os.path.exists("{tmp_path}/readable"),
                  os.path.exists("{tmp_path}/other"), os.path.exists({str(Path.home() / ".cache")!r})]))
"""
    places = BuildPlaces((tmp_path / "readable",), (tmp_path / "writable",), tmp_path / "writable")
    command = build_command(System(()), places)
    assert answer([*command, interpreter(), "-I", "-c", code]) == [["writable", "tmp"], -1, True, False, False]


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])  # noqa: S108 - the shell's own
def test_what_can_be_written_has_bounds(run: Run, folder: str) -> None:
    """`/tmp` is in memory, and is full when it is."""
    code = f"""
import json, os
path, size = os.path.join({folder!r}, "big"), 0
try:
    with open(path, "wb", buffering=0) as file:
        while True:
            size += file.write(b"x" * 2**20)
except OSError as error:
    print(json.dumps([size, os.strerror(error.errno)]))
"""
    size, why = run.ask_inner(code)
    assert why == "No space left on device"
    assert TMP_BYTES - 2**20 <= size <= TMP_BYTES


def test_a_second_process_finds_an_empty_tmp(run: Run) -> None:
    """What one process of the submission leaves in `/tmp` no other one sees."""
    code = 'import json, os; found = os.listdir("/tmp"); open("/tmp/x", "w").close(); print(json.dumps(found))'
    assert [run.ask_inner(code) for _ in range(2)] == [[], []]


def test_nothing_beyond_the_run_can_be_connected_to(run: Run, listening: int) -> None:
    """No address of the world, of the host or of its loopback answers."""
    code = f"""
import json, socket
told = {{}}
for host, port in (("1.1.1.1", 53), ("10.0.0.1", 80), ("169.254.169.254", 80), ("127.0.0.1", {listening})):
    try:
        socket.create_connection((host, port), timeout=2).close()
        told[host] = "connected"
    except OSError as error:
        told[host] = type(error).__name__
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
    try:
        udp.connect(("2606:4700:4700::1111", 53))
        told["udp"] = "connected"
    except OSError as error:
        told["udp"] = type(error).__name__
print(json.dumps(told))
"""
    assert run.ask_inner(code) == {
        **dict.fromkeys(["1.1.1.1", "10.0.0.1", "169.254.169.254", "udp"], "OSError"),
        "127.0.0.1": "ConnectionRefusedError",
    }


def test_the_runs_loopback_is_shared(run: Run) -> None:
    """A part of the run is reached by its port, as database and queue are."""
    inner = "import socket; print(socket.create_connection(('127.0.0.1', 8000), timeout=5).recv(9).decode())"
    code = f"""
import json, socket, subprocess, threading
server = socket.create_server(("127.0.0.1", 8000))
threading.Thread(target=lambda: server.accept()[0].sendall(b"hello"), daemon=True).start()
done = subprocess.run({run.inner(interpreter(), "-I", "-c", inner)!r}, capture_output=True, text=True)
print(json.dumps(done.stdout + done.stderr))
"""
    assert run.ask_outer(code) == "hello\n"


def test_abstract_sockets_of_the_host_are_out_of_reach(run: Run) -> None:
    """A UNIX socket without a path belongs to its network, and the host's is another one."""
    name = f"\0workbench-{secrets.token_hex(4)}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        code = f"""
import json, socket
try:
    socket.socket(socket.AF_UNIX).connect({name!r})
    print(json.dumps("connected"))
except OSError as error:
    print(json.dumps(type(error).__name__))
"""
        assert run.ask_inner(code) == "ConnectionRefusedError"


def test_privileges_cannot_be_gained(run: Run) -> None:
    """No user, no namespace, no mount, no root, no clock and no other process is to be had."""
    code = """
import ctypes, json, os
libc = ctypes.CDLL(None, use_errno=True)
NEW = {"user": 0x10000000, "mount": 0x00020000, "net": 0x40000000, "pid": 0x20000000}
done = []
for name, flag in NEW.items():
    if libc.unshare(flag) == 0:
        done.append(f"unshare {name}")
calls = {
    "setuid": lambda: os.setuid(0),
    "setgroups": lambda: os.setgroups([0]),
    "chroot": lambda: os.chroot("/tmp"),
    "mknod": lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(8, 0)),
    "nice": lambda: os.nice(-5),
    "signal": lambda: [os.kill(pid, 9) for pid in range(3, 200) if pid != os.getpid()],
}
for name, call in calls.items():
    try:
        call()
        done.append(name)
    except OSError:
        pass
syscalls = {
    "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
    "remount": lambda: libc.mount(None, b"/usr", None, 32 | 4096, None),
    "umount": lambda: libc.umount2(b"/proc", 2),
    "pivot_root": lambda: libc.syscall(155, b"/tmp", b"/tmp"),
    "sethostname": lambda: libc.sethostname(b"x", 1),
    "clock_settime": lambda: libc.clock_settime(0, (ctypes.c_long * 2)(0, 0)),
    "reboot": lambda: libc.reboot(0x1234567),
}
done += [name for name, call in syscalls.items() if call() == 0]
print(json.dumps(done))
"""
    assert run.ask_inner(code) == []


@pytest.fixture
def prefix() -> Iterator[Path]:
    """Return a folder like an interpreter's, in a place that no shell shows by itself."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        (Path(folder) / "site" / "workbench").mkdir(parents=True)
        (Path(folder) / "site" / "workbench" / "suite.py").touch()
        (Path(folder) / "site" / "other.py").touch()
        yield Path(folder)


def test_folders_are_hidden_within_the_system(run: Run, prefix: Path) -> None:
    """What is hidden is empty and read-only, also where it lies in the interpreter's own folder."""
    hidden = (prefix / "site" / "workbench", Path("/nowhere"), run.root)
    mounts = Mounts(System(hidden, prefix), ((run.root / "submission", SUBMISSION),), run.etc, SUBMISSION)
    script = f"cd {prefix}/site; echo *; echo workbench/*; touch workbench/x 2>/dev/null || echo read-only"
    argv = run.outer(*inner_command(mounts, ENVIRON), "/bin/sh", "-c", script)
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["other.py workbench", "workbench/*", "read-only"], done.stderr


def test_the_outer_shell_is_a_user_with_processes_and_a_loopback_of_its_own(run: Run, listening: int) -> None:
    """PostgreSQL would start there (it is not root), every port is free, and the host's services are out of reach."""
    code = f"""
import json, os, socket
busy = {listening}
try:
    socket.create_connection(("127.0.0.1", busy), timeout=2)
    reached = True
except OSError:
    reached = False
server = socket.create_server(("127.0.0.1", busy))
volatile = os.statvfs({str(run.root / "volatile")!r})
pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
print(json.dumps([os.getuid(), reached, [name for _, name in socket.if_nameindex()], max(pids) < 20,
                  volatile.f_blocks * volatile.f_frsize, os.listdir("/dev/shm")]))
"""
    assert run.ask_outer(code) == [int(OUTER_ID), False, ["lo"], True, VOLATILE_BYTES, []]


def test_what_is_written_to_volatile_is_gone_with_the_run(run: Run) -> None:
    """The run's folder in memory is the run's alone: outside it stays empty."""
    code = f"import json, pathlib; pathlib.Path({str(run.root / 'volatile' / 'x')!r}).touch(); print(json.dumps(1))"
    assert run.ask_outer(code) == 1
    assert list((run.root / "volatile").iterdir()) == []


def alive(mark: str) -> list[str]:
    """Return the command lines of living processes that hold a mark."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if mark in command:
            found.append(command)
    return found


def until(condition: Callable[[], bool]) -> bool:
    """Wait until a condition holds; False where it does not in time."""
    deadline = time.monotonic() + DEADLINE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_nothing_survives_a_killed_parent(run: Run) -> None:
    """When the workbench is killed outright, every process of both shells is gone, daemons among them."""
    mark = f"61.{secrets.randbelow(10**9):09}"
    daemon = f"setsid sleep {mark} & setsid sh -c 'setsid sleep {mark} & exec sleep {mark}' & exec sleep {mark}"
    inner = run.inner("/bin/sh", "-c", daemon)
    both = f"setsid sleep {mark} & " + shlex.join(inner)
    parent = f"import subprocess; subprocess.Popen({run.outer('/bin/sh', '-c', both)!r}).wait()"
    with subprocess.Popen([sys.executable, "-c", parent], start_new_session=True) as process:
        sleeping = until(lambda: sum(command.startswith("sleep") for command in alive(mark)) == 5)
        process.kill()
        process.wait()
    assert sleeping
    assert until(lambda: not alive(mark)), alive(mark)


def test_nothing_survives_the_end_of_a_process(run: Run) -> None:
    """When a process of the submission ends, what it left running ends with it, while the run goes on."""
    mark = f"61.{secrets.randbelow(10**9):09}"
    inner = run.inner("/bin/sh", "-c", f"setsid sleep {mark} & setsid sleep {mark} & sleep 0.1; exit 3")
    code = f"""
import json, os, subprocess, time
status = subprocess.run({inner!r}).returncode
deadline = time.monotonic() + 5
def left():
    count = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            count += open(f"/proc/{{pid}}/comm").read() == "sleep\\n"
        except (FileNotFoundError, ProcessLookupError):
            pass
    return count
while left() and time.monotonic() < deadline:
    time.sleep(0.01)
print(json.dumps([status, left()]))
"""
    assert run.ask_outer(code) == [3, 0]


def test_this_machine_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the shells work that is said; where bubblewrap is missing or refused there is none, and no error."""
    assert available() is Isolation.NAMESPACES
    monkeypatch.setenv("WORKBENCH_ISOLATION", "none")
    assert available() is Isolation.NONE
    monkeypatch.delenv("WORKBENCH_ISOLATION")
    for program in (Path("/bin/false"), Path("/no/such/program"), None):
        monkeypatch.setattr(isolation, "bubblewrap", lambda program=program: program)
        assert available() is Isolation.NONE
