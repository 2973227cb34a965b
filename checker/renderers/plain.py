"""Foreign text made harmless: for a terminal, and for a log that a CI service reads commands from."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

KEPT = {"\n", "\t"}
STEERING: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}  # the last two end a line for some readers and not for others
UNSURE: Final = re.compile(r"[^ -~\n\t]")  # long texts are ASCII for the most part
COMMAND: Final = re.compile(r"^([^\S\n]*):(?=:)|#(?=#\w*\[)", re.MULTILINE)


def plain(text: str) -> str:
    """Return `text` with control and formatting characters (escape sequences, direction marks) made visible."""
    return UNSURE.sub(lambda found: visible(found[0]), text)


def harmless(text: str) -> str:
    """Return `text` as it may be printed anywhere: it steers no terminal and gives a CI service no command."""
    return inert(plain(text))


def visible(character: str) -> str:
    """Return a character, or its code where it would steer a terminal rather than show."""
    if character in KEPT or unicodedata.category(character) not in STEERING:
        return character
    return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"  # noqa: PLR2004 - one byte


def inert(text: str, colon: str = r"\x3a", hash_sign: str = r"\x23") -> str:
    """Return `text` with no line that a CI service takes for a command, wherever the text is printed.

    GitHub reads `::name …::` at the beginning of a line, whitespace before it or none, and `##[name]` anywhere; others
    read `##vso[` and `##teamcity[`. The sign that makes it one is replaced, by its code if nothing else is given.
    """
    return COMMAND.sub(lambda found: hash_sign if found[1] is None else found[1] + colon, text)
