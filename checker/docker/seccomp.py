"""The system calls that no container of a run may make, for every architecture's own ABI alone.

Docker's own list of allowed calls depends on the engine's version (that of 20.10 lets io_uring and AF_VSOCK through),
so the profile is ours: what reaches for the kernel rather than for the program's own work is refused, everything
else is allowed. What Docker refuses by default is all among it. Names: syscalls(2); `clone3` answers ENOSYS because
its flags cannot be seen, and the C library falls back to `clone`.
"""

from __future__ import annotations

import json
from typing import Any, Final

EPERM: Final = 1
ENOSYS: Final = 38
NAMESPACES: Final = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)  # clone(2)
FAMILIES: Final = (15, 17, 38, 40, 44)  # sockets of the kinds AF_KEY, AF_PACKET, AF_ALG, AF_VSOCK, AF_XDP
REFUSED: Final = (
    *("acct", "add_key", "bpf", "chroot", "clock_adjtime", "clock_settime", "create_module", "delete_module"),
    *("fanotify_init", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick", "get_kernel_syms", "get_mempolicy"),
    *("init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp"),
    *("kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "mbind", "memfd_secret", "migrate_pages", "mount"),
    *("mount_setattr", "move_mount", "move_pages", "name_to_handle_at", "nfsservctl", "open_by_handle_at"),
    *("open_tree", "perf_event_open", "pidfd_getfd", "pivot_root", "process_madvise", "process_vm_readv"),
    *("process_vm_writev", "ptrace", "query_module", "quotactl", "quotactl_fd", "reboot", "request_key"),
    *("set_mempolicy", "setdomainname", "sethostname", "setns", "settimeofday", "stime", "swapoff", "swapon", "sysfs"),
    *("_sysctl", "syslog", "umount", "umount2", "unshare", "uselib", "userfaultfd", "ustat", "vhangup", "vm86"),
    "vm86old",
)


def profile() -> str:
    """Return the profile as the engine takes it, JSON."""
    rules = [
        refusal(*REFUSED),
        refusal("clone3", error=ENOSYS),
        *[refusal("clone", argument=(flag, flag, "SCMP_CMP_MASKED_EQ")) for flag in NAMESPACES],
        *[refusal("socket", argument=(family, 0, "SCMP_CMP_EQ")) for family in FAMILIES],
    ]
    return json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules})


def refusal(*names: str, error: int = EPERM, argument: tuple[int, int, str] | None = None) -> dict[str, Any]:
    """Return a rule that refuses calls, all of them or those whose first argument compares as told."""
    rule: dict[str, Any] = {"names": list(names), "action": "SCMP_ACT_ERRNO", "errnoRet": error}
    if argument is not None:
        value, second, comparison = argument
        rule["args"] = [{"index": 0, "value": value, "valueTwo": second, "op": comparison}]
    return rule
