"""Names of candidates: one spelling of white space and characters, so that a name joins what belongs together."""

from __future__ import annotations

import unicodedata


def cleaned(name: str) -> str:
    """Return a name in composed characters, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def same(name: str, other: str) -> bool:
    """Whether two names are one person's, upper and lower case aside."""
    return cleaned(name).casefold() == cleaned(other).casefold()
