"""What git would leave out: `.gitignore` files, read as data (gitignore(5), git's wildmatch.c).

Names and patterns are bytes, as they are to git. Patterns are foreign: matching takes no more than (length of the
pattern) x (length of the name) steps, however many asterisks there are.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_LINE_BYTES: Final = 1024  # as long as a path may be
BOM: Final = b"\xef\xbb\xbf"
ANYTHING: Final = re.compile(rb".*", re.DOTALL)
NOTHING: Final = re.compile(rb"(?!)")
TOKEN: Final = re.compile(rb"\\(?P<escaped>.)|(?P<stars>\*+)|(?P<any>\?)|(?P<open>\[)|(?P<plain>[^\\])", re.DOTALL)
CLASSES: Final = {
    "alnum": string.ascii_letters + string.digits,
    "alpha": string.ascii_letters,
    "blank": " \t",
    "cntrl": "".join(map(chr, [*range(32), 127])),
    "digit": string.digits,
    "graph": string.ascii_letters + string.digits + string.punctuation,
    "lower": string.ascii_lowercase,
    "print": string.ascii_letters + string.digits + string.punctuation + " ",
    "punct": string.punctuation,
    "space": " \t\n\r\v\f",
    "upper": string.ascii_uppercase,
    "xdigit": string.hexdigits,
}
MEMBER: Final = re.compile(
    rb"\[:(?P<named>[^\]]*?):\]"
    rb"|(?:\\(?P<first_escaped>.)|(?P<first>[^\\]))(?:-(?:\\(?P<last_escaped>.)|(?P<last>[^\\\]])))?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Rule:
    """One line of a `.gitignore`; of its `parts` each fits one name of a path, and None any number of them."""

    parts: tuple[re.Pattern[bytes] | None, ...]
    negated: bool
    folders_only: bool

    def meets(self, names: Sequence[bytes], *, is_folder: bool) -> bool:
        """Whether it speaks of the path `names`, which is relative to the folder of the `.gitignore`."""
        return (is_folder or not self.folders_only) and fits(self.parts, names)


def read_rules(data: bytes, limit: int) -> Iterator[Rule]:
    """Yield up to `limit` rules of a `.gitignore`; a line ends with LF or CR LF, what is no pattern is passed over."""
    lines = data.removeprefix(BOM).split(b"\n")
    rules = (rule_of(line.removesuffix(b"\r")) for line in lines if len(line) <= MAX_LINE_BYTES)
    return islice((rule for rule in rules if rule is not None), limit)


def rule_of(line: bytes) -> Rule | None:
    """Read one line; None where it speaks of nothing."""
    if line.startswith(b"#"):
        return None
    text = without_trailing_spaces(line)
    negated, text = text.startswith(b"!"), text.removeprefix(b"!")
    folders_only, text = text.endswith(b"/"), text.removesuffix(b"/")
    if not text:
        return None
    try:
        parts = parts_of(text.removeprefix(b"/"))
    except ValueError:
        return None
    if b"/" not in text:
        parts.insert(0, None)
    if parts[-1] is None:  # everything below, and not the folder itself
        parts.append(ANYTHING)
    return Rule(tuple(parts), negated, folders_only)


def without_trailing_spaces(line: bytes) -> bytes:
    """Return a line without the spaces at its end that no backslash protects."""
    kept = re.match(rb"(?:\\.|[^\\])*?(?= *\Z)", line, re.DOTALL)
    return kept[0] if kept else line


def fits(parts: Sequence[re.Pattern[bytes] | None], names: Sequence[bytes]) -> bool:
    """Whether `parts` fit all of `names`; the last None is where another try begins, which is enough."""
    part = name = 0
    again: tuple[int, int] | None = None
    while name < len(names):
        one = parts[part] if part < len(parts) else NOTHING
        if one is None:
            again = part, name
            part += 1
        elif one.fullmatch(names[name]):
            part, name = part + 1, name + 1
        elif again is None:
            return False
        else:
            again = again[0], again[1] + 1
            part, name = again[0] + 1, again[1]
    return all(one is None for one in parts[part:])


def parts_of(text: bytes) -> list[re.Pattern[bytes] | None]:
    """Translate a pattern, part by part; `ValueError` where it is none."""
    parts: list[list[bytes]] = [[]]
    for token in tokens(text):
        if token == b"/":
            parts.append([])
        else:
            parts[-1].append(token)
    return [None if len(part) == 1 and part[0].startswith(b"**") else expression(part) for part in parts]


def tokens(text: bytes) -> Iterator[bytes]:
    """Yield an expression for each element of a pattern; asterisks and slashes are yielded as they are."""
    at = 0
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            raise ValueError("a backslash at the end")
        at = token.end()
        if token["open"]:
            at, members = bracket(text, at)
            yield b"[" + b"".join(b"\\x%02x" % member for member in sorted(members)) + b"]" if members else b"(?!)"
        elif token["any"]:
            yield b"."
        else:
            yield token["stars"] or re.escape(token["escaped"] or token["plain"])


def expression(part: Sequence[bytes]) -> re.Pattern[bytes]:
    """Put the elements of one part together; between asterisks the first place will do, so there is no way back."""
    pieces = [b""]
    for token in part:
        if token.startswith(b"*"):
            pieces.append(b"")
        else:
            pieces[-1] += token
    first, *middle, last = [*pieces, b""] if len(pieces) == 1 else pieces
    fixed = b"".join(b"(?>.*?" + piece + b")" for piece in middle)
    rest = fixed + b".*" + last if len(pieces) > 1 else b""
    return re.compile(first + rest, re.DOTALL)


def bracket(text: bytes, at: int) -> tuple[int, set[int]]:
    """Read a set of characters that begins after `[`; return where it ends and its members."""
    negated = text[at : at + 1] in {b"!", b"^"}
    at += negated
    members: set[int] = set()
    begin = at
    while text[at : at + 1] != b"]" or at == begin:
        member = MEMBER.match(text, at)
        if member is None:
            raise ValueError("a set of characters without an end")
        members |= members_of(member)
        at = member.end()
    return at + 1, set(range(256)) - members if negated else members


def members_of(found: re.Match[bytes]) -> set[int]:
    """Return the characters that a class, a range or a single character stands for."""
    if found["named"] is not None:
        name = found["named"].decode("ascii", "replace")
        if name not in CLASSES:
            raise ValueError(name)
        return set(CLASSES[name].encode())
    first = ord(found["first_escaped"] or found["first"])
    last = found["last_escaped"] or found["last"]
    return set(range(first, ord(last) + 1)) if last else {first}
