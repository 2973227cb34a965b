"""A front as plain code uses it, while its loop runs on a thread of its own."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from checker.kit.fronts import Front

SOON = 5.0


def echo(listener: socket.socket) -> None:
    """Send one connection back what it sends."""
    connection, _ = listener.accept()
    with connection:
        while data := connection.recv(1000):
            connection.sendall(data)


def test_bytes_are_held_stepped_and_released_from_another_thread() -> None:
    """What a client sends arrives when it is let go, and not before."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        front = Front(listener.getsockname())
        with socket.create_connection(("127.0.0.1", front.port), SOON) as client, ThreadPoolExecutor(1) as pool:
            hold = front.hold_requests()
            assert not hold.held(0.0)
            client.sendall(b"one")
            assert hold.held(SOON)
            answer = pool.submit(client.recv, 1000)
            assert not answer.done()
            hold.step()
            assert answer.result(SOON) == b"one"
            marked = front.hold_answer("a title")
            client.sendall(b"a title")
            assert hold.held(SOON)
            hold.release()
            assert marked.held(SOON)
            marked.release()
            assert client.recv(1000) == b"a title"


def test_a_front_that_does_not_listen_refuses_until_it_does() -> None:
    """As a server that is down, and comes back on the same port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        front = Front(listener.getsockname(), listening=False)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", front.port), SOON)
        front.listen()
        with socket.create_connection(("127.0.0.1", front.port), SOON) as client:
            client.sendall(b"one")
            assert client.recv(1000) == b"one"
