"""Foreign text made harmless for a terminal."""

from __future__ import annotations

import unicodedata

KEPT = {"\n", "\t"}


def plain(text: str) -> str:
    """Return `text` with control and formatting characters (escape sequences, direction marks) made visible."""
    return "".join(visible(character) for character in text)


def visible(character: str) -> str:
    """Return a character, or its code where it would steer a terminal rather than show."""
    if character in KEPT or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}:
        return character
    return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"  # noqa: PLR2004 - one byte
