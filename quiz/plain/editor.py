"""Writing an answer in one's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from checker.errors import UsageError

VARIABLES: Final = ("VISUAL", "EDITOR")
BELOW: Final = "\n# Write your answer above. This line and those below are left out.\n"
LARGEST: Final = 1_000_000  # bytes that are read back


def edit(prompt: str) -> str:
    """Let a person write in `$VISUAL` or `$EDITOR`, the prompt below as a comment; return what stands above it.

    `UsageError` where none is set, it cannot be started, or it fails.
    """
    command = next((value for name in VARIABLES if (value := os.environ.get(name, "").strip())), None)
    if command is None:
        raise UsageError("no editor is set", next_step="export EDITOR=nano")
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        path = Path(folder) / "answer.md"
        path.write_text(BELOW + "".join(f"# {line}\n" for line in prompt.splitlines()), encoding="utf-8")
        run(command, path)
        with path.open("rb") as file:
            return file.read(LARGEST).decode("utf-8", "replace").partition(BELOW)[0].strip()


def run(command: str, path: Path) -> None:
    """Run an editor on the person's own terminal until it is closed."""
    try:
        status = subprocess.run([*shlex.split(command), path], check=False).returncode
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the editor {command!r} cannot be started: {error}", next_step="export EDITOR=nano"
        ) from error
    if status != 0:
        raise UsageError(
            f"the editor {command!r} ended with status {status}", next_step="try again, or type the answer"
        )
