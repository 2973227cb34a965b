"""One process an interview: a second one would overwrite what the first enters."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

from checker.errors import InfrastructureError, UsageError
from checker.workspace import refuse_full, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE: Final = "interviews.lock"


@contextlib.contextmanager
def alone(interview: str) -> Iterator[None]:
    """Hold an interview on this machine; `UsageError` where another process has it. The kernel frees it in any case.

    One byte of one file stands for an interview, so that nothing is left behind for each.
    """
    path = state_folder() / FILE
    with refuse_full(path):
        file = path.open("a+b")
    with file:
        hold_byte(file, interview)
        yield


def hold_byte(file: BinaryIO, interview: str) -> None:
    """Lock the byte that stands for an interview."""
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, zlib.crc32(interview.encode()))
    except OSError as error:
        if error.errno not in {errno.EACCES, errno.EAGAIN}:
            raise InfrastructureError(f"cannot lock {file.name}: {error.strerror}") from error
        raise UsageError(
            f"interview {interview} is open in another process",
            next_step=f"end it there, then: workbench quiz --resume {interview}",
        ) from None
