"""The references of a local repository, read as data (gitrepository-layout(5))."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.repository.names import candidates, is_full
from checker.walk import read_capped

if TYPE_CHECKING:
    from pathlib import Path

MAX_LOOSE_BYTES: Final = 4096
MAX_PACKED_BYTES: Final = 64 * 1024**2  # of `packed-refs`; half a million references
MAX_STEPS: Final = 5  # of references to references, as git has it


class References:
    """What references name; `own` is the folder of the one checkout, which has its own `HEAD`."""

    def __init__(self, own: Path, common: Path) -> None:
        self._own = own
        self._common = common

    def find(self, text: str) -> dict[str, str]:
        """Return the references that `text` may mean, each with the object that it names."""
        found = {name: self._value(name) for name in candidates(text)}
        return {name: value for name, value in found.items() if value is not None}

    def hidden(self) -> str:
        """Say why there may be references that are not found."""
        if (self._common / "reftable").exists():
            return "it keeps its references as a reftable, which is not read; name the commit in full"
        return ""

    def _value(self, name: str) -> str | None:
        for _ in range(MAX_STEPS):
            text = self._loose(name)
            if text is None:
                return self._packed(name)
            if not text.startswith("ref: "):
                return text if is_full(text) else None
            name = text.removeprefix("ref: ").strip()
            if not name.startswith("refs/") or ".." in name:
                return None
        return None

    def _loose(self, name: str) -> str | None:
        """Return the text of a reference that is a file of its own, in the repository itself."""
        base = self._own if name == "HEAD" else self._common
        path = base / name
        try:
            if not path.resolve().is_relative_to(base.resolve()):
                return None
            return read_capped(path, MAX_LOOSE_BYTES).decode("ascii").strip() or None
        except (OSError, ValueError, RuntimeError):
            return None

    def _packed(self, name: str) -> str | None:
        try:
            data = read_capped(self._common / "packed-refs", MAX_PACKED_BYTES)
        except OSError:
            return None
        ending = b" " + name.encode()
        lines = (line for line in data.split(b"\n") if line.endswith(ending))
        first = next(lines, b"").decode("ascii", "replace").split(" ")[0]
        return first if is_full(first) else None
