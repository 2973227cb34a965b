import ctypes
import errno
import os

from app import telling

LIBC = ctypes.CDLL(None, use_errno=True)
CALLS = {
    "ptrace": (101, 16, 1), "mount": (165, b"none", b"/tmp", b"tmpfs", 0, 0), "umount2": (166, b"/tmp", 2), "unshare": (272, 0x10000000),
    "unshare net": (272, 0x40000000), "setns": (308, 0, 0), "bpf": (321, 0, 0, 0), "perf_event_open": (298, 0, 0, -1, -1, 0),
    "userfaultfd": (323, 0), "io_uring_setup": (425, 1, ctypes.create_string_buffer(256)), "keyctl": (250, 0, -3, 1),
    "add_key": (248, b"user", b"a", b"b", 1, -2), "clock_settime": (227, 0, (ctypes.c_long * 2)(1, 1)), "reboot": (169, 0xFEE1DEAD, 672274793, 0),
    "init_module": (175, 0, 0, b""), "kexec_load": (246, 0, 0, 0, 0), "swapon": (167, b"/tmp", 0), "chroot": (161, b"/tmp"),
    "pivot_root": (155, b"/tmp", b"/tmp"), "sethostname": (170, b"x", 1), "acct": (163, b"/tmp/x"), "quotactl": (179, 0, 0, 0, 0),
    "open_by_handle_at": (304, 0, 0, 0), "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "pidfd_getfd": (438, 0, 0, 0), "fsopen": (430, b"tmpfs", 0),
    "syslog": (103, 3, ctypes.create_string_buffer(64), 64), "iopl": (172, 3), "clone newuser": (56, 0x10000000 | 17, 0, 0, 0, 0), "mknod": (133, b"/tmp/sda", 0o060666, 0x800),
    "setuid": (105, 0), "setgid": (106, 0), "nfsservctl": (180, 0, 0, 0), "process_madvise": (440, 0, 0, 0, 0, 0), "memfd_secret": (447, 0),
}


def look():
    found = []
    for name, (number, *arguments) in CALLS.items():
        result = LIBC.syscall(number, *arguments)
        if result == 0 and name.startswith("clone"):
            os._exit(0)
        if result >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS, errno.EACCES):
            found.append(f"{name}: {errno.errorcode.get(ctypes.get_errno()) if result < 0 else result}")
    return found


def spring(app):
    telling.tell(app, look)
