"""Repositories made for a test: by git itself, or object by object where git would not make one so."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import threading
import zlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    """Run git without anybody's settings, and return what it prints."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    allowed = ["-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false"]
    done = subprocess.run(
        ["git", *author, *allowed, *arguments], cwd=folder, env=environ, check=True, capture_output=True, input=stdin
    )
    return done.stdout.decode("utf-8", "surrogateescape").strip()


@dataclass(frozen=True)
class Made:
    """A repository with a checkout in `folder`."""

    folder: Path

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git in it."""
        return git(self.folder, *arguments, stdin=stdin)

    def put(self, name: str, data: bytes = b"x") -> Path:
        """Write a file of the checkout."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def commit(self) -> str:
        """Commit everything, also what is ignored, and return the commit's name."""
        self.git("add", "--all", "--force", ".")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")
        return self.git("rev-parse", "HEAD")

    def object(self, kind: str, data: bytes, *, size: int | None = None, name: str = "") -> str:
        """Write a loose object as it is told, and return its name; `size` and `name` may be lies."""
        whole = f"{kind} {len(data) if size is None else size}\0".encode() + data
        name = name or hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        path = self.folder / ".git" / "objects" / name[:2] / name[2:]
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_bytes(zlib.compress(whole))
        return name

    def tree(self, *entries: tuple[str, bytes, str]) -> str:
        """Write a tree of (mode, name, object), in the order given."""
        listed = (mode.encode() + b" " + name + b"\0" + bytes.fromhex(one) for mode, name, one in entries)
        return self.object("tree", b"".join(listed))

    def commit_of(self, tree: str) -> str:
        """Write a commit of a tree, and put the branch `evil` on it."""
        person = b"a <a@example.org> 1 +0000"
        name = self.object("commit", b"tree %s\nauthor %s\ncommitter %s\n\nx\n" % (tree.encode(), person, person))
        reference = self.folder / ".git" / "refs" / "heads" / "evil"
        reference.write_text(name + "\n", encoding="ascii")
        return name

    def evil(self, *entries: tuple[str, bytes, str]) -> str:
        """Commit the service's own files with further entries at the root."""
        listed = [line.split(maxsplit=3) for line in self.git("ls-tree", "HEAD").splitlines()]
        own = [(mode.removeprefix("0"), name.encode(), one) for mode, _, one, name in listed]
        inorder = sorted([*own, *entries], key=lambda one: one[1] + b"/" * (one[0] == "40000"))
        return self.commit_of(self.tree(*inorder))


@pytest.fixture
def make(data: Path, tmp_path: Path) -> Callable[..., Made]:
    """Return a way to make a repository with what the contract asks for, in one commit on `main`."""

    def made(name: str = "repository", *options: str) -> Made:
        ignored = shutil.ignore_patterns("__pycache__")
        repository = Made(Path(shutil.copytree(data / "service", tmp_path / name, ignore=ignored)))
        repository.git("init", "--quiet", *options)
        repository.commit()
        return repository

    return made


@pytest.fixture
def made(make: Callable[..., Made]) -> Made:
    """Return such a repository."""
    return make()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a folder for repositories of ours."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@dataclass
class Served:
    """Repositories over HTTP; `url` is where they are, `password` what is asked for, `asked` what was."""

    url: str
    root: Path
    password: str = ""
    moved: dict[str, str] = field(default_factory=dict)
    held: threading.Event | None = None
    asked: list[str] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """git-http-backend(1) behind a server of Python's."""

    served: Served

    def do_GET(self) -> None:
        """Answer a question for references."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a question for objects."""
        self._answer()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        self.served.asked.append(self.path)
        if self.served.held is not None:
            self.served.held.wait(30)
        if self.served.password and self.headers.get("Authorization") != self.served.password:
            self._send(401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")
        elif path.split("/")[1] in self.served.moved:
            self._send(302, {"Location": self.served.moved[path.split("/")[1]]}, b"")
        else:
            self._run(path, query)

    def _run(self, path: str, query: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        environ = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.served.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": "/nonexistent",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type") or "",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
        }
        done = subprocess.run(["git", "http-backend"], input=body, env=environ, capture_output=True, check=False)
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self._send(int(headers.pop("Status", "200").split()[0]), headers, answer)

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        with contextlib.suppress(ConnectionError):  # whoever asked may not wait for it
            self.end_headers()
            self.wfile.write(body)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Serve the test's repositories over HTTP, on the loopback alone."""

    class Own(Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as server:
        Own.served = Served(f"http://127.0.0.1:{server.server_port}", tmp_path)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Own.served
        if Own.served.held is not None:
            Own.served.held.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
