import os
import stat

from app import telling

PLACES = (
    *("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/net/ipv4/ip_forward", "/proc/sysrq-trigger"),
    *("/proc/1/mem", "/proc/1/environ", "/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/pids/pids.max"),
    *("/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/memory.max", "/sys/kernel/uevent_helper", "/sys/power/state"),
    *("/etc/passwd", "/etc/hosts", "/etc/resolv.conf", "/etc/hostname", "/opt/init.py", "/opt/client/x", "/venv/x", "/submission/x", "/suites/x", "/x"),
    *("/dev/sda", "/dev/mem", "/dev/kmsg", "/dev/x", "/usr/bin/python3", "/usr/lib/x", "/run/x", "/run/workbench/x", "/var/x", "/root/x", "/home/x"),
)


def written(place):
    try:
        with open(place, "wb") as file:
            file.write(b"0")
    except OSError:
        return False
    return True


def becomes_root():
    with open("/tmp/sh", "wb") as file, open("/bin/sh", "rb") as shell:
        file.write(shell.read())
    os.chmod("/tmp/sh", 0o6755)
    try:
        return os.spawnv(os.P_WAIT, "/tmp/sh", ["sh", "-c", "exit 0"]) == 0
    finally:
        os.unlink("/tmp/sh")


def devices():
    found = []
    for mode in (stat.S_IFBLK, stat.S_IFCHR):
        try:
            os.mknod("/tmp/node", mode | 0o666, os.makedev(8, 0))
            found.append("a device")
        except OSError:
            pass
    return found


def look():
    return [*filter(written, PLACES), *devices(), *(["a program in /tmp"] if becomes_root() else [])]


def spring(app):
    telling.tell(app, look)
