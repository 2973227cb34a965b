"""Names from elsewhere: of references as a caller gives them, of entries as a commit's trees hold them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from checker.errors import SubmissionError, UsageError
from checker.repository.scratch import SHA1_LENGTH, SHA256_LENGTH

MAX_REF: Final = 250  # characters; a reference is a file's name, too
MAX_NAME_BYTES: Final = 255  # of one name in a folder, as file systems have it
SHOWN: Final = 60  # characters of a name in a message
HEXADECIMAL: Final = re.compile(r"[0-9a-f]+", re.ASCII)
SHORTEST_ABBREVIATION: Final = 7
# git-check-ref-format(1), and git's own special names
NO_REF: Final = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|/\.|[/.]$|\.lock(?:/|$)|^@$")
USUAL: Final = re.compile(rb"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")
STREAM: Final = re.compile(r"[:\\]")


def require_ref(text: str) -> str:
    """Return what a branch, a tag or a commit may be called; `UsageError` where nothing can."""
    if not text or NO_REF.search(text) or not text.isprintable():
        raise UsageError(
            f"{shown(text)} is no name of a branch, a tag or a commit",
            next_step="name one as it is: --ref main, --ref v1.0, --ref refs/heads/x, or a commit in full",
        )
    if len(text) > MAX_REF:
        raise UsageError(f"a reference has at most {MAX_REF} characters, and {shown(text)} has {len(text)}")
    return text


def is_full(text: str) -> bool:
    """Whether `text` is a full object name, which it then always means, whatever a branch is called."""
    return len(text) in {SHA1_LENGTH, SHA256_LENGTH} and HEXADECIMAL.fullmatch(text) is not None


def is_abbreviation(text: str) -> bool:
    """Whether `text` may be the beginning of an object name."""
    return SHORTEST_ABBREVIATION <= len(text) < SHA256_LENGTH and HEXADECIMAL.fullmatch(text) is not None


def candidates(text: str) -> list[str]:
    """Return the references in full that a name may stand for."""
    if text == "HEAD" or text.startswith("refs/"):
        return [text]
    return [f"refs/heads/{text}", f"refs/tags/{text}", f"refs/remotes/{text}"]


def shown(text: str) -> str:
    """Return foreign text as one short line."""
    short = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return repr(short)


def require_name(name: bytes) -> None:
    """Refuse a name in a tree that no file of a submission can have; `SubmissionError`."""
    if USUAL.fullmatch(name):
        return
    text = name.decode("utf-8", "replace")
    reason = ""
    if name in {b"", b".", b".."} or b"/" in name:
        reason = "leads elsewhere"
    elif any(unicodedata.category(character) == "Cc" for character in text):
        reason = "has control characters"
    elif len(name) > MAX_NAME_BYTES:
        reason = f"has more than {MAX_NAME_BYTES} bytes"
    elif is_like_git(text):
        reason = "would be git's own folder on some system"
    if reason:
        raise SubmissionError(f"the commit has a name that {reason}: {shown(text)}")


def is_like_git(text: str) -> bool:
    """Whether a file system that folds case, drops marks or has short names and streams takes it for `.git`."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(character for character in folded if unicodedata.category(character) != "Cf")
    return STREAM.split(kept)[0].rstrip(" .") in {".git", "git~1"}
