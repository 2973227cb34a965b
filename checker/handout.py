"""What a candidate is handed: a repository with the starter, its brief, its visible tests and CI that runs those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.assemble import assemble
from checker.start import Started, lay_out, make_repository, require_new, writing

if TYPE_CHECKING:
    from pathlib import Path

    from checker.catalog import Catalog


def hand_out(catalog: Catalog, identifier: str, folder: Path) -> Started:
    """Make `folder` with what a candidate gets for a kata, in a git repository of one commit.

    It holds no model solution, suite, variant or question. `UsageError` where the folder is there and not empty.
    """
    catalog.load(identifier)
    require_new(folder, next_step=f"workbench kit {identifier} --out ANOTHER_FOLDER")
    with writing(folder):
        lay_out(catalog, identifier, folder, solved=False)
        assemble([catalog.content.handout], folder)
    make_repository(folder, identifier)
    return Started(identifier, folder)
