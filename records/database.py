"""Opening the records: a new database is made at the newest revision, an older one is migrated, a newer one refused.

SQLite in the user's state folder, or what `WORKBENCH_DATABASE_URL` names. Processes that open, make or migrate at the
same time wait for one another.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import exc, make_url

from checker.errors import UsageError
from checker.workspace import state_folder
from records.connection import VARIABLE, Records
from records.files import open_file
from records.server import open_server

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

FILE: Final = "records.sqlite3"


def open_records(url: str | None = None) -> Records:
    """Open the records at `url`, at `WORKBENCH_DATABASE_URL`, or in the user's own file.

    `UsageError` where the URL cannot be understood; `InfrastructureError` where the records cannot be used, which are
    then left as they were.
    """
    chosen = url or os.environ.get(VARIABLE)
    if not chosen:
        return open_file(state_folder() / FILE)
    parsed = parse(chosen)
    if parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return open_file(Path(str(parsed.database)).expanduser())
    return open_server(parsed)


def parse(url: str) -> URL:
    """Read a URL; a misspelt one is not shown, as it may hold a password."""
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (exc.ArgumentError, exc.NoSuchModuleError, ImportError) as error:
        raise UsageError(
            f"{VARIABLE} is no URL of a database that can be used here ({type(error).__name__})",
            next_step=f"export {VARIABLE}=postgresql+psycopg://USER:PASSWORD@HOST/DATABASE",
        ) from error
    return parsed
