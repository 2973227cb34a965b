import os
import socket
from urllib.parse import urlsplit

from app import telling

COMMANDS = (
    *("FLUSHALL", "FLUSHDB", "CONFIG SET dir /tmp", "CONFIG GET *", "SAVE", "BGSAVE", "DEBUG SLEEP 0", "MODULE LIST", "MODULE LOAD /x"),
    *("REPLICAOF 127.0.0.1 1", "ACL LIST", "ACL SETUSER default +@all", "SHUTDOWN NOSAVE", "CLIENT KILL TYPE normal"),
    *("MONITOR", "CLIENT LIST", "CLIENT PAUSE 10", "SLAVEOF 127.0.0.1 1", "BGREWRITEAOF", "FAILOVER", "AUTH grader x", "SYNC"),
    *("SLOWLOG GET", "LATENCY RESET", "CLUSTER RESET", "PSYNC ? -1", "ACL SAVE", "SWAPDB 0 99"),
)


def ask(command):
    address = urlsplit(os.environ["REDIS_URL"])
    with socket.create_connection((address.hostname, address.port), 2) as connection:
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(200).decode(errors="replace").split()[0]


def look():
    return [command for command in COMMANDS if not ask(command).startswith("-")]


def spring(app):
    telling.tell(app, look)
