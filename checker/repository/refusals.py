"""Whose doing it is that a repository elsewhere could not be read, by what git says."""

from __future__ import annotations

import re
from typing import Final

from checker.errors import InfrastructureError, SubmissionError, UsageError, WorkbenchError
from checker.repository.git import MAX_FETCHED_BYTES

TOO_LARGE: Final = re.compile(r"signal 25|File too large|Out of memory", re.IGNORECASE)
REFUSED: Final = re.compile(r"fsck error|did not receive expected object|invalid index-pack output|index-pack failed")
NO_SUCH_COMMIT: Final = re.compile(r"not our ref|unadvertised object|no such remote ref|couldn't find remote ref")
NO_ENTRY: Final = re.compile(r"not found|could not read (?:Username|Password)|Authentication failed|error: 40[13]")


def refusal(repository: str, said: str, commit: str = "") -> WorkbenchError:
    """Return the error that fits what git said when it asked `repository`, perhaps for a commit."""
    if TOO_LARGE.search(said):
        return SubmissionError(f"fetching the commit takes more than {MAX_FETCHED_BYTES // 2**20} MB")
    if NO_SUCH_COMMIT.search(said):
        return UsageError(
            f"{repository} gives out no commit {commit}",
            next_step="name a branch or a tag that the commit is on top of",
        )
    if REFUSED.search(said):
        return SubmissionError(f"git refuses what the repository holds: {said}")
    if NO_ENTRY.search(said):
        return UsageError(
            f"{repository} is not there, or not for everybody",
            next_step="put what opens it into the URL (https://USER:TOKEN@HOST/PATH), or clone it: --repo PATH",
        )
    return InfrastructureError(
        f"{repository} cannot be read: {said}", next_step="check the network, then run the same command again"
    )
