"""What `requirements.txt` may say where the submission is nobody's we trust: packages by name, and nothing else.

Options, paths and URLs would let it choose where packages come from, or have its own code built and run. What two
readers of such a file could take differently (encodings, odd line ends, comments that go on) is refused, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from packaging.requirements import InvalidRequirement, Requirement

from checker.errors import SubmissionError
from checker.walk import read_capped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START: Final = "requirements.txt"
MAX_BYTES: Final = 1024**2  # of all files; a lock file with hashes of 500 packages has some 300 kB
MAX_FILES: Final = 32
MAX_LINE: Final = 2_000  # characters, hashes aside
SHOWN: Final = 80
ODD: Final = re.compile(r"[^\t\n\x20-\x7e\xa0-\u2027\u202f-\ufefe\uff00-\U0010ffff]")  # what may end or hide a line
COMMENT: Final = re.compile(r"(?:^|[ \t])#.*")
INCLUDE: Final = re.compile(r"(?:-r|--requirement|-c|--constraint)(?:[ \t]+|=)([A-Za-z0-9_.+/-]+)")
OPTION: Final = re.compile(r"-{1,2}[A-Za-z0-9-]*")
HASH: Final = re.compile(r"[ \t]+--hash[= ](?:sha256|sha384|sha512):[0-9a-f]{64,128}(?=[ \t]|$)")
ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\|^\.|/|^~")
ARCHIVE: Final = re.compile(r"\.(?:whl|zip|egg|tar|tgz|tbz2?|t[lx]z|tar\.\w+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """A line of a file with those that go on from it, comments taken off; `number` is the first one's."""

    file: str
    number: int
    text: str
    several: bool = False

    def refuse(self, reason: str) -> SubmissionError:
        """Return the error that names the line and the reason."""
        said = self.text if len(self.text) <= SHOWN else self.text[: SHOWN - 1] + "…"
        return SubmissionError(f"{self.file}, line {self.number}: {reason}: {said!r}")


def require_plain(folder: Path) -> None:
    """Refuse a submission whose `requirements.txt`, or a file that it includes, says more than which packages."""
    pending, seen, left = [START], {START}, MAX_BYTES
    while pending:
        file = pending.pop()
        data = read_capped(folder / file, left)
        left -= len(data)
        if left < 0 or len(seen) > MAX_FILES:
            raise SubmissionError(f"{START} and what it includes are more than {MAX_FILES} files or 1 MB")
        for line in lines_of(file, data):
            included = check(line)
            if included is not None and included not in seen:
                if not (folder / included).is_file():
                    raise line.refuse("no such file in the submission")
                seen.add(included)
                pending.append(included)


def lines_of(file: str, data: bytes) -> Iterator[Line]:
    """Yield what a file says, line by line; `SubmissionError` where that is not certain."""
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{file} is not UTF-8") from error
    begun: Line | None = None
    for number, raw in enumerate(text.split("\n"), 1):
        line = read_line(file, number, raw)
        goes_on = line.text.endswith("\\")
        if begun is not None:
            if "#" in raw:
                raise line.refuse("a comment in a line that goes on")
            line = Line(file, begun.number, f"{begun.text} {line.text}", several=True)
        line = Line(file, line.number, line.text.removesuffix("\\").strip(" \t"), line.several or goes_on)
        begun = line if goes_on else None
        if begun is None and line.text:
            yield line
    if begun is not None:
        raise begun.refuse("a line that goes on and does not")


def read_line(file: str, number: int, raw: str) -> Line:
    """Return one line without its comment."""
    if ODD.search(raw):
        raise Line(file, number, raw).refuse("a control character")
    text = COMMENT.sub("", raw)
    if text != raw and raw.endswith("\\"):
        raise Line(file, number, raw).refuse("a comment that goes on")
    return Line(file, number, text.strip(" \t"))


def check(line: Line) -> str | None:
    """Refuse a line that says more than it may; return the file that it includes, if it does."""
    if not line.text.isascii():
        raise line.refuse("characters beyond ASCII")
    if "$" in line.text:
        raise line.refuse("a variable")
    if line.text.startswith("-"):
        return included_by(line)
    bare = HASH.sub("", line.text)
    if len(bare) > MAX_LINE:
        raise line.refuse(f"more than {MAX_LINE} characters")
    if option := re.search(r"(?:^|[ \t])(-[A-Za-z-][^ \t=]*)", bare):
        raise line.refuse(f"the option {option[1]}")
    check_requirement(line, bare)
    return None


def included_by(line: Line) -> str:
    """Return the file of the submission that a line includes, named from its root."""
    found = INCLUDE.fullmatch(line.text)
    if found is None or line.several:
        option = OPTION.match(line.text)
        raise line.refuse(f"the option {option[0] if option else line.text}")
    parts: list[str] = list(PurePosixPath(line.file).parent.parts)
    if found[1].startswith("/"):
        raise line.refuse("a path out of the submission")
    for part in PurePosixPath(found[1]).parts:
        if part != "..":
            parts.append(part)
        elif not parts:
            raise line.refuse("a path out of the submission")
        else:
            parts.pop()
    return "/".join(parts)


def check_requirement(line: Line, text: str) -> None:
    """Refuse what is no requirement by name."""
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        raise line.refuse("a path or URL" if ADDRESS.search(text) else "no requirement") from error
    if requirement.url is not None:
        raise line.refuse("a URL")
    if ARCHIVE.search(requirement.name):
        raise line.refuse("a file")
