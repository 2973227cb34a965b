"""Opening a repository, wherever it is."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from checker.errors import UsageError
from checker.repository.address import Address, is_address, read_address
from checker.repository.git import require_git
from checker.repository.local import LocalRepository
from checker.repository.names import shown
from checker.repository.remote import RemoteRepository
from checker.workspace import run_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.repository.commit import Repository


@contextlib.contextmanager
def open_repository(named: str, *, offline: bool = False) -> Iterator[Repository]:
    """Open the repository at a path or a URL; what is made for it lives as long as the context."""
    place = local_path(named) or read_address(named)
    if isinstance(place, Address) and offline:
        raise UsageError(f"{place.shown} is elsewhere, and --offline reaches nothing", next_step="--repo PATH")
    require_git()
    with run_folder() as folder:
        yield RemoteRepository(place, folder) if isinstance(place, Address) else LocalRepository(place, folder)


def local_path(named: str) -> Path | None:
    """Return the folder that `named` means, whole; None where it is an address."""
    if named.lower().startswith("file://"):
        parts = urlsplit(named)
        if parts.netloc not in {"", "localhost"}:
            raise UsageError(f"{shown(named)} is on another machine")
        return existing(Path(unquote(parts.path)))
    return None if is_address(named) else existing(Path(named))


def existing(path: Path) -> Path:
    """Return a folder that is there."""
    try:
        if path.parts and path.is_dir():
            return path.resolve()
    except (OSError, ValueError):
        pass
    raise UsageError(f"{shown(str(path))} is no folder", next_step="name a repository: --repo URL|PATH")
