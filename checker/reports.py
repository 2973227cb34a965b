"""`--report FORMAT=FILE`: verdicts in further formats, each in a file that is whole or not there.

A call that cannot be met is refused before anything is graded. What fails afterwards is our own trouble.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.errors import InfrastructureError, UsageError
from checker.renderers.formats import FORMATS
from checker.renderers.summary import MAX_BYTES, render_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from checker.verdict import Verdict

STDOUT: Final = "-"
SUMMARY_VARIABLE: Final = "GITHUB_STEP_SUMMARY"  # the file that steps add to, so it is not replaced
EFFECTIVE: Final = os.access in os.supports_effective_ids
EXAMPLE: Final = "--report junit=report.xml"


@dataclass(frozen=True)
class Wanted:
    """A report that is wanted: its format, and its file or None for standard output."""

    format: str
    file: Path | None


def parse(values: Sequence[str], printed: str = "human") -> list[Wanted]:
    """Return what the options ask for; `UsageError` where one cannot be met. `printed` is the format on stdout."""
    wanted = [parse_one(value) for value in values]
    places = [one.file and place(one.file) for one in wanted]
    if twins := [one for one, place in zip(wanted, places, strict=True) if places.count(place) > 1]:
        raise UsageError(f"two reports for one place, {twins[0].file or STDOUT}", next_step="name one file a report")
    if None in places and printed != "human":
        raise UsageError(f"stdout holds the verdict as {printed} already", next_step=EXAMPLE)
    for one in wanted:
        if one.file is not None:
            refuse_unwritable(one.file)
    return wanted


def parse_one(value: str) -> Wanted:
    """Return what one option asks for."""
    name, _, file = value.partition("=")
    if name not in FORMATS:
        raise UsageError(f"there is no report format {name!r}", next_step=f"one of: {', '.join(FORMATS)}")
    if not file:
        raise UsageError(f"--report {value} names no file", next_step=f"--report {name}=FILE, or {name}=- for stdout")
    return Wanted(name, None if file == STDOUT else Path(file))


def refuse_unwritable(file: Path) -> None:
    """Refuse a place that nothing can be written to; what can be is only known for sure by trying."""
    try:
        if not is_special(file):
            tempfile.TemporaryFile(dir=file.parent).close()
        if file.is_dir() or (file.exists() and not os.access(file, os.W_OK, effective_ids=EFFECTIVE)):
            raise UsageError(f"{file} cannot be written", next_step=EXAMPLE)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}", next_step=EXAMPLE) from error


def write(verdicts: Sequence[Verdict], wanted: Sequence[Wanted], put: Callable[[str], None]) -> None:
    """Write every report, those for standard output by `put`; where some cannot be written, the others are."""
    troubles = []
    for one in wanted:
        try:
            write_one(verdicts, one, put)
        except InfrastructureError as trouble:
            troubles.append(trouble)
    if troubles:
        raise troubles[0]


def write_one(verdicts: Sequence[Verdict], wanted: Wanted, put: Callable[[str], None]) -> None:
    """Write one report."""
    if wanted.file is None:
        put(FORMATS[wanted.format](verdicts))
        return
    with told(wanted.file):
        if wanted.format == "summary" and is_step_summary(wanted.file):
            add(verdicts, wanted.file)
        elif is_special(wanted.file):
            wanted.file.write_bytes(encoded(FORMATS[wanted.format](verdicts)))
        else:
            replace(wanted.file, encoded(FORMATS[wanted.format](verdicts)))


def is_step_summary(file: Path) -> bool:
    """Whether it is the file of this job's summary."""
    named = os.environ.get(SUMMARY_VARIABLE)
    return bool(named) and place(file) == place(Path(str(named)))


def place(file: Path) -> Path:
    """Return where a file lies by its shortest name; a link that leads to itself is its own place."""
    try:
        return file.resolve()
    except RuntimeError:
        return file.absolute()


def is_special(file: Path) -> bool:
    """Whether it is there and neither a file nor a folder: a device, a pipe."""
    return file.exists() and not file.is_file() and not file.is_dir()


def add(verdicts: Sequence[Verdict], file: Path) -> None:
    """Add to the job's summary, as far as there is room in it; where that fails it is as it was."""
    with file.open("ab", buffering=0) as stream:
        before = stream.tell()
        text = render_summary(verdicts, max(0, MAX_BYTES - before - 1))
        try:
            write_all(stream.fileno(), encoded(text and f"\n{text}"))
        except BaseException:
            stream.truncate(before)
            raise


def replace(file: Path, content: bytes) -> None:
    """Put a file in place of what is there, a link itself included, at once and only when it is whole on the disk."""
    beside = file.with_name(f".{file.name[:100]}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with contextlib.closing(os.fdopen(descriptor, "wb", buffering=0)):
            write_all(descriptor, content)
            os.fsync(descriptor)
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_all(descriptor: int, content: bytes) -> None:
    """Write every byte; the kernel may take some at a time."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def encoded(text: str) -> bytes:
    """Return a text's bytes."""
    return text.encode("utf-8", "replace")


@contextlib.contextmanager
def told(file: Path) -> Iterator[None]:
    """Turn what the system refuses into our own trouble with a way out."""
    try:
        yield
    except OSError as error:
        raise InfrastructureError(
            f"cannot write the report {file}: {error.strerror or error}", next_step="free some room, then grade again"
        ) from error
