"""The errors that a person may meet, one kind an exit status.

Whatever is not one of these is a bug of the workbench and keeps its traceback.
"""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """What the process's exit status says (the contract, section 4)."""

    PASS = 0
    FAIL = 1
    USAGE = 2
    ERROR = 3
    INTERRUPTED = 130
    TERMINATED = 143


class WorkbenchError(Exception):
    """Something a person can act on: what happened and why, and what to type next."""

    exit_status: ExitStatus = ExitStatus.ERROR

    def __init__(self, message: str, *, next_step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class UsageError(WorkbenchError):
    """The call was wrong: an unknown kata, a folder that is not there."""

    exit_status = ExitStatus.USAGE


class SubmissionError(WorkbenchError):
    """The submission's own doing before any check could run; the verdict is `fail` with this as its cause."""

    exit_status = ExitStatus.FAIL

    def __init__(self, message: str, *, log: str = "", next_step: str | None = None) -> None:
        super().__init__(message, next_step=next_step)
        self.log = log


class InfrastructureError(WorkbenchError):
    """The workbench's own trouble, which says nothing about the submission; the verdict is `error`.

    `detail` is for those who write suites: it may hold what a submission's author must not read.
    """

    exit_status = ExitStatus.ERROR

    def __init__(self, message: str, *, next_step: str | None = None, detail: str = "") -> None:
        super().__init__(message, next_step=next_step)
        self.detail = detail
