"""An empty bare repository of ours, and calls of git on it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final

from checker.errors import InfrastructureError
from checker.processes import kill_group
from checker.repository import git
from checker.workspace import refuse_full

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SHA1_LENGTH: Final = 40  # of an object's name, in hexadecimal digits
SHA256_LENGTH: Final = 64
MAX_ANSWER_BYTES: Final = 16 * 1024**2  # of what a call prints: the references of a very busy server
MAX_WORDS_BYTES: Final = 4096
SHOWN_COMPLAINTS: Final = 3
COMPLAINTS: Final = ("fatal:", "error:", "remote:")


@dataclass
class Call:
    """Git under way; `late` is whether it was ended because it took too long."""

    process: subprocess.Popen[bytes]
    trouble: IO[bytes]
    late: threading.Event = field(default_factory=threading.Event)

    def say(self, line: bytes) -> None:
        """Write a line to its input; nothing is kept back, so that nothing is left to be written to the dead."""
        os.write(pipe(self.process.stdin).fileno(), line + b"\n")

    @property
    def stdout(self) -> IO[bytes]:
        """Where its output comes from."""
        return pipe(self.process.stdout)

    def end(self) -> None:
        """End it and its group now."""
        if self.process.poll() is None:
            kill_group(self.process.pid)

    def complaint(self) -> str:
        """Return what it complained of, in one line: the first things, as the last ones only follow from them."""
        if self.late.is_set():
            return f"it took longer than {git.SECONDS:g} s"
        self.trouble.seek(0)
        text = self.trouble.read(MAX_WORDS_BYTES).decode(errors="replace")
        lines = [" ".join(line.split()) for line in text.splitlines()]
        said = [line for line in lines if line.startswith(COMPLAINTS)]
        return "; ".join((said or lines)[:SHOWN_COMPLAINTS])


def pipe(end: IO[bytes] | None) -> IO[bytes]:
    """Return an end of a pipe that was asked for."""
    if end is None:
        raise RuntimeError("git was started without a pipe")
    return end


@dataclass(frozen=True)
class Answer:
    """How a call of git ended, what it printed, and what it complained of."""

    status: int
    output: bytes
    trouble: str


@dataclass(frozen=True)
class Scratch:
    """A bare repository without references and objects of its own."""

    folder: Path

    @contextlib.contextmanager
    def call(self, *arguments: str, environ: Mapping[str, str] | None = None) -> Iterator[Call]:
        """Run git with pipes for input and output; it is gone when the context is left, and after `git.SECONDS`."""
        with contextlib.ExitStack() as stack:
            with refuse_full(self.folder):
                trouble = stack.enter_context(tempfile.TemporaryFile(dir=self.folder))
            process = stack.enter_context(
                subprocess.Popen(
                    [git.git_program(), *git.options(), *arguments],
                    cwd=self.folder,
                    env=git.environment(self.folder, environ or {}),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=trouble,
                    start_new_session=True,
                    preexec_fn=git.limits(),  # noqa: PLW1509 - what it calls takes no lock
                )
            )
            call = Call(process, trouble)
            stack.callback(call.end)
            clock = threading.Timer(git.SECONDS, ring, [call])
            clock.daemon = True
            stack.callback(clock.cancel)
            clock.start()
            yield call

    def run(self, *arguments: str, environ: Mapping[str, str] | None = None) -> Answer:
        """Run git to its end."""
        with self.call(*arguments, environ=environ) as call:
            pipe(call.process.stdin).close()
            output = call.stdout.read(MAX_ANSWER_BYTES + 1)
            if len(output) > MAX_ANSWER_BYTES:
                raise InfrastructureError(f"git {arguments[0]} printed more than {MAX_ANSWER_BYTES // 2**20} MB")
            return Answer(call.process.wait(), output, call.complaint())


def ring(call: Call) -> None:
    """End a call that took too long."""
    call.late.set()
    call.end()


def new_scratch(folder: Path, length: int) -> Scratch:
    """Make one in the new folder `folder`, for objects whose names have `length` digits."""
    sha256 = length == SHA256_LENGTH
    extension = "[extensions]\n\tobjectFormat = sha256\n" if sha256 else ""
    with refuse_full(folder):
        for part in ("objects/info", "objects/pack", "refs"):
            (folder / part).mkdir(parents=True)
        (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
        settings = f"[core]\n\trepositoryformatversion = {int(sha256)}\n\tbare = true\n{extension}"
        (folder / "config").write_text(settings, encoding="ascii")
    return Scratch(folder)
