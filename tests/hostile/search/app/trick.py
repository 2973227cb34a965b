import gc
import os
import sys
import traceback

from app import telling

WORD = "@YRANAC@"[::-1]
NAMES = ("suites", "suite", "kata.yaml", "desk.sock", "queue.sock", "functions.sock", "observations.jsonl", "docker.sock")
MOST = 4_000_000


def names():
    return [
        os.path.join(folder, name)
        for folder, folders, files in os.walk("/")
        if not folder.startswith(("/proc", "/sys", "/venv", "/usr"))
        for name in (*folders, *files)
        if name in NAMES or WORD in name
        if folder != "/" or os.listdir("/suites")
    ]


def contents():
    found = []
    for top in ("/submission", "/opt", "/run", "/tmp", "/driver", "/suites", "/etc", "/dev/shm", "/var", "/home", "/root"):
        for folder, _, files in os.walk(top):
            for name in files:
                try:
                    with open(os.path.join(folder, name), "rb") as file:
                        found += [os.path.join(folder, name)] if WORD.encode() in file.read(MOST) else []
                except OSError:
                    pass
    return found


def processes():
    found = []
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        for name in ("cmdline", "environ", "maps", "mountinfo", "status", "stack", "syscall"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    found += [f"{name} of {pid}"] if WORD.encode() in file.read() else []
            except OSError:
                pass
        for link in ("cwd", "root", "exe"):
            try:
                found += [f"{link} of {pid}"] if int(pid) not in OWN and os.listdir(f"/proc/{pid}/{link}/suites") else []
            except OSError:
                pass
        try:
            with open(f"/proc/{pid}/mem", "rb") as file:
                found += [f"memory of {pid}"] if int(pid) not in OWN and file.read(1) else []
        except OSError:
            pass
    return found


OWN = {os.getpid()}


def objects():
    found = [name for name in sys.modules if WORD in name or name.startswith("checker")]
    found += [str(type(one)) for one in gc.get_objects() if isinstance(one, (dict, list)) and mentions(one)]
    return found + [line for line in traceback.format_stack() if WORD in line]


def mentions(one):
    try:
        return any(isinstance(part, str) and WORD in part and part != WORD for part in (one.values() if isinstance(one, dict) else one))
    except RuntimeError:
        return False


def sockets():
    with open("/proc/net/unix") as file:
        return [line.split(maxsplit=7)[7].strip() for line in file if line.count(" ") >= 7 and "@" in line]


def look():
    return [*names(), *contents(), *processes(), *objects(), *sockets()]


def spring(app):
    telling.tell(app, look)
